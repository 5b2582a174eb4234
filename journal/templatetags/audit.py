"""Audit entries in words. Actions write codes; a test keeps this list whole."""

from datetime import date, datetime

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import pgettext_lazy as _

from journal.models import AuditEntry

register = template.Library()
ACTIONS = {
    "accept_body": _("audit", "Body accepted"),
    "add_closure": _("audit", "Day of closure added"),
    "add_coverage": _("audit", "Coverage added"),
    "add_employment": _("audit", "Employment stated"),
    "add_live_session": _("audit", "Live session added"),
    "approve_external": _("audit", "Training elsewhere approved"),
    "add_patron_saint": _("audit", "Patron saint added"),
    "answer_request": _("audit", "Request for a session answered"),
    "add_task": _("audit", "Follow-up added"),
    "archive_course": _("audit", "Course archived"),
    "ask_for_session": _("audit", "Session asked for"),
    "await_certificate_name": _("audit", "Certificate waiting for the person’s name"),
    "ask_erasure": _("audit", "Erasure asked for"),
    "book_session": _("audit", "Tutorship booked"),
    "cancel_booking": _("audit", "Booking cancelled"),
    "cancel_edition": _("audit", "Edition cancelled"),
    "cancel_session": _("audit", "Appointment cancelled"),
    "change_case": _("audit", "State of a case changed"),
    "change_employment": _("audit", "Employment changed"),
    "change_edition": _("audit", "Edition changed"),
    "change_live_session": _("audit", "Live session changed"),
    "check_in": _("audit", "Presence by the code of the room"),
    "choose_mails": _("audit", "Choice of messages changed"),
    "close_tutor_line": _("audit", "Waiting list of a tutor closed"),
    "close_session": _("audit", "Appointment closed"),
    "close_request": _("audit", "Request for a seat closed"),
    "complete": _("audit", "Course completed"),
    "confirm_employment": _("audit", "Employment confirmed"),
    "correct_certificate": _("audit", "Certificate corrected"),
    "copy_course": _("audit", "Course copied"),
    "copy_own_data": _("audit", "Copy of the own data made"),
    "copy_edition": _("audit", "Edition copied"),
    "correct_name": _("audit", "Name corrected"),
    "correct_outcome": _("audit", "Outcome of an appointment corrected"),
    "create_edition": _("audit", "Edition created"),
    "delete_availability": _("audit", "Availability removed"),
    "delete_closure": _("audit", "Day of closure removed"),
    "delete_patron_saint": _("audit", "Patron saint removed"),
    "end_coverage": _("audit", "Coverage ended"),
    "end_employment": _("audit", "Employment ended"),
    "end_role": _("audit", "Role ended"),
    "enrol": _("audit", "Enrolled"),
    "erase_person": _("audit", "Person erased"),
    "excuse": _("audit", "Absence announced"),
    "ask_call": _("audit", "Call of a tutor asked for"),
    "finish_call": _("audit", "Call of a tutor made"),
    "freeze_figures": _("audit", "Figures frozen"),
    "request_export": _("audit", "File of a list asked for"),
    "extend": _("audit", "Enrolment extended"),
    "finish_task": _("audit", "Follow-up done"),
    "give_extra_time": _("audit", "More time at quizzes set"),
    "grant_role": _("audit", "Role given"),
    "import_employment": _("audit", "Employment imported"),
    "import_staff": _("audit", "Staff imported"),
    "hand_over_session": _("audit", "Appointment given to another tutor"),
    "count_staff": _("audit", "Staff of a body counted"),
    "import_log": _("audit", "Connection log imported"),
    "import_indicators": _("audit", "List of indicators imported"),
    "import_municipalities": _("audit", "Municipalities imported"),
    "import_questions": _("audit", "Questions imported"),
    "import_values": _("audit", "Values of indicators imported"),
    "invite": _("audit", "Invited"),
    "issue_certificate": _("audit", "Certificate issued"),
    "join_tutor_line": _("audit", "Place taken in the waiting list of a tutor"),
    "lapse_tutor_offer": _("audit", "Offer of a tutor’s time over"),
    "leave_tutor_line": _("audit", "Waiting list of a tutor left"),
    "offer_tutor_time": _("audit", "Tutor’s time offered to who waits"),
    "join_waiting_list": _("audit", "Put in the waiting list"),
    "lapse_offer": _("audit", "Offer of a seat over"),
    "leave": _("audit", "Enrolment left"),
    "load_course": _("audit", "Course loaded"),
    "load_site": _("audit", "Pages of the site loaded"),
    "match_request": _("audit", "Request for a session matched"),
    "mark_answer": _("audit", "Open answer marked"),
    "merge_body": _("audit", "Body merged into another"),
    "move_employment": _("audit", "Employment moved to the successor"),
    "move_session": _("audit", "Appointment moved"),
    "offer_seat": _("audit", "Seat offered"),
    "make_feed": _("audit", "Private calendar address made"),
    "open_case": _("audit", "Case opened"),
    "print_certificate": _("audit", "Certificate printed"),
    "propose_body": _("audit", "Body proposed"),
    "purge": _("audit", "Data over their time taken out"),
    "publish_policy": _("audit", "Privacy page published"),
    "rate_session": _("audit", "Session rated"),
    "reassign_case": _("audit", "Case given to another tutor"),
    "record_training": _("audit", "Training recorded"),
    "undo_completion": _("audit", "Completion undone"),
    "withdraw_erasure": _("audit", "Request for erasure taken back"),
    "withdraw_excuse": _("audit", "Announced absence withdrawn"),
    "withdraw_request": _("audit", "Request for a session withdrawn"),
    "withdraw_seat_request": _("audit", "Request for a seat withdrawn"),
    "withdraw_training": _("audit", "Training withdrawn"),
    "refuse_body": _("audit", "Body refused"),
    "refuse_external": _("audit", "Training elsewhere not approved"),
    "refuse_employment": _("audit", "Employment refused"),
    "refuse_request": _("audit", "Request for a seat refused"),
    "renew_invitation": _("audit", "Invitation link changed"),
    "request_seat": _("audit", "Request for a seat sent"),
    "remove_live_session": _("audit", "Live session removed"),
    "reopen_task": _("audit", "Follow-up open again"),
    "publish_template": _("audit", "Certificate template put into use"),
    "replace_statement": _("audit", "Statement replaced"),
    "report_accessibility_problem": _("audit", "Accessibility problem reported"),
    "request_archive": _("audit", "Archive of certificates asked for"),
    "retry_certificate": _("audit", "Certificate sent to print again"),
    "revoke_certificate": _("audit", "Certificate revoked"),
    "revoke_feed": _("audit", "Private calendar address revoked"),
    "save_availability": _("audit", "Availability saved"),
    "submit_external": _("audit", "Training elsewhere sent"),
    "save_register": _("audit", "Attendance register saved"),
    "send_message": _("audit", "Message sent to participants"),
    "save_note": _("audit", "Private note saved"),
    "sign_up": _("audit", "Signed up"),
    "set_mail_domain": _("audit", "Mail domain set"),
    "write_in_case": _("audit", "Written in a case"),
}


