"""What a coordinator decided about a completion, with the reason that the learner reads."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.enrolment import Enrolment


class CompletionDecision(models.Model):
    """Rows are only added; the last one holds. An undone completion waits for another decision, whatever is done."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="decisions", verbose_name=_("enrolment"))
    is_complete = models.BooleanField(_("completed"))
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        ordering = ["decided_at", "pk"]
        verbose_name = _("decision about a completion")
        verbose_name_plural = _("decisions about completions")
        constraints = [
            models.CheckConstraint(name="completion_decision_says_why", condition=~models.Q(reason="")),
        ]

    def __str__(self):
        return f"{self.enrolment_id}: {self.is_complete}"
