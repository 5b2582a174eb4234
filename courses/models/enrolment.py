"""Who takes which course for whom, and how far."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Employment
from courses.models.edition import Edition
from courses.models.step import Step
from territory.models import Area, PublicBody

OPEN = Q(completed_at=None, left_at=None)


class EnrolmentQuerySet(models.QuerySet):
    def open(self):
        return self.filter(OPEN)

    def completed(self):
        return self.filter(completed_at__isnull=False)

    def current(self):
        """Not left: being taken, or completed."""
        return self.filter(left_at=None)

    def for_course(self, course):
        """The enrolment that counts on a course's pages: the open one, else the last completed, else None."""
        return self.current().filter(edition__course=course).order_by(F("completed_at").desc(nulls_first=True)).first()

    def counted(self):
        """What reports may count: work for a body that has confirmed the person."""
        return self.filter(employment__confirmed_at__isnull=False)

    def late(self, *, on: date):
        return self.open().filter(due_on__lt=on)

    def managed_by(self, user):
        """Open enrolments that this person may end for others: of confirmed staff of the own bodies and areas."""
        scope, found = user.scope, self.open().exclude(user=user)
        if scope.is_anci:
            return found
        staff = Q(body__in=scope.body_ids) | Q(area__in=scope.area_ids)
        return found.filter(staff, employment__confirmed_at__isnull=False)

    def visible_to(self, user):
        """The own; a tutor's editions; a referent's body, a coordinator's area (confirmed staff only); all for ANCI."""
        scope = user.scope
        if scope.is_anci:
            return self
        staff = Q(body__in=scope.body_ids) | Q(area__in=scope.area_ids)
        taught = Q(edition__in=Edition.objects.filter(tutors=user).values("pk")) if scope.is_tutor else Q(pk__in=[])
        return self.filter(Q(user=user) | taught | staff & Q(employment__confirmed_at__isnull=False))


class Enrolment(models.Model):
    """One person in one edition, for one employment. Body and area are a snapshot: past reports never change.

    While it is open it goes along to a new employer (docs/decisions/0013).
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="enrolments", verbose_name=_("edition"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments", verbose_name=_("person")
    )
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="enrolments", verbose_name=_("employment"))
    body = models.ForeignKey(PublicBody, models.PROTECT, related_name="enrolments", verbose_name=_("body"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="enrolments", verbose_name=_("inner area"))
    enrolled_at = models.DateTimeField(_("enrolled"))
    last_activity_at = models.DateTimeField(_("last activity"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    credit_minutes = models.PositiveIntegerField(_("credit in minutes"), default=0)  # set once, at completion

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at", "-pk"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "user"],
                condition=OPEN,
                name="one_open_enrolment_each",
                violation_error_message=_("There is already an open enrolment in this edition."),
            ),
            models.CheckConstraint(
                name="enrolment_completed_or_left", condition=Q(completed_at=None) | Q(left_at=None)
            ),
        ]
        indexes = [
            models.Index(fields=["area", "enrolled_at"]),
            models.Index(fields=["body", "enrolled_at"]),
            models.Index(fields=["user", "completed_at"]),
            models.Index(fields=["enrolled_at", "id"], name="enrolments_by_day"),
        ]

    def __str__(self):
        return f"{self.user}, {self.edition}"

    @property
    def is_open(self) -> bool:
        return self.completed_at is None and self.left_at is None

    def next_step(self) -> Step | None:
        """The first step of the course that is not completed, or None at the end."""
        done = self.steps.filter(completed_at__isnull=False).values("step")
        return Step.objects.outline(self.edition.course).exclude(pk__in=done).first()


class StepProgress(models.Model):
    """The evidence for one step of one enrolment."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="steps")
    step = models.ForeignKey(Step, models.PROTECT, related_name="progress")
    dwell_seconds = models.PositiveIntegerField(default=0)  # on a lesson, all stays together
    seen_until = models.DateTimeField(null=True)  # up to when the stays have been counted
    best_score_percent = models.DecimalField(
        max_digits=5, decimal_places=2, null=True
    )  # of a quiz: the score that counts by its rule
    attended_minutes = models.PositiveIntegerField(default=0)  # of the live meetings, all together
    checkpoints = models.JSONField(default=dict)  # of a lesson: by question the answer chosen, as it was read
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "step"], name="one_progress_per_step")]

    def __str__(self):
        return f"{self.enrolment_id} {self.step_id}"
