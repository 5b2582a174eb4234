"""What is a set of answers worth? Pure.

One right answer: its share. Several: the sum of the chosen shares, never below 0 nor above 100, so that choosing
everything earns nothing. A quiz is the mean of its questions, unanswered ones count 0.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


def question_percent(shares: Mapping[int, int], chosen: Collection[int]) -> int:
    """Return 0 to 100; `shares` maps each choice to its share, choices of another question count nothing."""
    return max(0, min(100, sum(shares.get(choice, 0) for choice in set(chosen))))


def quiz_percent(results: Sequence[int]) -> Decimal:
    """Return the mean, rounded half up to two decimals; 0 for a quiz without questions."""
    if not results:
        return Decimal(0)
    return (Decimal(sum(results)) / len(results)).quantize(HUNDREDTH, ROUND_HALF_UP)
