"""The summary rows: made ready after a migration, counted anew, compared with the facts."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from django.db import connections, transaction
from django.db.models import Exists, OuterRef, Q, Sum

from reports import guards
from reports.models import BodySpan, Span, summary
from reports.models.period import Period
from reports.models.tally import different_people, tallies
from reports.reach import People, Tally

PARTS_AT_ONCE = 2_000
PLACE = ("span_id", "area_id", "body_id")
NAMES = [field.name for field in fields(Tally)]


@dataclass(frozen=True)
class Difference:
    """One number of an area's body that the summary has otherwise than the facts."""

    year: int
    area_id: int | None
    body_id: int
    name: str
    stored: object
    counted: object

    def __str__(self):
        place = f"{self.year}, area {self.area_id or '-'}, body {self.body_id}"
        return f"{place}, {self.name}: {self.stored} in the summary, {self.counted} in the facts"


def prepare_summary(*, using: str = "default") -> bool:
    """Write the spans and put the triggers in place; what was written without them is counted. Safe to run again."""
    connection = connections[using]
    with transaction.atomic(using=using):
        _write_spans(using)
        is_new = guards.install(connection)
        if is_new:
            guards.recount(connection)
    if is_new:
        fold_summary(using=using)
    return is_new


def _write_spans(using: str) -> None:
    Span.objects.using(using).bulk_create(
        summary.spans(),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["first_day", "last_day", "starts_at", "ends_at", "year_ends_at", "target_minutes"],
    )


def recount(*, using: str = "default") -> None:
    """Count every summary row anew from the facts; writers wait until it is done."""
    with transaction.atomic(using=using):
        _write_spans(using)
        guards.recount(connections[using])
    fold_summary(using=using)


def fold_summary(*, using: str = "default") -> int:
    """Put together the parts that the sums of a body are in, and return how many are gone. Holds up no writer."""
    gone = 0
    while parts := _fold_some(using):
        gone += parts
    return gone


def _fold_some(using: str) -> int:
    rows = BodySpan.objects.using(using)
    same = rows.filter(**{name: OuterRef(name) for name in PLACE}).exclude(pk=OuterRef("pk"))
    with transaction.atomic(using=using):
        several = rows.filter(Exists(same)).order_by(*PLACE, "pk").select_for_update(skip_locked=True)
        parts = rows.filter(pk__in=list(several.values_list("pk", flat=True)[:PARTS_AT_ONCE]))
        sums = list(parts.values_list(*PLACE).annotate(*map(Sum, guards.SUMS)))
        whole = [BodySpan(**dict(zip((*PLACE, *guards.SUMS), row, strict=True))) for row in sums]
        gone, _by_model = parts.delete()
        rows.bulk_create(whole)
    return gone - len(whole)


def _different(year: int, stored: dict, counted: dict) -> Iterator[Difference]:
    """Where the number of different people is not the one of the facts; a pair that is nought may be missing."""
    for area_id in {*stored, *counted}:
        ours, theirs = stored.get(area_id, People()), counted.get(area_id, People())
        if ours != theirs:
            yield Difference(year, area_id, guards.EVERY_BODY, "people", ours, theirs)


def differences(*, today: date) -> Iterator[Difference]:
    """Compare every year with facts: each number of the summary against the facts, counted another way."""
    for year in range(summary.FIRST_YEAR, today.year + 1):
        period = Period(year, today)
        yield from _different(year, summary.different_people(period, None), different_people(period))
        stored, counted = summary.tallies(period, None), tallies(period, Q())
        for area_id, body_id in sorted({*stored, *counted}, key=str):
            ours = stored.get((area_id, body_id), Tally())
            theirs = counted.get((area_id, body_id), Tally())
            for name in NAMES:
                if getattr(ours, name) != getattr(theirs, name):
                    yield Difference(year, area_id, body_id, name, getattr(ours, name), getattr(theirs, name))
