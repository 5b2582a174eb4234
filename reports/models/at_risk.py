"""Open enrolments that may not end well; the limits are the ones of `reports.risk`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from courses.completion import FAILED_ATTEMPTS, IDLE_AFTER_DAYS
from courses.models import Attempt, Edition, Enrolment, StepProgress
from reports.models.labels import risk_words
from reports.models.period import midnight
from reports.risk import DUE_WITHIN_DAYS, Reason, Risk, risks


@dataclass(frozen=True)
class AtRiskRow:
    enrolment: Enrolment
    risks: list[Risk]

    @property
    def reasons(self) -> list[tuple[Risk, str]]:
        """Each risk with its words."""
        return [(risk, risk_words(risk)) for risk in self.risks]


def conditions(today: date, missed: Mapping[int, date]) -> dict[Reason, Q]:
    """What selects the enrolments of each reason, in SQL; `failed_at` and `active_at` are annotated by `at_risk()`.

    First what the row itself says: once a reason holds, the database looks no further.
    """
    idle_before = midnight(today - timedelta(days=IDLE_AFTER_DAYS - 1))
    return {
        Reason.LATE: Q(due_on__lt=today),
        Reason.DUE_SOON: Q(due_on__gte=today, due_on__lte=today + timedelta(days=DUE_WITHIN_DAYS)),
        Reason.MISSED: Q(pk__in=list(missed)),
        Reason.IDLE: Q(last_activity_at__lt=idle_before, active_at__lt=idle_before),
        Reason.FAILED: Q(failed_at__isnull=False),
    }


def at_risk(rows: Q, *, today: date, missed: Mapping[int, date], reason: Reason | None = None) -> QuerySet[Enrolment]:
    """Return the open enrolments with a reason, or with this one; the ones that wait longest come first.

    `missed` is what `presence.out_of_reach` has found among the rows.
    """
    found = Enrolment.objects.counted().open().filter(rows).annotate(failed_at=_failed_at(), active_at=_active_at())
    wanted = conditions(today, missed)
    chosen = wanted[reason] if reason else reduce(or_, wanted.values())
    if reason is Reason.FAILED:  # alone, the few attempts lead to their enrolments
        chosen = Q(Exists(_failed()))
    return found.filter(chosen).order_by(F("due_on").asc(nulls_last=True), "last_activity_at", "pk")


def latest(rows: Q, *, today: date) -> QuerySet[Enrolment]:
    """The open enrolments past their due date, the longest first: an index gives the first few of however many."""
    late = Enrolment.objects.counted().open().filter(rows, due_on__lt=today)
    return late.annotate(failed_at=_failed_at(), active_at=_active_at()).order_by("due_on", "pk")


def at_risk_rows(enrolments: Iterable[Enrolment], *, today: date, missed: Mapping[int, date]) -> Iterator[AtRiskRow]:
    """Say why each enrolment is at risk, and since when; row by row, however many there are."""
    for row in enrolments:
        found = risks(
            due_on=row.due_on,
            active_on=timezone.localdate(row.active_at),
            failed_on=row.failed_at and timezone.localdate(row.failed_at),
            missed_on=missed.get(row.pk),
            today=today,
        )
        yield AtRiskRow(row, found)


def _active_at() -> Subquery:
    """When the person last went on with the course, in whichever edition.

    The course is looked up in here: so it is a condition of the enrolment alone, and an index leads to the first page.
    """
    course = Edition.objects.filter(pk=OuterRef(OuterRef("edition"))).order_by().values("course")
    same = Enrolment.objects.filter(user=OuterRef("user"), edition__course=Subquery(course))
    return Subquery(same.order_by("-last_activity_at").values("last_activity_at")[:1])


def _failed_at() -> Subquery:
    return Subquery(_failed().order_by("submitted_at").values("submitted_at")[:1])


def _failed() -> QuerySet[Attempt]:
    """The second failed attempt at a quiz that is still not passed."""
    passed = StepProgress.objects.filter(enrolment=OuterRef("enrolment"), completed_at__isnull=False).values("step")
    failed = Attempt.objects.filter(
        enrolment=OuterRef("pk"), number=FAILED_ATTEMPTS, score_percent__lt=F("pass_mark_percent")
    )
    return failed.exclude(quiz__in=passed)
