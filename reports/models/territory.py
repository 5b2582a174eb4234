"""The overview: areas, their bodies, and totals: sums of the rows, but for people, who count once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import IsNull

from accounts.models import Employment, Scope
from certificates.models import TrainingRecord
from courses.models import Enrolment
from reports.guards import EVERY_AREA
from reports.models import summary
from reports.models.period import Period, midnight
from reports.reach import OfStaff, People, Reach, Tally, total
from territory.models import Area, PublicBody, StaffCount

BODY_COLUMNS = ("kind", "name", "province_code", "area", "latitude", "longitude", "population", "ceased_on")


@dataclass(frozen=True)
class BodyRow:
    body: PublicBody
    tally: Tally
    reach: Reach
    is_silent: bool
    of_staff: OfStaff  # none for a body that has ended or gone to another area

    @property
    def place(self) -> str:
        """The part of an address that narrows a list to this body."""
        return f"ente={self.body.pk}"

    @property
    def is_municipality(self) -> bool:
        return self.body.kind == PublicBody.Kind.MUNICIPALITY and self.body.ceased_on is None


@dataclass(frozen=True)
class AreaRow:
    """An area with its bodies; without an area, the bodies outside all of them."""

    area: Area | None
    bodies: list[BodyRow]
    different: People | None = None

    @cached_property
    def tally(self) -> Tally:
        return total(row.tally for row in self.bodies).of_people(self.different)

    @cached_property
    def municipalities(self) -> list[BodyRow]:
        """The municipalities of today in the area; in "other bodies" none, as nobody has to reach them."""
        return [row for row in self.bodies if self.area and row.is_municipality and row.body.area_id == self.area.pk]

    @property
    def reached(self) -> int:
        return sum(row.tally.is_reached for row in self.municipalities)

    @property
    def share_reached(self) -> float:
        return self.reached / len(self.municipalities) if self.municipalities else 0

    @property
    def newly_reached(self) -> int:
        return sum(row.tally.is_newly_reached for row in self.municipalities)

    @cached_property
    def of_staff(self) -> OfStaff:
        """Who works for two bodies counts in both, as in their counts."""
        return sum((row.of_staff for row in self.bodies), OfStaff())

    @property
    def silent(self) -> list[BodyRow]:
        return longest_silence(row for row in self.municipalities if row.is_silent)


@dataclass(frozen=True)
class Overview:
    period: Period
    areas: list[AreaRow]
    others: AreaRow  # bodies outside the areas
    different: People | None = None  # in all of them, where all of them are counted

    @cached_property
    def rows(self) -> list[AreaRow]:
        """The rows of the table: what the total row adds up."""
        return [*self.areas, self.others] if self.others.bodies else self.areas

    @cached_property
    def tally(self) -> Tally:
        sums = total(row.tally for row in self.rows)
        return sums.of_people(self.different) if self.different else sums

    @cached_property
    def of_staff(self) -> OfStaff:
        return sum((row.of_staff for row in self.rows), OfStaff())

    @cached_property
    def municipalities(self) -> list[BodyRow]:
        return [body for row in self.areas for body in row.municipalities]

    @property
    def reached(self) -> int:
        return sum(row.reached for row in self.areas)

    @property
    def newly_reached(self) -> int:
        return sum(row.newly_reached for row in self.areas)

    @cached_property
    def silent(self) -> list[BodyRow]:
        return longest_silence(body for row in self.areas for body in row.silent)

    @cached_property
    def by_reach(self) -> dict[Reach, list[BodyRow]]:
        """The municipalities of each state, every state present."""
        found: dict[Reach, list[BodyRow]] = {reach: [] for reach in Reach}
        for row in self.municipalities:
            found[row.reach].append(row)
        return found


def longest_silence(rows: Iterable[BodyRow]) -> list[BodyRow]:
    """Order silent bodies: never an enrolment first, then the oldest last one."""
    return sorted(rows, key=lambda row: (str(row.tally.last_enrolled_on or ""), row.body.name))


def overview(scope: Scope, period: Period) -> Overview:
    """Count the coordinated areas; ANCI gets all of them and the bodies outside. Six queries."""
    areas = list(Area.objects.all() if scope.is_anci else Area.objects.filter(pk__in=scope.area_ids))
    different = summary.different_people(period, summary.areas_of(scope))
    found = rows_by_area(summary.areas_of(scope), period, areas=areas, different=different)
    others = found.pop(None)
    return Overview(period, [found[area.pk] for area in areas], others, different.get(EVERY_AREA))


def area_row(area: Area, period: Period) -> AreaRow:
    """Count one area: five queries."""
    different = summary.different_people(period, [area.pk])
    return rows_by_area([area.pk], period, areas=[area], different=different)[area.pk]


def of_area(row: AreaRow, period: Period) -> Overview:
    """An area alone, as its own map draws it."""
    return Overview(period, [row], AreaRow(None, []))


def rows_by_area(
    area_ids: list[int] | None, period: Period, *, areas: Iterable[Area], different: dict[int | None, People]
) -> dict[int | None, AreaRow]:
    """Return the row of each of `areas` and, under None, of the bodies outside all of them.

    An area holds its bodies of today, and every body with facts from when it belonged to it.
    """
    areas_by_id = {area.pk: area for area in areas}
    facts = summary.tallies(period, area_ids)
    listed = Q(area__in=areas_by_id, ceased_on=None, is_proposed=False) | Q(
        pk__in={body_id for _area, body_id in facts}
    )
    rows = PublicBody.objects.filter(listed).annotate(has_staff=_has_staff(period), is_active=_is_active(period))
    bodies = {body.pk: body for body in rows.only(*BODY_COLUMNS)}
    today = [(body.area_id, pk) for pk, body in bodies.items() if body.area_id in areas_by_id and not body.ceased_on]
    staff = StaffCount.objects.filter(body__in=bodies).people_by_body(on=period.as_of)
    found: dict[int | None, list[BodyRow]] = {pk: [] for pk in [*areas_by_id, None]}
    for area_id, body_id in sorted(dict.fromkeys([*today, *facts]), key=lambda key: bodies[key[1]].name):
        tally = facts.get((area_id, body_id), Tally())
        body = bodies[body_id]
        found[area_id].append(_body_row(body, tally, period, _of_staff(body, area_id, tally, staff, period)))
    return {pk: AreaRow(areas_by_id.get(pk), rows, different.get(pk)) for pk, rows in found.items()}


def _body_row(body: PublicBody, tally: Tally, period: Period, of_staff: OfStaff) -> BodyRow:
    reach = tally.reach(has_staff=body.has_staff, is_active=body.is_active)
    is_silent = tally.is_silent(on=period.as_of, after_days=settings.SILENT_AFTER_DAYS)
    return BodyRow(body, tally, reach, is_silent, of_staff)


def _has_any(rows: QuerySet) -> IsNull:
    """What Exists() says, one look at an index for each body: PostgreSQL would read the whole table for an Exists()."""
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)


def _has_staff(period: Period) -> Combinable:
    """Somebody was invited, or has signed up, and works there at the end of the period."""
    return _has_any(Employment.objects.current(on=period.as_of).filter(body=OuterRef("pk"), refused_at=None))


def _is_active(period: Period) -> Combinable:
    """Somebody went on, or earned hours, in the days before today; in a year that is over, at any time of it: of an
    enrolment only the last activity is known."""
    if not period.is_current:
        return Value(True)
    since = period.as_of - timedelta(days=settings.SILENT_AFTER_DAYS - 1)
    gone_on = (
        Enrolment.objects.counted()
        .current()
        .filter(body=OuterRef("pk"), last_activity_at__gte=midnight(since), last_activity_at__gt=F("enrolled_at"))
    )
    hours = TrainingRecord.objects.counted().filter(body=OuterRef("pk"), earned_on__gte=since)
    return ExpressionWrapper(Q(_has_any(hours)) | Q(_has_any(gone_on)), BooleanField())


def _of_staff(body: PublicBody, area_id: int | None, tally: Tally, staff: dict[int, int], period: Period) -> OfStaff:
    """A body's staff stands once: in the area it belongs to, and no longer once the body has ended."""
    is_there = body.area_id == area_id and (body.ceased_on is None or body.ceased_on > period.as_of)
    return OfStaff.of_body(tally.people, staff.get(body.pk)) if is_there else OfStaff()
