"""What may be asked, how an appointment is made, and who answers where."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleAssignment
from territory.models import Area
from tutorship.slots import Policy, Terms

ZONE = ZoneInfo(settings.TIME_ZONE)
ITALY = holidays.country_holidays("IT", language="it_IT")  # learns each year when it is asked for


class TopicQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)


class Topic(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("topic"), max_length=100, unique=True)
    description = models.CharField(_("what it is about"), max_length=250, blank=True)
    sort_order = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_active = models.BooleanField(_("can be booked"), default=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["sort_order", "name"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self):
        return self.name


class ServiceQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)


class Service(models.Model):
    """A kind of appointment: how long, how, for how many, and how early one has to ask."""

    class Modality(models.TextChoices):
        ONLINE = "online", _("by video")
        TOWN_HALL = "town_hall", _("at the town hall")
        BOTH = "both", _("by video or at the town hall, as the person likes")

    class Alignment(models.TextChoices):
        ALIGN = Policy.ALIGN.value, _("on round marks of the hour")
        PACK = Policy.PACK.value, _("on quarters or five minutes, where that gives more times")
        STRICT = Policy.STRICT.value, _("on multiples of the step after midnight")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("kind of appointment"), max_length=100, unique=True)
    modality = models.CharField(_("modality"), max_length=10, choices=Modality, default=Modality.ONLINE)
    length_minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    step_minutes = models.PositiveSmallIntegerField(
        _("minutes between two starts"), default=60, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    alignment = models.CharField(_("when it may start"), max_length=10, choices=Alignment, default=Alignment.ALIGN)
    buffer_before_minutes = models.PositiveSmallIntegerField(
        _("minutes kept free before"), default=0, validators=[MaxValueValidator(240)]
    )
    buffer_after_minutes = models.PositiveSmallIntegerField(
        _("minutes kept free after"), default=0, validators=[MaxValueValidator(240)]
    )
    travel_minutes = models.PositiveSmallIntegerField(
        _("minutes of travel each way"),
        default=0,
        validators=[MaxValueValidator(240)],
        help_text=_("Kept free before and after a meeting at the town hall, besides the minutes above."),
    )
    notice_hours = models.PositiveSmallIntegerField(_("notice in hours"), default=24)
    cancel_hours = models.PositiveSmallIntegerField(
        _("can be cancelled until, hours before"), default=24, help_text=_("Later it still can, and counts as late.")
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("can be booked up to, days ahead"), default=28, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    counts_working_days = models.BooleanField(
        _("count working days only"), default=False, help_text=_("Monday to Friday, without public holidays.")
    )
    capacity = models.PositiveSmallIntegerField(_("seats"), default=1, validators=[MinValueValidator(1)])
    seats_per_body = models.PositiveSmallIntegerField(
        _("seats for each body"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit."),
    )
    minimum = models.PositiveSmallIntegerField(
        _("takes place from, people"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("With fewer seats taken at the time limit for cancellations, a group is called off by itself."),
    )
    intake_questions = models.TextField(
        _("questions to ask"), blank=True, max_length=1_000, help_text=_("One on each line; the person answers each.")
    )
    sort_order = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_active = models.BooleanField(_("can be booked"), default=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["sort_order", "name"]
        verbose_name = _("kind of appointment")
        verbose_name_plural = _("kinds of appointment")

    def __str__(self):
        return self.name

    def clean(self):
        for name in ("seats_per_body", "minimum"):
            if (getattr(self, name) or 0) > (self.capacity or 0):
                message = _("This is more than there are seats.")
                raise ValidationError({name: ValidationError(message, code="more_than_seats")})

    @property
    def is_group(self) -> bool:
        return self.capacity > 1

    @property
    def max_seats(self) -> int:
        """How many seats one body may take."""
        return min(self.seats_per_body or self.capacity, self.capacity)

    @property
    def questions(self) -> list[str]:
        return [line.strip() for line in self.intake_questions.splitlines() if line.strip()]

    def terms(self, *, on_site: bool) -> Terms:
        """The same terms for the list of free times and for the check of a booking."""
        travel = self.travel_minutes if on_site else 0
        return Terms(
            length=timedelta(minutes=self.length_minutes),
            step=timedelta(minutes=self.step_minutes),
            zone=ZONE,
            policy=Policy(self.alignment),
            notice=timedelta(hours=self.notice_hours),
            horizon=timedelta(days=self.horizon_days),
            working_days=self.horizon_days if self.counts_working_days else None,
            days_off=ITALY,
            before=timedelta(minutes=self.buffer_before_minutes + travel),
            after=timedelta(minutes=self.buffer_after_minutes + travel),
        )


class CoverageQuerySet(models.QuerySet):
    def current(self, *, on: date):
        """Not ended, of tutors who hold the role in that area today: a role taken away takes effect at once."""
        roles = RoleAssignment.objects.current(on=on).filter(
            role=RoleAssignment.Role.TUTOR, user=OuterRef("tutor"), area=OuterRef("area")
        )
        return self.filter(Exists(roles), ended_at=None, tutor__is_active=True, topic__is_active=True)

    def with_load(self, *, since):
        """`busy_time` of the tutor since that moment, and `latest`, the start of the last appointment."""
        kept = ~Q(tutor__tutoring__state="cancelled")
        length = F("tutor__tutoring__ends_at") - F("tutor__tutoring__starts_at")
        recent = kept & Q(tutor__tutoring__starts_at__gte=since)
        return self.annotate(
            busy_time=Sum(length, filter=recent, output_field=models.DurationField()),
            latest=Max("tutor__tutoring__starts_at", filter=kept),
        )

    def visible_to(self, user):
        """The own ones of a tutor, the ones of the own areas of a coordinator, all for ANCI."""
        scope = user.scope
        return self if scope.is_anci else self.filter(Q(tutor=user) | Q(area__in=scope.area_ids))


class Coverage(models.Model):
    """A tutor answers questions on a topic from the bodies of an area."""

    tutor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="coverages", verbose_name=_("tutor")
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="coverages", verbose_name=_("inner area"))
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="coverages", verbose_name=_("topic"))
    weight = models.PositiveSmallIntegerField(
        _("share of the work"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("2 takes twice as many hours as 1 before another tutor’s turn comes."),
    )
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        ordering = ["area", "topic", "tutor"]
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        constraints = [
            models.UniqueConstraint(
                fields=["tutor", "area", "topic"],
                condition=Q(ended_at=None),
                name="one_open_coverage",
                violation_error_message=_("This tutor already covers this topic in this area."),
            ),
            models.CheckConstraint(
                name="coverage_ends_after_it_starts", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]
        indexes = [models.Index(fields=["topic", "area"])]

    def __str__(self):
        return f"{self.tutor}, {self.topic}, {self.area}"
