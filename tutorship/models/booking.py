"""Who comes to a session, with which question, for which body."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Employment
from territory.models import Area, PublicBody
from tutorship.models.case import Case
from tutorship.models.session import Session

ACTIVE = Q(cancelled_at=None)
QUESTION_LENGTH = 2_000


class BookingQuerySet(models.QuerySet):
    def active(self):
        return self.filter(ACTIVE)

    def upcoming(self, *, now: datetime):
        return self.active().filter(session__state="scheduled", session__ends_at__gt=now).order_by("session__starts_at")

    def for_display(self):
        return self.select_related(
            "session__tutor", "session__topic", "session__service", "session__area", "body", "learner", "area"
        )

    def visible_to(self, user):
        """The own; a tutor's sessions; a coordinator's areas; all for ANCI."""
        scope = user.scope
        if scope.is_anci:
            return self
        return self.filter(Q(learner=user) | Q(session__tutor=user) | Q(session__area__in=scope.area_ids))


class Booking(models.Model):
    """One seat. Body and area are a snapshot of the employment: past reports never change.

    While it is to come it goes along to a new employer (docs/decisions/0013).
    """

    class Attendance(models.TextChoices):
        EXPECTED = "expected", _("expected")
        ATTENDED = "attended", _("present")
        NO_SHOW = "no_show", _("absent")

    session = models.ForeignKey(Session, models.PROTECT, related_name="bookings", verbose_name=_("tutoring session"))
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookings", verbose_name=_("person")
    )
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="bookings", verbose_name=_("employment"))
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("case")
    )
    body = models.ForeignKey(PublicBody, models.PROTECT, related_name="bookings", verbose_name=_("body"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="bookings", verbose_name=_("inner area"))
    seats = models.PositiveSmallIntegerField(_("seats"), default=1, validators=[MinValueValidator(1)])
    question = models.TextField(_("question"), validators=[MaxLengthValidator(QUESTION_LENGTH)])
    answers = models.JSONField(_("answers"), default=list, blank=True)  # pairs of question and answer, as asked then
    request_key = models.CharField(max_length=32, blank=True)  # of the page that asked; the same page books once
    booked_at = models.DateTimeField(_("booked"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(_("reason"), max_length=250, blank=True)
    is_late_cancel = models.BooleanField(_("cancelled late"), default=False)
    attendance = models.CharField(_("attendance"), max_length=10, choices=Attendance, default=Attendance.EXPECTED)
    attended_minutes = models.PositiveSmallIntegerField(_("minutes present"), default=0)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["-session__starts_at", "-pk"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(fields=["session", "learner"], condition=ACTIVE, name="one_seat_each"),
            models.UniqueConstraint(
                fields=["learner", "request_key"], condition=~Q(request_key=""), name="one_booking_per_request"
            ),
            models.CheckConstraint(name="booking_takes_a_seat", condition=Q(seats__gte=1)),
            models.CheckConstraint(
                name="cancelled_with_a_reason",
                condition=Q(cancelled_at=None, cancel_reason="", cancelled_by=None, is_late_cancel=False)
                | Q(cancelled_at__isnull=False) & ~Q(cancel_reason=""),  # by nobody: by the rules of the service
            ),
            models.CheckConstraint(
                name="minutes_only_when_present",
                condition=Q(attendance="attended", cancelled_at=None) | Q(attended_minutes=0),
            ),
        ]
        indexes = [models.Index(fields=["learner", "booked_at"]), models.Index(fields=["area", "booked_at"])]

    def __str__(self):
        return f"{self.learner}, {self.session}"

    def get_absolute_url(self):
        return reverse("tutorship:booking_detail", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.cancelled_at is None

    def can_be_cancelled(self, *, now: datetime) -> bool:
        return self.is_active and self.session.can_be_changed(now=now)

    def can_be_moved(self, *, now: datetime) -> bool:
        """By the learner: as long as it is not late, and while nobody else would be moved along."""
        is_alone = self.session.seats_taken == self.seats
        return self.can_be_cancelled(now=now) and is_alone and now <= self.session.cancel_until

    @property
    def can_be_rated(self) -> bool:
        """By who was there, once the tutor has closed the session."""
        is_closed = self.session.state == Session.State.CLOSED
        return self.is_active and is_closed and self.attendance == self.Attendance.ATTENDED

    @property
    def state_label(self) -> str:
        """What everybody reads, in one set of words: confirmed, cancelled, held or absent."""
        if not self.is_active:
            return Session.State.CANCELLED.label
        if self.attendance == self.Attendance.NO_SHOW:
            return self.get_attendance_display()
        return self.session.get_state_display()
