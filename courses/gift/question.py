"""What a GIFT text holds, read or to be written."""

from dataclasses import dataclass
from enum import StrEnum

from courses.scoring import Flaw, Kind, Option

LABELS = ("Vero", "Falso")  # the two answers of a true/false question


class Fault(StrEnum):
    NO_ANSWERS = "no_answers"
    NOT_CLOSED = "not_closed"
    NOT_READ = "not_read"
    NO_ALT = "no_alt"


@dataclass(frozen=True)
class GiftQuestion:
    """`code`, `tags`, the rules for short answers and the rubric stand in comment lines, which other readers skip."""

    kind: Kind
    text: str
    options: tuple[Option, ...]
    feedback: str = ""
    name: str = ""
    code: str = ""
    tags: tuple[str, ...] = ()
    is_case_sensitive: bool = False
    are_accents_significant: bool = False
    picture: str = ""  # the name of its file
    picture_alt: str = ""
    line: int = 0  # where it begins in the text that was read


@dataclass(frozen=True)
class Problem:
    """Something that could not be read; `line` counts from 1."""

    line: int
    reason: Fault | Flaw
    text: str


@dataclass(frozen=True)
class Reading:
    questions: tuple[GiftQuestion, ...]
    problems: tuple[Problem, ...]


class GiftError(ValueError):
    """The text is not GIFT; the message says at which line."""