FIELDS = {  # facts that are no field of their row, or that read better otherwise; the rest goes by the model
    "absent": _("audit", "not in the file"),
    "added": _("audit", "new"),
    "areas": _("audit", "inner areas"),
    "body": _("audit", "body"),
    "certificates": _("audit", "certificates"),
    "changed": _("audit", "changed"),
    "closes_at": _("audit", "to"),
    "code": _("audit", "code"),
    "copy_of": _("audit", "copy of"),
    "course": _("audit", "course"),
    "credit_minutes": _("audit", "minutes credited"),
    "demo_removed": _("audit", "demonstration values replaced"),
    "due_on": _("audit", "due date"),
    "earned_on": _("audit", "day"),
    "edition": _("audit", "edition"),
    "email": _("audit", "address"),
    "extra_percent": _("audit", "more time (%)"),
    "late": _("audit", "called off late"),
    "minutes": _("audit", "minutes"),
    "moves": _("audit", "changes of area"),
    "offered_until": _("audit", "kept until"),
    "opens_at": _("audit", "from"),
    "outcome": _("audit", "outcome"),
    "person": _("audit", "person"),
    "present": _("audit", "people present"),
    "problem": _("audit", "problem"),
    "removed": _("audit", "taken out"),
    "scope": _("audit", "for"),
    "starts_at": _("audit", "beginning"),
    "steps": _("audit", "steps"),
    "topic": _("audit", "topic"),
    "tutor": _("audit", "tutor"),
    "until": _("audit", "until"),
    "unchanged": _("audit", "unchanged"),
    "user": _("audit", "person"),
}
REASONS = {  # why the software itself did something; people's reasons are their own words
    "invitation": _("audit", "by invitation"),
    "mail domain": _("audit", "by the mail domain of the body"),
}
NAMES_OF_ROWS = {"area", "body", "course", "edition", "person", "topic", "tutor", "user"}  # a number here is only an id
NOTHING = (None, "", "None", [], {})


