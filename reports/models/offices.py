"""Fragile offices: one person on the staff, or a theme that hangs on one person or has lost the last.

What was completed for a body that has been merged is known where its staff goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import BigIntegerField, Case, Count, Exists, F, Min, OuterRef, Q, When
from django.utils.text import capfirst

from accounts.models import Employment, Scope, User
from courses.models import CoursePage, Enrolment
from territory.models import PublicBody, StaffCount


class Weakness(StrEnum):
    """The gravest first. The values stand in addresses."""

    LOST = "nessuno-formato"
    HANGS_ON_ONE = "uno-formato"
    ALONE = "una-persona"
    ONE_SIGNED_UP = "una-iscritta"  # and nobody has counted the staff


@dataclass(frozen=True)
class Office:
    """One weakness of one body; the person is the only one, and there is none where the last has left."""

    body_id: int
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
    """Return what is fragile in the coordinated areas, by gravity, body and theme: five queries at any size.

    A theme is asked of bodies, so that with a theme chosen the bodies with one person are left out.
    """
    bodies = PublicBody.objects.filter(ceased_on=None, is_proposed=False)
    if not scope.is_anci:
        bodies = bodies.filter(area__in=scope.area_ids)
    if area_id:
        bodies = bodies.filter(area=area_id)
    found = [*_themes(bodies, theme, today=today), *([] if theme else _alone(bodies, today=today))]
    ranks = list(Weakness)
    names = dict(PublicBody.objects.filter(pk__in={row.body_id for row in found}).values_list("pk", "name"))
    found.sort(key=lambda row: (ranks.index(row.weakness), names[row.body_id], row.body_id, row.theme))
    return [row for row in found if weakness in (None, row.weakness)]


def _staff(today: date):
    return Employment.objects.confirmed().current(on=today).filter(user__is_active=True).order_by()


def _alone(bodies, *, today: date) -> Iterable[Office]:
    """Of a body whose staff was counted the count decides, unless more have signed up: then it is old."""
    counts = StaffCount.objects.filter(body__in=bodies).people_by_body(on=today)
    staff = _staff(today).filter(body__in=bodies).values("body")
    signed_up = staff.annotate(people=Count("user", distinct=True), person=Min("user"))
    people = {pk: (number, person) for pk, number, person in signed_up.values_list("body", "people", "person")}
    for body_id in {*counts, *people}:
        number, person_id = people.get(body_id, (0, None))
        if body_id not in counts and number == 1:
            yield Office(body_id, Weakness.ONE_SIGNED_UP, person_id=person_id)
        elif counts.get(body_id) == 1 and number <= 1:
            yield Office(body_id, Weakness.ALONE, person_id=person_id)


def _themes(bodies, theme: str, *, today: date) -> Iterable[Office]:
    heirs = PublicBody.objects.heirs()
    place = Case(
        *(When(body=old, then=heir) for old, heir in heirs.items()), default=F("body"), output_field=BigIntegerField()
    )
    completed = Enrolment.objects.counted().completed().filter(Q(body__in=bodies) | Q(body__in=list(heirs)))
    completed = completed.order_by().annotate(place=place).filter(place__in=bodies.values("pk"))
    here = Exists(_staff(today).filter(user=OuterRef("user"), body=OuterRef("place")))
    if theme:
        completed = completed.filter(edition__course__theme=theme)
    still = Q(works_here=True)
    counted = (
        completed.annotate(works_here=here)
        .values("place", "edition__course__theme")
        .annotate(holders=Count("user", distinct=True, filter=still), holder=Min("user", filter=still))
    )
    few = counted.filter(holders__lte=1)
    for body_id, known, holder in few.values_list("place", "edition__course__theme", "holder"):
        yield Office(body_id, Weakness.HANGS_ON_ONE if holder else Weakness.LOST, known, holder)


def office_rows(offices: Iterable[Office]) -> list[OfficeRow]:
    """The offices with their bodies and people: two queries for a page as for a file."""
    offices, labels = list(offices), dict(CoursePage.Theme.choices)
    bodies = PublicBody.objects.select_related("area").in_bulk({row.body_id for row in offices})
    people = User.objects.in_bulk({row.person_id for row in offices if row.person_id})
    return [
        OfficeRow(row.weakness, bodies[row.body_id], capfirst(labels.get(row.theme, "")), people.get(row.person_id))
        for row in offices
    ]
