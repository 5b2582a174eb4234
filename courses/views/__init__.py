from courses.views.admission import (
    edition_invite,
    enrolment_by_invitation,
    enrolment_cancel,
    enrolment_create_many,
    seat_request_approve,
    seat_request_list,
    seat_request_refuse,
)
from courses.views.attendance import attendance_excuse, attendance_excuse_withdraw, attendance_update
from courses.views.attendance_import import attendance_import
from courses.views.catalogue import catalogue, course_detail, glossary
from courses.views.check_in import attendance_check_in, attendance_code, attendance_scan
from courses.views.completion import completion_update
from courses.views.edition import (
    edition_cancel,
    edition_copy,
    edition_create,
    edition_detail,
    edition_list,
    edition_update,
    enrolment_extend,
    live_session_calendar,
    live_session_create,
    live_session_delete,
    live_session_update,
)
from courses.views.enrolment import (
    enrolment_create,
    enrolment_leave,
    seat_request_accept,
    seat_request_withdraw,
)
from courses.views.learning import act_template_download, lesson_complete, step
from courses.views.margin import course_file_download, lesson_print, lesson_write, margin_list
from courses.views.marking import answer_mark, extra_time, marking_list, marking_picture
from courses.views.quiz import attempt_answer, attempt_create, attempt_picture, attempt_result, attempt_take
from courses.views.recording import recording_file, recording_light, watching_report
from courses.views.roster import edition_message

__all__ = [
    "act_template_download",
    "answer_mark",
    "attempt_answer",
    "attempt_create",
    "attempt_picture",
    "attempt_result",
    "attempt_take",
    "attendance_check_in",
    "attendance_code",
    "attendance_excuse",
    "attendance_excuse_withdraw",
    "attendance_import",
    "attendance_scan",
    "attendance_update",
    "catalogue",
    "completion_update",
    "course_detail",
    "course_file_download",
    "edition_cancel",
    "edition_copy",
    "edition_create",
    "edition_detail",
    "edition_invite",
    "edition_list",
    "edition_message",
    "edition_update",
    "enrolment_by_invitation",
    "enrolment_cancel",
    "enrolment_create",
    "enrolment_create_many",
    "enrolment_extend",
    "enrolment_leave",
    "extra_time",
    "glossary",
    "lesson_complete",
    "lesson_print",
    "lesson_write",
    "live_session_calendar",
    "live_session_create",
    "live_session_delete",
    "live_session_update",
    "margin_list",
    "marking_list",
    "marking_picture",
    "recording_file",
    "recording_light",
    "seat_request_accept",
    "seat_request_approve",
    "seat_request_list",
    "seat_request_refuse",
    "seat_request_withdraw",
    "step",
    "watching_report",
]
