"""The words of the states and reasons, as the pages and the spreadsheets write them."""

from collections.abc import Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lib.elision import elided
from reports.models.offices import Weakness
from reports.reach import Reach
from reports.risk import Reason, Risk

REACH_LABELS = {
    Reach.NO_CONTACT: _("No contact"),
    Reach.INVITED: _("Invited only"),
    Reach.ENROLLED: _("Enrolled only"),
    Reach.ACTIVE: _("In training"),
    Reach.CERTIFIED: _("With certificates"),
}
REASON_LABELS = {
    Reason.LATE: _("Past the due date"),
    Reason.FAILED: _("Quiz failed twice"),
    Reason.MISSED: _("Presence out of reach"),
    Reason.DUE_SOON: _("Due within 7 days"),
    Reason.IDLE: _("No activity for 14 days"),
}
RISK_WORDS = {
    Reason.LATE: _("was due on %(day)s"),
    Reason.FAILED: _("quiz failed twice, since %(day)s"),
    Reason.MISSED: _("presence can no longer be reached, meeting missed on %(day)s"),
    Reason.DUE_SOON: _("is due on %(day)s"),
    Reason.IDLE: _("no activity since %(day)s"),
}
ABSENCE_ANNOUNCED = _("presence can no longer be reached, absence announced for the meeting of %(day)s")
WEAKNESS_LABELS = {
    Weakness.LOST: _("Nobody trained on it any more"),
    Weakness.HANGS_ON_ONE: _("Only one person trained on it"),
    Weakness.ALONE: _("Only one person on the staff"),
    Weakness.ONE_SIGNED_UP: _("Only one person signed up, staff not counted"),
}
NUMBER_LABELS = {
    "municipalities": _("Municipalities"),
    "reached": _("Municipalities reached"),
    "people": _("People enrolled"),
    "completed": _("Courses completed"),
    "minutes": _("Hours"),
    "tutoring_minutes": _("Hours of tutoring"),
    "appointments": _("Tutoring appointments held"),
    "tutored": _("People tutored"),
    "certificates": pgettext_lazy("issued", "Certificates"),
    "over_target": _("People with the hours of the target"),
}
SIZE_LABELS = {
    "1000": _("below 1,000 inhabitants"),
    "5000": _("from 1,000 to 4,999 inhabitants"),
    "more": _("5,000 inhabitants and more"),
    "unknown": _("inhabitants not known"),
    "others": _("Other bodies"),
}


def row_label(table: str, key: str, areas: Mapping[str, str]) -> str:
    """The heading of a row of frozen figures: an area, a size, or the total."""
    if key == "total":
        return gettext("Total")
    if table == "sizes":
        return str(SIZE_LABELS[key])
    return areas.get(key, key) if key else gettext("Other bodies")


def risk_words(risk: Risk) -> str:
    """The reason and its day, as a list and a file say it."""
    words = ABSENCE_ANNOUNCED if risk.is_to_come else RISK_WORDS[risk.reason]
    return elided(str(words) % {"day": date_format(risk.since, "j F Y")})
