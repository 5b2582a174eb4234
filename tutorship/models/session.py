"""Appointments as the calendar sees them: when, where, with whom; and who is busy because of them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from territory.models import Area, PublicBody
from tutorship.models.coverage import ZONE, Coverage, Service, Topic
from tutorship.slots import Busy

SCHEDULED = Q(state="scheduled")
DOORS_OPEN = timedelta(minutes=15)  # before the beginning
OUTCOME_DUE = timedelta(hours=48)  # after the end


class SessionQuerySet(models.QuerySet):
    def scheduled(self):
        return self.filter(SCHEDULED)

    def agreed(self):
        """Held, or with people who come; neither cancelled nor only offered."""
        return self.exclude(state__in=["cancelled", "offered"])

    def coming_of(self, tutor, *, now: datetime):
        return self.scheduled().filter(tutor=tutor, starts_at__gt=now)

    def without_their_tutor(self, *, now: datetime, covered):
        """Coming ones whose tutor is switched off, has no role in the area or no longer answers on the topic there;
        `covered` are current roles.
        """
        roles = covered.filter(user=OuterRef("tutor"), area=OuterRef("area"))
        answers = Coverage.objects.filter(
            tutor=OuterRef("tutor"), area=OuterRef("area"), topic=OuterRef("topic"), ended_at=None
        )
        is_gone = ~Exists(roles) | ~Exists(answers) | Q(tutor__is_active=False)
        return self.scheduled().filter(is_gone, starts_at__gt=now)

    def with_free_seats(self, seats: int = 1):
        """Neither taken nor held by an offer."""
        return self.scheduled().filter(capacity__gte=F("seats_taken") + F("seats_held") + seats)

    def too_small(self):
        """Groups with fewer seats taken than the service asks for."""
        return self.scheduled().filter(seats_taken__lt=F("service__minimum"))

    def for_display(self):
        return self.select_related("tutor", "topic", "service", "area")

    def visible_to(self, user):
        """A tutor's own, a coordinator's areas, all for ANCI. Learners see their booking instead."""
        scope = user.scope
        return self if scope.is_anci else self.filter(Q(tutor=user) | Q(area__in=scope.area_ids))


class Session(models.Model):
    class State(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("appointment", "offered to who waits")  # holds the tutor, nobody comes yet
        SCHEDULED = "scheduled", _("confirmed")
        CLOSED = "closed", _("held")
        CANCELLED = "cancelled", pgettext_lazy("appointment", "cancelled")

    tutor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tutoring", verbose_name=_("tutor")
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="sessions", verbose_name=_("kind of appointment"))
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="sessions", verbose_name=_("topic"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="sessions", verbose_name=_("inner area"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    modality = models.CharField(_("modality"), max_length=10, choices=Service.Modality)
    place = models.CharField(_("place"), max_length=200, blank=True)
    host = models.ForeignKey(
        PublicBody, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("town hall that hosts it")
    )
    video_url = models.URLField(_("video link"), blank=True)
    capacity = models.PositiveSmallIntegerField(_("seats"))
    seats_taken = models.PositiveSmallIntegerField(_("seats taken"), default=0)
    seats_held = models.PositiveSmallIntegerField(_("seats held by offers"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SCHEDULED)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    ical_uid = models.CharField(max_length=80, unique=True)
    ical_sequence = models.PositiveIntegerField(default=0)  # rises when time or place change, or somebody cancels

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("tutoring session")
        verbose_name_plural = _("tutoring sessions")
        constraints = [
            models.CheckConstraint(name="session_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="seats_within_capacity", condition=Q(capacity__gte=F("seats_taken") + F("seats_held"))
            ),
        ]
        indexes = [models.Index(fields=["tutor", "starts_at"]), models.Index(fields=["area", "starts_at"])]

    def __str__(self):
        return f"{self.topic}, {self.starts_at.astimezone(ZONE):%d/%m/%Y %H:%M}"

    def get_absolute_url(self):
        return reverse("tutorship:session_detail", args=[self.pk])

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def length_minutes(self) -> int:
        return int(self.length.total_seconds() // 60)

    @property
    def is_scheduled(self) -> bool:
        return self.state == self.State.SCHEDULED

    @property
    def is_group(self) -> bool:
        return self.capacity > 1

    @property
    def seats_left(self) -> int:
        return self.capacity - self.seats_taken - self.seats_held

    @property
    def is_deserted(self) -> bool:
        """Nobody comes, and nobody has been asked."""
        return self.seats_taken == self.seats_held == 0

    @property
    def is_on_site(self) -> bool:
        return self.modality == Service.Modality.TOWN_HALL

    @property
    def where(self) -> str:
        return self.place or self.get_modality_display()

    @property
    def cancel_until(self) -> datetime:
        """The last moment at which a cancellation is not late."""
        return self.starts_at - timedelta(hours=self.service.cancel_hours)

    @property
    def outcome_due_at(self) -> datetime:
        return self.ends_at + OUTCOME_DUE

    def has_started(self, *, now: datetime) -> bool:
        return self.starts_at <= now

    def can_be_changed(self, *, now: datetime) -> bool:
        """Whether its people may still cancel or move it."""
        return self.is_scheduled and not self.has_started(now=now)

    def can_be_joined(self, *, now: datetime) -> bool:
        """Whether the video room leads anywhere: shortly before the beginning, until the end."""
        return self.is_scheduled and bool(self.video_url) and self.starts_at - DOORS_OPEN <= now < self.ends_at

    def awaits_outcome(self, *, now: datetime) -> bool:
        return self.is_scheduled and self.has_started(now=now)


class OccupancyQuerySet(models.QuerySet):
    def of_people(self, people_ids):
        return self.filter(resource_kind=Occupancy.Resource.PERSON, resource_id__in=people_ids)

    def of_rooms(self, body_ids):
        """The meeting room of a town hall goes by the number of its body."""
        return self.filter(resource_kind=Occupancy.Resource.ROOM, resource_id__in=body_ids)

    def within(self, window):
        start, end = window
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Occupancy(models.Model):
    """Who is busy when. A row lives as long as what it stands for; the database refuses two that overlap (guards.py).

    A tutor and a learner are both people: whoever teaches from ten to eleven cannot learn from half past ten.
    """

    class Resource(models.IntegerChoices):
        PERSON = 1, _("person")
        ROOM = 2, _("room")

    resource_kind = models.PositiveSmallIntegerField(choices=Resource, default=Resource.PERSON)
    resource_id = models.PositiveBigIntegerField()
    session = models.ForeignKey(Session, models.CASCADE, related_name="occupancies")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    before = models.DurationField(default=timedelta)  # what the tutor keeps free around it
    after = models.DurationField(default=timedelta)

    objects = OccupancyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="occupancy_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at")))
        ]
        indexes = [models.Index(fields=["resource_kind", "resource_id", "starts_at"])]

    def __str__(self):
        starts_at = self.starts_at.astimezone(ZONE)
        return f"{self.get_resource_kind_display()} {self.resource_id}, {starts_at:%d/%m/%Y %H:%M}"

    @property
    def is_of_person(self) -> bool:
        return self.resource_kind == self.Resource.PERSON

    def as_busy(self) -> Busy:
        return Busy(self.starts_at, self.ends_at, self.before, self.after)


class SessionMove(models.Model):
    """One move of a session from one time to another: its history."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="moves")
    from_starts_at = models.DateTimeField()
    to_starts_at = models.DateTimeField()
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=250)

    class Meta:
        ordering = ["moved_at", "pk"]

    def __str__(self):
        before, after = self.from_starts_at.astimezone(ZONE), self.to_starts_at.astimezone(ZONE)
        return f"{before:%d/%m/%Y %H:%M} → {after:%d/%m/%Y %H:%M}"


class SessionHandover(models.Model):
    """One change of the tutor of a session: its history."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="handovers")
    from_tutor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    to_tutor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=250)

    class Meta:
        ordering = ["given_at", "pk"]

    def __str__(self):
        return f"{self.from_tutor} → {self.to_tutor}"
