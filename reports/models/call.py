"""A coordinator asks a tutor to call somebody who may not finish a course."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment


class CallQuerySet(models.QuerySet):
    def open(self):
        return self.filter(done_at=None)

    def for_display(self):
        return self.select_related("enrolment__user", "enrolment__body", "enrolment__edition__course", "asked_by")

    def visible_to(self, user):
        """The tutor's own; a coordinator's area; all for ANCI. The person concerned hears of it on the telephone."""
        scope = user.scope
        if scope.is_anci:
            return self
        own = Q(tutor=user) if scope.is_tutor else Q(pk__in=[])
        return self.filter(own | Q(enrolment__area__in=scope.area_ids))


class Call(models.Model):
    """One person to be called about one course, by whom and until when."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="calls", verbose_name=_("enrolment"))
    tutor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="calls_to_make", verbose_name=_("tutor")
    )
    note = models.CharField(_("what it is about"), max_length=300, blank=True)
    due_on = models.DateField(_("call by"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    outcome = models.CharField(_("how it went"), max_length=500, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("call to make")
        verbose_name_plural = _("calls to make")
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], condition=Q(done_at=None), name="one_open_call_each"),
            models.CheckConstraint(
                name="call_is_done_with_an_outcome", condition=Q(done_at=None, outcome="") | ~Q(outcome="")
            ),
        ]
        indexes = [models.Index(fields=["tutor", "due_on"])]

    def __str__(self):
        return str(self.enrolment)

    def is_late(self, *, on: date) -> bool:
        return self.done_at is None and self.due_on < on
