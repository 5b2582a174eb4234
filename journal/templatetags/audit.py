"""Audit entries in words. Actions write codes; a test keeps this list whole."""

from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import pgettext_lazy as _

register = template.Library()
ACTIONS = {
    "accept_body": _("audit", "Body accepted"),
    "add_closure": _("audit", "Day of closure added"),
    "add_coverage": _("audit", "Coverage added"),
    "add_employment": _("audit", "Employment stated"),
    "add_live_session": _("audit", "Live session added"),
    "archive_course": _("audit", "Course archived"),
    "await_certificate_name": _("audit", "Certificate waiting for the person’s name"),
    "book_session": _("audit", "Tutorship booked"),
    "cancel_booking": _("audit", "Booking cancelled"),
    "cancel_edition": _("audit", "Edition cancelled"),
    "cancel_session": _("audit", "Appointment cancelled"),
    "change_edition": _("audit", "Edition changed"),
    "close_session": _("audit", "Appointment closed"),
    "complete": _("audit", "Course completed"),
    "confirm_employment": _("audit", "Employment confirmed"),
    "correct_name": _("audit", "Name corrected"),
    "create_edition": _("audit", "Edition created"),
    "delete_availability": _("audit", "Availability removed"),
    "delete_closure": _("audit", "Day of closure removed"),
    "end_coverage": _("audit", "Coverage ended"),
    "end_employment": _("audit", "Employment ended"),
    "end_role": _("audit", "Role ended"),
    "enrol": _("audit", "Enrolled"),
    "extend": _("audit", "Enrolment extended"),
    "grant_role": _("audit", "Role given"),
    "import_municipalities": _("audit", "Municipalities imported"),
    "invite": _("audit", "Invited"),
    "issue_certificate": _("audit", "Certificate issued"),
    "leave": _("audit", "Enrolment left"),
    "load_course": _("audit", "Course loaded"),
    "load_site": _("audit", "Pages of the site loaded"),
    "print_certificate": _("audit", "Certificate printed"),
    "propose_body": _("audit", "Body proposed"),
    "publish_policy": _("audit", "Privacy page published"),
    "record_training": _("audit", "Training recorded"),
    "withdraw_training": _("audit", "Training withdrawn"),
    "refuse_body": _("audit", "Body refused"),
    "refuse_employment": _("audit", "Employment refused"),
    "report_accessibility_problem": _("audit", "Accessibility problem reported"),
    "retry_certificate": _("audit", "Certificate sent to print again"),
    "revoke_certificate": _("audit", "Certificate revoked"),
    "save_availability": _("audit", "Availability saved"),
    "sign_up": _("audit", "Signed up"),
}


@register.filter
def audit_action(code: str) -> str:
    return str(ACTIONS.get(code, code))


@register.filter
def audit_value(value) -> str:
    """A stored value as people read it: days and moments in Italian, yes and no, a dash for nothing."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, list):
        return ", ".join(audit_value(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {audit_value(item)}" for name, item in value.items())
    return _moment(value) if isinstance(value, str) else str(value)


def _moment(text: str) -> str:
    try:
        if len(text) == len("2026-11-23"):
            return date_format(date.fromisoformat(text), "j F Y")
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return date_format(localtime(moment), "j F Y, H:i") if moment.tzinfo else text
