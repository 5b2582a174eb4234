"""The own body beside the municipalities of its area that are as large: the own figures open, the others only together.

Whoever subtracts the own figures from the ones of all of them must not learn of fewer than five people either.
"""

from dataclasses import dataclass, fields

from django.db.models import OuterRef, Q, Subquery, Sum

from reports.models.period import Period
from reports.models.snapshot import LIMITS, size_of
from reports.models.summary import BodySpan
from reports.reach import OfStaff
from reports.suppression import is_small
from territory.models import PublicBody, StaffCount

MEASURES = ("people", "minutes", "completed", "certificates")


@dataclass(frozen=True)
class Figures:
    """None for a hidden number."""

    people: int | None
    of_staff: OfStaff | None
    minutes: int | None
    completed: int | None
    certificates: int | None


@dataclass(frozen=True)
class Peers:
    size: str  # a key of the labels
    bodies: int  # the own one included
    own: Figures
    together: Figures

    @property
    def are_hidden(self) -> bool:
        """Fewer than five people stand behind everything of the others."""
        return all(getattr(self.together, field.name) is None for field in fields(Figures))


def peers(body: PublicBody, period: Period) -> Peers | None:
    """None for a body that is no municipality of an area, or of unknown size. One query."""
    size = size_of(body.population)
    if body.area_id is None or body.kind != PublicBody.Kind.MUNICIPALITY or size == "unknown":
        return None
    bodies = PublicBody.objects.current().municipalities().filter(_of_size(size), area=body.area_id).order_by()
    staff = StaffCount.objects.of_body(on=period.as_of).values("people")[:1]
    sums = {f"all_{name}": Subquery(_sum(name, period)) for name in MEASURES}
    found = {
        pk: numbers for pk, *numbers in bodies.annotate(staff=Subquery(staff), **sums).values_list("pk", "staff", *sums)
    }
    own = _added_up([found.pop(body.pk, [None] * 5)])
    return Peers(size, len(found) + 1, own, _together(own, _added_up(list(found.values()))))


def _of_size(size: str) -> Q:
    low = {"1000": 0, "5000": LIMITS[0], "more": LIMITS[1]}[size]
    return Q(population__gte=low) if size == "more" else Q(population__gte=low, population__lt=int(size))


def _sum(name: str, period: Period):
    rows = BodySpan.objects.filter(body_id=OuterRef("pk"), area_id=OuterRef("area_id"), span_id=period.year * 100)
    return rows.order_by().values("body_id").annotate(number=Sum(name)).values("number")


def _added_up(rows: list[list[int | None]]) -> Figures:
    of_staff = sum((OfStaff.of_body(people or 0, staff) for staff, people, *_rest in rows), OfStaff())
    people, minutes, completed, certificates = (sum(row[place] or 0 for row in rows) for place in range(1, 5))
    return Figures(people, of_staff, minutes, completed, certificates)


def _together(own: Figures, others: Figures) -> Figures:
    """All of them as one: hidden as a whole where few people stand behind it, or behind the others alone."""
    sums = {name: (getattr(others, name), getattr(own, name) + getattr(others, name)) for name in MEASURES}
    reached = (others.of_staff.reached, own.of_staff.reached + others.of_staff.reached)
    rest = others.people - others.of_staff.reached
    is_hidden = _few(*sums["people"]) or (not others.people and others.minutes)
    seen = {name: None if is_hidden or (name != "minutes" and _few(*pair)) else pair[1] for name, pair in sums.items()}
    hides_staff = is_hidden or _few(*reached) or is_small(rest)
    return Figures(of_staff=None if hides_staff else own.of_staff + others.of_staff, **seen)


def _few(*counts: int) -> bool:
    return any(map(is_small, counts))
