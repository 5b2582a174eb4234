"""Live sessions as a step of the course, and who was there how long."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from courses import presence
from courses.models.edition import LiveSession
from courses.models.enrolment import Enrolment
from courses.models.prerequisite import prerequisite_panel
from courses.models.step import IS_REQUIRED_HELP, STEP_SUMMARY_HELP, Step


class LiveStepPage(Step):
    """All the meetings of an edition together: complete with a share of their minutes. One per course."""

    introduction = RichTextField(
        _("introduction"),
        features=["bold", "italic", "ol", "ul"],
        blank=True,
        help_text=_("What happens there and what to bring. Days and places belong to the editions."),
    )
    minimum_percent = models.PositiveSmallIntegerField(
        _("minutes to be attended (%)"), default=70, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    template = preview_template = "courses/live.html"
    KIND = Step.Kind.LIVE
    max_count_per_parent = 1
    content_panels = [
        *Step.content_panels,
        FieldPanel("summary", help_text=STEP_SUMMARY_HELP),
        FieldPanel("introduction"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("minutes"), FieldPanel("minimum_percent")]),
                FieldPanel("is_required", help_text=IS_REQUIRED_HELP),
            ],
            heading=_("Rules"),
        ),
        prerequisite_panel(),
    ]

    class Meta:
        verbose_name = _("live meetings")
        verbose_name_plural = _("live meetings")

    def clean(self):
        super().clean()
        if self.minutes < 1:
            text = _("Say how many minutes the meetings of an edition last together: they count for the credit.")
            raise ValidationError({"minutes": text})


class Attendance(models.Model):
    """One person at one meeting. Without a row nobody has said anything yet; 0 minutes is an absence."""

    session = models.ForeignKey(LiveSession, models.PROTECT, related_name="attendances", verbose_name=_("live session"))
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendances", verbose_name=_("enrolment"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True)  # counted once the meeting is over
    excused_at = models.DateTimeField(_("excused"), null=True)
    apology = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="one_attendance_each")]

    def __str__(self):
        return f"{self.enrolment_id}, {self.session}"

    @property
    def is_absence(self) -> bool:
        """Counted with no minute and nothing said before; who excused oneself is not absent."""
        return self.minutes == 0 and self.excused_at is None

    @property
    def is_excuse(self) -> bool:
        return self.excused_at is not None and not self.minutes


class Presence(models.Model):
    """One stay at a meeting, as one source tells it. The minutes are the union of all of them."""

    class Source(models.TextChoices):
        REGISTER = "register", _("register")
        CODE = "code", _("QR code")
        LOG = "log", _("connection log")

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="presences")
    source = models.CharField(_("source"), max_length=10, choices=Source)
    joined_at = models.DateTimeField(_("from"))
    left_at = models.DateTimeField(_("until"))

    class Meta:
        ordering = ["joined_at", "pk"]
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.CheckConstraint(name="presence_ends_after_it_starts", condition=Q(left_at__gt=F("joined_at"))),
            models.UniqueConstraint(fields=["attendance", "source", "joined_at", "left_at"], name="presence_once"),
            models.UniqueConstraint(
                fields=["attendance", "source"], condition=~Q(source="log"), name="one_presence_in_the_room"
            ),
        ]

    def __str__(self):
        return f"{self.get_source_display()} {self.joined_at:%H:%M}–{self.left_at:%H:%M}"

    def as_stay(self) -> presence.Stay:
        return presence.Stay(self.joined_at, self.left_at)
