"""The words of the states and reasons, as the pages and the spreadsheets write them."""

from django.utils.translation import gettext_lazy as _

from reports.reach import Reach
from reports.risk import Reason

REACH_LABELS = {
    Reach.NO_CONTACT: _("No enrolment"),
    Reach.ENROLLED_ONLY: _("Enrolled only"),
    Reach.IN_TRAINING: _("In training"),
    Reach.CERTIFIED: _("With certificates"),
    Reach.TARGET_REACHED: _("Target reached"),
}
REASON_LABELS = {
    Reason.LATE: _("Past the due date"),
    Reason.FAILED: _("Quiz failed twice"),
    Reason.MISSED: _("Presence out of reach"),
    Reason.DUE_SOON: _("Due within 7 days"),
    Reason.IDLE: _("No activity for 14 days"),
}
