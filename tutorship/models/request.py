"""Asking for a session where no free time suits: preferred windows, and a coordinator who finds a tutor or answers."""

from datetime import date, datetime

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Employment
from territory.models import Area, PublicBody
from tutorship.models.booking import QUESTION_LENGTH, Booking
from tutorship.models.coverage import ITALY, ZONE, Service, Topic
from tutorship.slots import nth_working_day

OPEN = Q(state="open")
ANSWER_WORKING_DAYS = 2
MOST_WINDOWS = 3


def answer_due(now: datetime) -> date:
    """The day until which whoever asks now is answered."""
    return nth_working_day(now.astimezone(ZONE).date(), ANSWER_WORKING_DAYS, ITALY)


class SessionRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(OPEN)

    def for_display(self):
        return self.select_related("learner", "body", "area", "topic", "service", "employment").prefetch_related(
            "windows"
        )

    def visible_to(self, user):
        """Who answers: a coordinator in the own areas, ANCI everywhere. The person who asks has pages of their own."""
        return self if user.scope.is_anci else self.filter(area__in=user.scope.area_ids)


class SessionRequest(models.Model):
    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "waiting for an answer")
        MATCHED = "matched", pgettext_lazy("request", "appointment made")
        ANSWERED = "answered", pgettext_lazy("request", "answered")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="session_requests")
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="+")
    body = models.ForeignKey(PublicBody, models.PROTECT, related_name="+", verbose_name=_("body"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="session_requests", verbose_name=_("inner area"))
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name=_("topic"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("kind of appointment"))
    question = models.TextField(_("question"), validators=[MaxLengthValidator(QUESTION_LENGTH)])
    asked_at = models.DateTimeField(_("asked"))
    answer_due_on = models.DateField(_("answer expected by"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True, max_length=2_000)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    booking = models.OneToOneField(Booking, models.PROTECT, null=True, blank=True, related_name="request")

    objects = SessionRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("request for a session")
        verbose_name_plural = _("requests for a session")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "topic", "area"], condition=OPEN, name="one_open_request_on_a_topic"
            ),
            models.CheckConstraint(
                name="matched_with_an_appointment",
                condition=Q(state="matched", booking__isnull=False) | ~Q(state="matched") & Q(booking=None),
            ),
            models.CheckConstraint(name="answered_in_words", condition=~Q(state="answered") | ~Q(answer="")),
        ]
        indexes = [models.Index(fields=["area", "state", "asked_at"])]

    def __str__(self):
        return f"{self.topic}, {self.learner}"

    def get_absolute_url(self):
        return reverse("tutorship:request_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_overdue(self, *, today: date) -> bool:
        return self.is_open and self.answer_due_on < today


class PreferredWindow(models.Model):
    """Part of a day in which the person has time."""

    class Part(models.TextChoices):
        MORNING = "morning", _("in the morning, 9–13")
        AFTERNOON = "afternoon", _("in the afternoon, 14–18")
        ALL_DAY = "all_day", _("all day")

    request = models.ForeignKey(SessionRequest, models.CASCADE, related_name="windows")
    on = models.DateField(_("day"))
    part = models.CharField(_("part of the day"), max_length=10, choices=Part, default=Part.MORNING)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "on", "part"], name="each_window_once")]

    def __str__(self):
        return f"{self.on}, {self.get_part_display()}"
