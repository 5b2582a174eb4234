"""An edition as its tutor sees it: who is where, and who is stuck."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from courses.completion import FAILED_ATTEMPTS, IDLE_AFTER_DAYS
from courses.models.attempt import Attempt
from courses.models.edition import Edition
from courses.models.enrolment import OPEN, Enrolment, StepProgress
from courses.models.outlook import Outlook
from courses.models.step import Step

IDLE, LATE, FAILED, OUT_OF_REACH = "idle", "late", "failed", "out_of_reach"


@dataclass(frozen=True)
class RosterRow:
    enrolment: Enrolment
    done: int
    total: int
    step: Step | None  # the first one that is not done
    reasons: list[str]  # why the person is stuck; empty when not, or when the course is completed
    outlook: Outlook | None


def stuck(people, *, now: datetime):
    """The open enrolments without activity for two weeks, late, or twice failed at a quiz not passed yet."""
    return people.filter(_is_stuck(now))


def _is_stuck(now: datetime) -> Q:
    since = now - timedelta(days=IDLE_AFTER_DAYS)
    late = Q(due_on__lt=timezone.localdate(now))
    return OPEN & (Q(last_activity_at__lte=since) | late | Q(_has_failed()))


def _has_failed() -> Exists:
    return Exists(failed_attempts().filter(enrolment=OuterRef("pk")))


def count_people(people, *, now: datetime) -> dict[str, int]:
    """How many there are, and how many in each state: one query."""
    states = {"stuck": _is_stuck(now), "open": OPEN, "completed": Q(completed_at__isnull=False)}
    return people.aggregate(all=Count("pk"), **{name: Count("pk", filter=state) for name, state in states.items()})


def for_roster(people):
    """With what a row shows, by name."""
    shown = people.select_related("user", "body").annotate(has_failed=_has_failed())
    return shown.order_by("user__last_name", "user__first_name", "pk")


def failed_attempts():
    """Pairs of enrolment and quiz: failed twice, and not passed since."""
    passed = StepProgress.objects.filter(
        enrolment=OuterRef("enrolment"), step=OuterRef("quiz"), completed_at__isnull=False
    )
    failed = Attempt.objects.filter(submitted_at__isnull=False, score_percent__lt=F("pass_mark_percent"))
    pairs = failed.exclude(Exists(passed)).order_by().values("enrolment", "quiz")
    return pairs.annotate(times=Count("pk")).filter(times__gte=FAILED_ATTEMPTS)


def roster(edition: Edition, enrolments: Iterable[Enrolment], *, now: datetime) -> list[RosterRow]:
    """One row for each of these enrolments, which are `for_roster()`; as many queries for fifty as for one."""
    enrolments = list(enrolments)
    steps = list(Step.objects.outline(edition.course).with_rules())
    required = [step for step in steps if step.is_required]
    done = _steps_done(enrolments)
    outlooks = Outlook.read(edition, enrolments, steps)
    rows = []
    for enrolment in enrolments:
        left = [step for step in required if step.pk not in done[enrolment.pk]]
        outlook = outlooks.get(enrolment.pk)
        reasons = list(_reasons(enrolment, outlook, has_failed=enrolment.has_failed, now=now))
        total = len(required)
        rows.append(RosterRow(enrolment, total - len(left), total, left[0] if left else None, reasons, outlook))
    return rows


def _steps_done(enrolments: list[Enrolment]) -> dict[int, set[int]]:
    done: dict[int, set[int]] = {enrolment.pk: set() for enrolment in enrolments}
    completed = StepProgress.objects.filter(enrolment__in=enrolments, completed_at__isnull=False)
    for enrolment, step in completed.values_list("enrolment", "step"):
        done[enrolment].add(step)
    return done


def _reasons(enrolment: Enrolment, outlook: Outlook | None, *, has_failed: bool, now: datetime):
    if not enrolment.is_open:
        return
    if enrolment.due_on and enrolment.due_on < timezone.localdate(now):
        yield LATE
    if has_failed:
        yield FAILED
    if outlook and outlook.is_out_of_reach:
        yield OUT_OF_REACH
    if enrolment.last_activity_at <= now - timedelta(days=IDLE_AFTER_DAYS):
        yield IDLE
