"""How well does each question tell those who know from those who do not? Pure.

Facility: the mean of what the question earned, 0 to 100; 100 is answered by everybody.
Discrimination: the corrected item-total correlation, Pearson's r between what the question earned and the mean of the
other questions of the same attempt; for a question that is right or wrong this is the point-biserial coefficient
corrected for overlap. Source: S. Henrysson, "Correction of item-total correlations in item analysis", Psychometrika 28
(1963), pages 211-218. Below 0.2 a question tells little, below 0 it misleads (or its key is wrong).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from courses.scoring.answers import Given, fitting

MINIMUM = 30  # attempts; with fewer the figures are chance


@dataclass(frozen=True)
class Item:
    """What is known of a question; `facility` and `discrimination` are None below the minimum or without spread."""

    attempts: int
    facility: float | None
    discrimination: float | None


def analyse(attempts: Sequence[Mapping[int, object]], *, minimum: int = MINIMUM) -> dict[int, Item]:
    """`attempts` maps, for each person's attempt, question to percent; a drawn question counts where it was asked."""
    pairs: dict[int, list[tuple[float, float | None]]] = {}
    for attempt in attempts:
        total = float(sum(attempt.values()))
        for question, percent in attempt.items():
            rest = (total - float(percent)) / (len(attempt) - 1) if len(attempt) > 1 else None
            pairs.setdefault(question, []).append((float(percent), rest))
    return {question: _item(rows, minimum) for question, rows in pairs.items()}


def _item(rows: list[tuple[float, float | None]], minimum: int) -> Item:
    if len(rows) < minimum:
        return Item(len(rows), None, None)
    facility = sum(percent for percent, _rest in rows) / len(rows)
    compared = [(percent, rest) for percent, rest in rows if rest is not None]
    return Item(len(rows), facility, correlation(compared))


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's r; None where one side does not vary."""
    if not pairs:
        return None
    first, second = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
    together = sum((a - first) * (b - second) for a, b in pairs)
    spread = sqrt(sum((a - first) ** 2 for a, _b in pairs) * sum((b - second) ** 2 for _a, b in pairs))
    return together / spread if spread > 1e-9 else None


def taken(answers: Iterable[tuple[Mapping, Given | None]]) -> Counter:
    """How often each choice was taken, or accepted answer met: by its row in the bank, None for none of them."""
    counts: Counter = Counter()
    for question, given in answers:
        hits = [hit.get("key", hit["id"]) for hit in fitting(question, given)]
        counts.update(hits or [None])
    return counts
