"""Who waits for a seat in a full group, or for any free time on a topic; and the offer that holds it."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Employment
from lib.waiting_list import Place
from territory.models import Area
from tutorship.models.booking import QUESTION_LENGTH, Booking
from tutorship.models.coverage import Service, Topic
from tutorship.models.offer import Search
from tutorship.models.session import Session

OPEN = Q(state__in=["queued", "offered"])


class WaitingEntryQuerySet(models.QuerySet):
    def open(self):
        return self.filter(OPEN)

    def queued(self):
        return self.filter(state="queued")

    def for_any_time(self):
        return self.filter(group=None)

    def lapsed(self, *, now: datetime):
        return self.filter(state="offered", offered_until__lte=now)

    def for_display(self):
        return self.select_related(
            "learner", "employment__body__area", "area", "topic", "service", "session__tutor", "group__tutor"
        )


class WaitingEntry(models.Model):
    """One turn in a line. `group` is the full session that is waited for; without one, any free time will do."""

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("waiting", "waiting")
        OFFERED = "offered", pgettext_lazy("waiting", "an answer is expected")
        BOOKED = "booked", pgettext_lazy("waiting", "appointment made")
        LAPSED = "lapsed", pgettext_lazy("waiting", "the offer is over")
        WITHDRAWN = "withdrawn", pgettext_lazy("waiting", "withdrawn")
        CLOSED = "closed", pgettext_lazy("waiting", "closed without a seat")

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="waiting_entries")
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="waiting_entries", verbose_name=_("inner area"))
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name=_("topic"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("kind of appointment"))
    group = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="waiting")
    wants_town_hall = models.BooleanField(default=False)
    seats = models.PositiveSmallIntegerField(_("seats"), default=1, validators=[MinValueValidator(1)])
    question = models.TextField(_("question"), validators=[MaxLengthValidator(QUESTION_LENGTH)])
    answers = models.JSONField(_("answers"), default=list, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="offers")  # held now
    offered_until = models.DateTimeField(_("answer expected by"), null=True, blank=True)
    booking = models.OneToOneField(Booking, models.PROTECT, null=True, blank=True, related_name="waiting_entry")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]  # the turn
        verbose_name = _("place in the waiting list")
        verbose_name_plural = _("places in the waiting list")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "group"], condition=OPEN & Q(group__isnull=False), name="waits_once_for_a_group"
            ),
            models.UniqueConstraint(
                fields=["learner", "topic", "area"], condition=OPEN & Q(group=None), name="waits_once_for_a_time"
            ),
            models.CheckConstraint(
                name="an_offer_holds_a_session_until_a_moment",
                condition=Q(state="offered", session__isnull=False, offered_until__isnull=False)
                | ~Q(state="offered") & Q(session=None, offered_until=None),
            ),
            models.CheckConstraint(
                name="booked_with_an_appointment",
                condition=Q(state="booked", booking__isnull=False) | ~Q(state="booked") & Q(booking=None),
            ),
        ]
        indexes = [models.Index(fields=["state", "offered_until"]), models.Index(fields=["area", "asked_at"])]

    def __str__(self):
        return f"{self.topic}, {self.learner}"

    def get_absolute_url(self):
        return reverse("tutorship:waiting_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.OFFERED}

    def is_offered(self, *, now: datetime) -> bool:
        return self.state == self.State.OFFERED and self.offered_until > now

    @property
    def position(self) -> int:
        """The turn among everybody who waits for the same thing."""
        before = type(self).objects.open().filter(pk__lte=self.pk, group=self.group_id)
        return before.filter(area=self.area_id, topic=self.topic_id).count()

    def as_place(self) -> Place:
        return Place(self.pk, self.pk, self.offered_until, self.seats)

    def search(self, *, now: datetime) -> Search:
        return Search(
            learner=self.learner,
            topic=self.topic,
            service=self.service,
            now=now,
            body=self.employment.body,
            wants_town_hall=self.wants_town_hall,
            seats=self.seats,
        )
