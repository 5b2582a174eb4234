"""The conditions of a course or a step as they stand in a course's files."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.models import CoursePage, Prerequisite
from courses.models.prerequisite import Match
from territory.models import Area


def write_conditions(page) -> dict:
    """For the front matter: nothing where the page has no conditions."""
    rows = page.prerequisites.select_related("course", "area").order_by("sort_order", "pk")
    conditions = [_condition(row) for row in rows]
    return {"opens_with": str(page.opens_with), "conditions": conditions} if conditions else {}


def _condition(row: Prerequisite) -> dict:
    if row.course_id:
        return {"course": row.course.code}
    return {"opens_on": row.opens_on} if row.opens_on else {"area": row.area.slug}


def write_conditions_in_line(page) -> dict[str, str]:
    """The same for the head of a quiz: "course GOV-03, opens_on 2027-01-31, area valchiavenna"."""
    facts = write_conditions(page)
    if facts:
        named = [f"{kind} {value}" for condition in facts["conditions"] for kind, value in condition.items()]
        facts["conditions"] = ", ".join(named)
    return facts


def read_conditions_in_line(facts: Mapping[str, str]) -> dict:
    named = [words.strip().partition(" ") for words in facts.get("conditions", "").split(",") if words.strip()]
    return {"opens_with": facts.get("opens_with", Match.ALL), "conditions": [{kind: v} for kind, _space, v in named]}


def set_conditions(page, facts: Mapping) -> None:
    """Give a page that is not saved yet its conditions; what names no course, day or area is a ValidationError."""
    page.opens_with = Match(facts.get("opens_with", Match.ALL))
    page.prerequisites = [_row(entry, number) for number, entry in enumerate(facts.get("conditions") or [])]


def _row(entry: Mapping, number: int) -> Prerequisite:
    ((kind, value),) = entry.items()
    if kind == "course":
        found = _one(CoursePage.objects.filter(code=value), value)
        return Prerequisite(course=found, sort_order=number)
    if kind == "area":
        return Prerequisite(area=_one(Area.objects.filter(slug=value), value), sort_order=number)
    if kind == "opens_on":
        return Prerequisite(opens_on=date.fromisoformat(str(value)), sort_order=number)
    raise ValidationError(_("A condition is a course, a day (opens_on) or an area, not “%(kind)s”.") % {"kind": kind})


def _one(found: Iterable, value):
    row = next(iter(found), None)
    if row is None:
        raise ValidationError(_("A condition names “%(value)s”, which is not here.") % {"value": value})
    return row
