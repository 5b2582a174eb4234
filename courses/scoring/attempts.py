"""From questions to an attempt, from attempts to the score that counts. Pure."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from courses.scoring.answers import HUNDREDTH, Given, question_percent
from courses.scoring.kinds import Kind


class Counting(StrEnum):
    BEST = "best"
    LAST = "last"
    AVERAGE = "average"


def mean(results: Sequence[Decimal]) -> Decimal:
    """Return the mean, rounded half up to two decimals; 0 for nothing at all."""
    if not results:
        return Decimal(0)
    return (Decimal(sum(results)) / len(results)).quantize(HUNDREDTH, ROUND_HALF_UP)


def waiting(paper: Sequence[Mapping], given: Mapping[int, Given], marked: Mapping[int, Decimal]) -> list[int]:
    """The questions whose answer waits for the tutor; an open question left empty waits for nobody."""
    return [
        question["id"]
        for question in paper
        if question["kind"] == Kind.OPEN and given.get(question["id"]) and question["id"] not in marked
    ]


def attempt_percent(
    paper: Sequence[Mapping], given: Mapping[int, Given], marked: Mapping[int, Decimal]
) -> Decimal | None:
    """Return the mean of the questions, empty ones count 0; None while an answer waits for the tutor."""
    if waiting(paper, given, marked):
        return None
    return mean([marked.get(q["id"], question_percent(q, given.get(q["id"]))) for q in paper])


def counting_percent(rule: Counting, scores: Sequence[Decimal]) -> Decimal | None:
    """Which score counts, the attempts being in their order; None before the first one."""
    if not scores:
        return None
    if rule == Counting.AVERAGE:
        return mean(scores)
    return max(scores) if rule == Counting.BEST else scores[-1]
