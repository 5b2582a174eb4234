"""Questions in the GIFT format, read and written. Pure."""

from courses.gift.question import LABELS, Fault, GiftError, GiftQuestion, Problem, Reading
from courses.gift.reader import facts, parse, read
from courses.gift.writer import write

__all__ = [
    "LABELS",
    "Fault",
    "GiftError",
    "GiftQuestion",
    "Problem",
    "Reading",
    "facts",
    "parse",
    "read",
    "write",
]
