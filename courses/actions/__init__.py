from courses.actions.admission import (
    approve_request,
    enrol_many,
    refuse_request,
    renew_invitation,
    request_seat,
)
from courses.actions.attendance import excuse, import_log, save_register, settle_ended_meetings, withdraw_excuse
from courses.actions.check_in import check_in
from courses.actions.copying import copy_course, copy_edition
from courses.actions.decision import set_completion, undo_completion
from courses.actions.edition import (
    add_live_session,
    cancel_edition,
    change_live_session,
    remove_live_session,
    save_edition,
)
from courses.actions.enrolment import enrol, extend_due_date, leave
from courses.actions.erasure import erase_learner
from courses.actions.margin import write_margin
from courses.actions.marking import give_extra_time, mark_answer
from courses.actions.message import send_message
from courses.actions.progress import answer_checkpoint, record_reading
from courses.actions.quiz import (
    hand_in_if_overdue,
    hand_in_overdue_attempts,
    save_answers,
    start_attempt,
    submit_attempt,
    why_not_start,
)
from courses.actions.waiting import accept_offer, withdraw_request
from courses.actions.watching import record_transcript, record_watching

__all__ = [
    "accept_offer",
    "add_live_session",
    "answer_checkpoint",
    "approve_request",
    "cancel_edition",
    "change_live_session",
    "check_in",
    "copy_course",
    "copy_edition",
    "enrol",
    "enrol_many",
    "erase_learner",
    "excuse",
    "extend_due_date",
    "give_extra_time",
    "hand_in_if_overdue",
    "hand_in_overdue_attempts",
    "import_log",
    "leave",
    "mark_answer",
    "record_reading",
    "record_transcript",
    "record_watching",
    "refuse_request",
    "remove_live_session",
    "renew_invitation",
    "request_seat",
    "save_answers",
    "save_edition",
    "save_register",
    "send_message",
    "set_completion",
    "settle_ended_meetings",
    "start_attempt",
    "submit_attempt",
    "undo_completion",
    "why_not_start",
    "withdraw_excuse",
    "withdraw_request",
    "write_margin",
]
