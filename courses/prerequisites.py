"""What keeps a course or a step locked? Conditions and facts in, what is missing out. Pure: no database, no clock."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Condition:
    """One thing that has to be so; exactly one of the three is set. `key` says whose condition it is."""

    key: Hashable
    course: int | None = None  # this course is completed
    opens_on: date | None = None  # this day has come
    area: int | None = None  # the person works in this area


@dataclass(frozen=True)
class Facts:
    """What is known of one person on one day."""

    completed: Collection[int]  # courses
    areas: Collection[int]
    on: date


def is_met(condition: Condition, facts: Facts) -> bool:
    if condition.course is not None:
        return condition.course in facts.completed
    if condition.opens_on is not None:
        return condition.opens_on <= facts.on
    return condition.area in facts.areas


def unmet(conditions: Iterable[Condition], facts: Facts, *, any_is_enough: bool) -> list[Condition]:
    """Return what is missing, in the order given; nothing means open. Without conditions everything is open."""
    conditions = list(conditions)
    lacking = [condition for condition in conditions if not is_met(condition, facts)]
    return [] if any_is_enough and len(lacking) < len(conditions) else lacking
