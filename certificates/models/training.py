"""The training record ("libretto formativo"): the ledger of hours. Every minute stands in it once."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from accounts.models import Employment
from certificates.models.external import ExternalTraining
from courses.models import CoursePage, Enrolment
from territory.models import Area, PublicBody
from tutorship.models import Booking


class TrainingRecordQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The own; a referent's body, a coordinator's area (confirmed staff only); all for ANCI."""
        return self if user.scope.is_anci else self.filter(Q(user=user) | user.scope.staff())

    def counted(self):
        """What reports may count: work for a body that has confirmed the person."""
        return self.filter(employment__confirmed_at__isnull=False)

    def in_year(self, year: int):
        return self.filter(earned_on__gte=date(year, 1, 1), earned_on__lte=date(year, 12, 31))

    def until_year(self, year: int):
        """That year and all before it."""
        return self.filter(earned_on__lte=date(year, 12, 31))

    def minutes(self) -> int:
        return self.aggregate(sum=Sum("minutes"))["sum"] or 0

    def minutes_by_year(self) -> dict[int, int]:
        rows = self.annotate(year=ExtractYear("earned_on")).order_by("-year").values_list("year")
        return dict(rows.annotate(sum=Sum("minutes")))

    def minutes_by_person(self) -> dict[int, int]:
        return self._minutes_by("user_id")

    def minutes_by_body(self) -> dict[int, int]:
        return self._minutes_by("body_id")

    def minutes_by_area(self) -> dict[int | None, int]:
        return self._minutes_by("area_id")

    def _minutes_by(self, field: str) -> dict:
        return dict(self.order_by(field).values_list(field).annotate(sum=Sum("minutes")))


class TrainingRecord(models.Model):
    """Minutes earned on a day of Rome, for one employment, from one source."""

    class Kind(models.TextChoices):
        COURSE = "course", _("course")
        TUTORING = "tutoring", _("tutoring")
        EXTERNAL = "external", _("training elsewhere")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="training_records", verbose_name=_("person")
    )
    employment = models.ForeignKey(
        Employment, models.PROTECT, related_name="training_records", verbose_name=_("employment")
    )
    body = models.ForeignKey(PublicBody, models.PROTECT, related_name="training_records", verbose_name=_("body"))
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, related_name="training_records", verbose_name=_("inner area")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    enrolment = models.OneToOneField(Enrolment, models.PROTECT, null=True, related_name="training_record")
    booking = models.OneToOneField(Booking, models.PROTECT, null=True, related_name="training_record")
    external = models.OneToOneField(ExternalTraining, models.PROTECT, null=True, related_name="training_record")
    title = models.CharField(_("title"), max_length=255)
    theme = models.CharField(_("theme"), max_length=20, choices=CoursePage.Theme, blank=True)  # none for tutoring
    is_mandatory = models.BooleanField(_("required by law"), default=False)
    minutes = models.PositiveIntegerField(_("minutes"))
    earned_on = models.DateField(_("day"))

    objects = TrainingRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-earned_on", "-pk"]
        verbose_name = _("line of the training record")
        verbose_name_plural = _("training record")
        constraints = [
            models.CheckConstraint(
                name="training_record_has_one_source",
                condition=Q(kind="course", enrolment__isnull=False, booking=None, external=None)
                | Q(kind="tutoring", enrolment=None, booking__isnull=False, external=None)
                | Q(kind="external", enrolment=None, booking=None, external__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["user", "earned_on"]),
            models.Index(fields=["body", "earned_on"]),
            models.Index(fields=["area", "earned_on"]),
            models.Index(fields=["earned_on", "id"], name="training_records_by_day"),
        ]

    def __str__(self):
        return f"{self.title}, {self.minutes} min"
