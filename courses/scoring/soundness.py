"""Can this question be answered and scored? Pure: for the editor's form and for imports alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from courses.scoring.kinds import ANY, GAP, Kind

ROUNDING = 2  # three answers of 33 % are meant to be 100


class Flaw(StrEnum):
    NO_TEXT = "no_text"
    TOO_FEW = "too_few"
    EMPTY_ANSWER = "empty_answer"
    NO_RIGHT = "no_right"
    NOT_100 = "not_100"
    NO_GAP = "no_gap"
    NOT_TWO = "not_two"
    NOT_A_NUMBER = "not_a_number"
    NO_MATCH = "no_match"
    NO_RUBRIC = "no_rubric"


@dataclass(frozen=True)
class Option:
    """One answer as it was written: a choice, a pair, an accepted answer or a criterion."""

    text: str
    share_percent: int = 0
    feedback: str = ""
    match: str = ""
    tolerance: Decimal = Decimal(0)


def flaws(kind: Kind, text: str, options: Sequence[Option]) -> list[Flaw]:
    """Return what is wrong, the first thing to mend first; empty when the question is sound."""
    checks = [(not text.strip(), Flaw.NO_TEXT), *_CHECKS[kind](options, text)]
    return [flaw for is_broken, flaw in checks if is_broken]


def _choosing(options: Sequence[Option], *_text) -> list[tuple[bool, Flaw]]:
    return [(len(options) < 2, Flaw.TOO_FEW), (any(not o.text.strip() for o in options), Flaw.EMPTY_ANSWER)]


def _single(options: Sequence[Option], *_text) -> list[tuple[bool, Flaw]]:
    return [*_choosing(options), (all(option.share_percent != 100 for option in options), Flaw.NO_RIGHT)]


def _truth(options: Sequence[Option], *_text) -> list[tuple[bool, Flaw]]:
    return [(sorted(option.share_percent for option in options) != [0, 100], Flaw.NOT_TWO)]


def _gap(options: Sequence[Option], text: str) -> list[tuple[bool, Flaw]]:
    return [*_single(options), (text.count(GAP) != 1, Flaw.NO_GAP)]


def _several(options: Sequence[Option], *_text) -> list[tuple[bool, Flaw]]:
    whole = sum(max(0, option.share_percent) for option in options)
    return [*_choosing(options), (not whole, Flaw.NO_RIGHT), (whole > 0 and abs(whole - 100) > ROUNDING, Flaw.NOT_100)]


def _matching(options: Sequence[Option], *_text) -> list[tuple[bool, Flaw]]:
    pairs = [option for option in options if option.text.strip()]
    return [
        (len({option.match for option in options}) < 2 or len(pairs) < 2, Flaw.TOO_FEW),
        (any(not option.match.strip() for option in options), Flaw.NO_MATCH),
    ]


def _short(options: Sequence[Option], *_text) -> list[tuple[bool, Flaw]]:
    return [
        (any(not option.text.strip() for option in options), Flaw.EMPTY_ANSWER),
        (all(option.share_percent != 100 for option in options), Flaw.NO_RIGHT),
    ]


def _numeric(options: Sequence[Option], *_text) -> list[tuple[bool, Flaw]]:
    return [*_short(options), (not all(o.text == ANY or _is_decimal(o.text) for o in options), Flaw.NOT_A_NUMBER)]


def _open(options: Sequence[Option], *_text) -> list[tuple[bool, Flaw]]:
    return [
        (not options, Flaw.NO_RUBRIC),
        (any(not option.text.strip() or option.share_percent <= 0 for option in options), Flaw.EMPTY_ANSWER),
        (bool(options) and sum(option.share_percent for option in options) != 100, Flaw.NOT_100),
    ]


def _is_decimal(text: str) -> bool:
    try:
        return len(text) <= 40 and Decimal(text).is_finite()
    except InvalidOperation:
        return False


_CHECKS = {
    Kind.ONE: _single,
    Kind.SEVERAL: _several,
    Kind.TRUTH: _truth,
    Kind.GAP: _gap,
    Kind.MATCHING: _matching,
    Kind.SHORT: _short,
    Kind.NUMERIC: _numeric,
    Kind.OPEN: _open,
}
