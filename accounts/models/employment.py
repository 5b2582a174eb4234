"""Who works where, from when to when: dated, so that a move rewrites nothing."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from territory.models import PublicBody


class EmploymentQuerySet(models.QuerySet):
    def current(self, *, on: date):
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=on), started_on__lte=on)

    def of(self, user, *, on: date):
        """The bodies that a person works for on a day; what was refused does not count."""
        return self.current(on=on).filter(user=user, refused_at=None)

    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)

    def awaiting(self):
        return self.filter(confirmed_at=None, refused_at=None)

    def ones_to_decide(self, user):
        """Waiting employments that this person may confirm or refuse; never the own ones."""
        scope, waiting = user.scope, self.awaiting().filter(body__is_proposed=False).exclude(user=user)
        if scope.is_anci:
            return waiting
        return waiting.filter(Q(body__in=scope.body_ids) | Q(body__area__in=scope.area_ids))

    def staff_of(self, user, *, on: date):
        """The confirmed staff of the bodies and areas that a person is responsible for; for ANCI everybody's."""
        scope, staff = user.scope, self.current(on=on).confirmed().filter(user__is_active=True)
        if scope.is_anci:
            return staff
        return staff.filter(Q(body__in=scope.body_ids) | Q(body__area__in=scope.area_ids))

    def staff_table(self):
        """Rows as an import of staff reads them: person, body, job, days and share."""
        person, body = ("user__email", "user__last_name", "user__first_name"), ("body__istat_code", "body__name")
        in_order = self.order_by("user__last_name", "user__first_name", "user", "body__name", "pk")
        return in_order.values_list(*person, *body, "job_title", "started_on", "ended_on", "share_percent")

    def matching(self, words: str):
        """Employments of which every word names the person, the address, the body or the job."""
        found = self
        for word in words.split()[:8]:
            person = Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
            found = found.filter(
                person | Q(user__email__icontains=word) | Q(body__name__icontains=word) | Q(job_title__icontains=word)
            )
        return found

    def visible_to(self, user):
        scope = user.scope
        if scope.is_anci:
            return self
        reach = Q(body__in=scope.body_ids) | Q(body__area__in=scope.area_ids)
        return self.filter(Q(user=user) | reach)


class Employment(models.Model):
    """One person's work for one body. Until it is confirmed the person learns, but counts for nobody."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="employments")
    body = models.ForeignKey(PublicBody, models.PROTECT, related_name="employments", verbose_name=_("body"))
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    share_percent = models.PositiveSmallIntegerField(
        _("share of working time (%)"), default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField(_("refused"), null=True, blank=True)
    refused_reason = models.CharField(_("reason of the refusal"), max_length=300, blank=True)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "pk"]
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "body"],
                condition=Q(ended_on=None, refused_at=None),
                name="one_open_employment_per_body",
                violation_error_message=_("This body is already among the ones of this person."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="employment_ends_after_it_starts",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(refused_at=None), name="employment_confirmed_or_refused"
            ),
        ]

    def __str__(self):
        return f"{self.job_title}, {self.body}" if self.job_title else str(self.body)

    def clean(self):
        if self.body_id and self.body.ceased_on:
            raise ValidationError({"body": _("This body no longer exists.")}, code="ceased")

    @property
    def state(self) -> str:
        """ "ended", "refused", "confirmed" or "awaiting", as the pages and their filters call it."""
        if self.ended_on and self.ended_on < timezone.localdate():
            return "ended"
        if self.refused_at:
            return "refused"
        return "confirmed" if self.confirmed_at else "awaiting"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None
