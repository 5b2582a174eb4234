"""Evidence of learning. Each piece recomputes the completion in its own transaction."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from courses import completion
from courses.actions.seat import check_conditions
from courses.models import Enrolment, LessonPage, Step, StepProgress, Watching
from courses.signals import enrolment_completed
from journal.actions import record

LONGEST_STAY_SECONDS = 4 * 3600  # a page left open overnight is no reading


@transaction.atomic
def record_reading(enrolment: Enrolment, step: Step, *, opened_at: datetime, now: datetime) -> StepProgress:
    """Note a stay on a lesson from `opened_at` to `now`; time that was counted before is not counted again.

    The step is complete once all stays together reach `needed_seconds`, its recordings are watched and its checkpoint
    questions answered; until then `completed_at` stays None.
    """
    enrolment = lock(enrolment)
    if step.kind != Step.Kind.LESSON:
        raise ValidationError(_("This step is not a lesson."), code="not_a_lesson")
    check_step_opens(enrolment, step, now=now)
    progress, _created = StepProgress.objects.get_or_create(enrolment=enrolment, step=step)
    counted_from = max(opened_at, progress.seen_until or opened_at)
    stay = max(0, int((now - counted_from).total_seconds()))
    progress.dwell_seconds += min(stay, LONGEST_STAY_SECONDS)
    progress.seen_until = max(now, progress.seen_until or now)
    progress.save()
    settle(enrolment, progress, now=now)
    return progress


def settle(enrolment: Enrolment, progress: StepProgress, *, now: datetime) -> None:
    """After new evidence on a lesson: complete the step when it lacks nothing, then the enrolment."""
    if progress.completed_at is None and lacking(progress) is None:
        check_step_opens(enrolment, progress.step, now=now)
        progress.completed_at = now
        progress.save(update_fields=["completed_at"])
    recompute(enrolment, now=now)


@transaction.atomic
def answer_checkpoint(
    enrolment: Enrolment, lesson: LessonPage, *, key: str, choice: int, now: datetime
) -> StepProgress:
    """Note the answer to a checkpoint question with its comment as it was read; the last answer stands.

    It counts as answered whether right or wrong: the comment explains. Raises for a question or an answer that is not
    of this lesson.
    """
    question = lesson.checkpoint(key)
    answers = question["answers"] if question else []
    if not 0 <= choice < len(answers):
        raise ValidationError(_("Choose one of the answers."), code="no_answer")
    enrolment = lock(enrolment)
    progress, _created = StepProgress.objects.get_or_create(enrolment=enrolment, step=lesson)
    kept = {name: answers[choice][name] for name in ("text", "is_right", "feedback")}
    progress.checkpoints[key] = kept | {"choice": choice}
    progress.save(update_fields=["checkpoints"])
    settle(enrolment, progress, now=now)
    return progress


def lacking(progress: StepProgress) -> completion.Reason | None:
    """What this lesson still asks for."""
    step = Step.objects.with_rules().get(pk=progress.step_id)
    requirement = _requirement(progress.enrolment, step)
    evidence = _evidence(StepProgress.objects.filter(pk=progress.pk), [requirement])
    return completion.unmet(requirement, evidence[step.pk])


def check_step_opens(enrolment: Enrolment, step: Step, *, now: datetime) -> None:
    """Raise ValidationError "locked" while conditions are missing; what is completed stays open."""
    if not enrolment.steps.filter(step=step.pk, completed_at__isnull=False).exists():
        check_conditions(step, user=enrolment.user, area_id=enrolment.area_id, on=timezone.localdate(now))


def lock(enrolment: Enrolment) -> Enrolment:
    """Take the enrolment's row for this transaction; evidence for it comes one piece after the other."""
    locked = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("edition__course", "user", "area")
        .get(pk=enrolment.pk)
    )
    if locked.left_at:
        raise ValidationError(_("This enrolment is not open."), code="not_open")
    return locked


