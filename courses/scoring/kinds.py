"""The kinds of question, and what each one's answers look like."""

from enum import StrEnum

GAP = "_____"  # where the missing word stands in the text
ANY = "*"  # in an accepted answer: whatever is written here


class Kind(StrEnum):
    ONE = "one"
    SEVERAL = "several"
    TRUTH = "truth"
    GAP = "gap"
    MATCHING = "matching"
    SHORT = "short"
    NUMERIC = "numeric"
    OPEN = "open"


SINGLE = frozenset({Kind.ONE, Kind.TRUTH, Kind.GAP})  # one choice is taken
CHOOSING = SINGLE | {Kind.SEVERAL}
WRITTEN = frozenset({Kind.SHORT, Kind.NUMERIC, Kind.OPEN})
