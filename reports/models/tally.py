"""The counts of a year, added up by the database: four queries, however many people there are."""

from collections import Counter
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Scope
from certificates.models import Certificate, TrainingRecord
from courses.models import Enrolment
from reports.guards import EVERY_AREA
from reports.models.period import Period
from reports.reach import People, Tally, merged

BY_BODY = ("area_id", "body_id")
BY_PERSON = ("area_id", "body_id", "user_id")


def coordinated(scope: Scope) -> Q:
    """The rows that a coordinator's pages count: the own areas', everything for ANCI; never one's own elsewhere."""
    return Q() if scope.is_anci else Q(area__in=scope.area_ids)


def answered_for(scope: Scope) -> Q:
    """The same and, for a referent, the rows of the own body."""
    return coordinated(scope) | Q(body__in=scope.body_ids) if not scope.is_anci else Q()


def tallies(period: Period, rows: Q, *, by: tuple[str, ...] = BY_BODY) -> dict[tuple, Tally]:
    """Return the tally of each area and body (and person) that has facts among `rows`, by its snapshot."""
    counts = [_enrolment_counts, _record_counts, _certificate_counts]
    if by != BY_PERSON:  # the hours of one person have said it already
        counts.append(_over_target)
    return merged(count(period, rows, by) for count in counts)


def happened(from_moment: datetime, until: datetime) -> Q:
    """Enrolments made or completed between two moments: what was counted once stays counted, whatever comes later."""
    return Q(enrolled_at__gte=from_moment, enrolled_at__lt=until) | Q(
        completed_at__gte=from_moment, completed_at__lt=until
    )


def enrolments_of(period: Period, rows: Q) -> QuerySet[Enrolment]:
    """The enrolments up to the end of the year; the ones left by then are out."""
    kept = Q(left_at=None) | Q(left_at__gte=period.ends_at)
    return Enrolment.objects.counted().filter(rows, kept, enrolled_at__lt=period.ends_at).order_by()


def _enrolment_counts(period: Period, rows: Q, by: tuple[str, ...]) -> dict[tuple, dict]:
    this_year, earlier = (happened(period.starts_at, until) for until in (period.ends_at, period.month_starts_at))
    counted = (
        enrolments_of(period, rows)
        .values_list(*by)
        .annotate(
            people=Count("user", distinct=True, filter=this_year),
            earlier_people=Count("user", distinct=True, filter=earlier),
            learning=Count("user", distinct=True, filter=this_year & Q(last_activity_at__gt=F("enrolled_at"))),
            completed=Count("pk", filter=Q(completed_at__gte=period.starts_at, completed_at__lt=period.ends_at)),
            last_enrolled_at=Max("enrolled_at"),
        )
    )
    names = ("people", "earlier_people", "learning", "completed")
    found = {}
    for *row, last_enrolled_at in counted:
        counts = dict(zip(names, row[len(by) :], strict=True))
        found[tuple(row[: len(by)])] = counts | {"last_enrolled_on": timezone.localdate(last_enrolled_at)}
    return found


def first_year(period: Period, rows: Q) -> int:
    """The first year with an enrolment among `rows`, or the one looked at."""
    first = enrolments_of(period, rows).aggregate(first=Min("enrolled_at"))["first"]
    return timezone.localdate(first).year if first else period.year


def different_people(period: Period) -> dict[int | None, People]:
    """What summary.different_people says, counted from the enrolments of all areas."""
    moments = {"people": period.ends_at, "earlier_people": period.month_starts_at}
    counts = {
        name: Count("user", distinct=True, filter=happened(period.starts_at, until)) for name, until in moments.items()
    }
    rows = enrolments_of(period, Q())
    by_area = {area_id: People(*counted) for area_id, *counted in rows.values_list("area").annotate(**counts)}
    return by_area | {EVERY_AREA: People(**rows.aggregate(**counts))}


def _record_counts(period: Period, rows: Q, by: tuple[str, ...]) -> dict[tuple, dict]:
    earlier, tutoring = Q(earned_on__lt=period.month_start), Q(kind=TrainingRecord.Kind.TUTORING)
    counts = {
        "all_minutes": Sum("minutes", default=0),
        "earlier_minutes": Sum("minutes", default=0, filter=earlier),
        "tutoring_minutes": Sum("minutes", default=0, filter=tutoring),
        "appointments": Count("pk", filter=tutoring),
        "earlier_appointments": Count("pk", filter=tutoring & earlier),
        "tutored": Count("user", distinct=True, filter=tutoring),
    }
    names = ("minutes", *list(counts)[1:])  # an annotation may not be called like the column it adds up
    found = {}
    for row in _records(period, rows).values_list(*by).annotate(**counts):
        values = found[row[: len(by)]] = dict(zip(names, row[len(by) :], strict=True))
        if by == BY_PERSON:
            values["over_target"] = int(values["minutes"] >= _target_minutes())
    return found


def _certificate_counts(period: Period, rows: Q, by: tuple[str, ...]) -> dict[tuple, dict]:
    counted = Certificate.objects.standing().filter(
        rows,
        enrolment__employment__confirmed_at__isnull=False,
        issued_at__gte=period.starts_at,
        issued_at__lt=period.ends_at,
    )
    numbers = counted.order_by().values_list(*by).annotate(certificates=Count("pk"))
    return {row[: len(by)]: {"certificates": row[-1]} for row in numbers}


def _over_target(period: Period, rows: Q, by: tuple[str, ...]) -> dict[tuple, dict]:
    """How many people have the hours of the target for one body alone: what they did elsewhere is not told here."""
    people = _records(period, rows).values_list(*BY_PERSON).annotate(minutes_done=Sum("minutes"))
    there = people.filter(minutes_done__gte=_target_minutes())
    numbers = Counter(row[: len(by)] for row in there)
    return {key: {"over_target": number} for key, number in numbers.items()}


def _target_minutes() -> int:
    return settings.TRAINING_TARGET_HOURS * 60


def _records(period: Period, rows: Q) -> QuerySet[TrainingRecord]:
    return TrainingRecord.objects.counted().in_year(period.year).filter(rows).order_by()