@register.filter
def audit_action(code: str) -> str:
    return str(ACTIONS.get(code, code))


@register.filter
def audit_reason(reason: str) -> str:
    """What a person wrote, as it is; the software's own reasons in the reader's language."""
    return str(REASONS.get(reason, reason))


@register.filter
def audit_changes(entry: AuditEntry) -> list[str]:
    """What changed, one line a fact: "scadenza: 2 dicembre 2026 → 9 dicembre 2026". What says nothing is left out."""
    names = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    return [line for name in names if (line := _line(entry, name))]


def _line(entry: AuditEntry, name: str) -> str:
    field = _field(entry, name)
    words = str(FIELDS.get(name) or (field.verbose_name if field else ""))
    values = [_in_words(name, kept.get(name), field) for kept in (entry.before, entry.after)]
    change = " → ".join(dict.fromkeys(value for value in values if value))
    return f"{words}: {change}" if words and change else ""


def _field(entry: AuditEntry, name: str) -> models.Field | None:
    """The field of the row that was changed, if the name is one: never the bare id of another row."""
    try:
        field = apps.get_model(entry.target.split(":")[0])._meta.get_field(name)
    except (LookupError, FieldDoesNotExist, ValueError):
        return None
    return field if field.concrete and field.name == name and not field.primary_key else None


def _in_words(name: str, value: object, field: models.Field | None) -> str:
    is_id = name in NAMES_OF_ROWS and str(value).isdigit()
    if value in NOTHING or is_id or (field and field.is_relation and str(value).isdigit()):
        return ""
    choices = {str(code): str(label) for code, label in (field.flatchoices if field else ())}
    return choices.get(str(value)) or audit_value(value)


@register.filter
def audit_value(value: object) -> str:
    """A stored value as people read it: days, hours and moments in Italian, yes and no, a dash for nothing."""
    if isinstance(value, bool) or value in ("True", "False"):
        return gettext("yes") if str(value) == "True" else gettext("no")
    if value in NOTHING:
        return "–"
    if isinstance(value, list):
        return ", ".join(audit_value(item) for item in value)
    if isinstance(value, dict):
        return " → ".join(audit_value(item) for item in value.values())
    return _moment(value) if isinstance(value, str) else str(value)


@register.filter
def audit_moment(moment: datetime) -> str:
    """A moment in local time: "26 ottobre 2026, ore 10:00"."""
    local = localtime(moment)
    return gettext("%(day)s, at %(hour)s") % {
        "day": date_format(local, "j F Y"),
        "hour": date_format(local, "H:i"),
    }


def _moment(text: str) -> str:
    for read, write in READERS:
        try:
            return write(read(text))
        except ValueError:
            continue
    return text


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


READERS = (
    (date.fromisoformat, lambda day: date_format(day, "j F Y")),
    (lambda text: datetime.strptime(text, "%H:%M:%S"), lambda hour: date_format(hour, "H:i")),  # noqa: DTZ007
    (_aware, audit_moment),
)
