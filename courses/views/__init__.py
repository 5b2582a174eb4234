from courses.views.attendance import attendance_excuse, attendance_excuse_withdraw, attendance_update
from courses.views.catalogue import catalogue, course_detail
from courses.views.check_in import attendance_check_in, attendance_code, attendance_scan
from courses.views.completion import completion_update
from courses.views.edition import (
    edition_cancel,
    edition_create,
    edition_detail,
    edition_list,
    edition_update,
    enrolment_extend,
    live_session_create,
    live_session_delete,
)
from courses.views.learning import act_template_download, enrolment_create, enrolment_leave, lesson_complete, step
from courses.views.margin import course_file_download, lesson_print, lesson_write, margin_list
from courses.views.quiz import attempt_answer, attempt_create, attempt_result, attempt_take
from courses.views.recording import recording_file, recording_light, watching_report
from courses.views.roster import edition_message

__all__ = [
    "act_template_download",
    "attempt_answer",
    "attempt_create",
    "attempt_result",
    "attempt_take",
    "attendance_check_in",
    "attendance_code",
    "attendance_excuse",
    "attendance_excuse_withdraw",
    "attendance_scan",
    "attendance_update",
    "catalogue",
    "completion_update",
    "course_detail",
    "course_file_download",
    "edition_cancel",
    "edition_create",
    "edition_detail",
    "edition_list",
    "edition_message",
    "edition_update",
    "enrolment_create",
    "enrolment_extend",
    "enrolment_leave",
    "lesson_complete",
    "lesson_print",
    "lesson_write",
    "live_session_create",
    "live_session_delete",
    "margin_list",
    "recording_file",
    "recording_light",
    "step",
    "watching_report",
]
