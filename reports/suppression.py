"""Counts of people too small to be shown, also by difference. Pure: no database, no clock.

A count below five is hidden wherever it is not the reader's own body. Whoever knows the total and what is visible
must not be able to work a hidden count out, so others are hidden along with it until the hidden ones together leave
a choice: at least two of them, at least five people in all, and more people than counts (two counts that hold two
people would be one each). Nobody is betrayed by a zero: it stays.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

SMALLEST_SHOWN = 5


@dataclass(frozen=True)
class Shown:
    """The counts in their order, None for a hidden one; the total is None when nothing else would protect them."""

    counts: list[int | None]
    total: int | None

    @property
    def hidden(self) -> set[int]:
        return {number for number, count in enumerate(self.counts) if count is None}


def suppress(
    counts: Sequence[int], *, also: Collection[int] = (), total: int | None = None, overlapping: bool = False
) -> Shown:
    """Hide the small counts of a column whose total stands below it, and as few others as needed.

    `also` are the places of rows that are hidden for another reason; zeros stay there too. `overlapping`: the same
    person may stand in several rows, so all that is known of the hidden ones is that they are as many as the largest.
    Then `total` may be the different people of all rows, which is less than the sum.
    """
    whole = sum(counts) if total is None else total
    hidden = {number for number, count in enumerate(counts) if count and (is_small(count) or number in also)}
    others = sorted((count, number) for number, count in enumerate(counts) if count and number not in hidden)

    def is_safe() -> bool:
        left = whole - sum(count for number, count in enumerate(counts) if number not in hidden)
        return not hidden or (
            not is_small(left) and _leaves_a_choice([counts[number] for number in hidden], overlapping)
        )

    while not is_safe() and others:
        hidden.add(others.pop(0)[1])
    shown = [None if number in hidden else count for number, count in enumerate(counts)]
    return Shown(shown, whole if is_safe() else None)


def is_small(count: int) -> bool:
    return 0 < count < SMALLEST_SHOWN


def _leaves_a_choice(hidden: list[int], overlapping: bool) -> bool:
    people = max(hidden) if overlapping else sum(hidden)
    return len(hidden) > 1 and people >= SMALLEST_SHOWN and sum(hidden) > len(hidden)
