"""What came of a session: the shared outcome, who does what until when, and what only the author reads."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.models import CoursePage
from tutorship.models.session import Session

CORRECTION_TIME = timedelta(days=14)  # after the outcome was first written


class Outcome(models.Model):
    """What came of a session, as everybody who took part may read it."""

    class Kind(models.TextChoices):
        SOLVED = "solved", pgettext_lazy("outcome", "Solved")
        FOLLOW_UP = "follow_up", pgettext_lazy("outcome", "To be continued")
        NEEDS_COURSE = "needs_course", pgettext_lazy("outcome", "A course is needed")
        ESCALATED = "escalated", pgettext_lazy("outcome", "Passed on to the coordinators")
        NO_SHOW = "no_show", pgettext_lazy("outcome", "Nobody came")

    session = models.OneToOneField(Session, models.PROTECT, related_name="outcome")
    kind = models.CharField(_("how it ended"), max_length=12, choices=Kind)
    summary = models.TextField(_("outcome"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"))
    needs_course = models.ForeignKey(
        CoursePage, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("recommended course")
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))
    corrected_at = models.DateTimeField(_("corrected"), null=True, blank=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.CheckConstraint(
                name="minutes_unless_nobody_came", condition=Q(kind="no_show", minutes=0) | ~Q(kind="no_show")
            )
        ]

    def __str__(self):
        return str(self.session)

    @property
    def correct_until(self) -> datetime:
        return self.written_at + CORRECTION_TIME

    def can_be_corrected(self, *, now: datetime) -> bool:
        return now < self.correct_until


class PrivateNoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The author's own; nobody else's, not even for ANCI."""
        return self.filter(author=user)


class PrivateNote(models.Model):
    """What a tutor writes about a session for nobody else."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.TextField(_("private note"))

    objects = PrivateNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")
        constraints = [models.UniqueConstraint(fields=["session", "author"], name="one_note_per_author")]

    def __str__(self):
        return str(self.session)


class FollowUpTaskQuerySet(models.QuerySet):
    def open(self):
        return self.filter(done_at=None)

    def for_display(self):
        return self.select_related("owner", "session__topic", "session__tutor")

    def visible_to(self, user):
        """One's own; the tutor reads all of the session, who took part the tutor's; all for ANCI, as the outcome."""
        if user.scope.is_anci:
            return self
        took_part = Session.objects.filter(bookings__learner=user, bookings__cancelled_at=None)
        shared = Q(owner=models.F("session__tutor"), session__in=took_part.values("pk"))
        return self.filter(Q(owner=user) | Q(session__tutor=user) | shared)


class FollowUpTask(models.Model):
    """Who does what after the session, and until when."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="tasks")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="follow_up_tasks", verbose_name=_("who does it")
    )
    text = models.CharField(_("what is to be done"), max_length=250)
    due_on = models.DateField(_("until"))
    added_at = models.DateTimeField(_("added"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = FollowUpTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [models.Index(fields=["owner", "due_on"])]

    def __str__(self):
        return self.text

    def is_late(self, *, on: date) -> bool:
        return self.done_at is None and self.due_on < on
