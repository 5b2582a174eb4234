"""Video and audio of our own: private files, with captions and transcript, and what a person has watched of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import PurePath
from typing import BinaryIO

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from courses import mp4, watching
from courses.models.catalogue import CoursePage
from courses.models.enrolment import StepProgress
from courses.models.material import private_storage

QUALITIES = ["small", "medium", "large"]
PLAYED = [*QUALITIES, "audio"]
TOLERANCE_SECONDS = 2  # by which the files of one recording may differ


@contextmanager
def opened(file) -> Iterator[BinaryIO]:
    """The file as it is, whether stored or just uploaded; an upload stays open, for saving it comes later."""
    if file._committed:
        with file.storage.open(file.name) as stored:
            yield stored
    else:
        file.seek(0)
        yield file.file
        file.seek(0)


def check_captions(file) -> None:
    """WebVTT in UTF-8 with at least one cue."""
    with opened(file) as content:
        text = content.read(2_000_000).decode("utf-8-sig", errors="replace")
    if not text.startswith("WEBVTT") or "-->" not in text:
        raise ValidationError(_("This is not a file of captions in the WebVTT format."), code="not_webvtt")


def _file(words, *extensions, **options):
    validators = [FileExtensionValidator(extensions), *options.pop("validators", [])]
    options = {"blank": True, "storage": private_storage, "upload_to": "recordings/"} | options
    return models.FileField(words, validators=validators, **options)


class Recording(index.Indexed, models.Model):
    """A video in up to three qualities with its low-bandwidth twin, or an audio alone."""

    course = models.ForeignKey(CoursePage, models.CASCADE, related_name="recordings", verbose_name=_("course"))
    slug = models.SlugField(_("short name"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    small = _file(_("video, small"), "mp4", help_text=_("MP4 of about 360 lines: what a slow line can carry."))
    medium = _file(_("video, medium"), "mp4", help_text=_("MP4 of about 540 lines."))
    large = _file(_("video, large"), "mp4", help_text=_("MP4 of 720 lines or more."))
    poster = _file(_("first picture"), "jpg", "jpeg", "png", "webp", help_text=_("At most 20 kB if possible."))
    captions = _file(
        _("captions"), "vtt", validators=[check_captions], help_text=_("WebVTT. No video is saved without them.")
    )
    audio = _file(_("audio alone"), "m4a", help_text=_("M4A: the light version of the video, or an audio by itself."))
    transcript = models.TextField(_("transcript"), help_text=_("All that is said, and what only the picture shows."))
    duration_seconds = models.PositiveIntegerField(_("duration in seconds"), editable=False)

    panels = [
        FieldPanel("course"),
        FieldPanel("title"),
        FieldPanel("slug"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("small", "medium", "large", "poster", "captions")], heading=_("Video")
        ),
        MultiFieldPanel([FieldPanel("audio"), FieldPanel("transcript")], heading=_("Light version")),
    ]
    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]

    class Meta:
        ordering = ["title"]
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = [
            models.UniqueConstraint(fields=["course", "slug"], name="one_recording_per_slug"),
            models.CheckConstraint(
                name="video_has_captions",
                condition=Q(small="", medium="", large="") | ~Q(captions=""),
                violation_error_message=_("A video needs its captions: add the WebVTT file."),
            ),
            models.CheckConstraint(name="recording_lasts", condition=Q(duration_seconds__gt=0)),
        ]

    def __str__(self):
        return self.title

    @property
    def is_video(self) -> bool:
        return bool(self.small or self.medium or self.large)

    @admin.display(description=_("kind"))
    def kind(self) -> str:
        return _("video") if self.is_video else _("audio")

    @admin.display(description=_("minutes"), ordering="duration_seconds")
    def minutes(self) -> int:
        return ceil(self.duration_seconds / 60)

    def qualities(self) -> list[tuple[str, models.FileField]]:
        """The video files there are, the lightest first."""
        return [(name, file) for name in QUALITIES if (file := getattr(self, name))]

    def clean(self):
        super().clean()
        lasts = {}
        for name in PLAYED:
            if file := getattr(self, name):
                lasts[name] = self._duration(name, file)
        if not lasts:
            raise ValidationError(_("Add a video or an audio file."), code="no_file")
        if max(lasts.values()) - min(lasts.values()) > TOLERANCE_SECONDS:
            raise ValidationError(_("The files do not last equally long: they must be the same recording."), code="mix")
        self.duration_seconds = min(lasts.values())

    def _duration(self, name: str, file) -> int:
        try:
            with opened(file) as content:
                return mp4.duration_seconds(content)
        except mp4.Mp4Error as broken:
            text = _("This file cannot be played: it must be an MP4 or M4A.")
            raise ValidationError({name: ValidationError(text, code="not_mp4")}) from broken


CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".vtt": "text/vtt; charset=utf-8",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


def content_type(name: str) -> str:
    return CONTENT_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")


class WatchingQuerySet(models.QuerySet):
    def seen(self, enrolment, step_id: int) -> dict:
        """By recording, what a player needs to go on where the person stopped; nothing for who is not enrolled."""
        rows = self.filter(progress__enrolment=enrolment, progress__step=step_id).select_related("recording")
        return {
            row.recording_id: {"spans": row.spans, "position": row.position_seconds, "percent": row.percent}
            for row in (rows if enrolment else ())
        }

    def locked(self):
        """For writing: the row and its enrolment are taken, so that evidence comes one piece after the other."""
        return (
            self.select_for_update(of=("self", "progress__enrolment"))
            .select_related("progress__enrolment", "recording")
            .annotate(demands=F("progress__step__lessonpage__demands"))
        )


class Watching(models.Model):
    """What one person has watched of one recording, on all devices together, on one lesson of one enrolment."""

    progress = models.ForeignKey(StepProgress, models.CASCADE, related_name="watchings")
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="watchings")
    spans = models.JSONField(default=list)  # courses.watching.Span, a union
    reported_at = models.DateTimeField()  # up to when playing time has been counted
    position_seconds = models.PositiveIntegerField(default=0)
    position_at = models.DateTimeField()  # when the person was there: a late report of an older place does not count
    transcript_read_at = models.DateTimeField(null=True)

    objects = WatchingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["progress", "recording"], name="one_watching_each")]

    def __str__(self):
        return f"{self.progress_id} {self.recording_id}"

    @property
    def percent(self) -> int:
        """The share that counts: all of it once the transcript was read instead."""
        if self.transcript_read_at:
            return 100
        return watching.percent(map(tuple, self.spans), duration=self.recording.duration_seconds)