def needed_seconds(step: Step) -> int:
    return completion.required_seconds(step.minutes, seconds_per_minute=settings.LESSON_MINIMUM_SECONDS_PER_MINUTE)


def missing_steps(enrolment: Enrolment, outline: Iterable[Step] | None = None) -> list[completion.Missing]:
    """What still stands between this enrolment and its completion, in the order of the course.

    `outline` are the course's steps `with_rules()`, where they have been read already.
    """
    requirements = _requirements(enrolment, outline)
    return completion.missing(requirements, _evidence(enrolment.steps, requirements))


def recompute(enrolment: Enrolment, *, now: datetime) -> None:
    """Complete the enrolment when nothing is missing. A completion is never taken back here."""
    enrolment.last_activity_at = now
    enrolment.save(update_fields=["last_activity_at"])
    if not enrolment.completed_at and is_whole(enrolment):
        complete(enrolment, actor=enrolment.user, now=now)


def is_whole(enrolment: Enrolment) -> bool:
    """Whether nothing is missing, and no coordinator has undone the completion."""
    requirements = _requirements(enrolment)
    if not requirements or completion.missing(requirements, _evidence(enrolment.steps, requirements)):
        return False
    last = enrolment.decisions.last()
    return last is None or last.is_complete


def complete(enrolment: Enrolment, *, actor: User, now: datetime, reason: str = "") -> None:
    """Note the completion with its credit and tell the apps above; the caller holds the row."""
    enrolment.completed_at = now
    enrolment.credit_minutes = sum(_required_steps(enrolment).values_list("minutes", flat=True))
    enrolment.save(update_fields=["completed_at", "credit_minutes"])
    area = enrolment.area.slug if enrolment.area else ""
    after = {"credit_minutes": enrolment.credit_minutes}
    record("complete", enrolment, actor=actor, area=area, after=after, reason=reason, now=now)
    enrolment_completed.send(sender=Enrolment, enrolment=enrolment, now=now)


def _required_steps(enrolment: Enrolment):
    return Step.objects.outline(enrolment.edition.course).filter(is_required=True)


def _requirements(enrolment: Enrolment, outline: Iterable[Step] | None = None) -> list[completion.Requirement]:
    steps = _required_steps(enrolment).with_rules() if outline is None else outline
    return [_requirement(enrolment, step) for step in steps if step.is_required]


def _requirement(enrolment: Enrolment, step: Step) -> completion.Requirement:
    if step.kind == Step.Kind.QUIZ:
        return completion.Requirement(step.pk, score_percent=step.pass_mark)
    if step.kind == Step.Kind.LIVE:
        sessions = enrolment.edition.live_sessions.all()
        needed = sessions.needed_minutes(step_minutes=step.minutes, percent=step.minimum_percent)
        return completion.Requirement(step.pk, attended_minutes=needed)
    demands = step.demands or {}
    return completion.Requirement(
        step.pk,
        seconds=needed_seconds(step),
        watched_percent={int(key): asked["percent"] for key, asked in demands.get("recordings", {}).items()},
        checkpoints=frozenset(demands.get("checkpoints", [])),
    )


def _evidence(
    steps: QuerySet[StepProgress], requirements: Iterable[completion.Requirement]
) -> dict[int, completion.Evidence]:
    """By step; one query, two where a requirement asks for recordings."""
    watched = defaultdict(dict)
    if any(requirement.watched_percent for requirement in requirements):
        for watching in Watching.objects.filter(progress__in=steps.values("pk")).select_related("recording"):
            watched[watching.progress_id][watching.recording_id] = watching.percent
    return {
        row.step_id: completion.Evidence(
            row.dwell_seconds,
            row.best_score_percent,
            row.attended_minutes,
            watched_percent=watched[row.pk],
            checkpoints=frozenset(row.checkpoints),
            is_done=row.completed_at is not None,
        )
        for row in steps.all()
    }
