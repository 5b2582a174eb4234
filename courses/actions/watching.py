"""Evidence from recordings: spans that a browser has played, or the transcript that was read instead."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from courses import completion, watching
from courses.actions.progress import lock, settle
from courses.lesson_markdown import reading_minutes, words
from courses.models import Enrolment, LessonPage, Recording, StepProgress, Watching

ACTIVITY_NOTED_EVERY = timedelta(minutes=30)  # so that a position costs one UPDATE and not two


@transaction.atomic
def record_watching(
    *,
    user: User,
    enrolment_id: int,
    step_id: int,
    recording_id: int,
    opened_at: datetime,
    spans: Sequence[watching.Span],
    rate: float,
    position_seconds: int,
    placed_at: datetime,
    now: datetime,
) -> Watching:
    """Add what was played to what had been watched, as far as the time since the last report can hold it.

    Raises Enrolment.DoesNotExist or Watching.DoesNotExist when there is no such thing for this person. Safe to repeat.
    """
    row = _locked(user, enrolment_id, step_id, recording_id)
    if row is None:
        enrolment = Enrolment.objects.get(pk=enrolment_id, user=user)
        _start(enrolment, step_id, recording_id, opened_at=min(opened_at, now))
        row = _locked(user, enrolment_id, step_id, recording_id)
    if row.progress.enrolment.left_at:
        raise ValidationError(_("This enrolment is not open."), code="not_open")
    before = row.percent
    _credit(row, spans, rate=rate, now=now)
    if placed_at >= row.position_at:
        row.position_seconds = min(position_seconds, row.recording.duration_seconds)
        row.position_at = min(placed_at, now)
    row.save(update_fields=["spans", "reported_at", "position_seconds", "position_at"])
    _note(row, before=before, now=now)
    return row


@transaction.atomic
def record_transcript(
    enrolment: Enrolment, step: LessonPage, recording: Recording, *, opened_at: datetime, now: datetime
) -> Watching:
    """Note that the transcript was read instead, where the editor lets that count; raise when it was too quick."""
    asked = step.demands.get("recordings", {}).get(str(recording.pk))
    if asked is None or not asked["twin"]:
        raise ValidationError(_("In this lesson the recording itself counts, not its transcript."), code="no_twin")
    needed = transcript_seconds(recording)
    left = needed - int((now - opened_at).total_seconds())
    if left > 0:
        text = _("The transcript asks for another %(count)d seconds of reading.") % {"count": left}
        raise ValidationError(text, code="too_quick")
    lock(enrolment)
    _start(enrolment, step.pk, recording.pk, opened_at=opened_at)
    row = _locked(enrolment.user, enrolment.pk, step.pk, recording.pk)
    if row.transcript_read_at is None:
        row.transcript_read_at = now
        row.save(update_fields=["transcript_read_at"])
    settle(row.progress.enrolment, row.progress, now=now)
    return row


def transcript_seconds(recording: Recording) -> int:
    """The shortest time in which the transcript can be read; the rule is the one for lessons."""
    minutes = reading_minutes(len(words(recording.transcript)))
    return completion.required_seconds(minutes, seconds_per_minute=settings.LESSON_MINIMUM_SECONDS_PER_MINUTE)


def _locked(user: User, enrolment_id: int, step_id: int, recording_id: int) -> Watching | None:
    return (
        Watching.objects.locked()
        .filter(
            progress__enrolment=enrolment_id,
            progress__enrolment__user=user,
            progress__step=step_id,
            recording=recording_id,
        )
        .first()
    )


def _start(enrolment: Enrolment, step_id: int, recording_id: int, *, opened_at: datetime) -> None:
    """The row for the first report; two devices that begin together find the same one."""
    enrolment = lock(enrolment)
    lesson = LessonPage.objects.child_of(enrolment.edition.course).live().filter(pk=step_id).first()
    if lesson is None or str(recording_id) not in lesson.demands.get("recordings", {}):
        raise Watching.DoesNotExist
    progress, _created = StepProgress.objects.get_or_create(enrolment=enrolment, step=lesson)
    beginning = {"reported_at": opened_at, "position_at": opened_at}
    Watching.objects.get_or_create(progress=progress, recording_id=recording_id, defaults=beginning)


def _credit(row: Watching, spans: Sequence[watching.Span], *, rate: float, now: datetime) -> None:
    seen = [tuple(span) for span in row.spans]
    at_most = watching.believable((now - row.reported_at).total_seconds(), rate)
    credited = watching.credit(seen, spans, duration=row.recording.duration_seconds, at_most=at_most)
    is_cut = watching.length(credited) - watching.length(seen) == at_most
    # A report that was cut leaves the fraction of a second to the next one.
    counted_until = row.reported_at + timedelta(seconds=at_most / rate) if is_cut else now
    row.spans, row.reported_at = credited, max(row.reported_at, counted_until)


def _note(row: Watching, *, before: int, now: datetime) -> None:
    """Complete the lesson when the editor's share is reached; otherwise say now and then that somebody is here."""
    enrolment = row.progress.enrolment
    asked = (row.demands or {}).get("recordings", {}).get(str(row.recording_id))
    if asked and before < asked["percent"] <= row.percent:
        settle(enrolment, row.progress, now=now)
    elif now - enrolment.last_activity_at > ACTIVITY_NOTED_EVERY:
        enrolment.last_activity_at = now
        enrolment.save(update_fields=["last_activity_at"])
