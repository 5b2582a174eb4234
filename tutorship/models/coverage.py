"""What may be asked, how an appointment is made, and who answers where."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleAssignment
from territory.models import Area
from tutorship.slots import Terms

ZONE = ZoneInfo(settings.TIME_ZONE)


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

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("kind of appointment"), max_length=100, unique=True)
    modality = models.CharField(_("modality"), max_length=10, choices=Modality, default=Modality.ONLINE)
    length_minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    step_minutes = models.PositiveSmallIntegerField(
        _("minutes between two starts"), default=60, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    notice_hours = models.PositiveSmallIntegerField(_("notice in hours"), default=24)
    cancel_hours = models.PositiveSmallIntegerField(
        _("can be cancelled until, hours before"), default=24, help_text=_("Later it still can, and counts as late.")
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("can be booked up to, days ahead"), default=28, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    capacity = models.PositiveSmallIntegerField(_("seats"), default=1, validators=[MinValueValidator(1)])
    sort_order = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_active = models.BooleanField(_("can be booked"), default=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["sort_order", "name"]
        verbose_name = _("kind of appointment")
        verbose_name_plural = _("kinds of appointment")

    def __str__(self):
        return self.name

    @property
    def is_group(self) -> bool:
        return self.capacity > 1

    @property
    def terms(self) -> Terms:
        """The same terms for the list of free times and for the check of a booking."""
        return Terms(
            length=timedelta(minutes=self.length_minutes),
            step=timedelta(minutes=self.step_minutes),
            zone=ZONE,
            notice=timedelta(hours=self.notice_hours),
            horizon=timedelta(days=self.horizon_days),
        )


class CoverageQuerySet(models.QuerySet):
    def current(self, *, on: date):
        """Not ended, of tutors who hold the role in that area today: a role taken away takes effect at once."""
        roles = RoleAssignment.objects.current(on=on).filter(
            role=RoleAssignment.Role.TUTOR, user=OuterRef("tutor"), area=OuterRef("area")
        )
        return self.filter(Exists(roles), ended_at=None, tutor__is_active=True, topic__is_active=True)

    def least_busy_first(self, *, since):
        """Tutors with the fewest appointments since that moment come first, so that the work spreads."""
        recent = Q(tutor__tutoring__starts_at__gte=since) & ~Q(tutor__tutoring__state="cancelled")
        return self.annotate(load=Count("tutor__tutoring", filter=recent)).order_by("load", "tutor_id")

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
