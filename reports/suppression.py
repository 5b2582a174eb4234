"""Counts of people too small to be shown, also by difference. Pure: no database, no clock.

A count below five is hidden wherever it is not the reader's own body. Whoever knows the total and what is visible
must not be able to work a hidden count out, so others are hidden along with it until the hidden ones together leave
a choice: at least two of them, at least five people in all, and more people than counts (two counts that hold two
people would be one each). Nobody is betrayed by a zero: it stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST_SHOWN = 5


@dataclass(frozen=True)
class Shown:
    """The counts in their order, None for a hidden one; the total is None when nothing else would protect them."""

    counts: list[int | None]
    total: int | None


def suppress(counts: Sequence[int]) -> Shown:
    """Hide the small counts of a column whose total stands below it, and as few others as needed."""
    hidden = {number for number, count in enumerate(counts) if 0 < count < SMALLEST_SHOWN}
    others = sorted((count, number) for number, count in enumerate(counts) if count >= SMALLEST_SHOWN)
    while hidden and not _leaves_a_choice([counts[number] for number in hidden]):
        if not others:
            break
        hidden.add(others.pop(0)[1])
    is_safe = not hidden or _leaves_a_choice([counts[number] for number in hidden])
    shown = [None if number in hidden else count for number, count in enumerate(counts)]
    return Shown(shown, sum(counts) if is_safe else None)


def _leaves_a_choice(hidden: list[int]) -> bool:
    return len(hidden) > 1 and sum(hidden) >= SMALLEST_SHOWN and sum(hidden) > len(hidden)
