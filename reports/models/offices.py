"""Fragile offices: one person on the staff, or a theme that hangs on one person or has lost the last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils.text import capfirst

from accounts.models import Employment, Scope, User
from courses.models import CoursePage, Enrolment
from territory.models import PublicBody


class Weakness(StrEnum):
    """The gravest first. The values stand in addresses."""

    LOST = "nessuno-formato"
    HANGS_ON_ONE = "uno-formato"
    ALONE = "una-persona"


@dataclass(frozen=True)
class Office:
    """One weakness of one body; the person is the only one, and there is none where the last has left."""

    body_id: int
    body_name: str
    weakness: Weakness
    theme: str = ""
    person_id: int | None = None


@dataclass(frozen=True)
class OfficeRow:
    weakness: Weakness
    body: PublicBody
    theme: str  # in words
    person: User | None


def fragile_offices(
    scope: Scope, *, today: date, area_id: int | None = None, theme: str = "", weakness: Weakness | None = None
) -> list[Office]:
    """Return what is fragile in the coordinated areas, by gravity, body and theme: two queries at any size.

    A theme is asked of bodies, so that with a theme chosen the bodies with one person are left out.
    """
    bodies = PublicBody.objects.filter(ceased_on=None, is_proposed=False)
    if not scope.is_anci:
        bodies = bodies.filter(area__in=scope.area_ids)
    if area_id:
        bodies = bodies.filter(area=area_id)
    found = [*_themes(bodies, theme, today=today), *([] if theme else _alone(bodies, today=today))]
    ranks = list(Weakness)
    found.sort(key=lambda row: (ranks.index(row.weakness), row.body_name, row.body_id, row.theme))
    return [row for row in found if weakness in (None, row.weakness)]


def _staff(today: date):
    return Employment.objects.confirmed().current(on=today).filter(user__is_active=True).order_by()


def _alone(bodies, *, today: date) -> Iterable[Office]:
    staff = _staff(today).filter(body__in=bodies).values("body", "body__name")
    one = staff.annotate(people=Count("user", distinct=True), person=Min("user")).filter(people=1)
    for body_id, name, person_id in one.values_list("body", "body__name", "person"):
        yield Office(body_id, name, Weakness.ALONE, person_id=person_id)


def _themes(bodies, theme: str, *, today: date) -> Iterable[Office]:
    here = Exists(_staff(today).filter(user=OuterRef("user"), body=OuterRef("body")))
    completed = Enrolment.objects.counted().completed().filter(body__in=bodies).order_by().annotate(works_here=here)
    if theme:
        completed = completed.filter(edition__course__theme=theme)
    still = Q(works_here=True)
    counted = completed.values("body", "body__name", "edition__course__theme").annotate(
        holders=Count("user", distinct=True, filter=still), holder=Min("user", filter=still)
    )
    few = counted.filter(holders__lte=1)
    for body_id, name, known, holder in few.values_list("body", "body__name", "edition__course__theme", "holder"):
        yield Office(body_id, name, Weakness.HANGS_ON_ONE if holder else Weakness.LOST, known, holder)


def office_rows(offices: Iterable[Office]) -> list[OfficeRow]:
    """The offices with their bodies and people: two queries for a page as for a file."""
    offices, labels = list(offices), dict(CoursePage.Theme.choices)
    bodies = PublicBody.objects.select_related("area").in_bulk({row.body_id for row in offices})
    people = User.objects.in_bulk({row.person_id for row in offices if row.person_id})
    return [
        OfficeRow(row.weakness, bodies[row.body_id], capfirst(labels.get(row.theme, "")), people.get(row.person_id))
        for row in offices
    ]
