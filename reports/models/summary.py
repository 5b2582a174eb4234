"""The summary rows that the overview reads: kept by triggers in the transaction of the facts (reports.guards).

Their keys are plain numbers, without foreign keys: nothing points at a row that is only a sum, and each write of a fact
would pay for checking them. An area of 0 stands for "outside all areas"; a body of 0 for every body of the area and an
area of -1 for every area, where people who work for two bodies count once. docs/decisions/0010 says why and how.
"""

from datetime import UTC, date, datetime

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q, Sum
from django.utils import timezone

from accounts.models import Scope
from reports.guards import EVERY_BODY, SUMS
from reports.models.period import Period, midnight
from reports.reach import People, Tally, merged

FIRST_YEAR, LAST_YEAR = 2023, 2060  # from the agreement behind the programme on
EARLIER = {"people": "new_people", "minutes": "minutes", "appointments": "appointments"}  # told against last month


MONTHLY = {name: name for name in ("completed", "certificates", "tutoring_minutes")}  # months that add up to the year


def _counter() -> models.IntegerField:
    return models.IntegerField(default=0, db_default=0)


class Span(models.Model):
    """A year, or one of its months, with its bounds in the time of Rome."""

    id = models.PositiveIntegerField(primary_key=True)  # 202600 is the year, 202611 its November
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()  # 0: the whole year
    first_day = models.DateField()
    last_day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    year_ends_at = models.DateTimeField()
    target_minutes = models.PositiveIntegerField()  # the yearly target, as the settings had it

    def __str__(self):
        return str(self.pk)


class PersonSpan(models.Model):
    """What one person did for one body in one span: never added to, always counted anew from the person's facts."""

    user_id = models.BigIntegerField()
    body_id = models.BigIntegerField()
    area_id = models.BigIntegerField()
    span_id = models.PositiveIntegerField()
    touched = _counter()  # a change of it makes the row count itself anew
    people, learning, completed, minutes = _counter(), _counter(), _counter(), _counter()
    tutoring_minutes, appointments, tutored = _counter(), _counter(), _counter()
    certificates, over_target = _counter(), _counter()
    first_at = models.DateTimeField(null=True)  # the first enrolment or completion of the span

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "body_id", "area_id", "span_id"], name="one_row_per_person_span")
        ]

    def __str__(self):
        return f"{self.user_id} {self.body_id} {self.span_id}"


class BodySpan(models.Model):
    """A part of the sums of a body's people in one span: each change of a person's row adds a part, and a sweep folds
    the parts together. Only their sum says something."""

    area_id = models.BigIntegerField()
    body_id = models.BigIntegerField()
    span_id = models.PositiveIntegerField()
    people, learning, completed, minutes = _counter(), _counter(), _counter(), _counter()
    tutoring_minutes, appointments, tutored = _counter(), _counter(), _counter()
    certificates, over_target = _counter(), _counter()
    new_people = _counter()  # in a month: who counts in the year for the first time

    class Meta:
        indexes = [models.Index(fields=["span_id", "area_id", "body_id"])]

    def __str__(self):
        return f"{self.body_id} {self.span_id}"


def spans() -> list[Span]:
    """Every year and month that is counted."""
    return [_span(year, month) for year in range(FIRST_YEAR, LAST_YEAR + 1) for month in range(13)]


def _span(year: int, month: int) -> Span:
    first = date(year, month or 1, 1)
    after = date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)
    return Span(
        id=year * 100 + month,
        year=year,
        month=month,
        first_day=first,
        last_day=date.fromordinal(after.toordinal() - 1),
        starts_at=midnight(first),
        ends_at=midnight(after),
        year_ends_at=midnight(date(year + 1, 1, 1)),
        target_minutes=settings.TRAINING_TARGET_HOURS * 60,
    )


def areas_of(scope: Scope) -> list[int] | None:
    """The areas whose rows a coordinator's pages add up; None means all, the bodies outside included."""
    return None if scope.is_anci else sorted(scope.area_ids)


def tallies(period: Period, area_ids: list[int] | None) -> dict[tuple, Tally]:
    """Return the tally of each area and body with facts up to the year: two queries, whatever the number of people.

    Of a closed month the people who went on, were tutored or reached the target are still those of the year: who was
    among them at a day that is over cannot be told from sums.
    """
    last = {key: {"last_enrolled_on": timezone.localdate(moment)} for key, moment in _last_enrolled(period, area_ids)}
    return merged([_counted(period, area_ids), last])


def _counted(period: Period, area_ids: list[int] | None) -> dict[tuple, dict]:
    year = period.year * 100
    latest = range(year + period.month_start.month, year + 13)
    found: dict[tuple, dict] = {}
    rows = _of_bodies(BodySpan.objects.filter(span_id__in=[year, *latest]), area_ids).order_by("span_id")
    sums = rows.values_list("area_id", "body_id", "span_id").annotate(*map(Sum, SUMS))
    for area_id, body_id, span_id, *numbers in sums:
        row, values = dict(zip(SUMS, numbers, strict=True)), found.setdefault((area_id or None, body_id), {})
        if span_id == year:
            row.pop("new_people")
            values |= row | {f"earlier_{name}": row[name] for name in EARLIER}
        else:
            left_out = EARLIER | MONTHLY if span_id - year in period.later_months else {}
            for name, source in left_out.items():
                values[name] = values.get(name, 0) - row[source]
            for name, source in EARLIER.items():
                values[f"earlier_{name}"] = values.get(f"earlier_{name}", 0) - row[source]
    return {key: values for key, values in found.items() if any(values.values())}


def _of_bodies(rows, area_ids: list[int] | None):
    rows = rows.exclude(body_id=EVERY_BODY)
    return rows if area_ids is None else rows.filter(area_id__in=area_ids)


def total(column: str, period: Period, rows: Q) -> int:
    """One sum of the year over the bodies that `rows` selects by `area` and `body`, as it selects facts."""
    of_year = BodySpan.objects.filter(span_id=period.year * 100).exclude(body_id=EVERY_BODY)
    named = of_year.annotate(area=F("area_id"), body=F("body_id"))
    return named.filter(rows).aggregate(sum=Sum(column, default=0))["sum"]


def different_people(period: Period, area_ids: list[int] | None) -> dict[int | None, People]:
    """Return, for each area and None for outside all of them, how many different people are enrolled in the year and
    how many of them were so before the month whose change is told; with every area also EVERY_AREA. One query."""
    year = period.year * 100
    rows = BodySpan.objects.filter(body_id=EVERY_BODY, span_id__gte=year, span_id__lte=year + 12)
    if area_ids is not None:
        rows = rows.filter(area_id__in=area_ids)
    latest = Q(span_id__gte=year + period.month_start.month)
    left_out = Q(span_id__in=[year + month for month in period.later_months])
    sums = {
        "all": Sum("people"),
        "new": Sum("new_people", filter=latest, default=0),
        "later": Sum("new_people", filter=left_out, default=0),
    }
    found = rows.order_by().values_list("area_id").annotate(**sums)
    return {area_id or None: People(people - later, people - new) for area_id, people, new, later in found}


def people_by_body(period: Period, area_ids: list[int] | None) -> dict[tuple[int | None, int], int]:
    """How many different people of each area and body are enrolled in the year: one query."""
    rows = _of_bodies(BodySpan.objects.filter(span_id=period.year * 100), area_ids).order_by()
    found = rows.values_list("area_id", "body_id").annotate(number=Sum("people"))
    return {(area_id or None, body_id): number for area_id, body_id, number in found if number}


def _last_enrolled(period: Period, area_ids: list[int] | None) -> list[tuple[tuple, datetime]]:
    """The latest enrolment of each area and body that is kept when the sums end: one look at an index for each."""
    places = _of_bodies(BodySpan.objects.order_by(), area_ids).values("area_id", "body_id").distinct()
    inner, parameters = places.query.sql_with_params()
    sql = f"""
        SELECT k.area_id, k.body_id, (
            SELECT e.enrolled_at FROM courses_enrolment e JOIN accounts_employment p ON p.id = e.employment_id
            WHERE e.body_id = k.body_id AND (e.area_id = k.area_id OR e.area_id IS NULL AND k.area_id = 0)
              AND p.confirmed_at IS NOT NULL
              AND e.enrolled_at < %s AND (e.left_at IS NULL OR e.left_at >= %s)
            ORDER BY e.enrolled_at DESC LIMIT 1)
        FROM ({inner}) k
    """  # noqa: S608 - the inner query is Django's own
    ends_at = connection.ops.adapt_datetimefield_value(period.sums_end_at)
    with connection.cursor() as cursor:
        cursor.execute(sql, [ends_at, ends_at, *parameters])
        rows = cursor.fetchall()
    return [((area_id or None, body_id), _moment(moment)) for area_id, body_id, moment in rows if moment]


def _moment(value: datetime | str) -> datetime:
    """SQLite keeps moments as text in UTC, and a query written by hand reads them so."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)


def first_year(area_ids: list[int] | None, period: Period) -> int:
    """The first year with facts, or the one looked at."""
    first = _of_bodies(BodySpan.objects.filter(people__gt=0), area_ids).aggregate(first=models.Min("span_id"))["first"]
    return first // 100 if first else period.year
