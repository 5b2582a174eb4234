"""Reads questions in the GIFT format, the plain-text format of Moodle's question bank. Pure.

All of its types: one choice (`=`, `~`), several (`~%50%`), true/false, matching (`->`), short answer, number with
tolerance or range (`#`), missing word, essay (`{}`). A question ends at an empty line. Besides `// key: value` facts of
the whole file, comment lines before a question may hold `[id:code]`, `[tag:word]`, `[case:1]`, `[accents:1]`,
`[kind:gap]`, `[picture:name.webp|alternative text]` and one `[criterion:60|what|guide]` for each line of an essay's
rubric; `$CATEGORY:` becomes a tag.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from courses.gift.escapes import find, plain, split
from courses.gift.question import LABELS, Fault, GiftError, GiftQuestion, Problem, Reading
from courses.scoring import ANY, GAP, Flaw, Kind, Option, flaws

FACT = re.compile(r"^//\s*(\w+):\s*(.+?)\s*$", re.MULTILINE)
MARK = re.compile(r"\[(\w+):((?:\\.|[^\]\\])*)\]")
TRUTH = re.compile(r"\s*(T|TRUE|F|FALSE)\s*(?:#(.*))?", re.DOTALL | re.IGNORECASE)
SHARE = re.compile(r"\s*%(-?\d+(?:\.\d+)?)%")
RANGE = re.compile(r"\s*(-?[\d.]*?\d)\s*\.\.\s*(-?[\d.]+)\s*")
WHOLE_RUBRIC = Option("Nel complesso", 100)


@dataclass
class Block:
    """The lines of one question, its comment lines apart."""

    line: int = 0
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    category: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def marks(self, key: str) -> list[str]:
        return [value for name, value in MARK.findall("\n".join(self.comments)) if name == key]


class Unreadable(ValueError):
    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def facts(source: str) -> dict[str, str]:
    """Return the `// key: value` lines: title, intro, pass_mark, minutes."""
    return dict(FACT.findall(source))


def read(source: str) -> Reading:
    """Return what can be read and, line by line, what cannot."""
    questions, problems = [], []
    for block in _blocks(source):
        try:
            question = _question(block)
        except Unreadable as error:
            problems.append(Problem(block.line, error.reason, block.text.strip()[:80]))
            continue
        found = flaws(question.kind, question.text, question.options)
        problems += [Problem(block.line, flaw, (question.text or block.text)[:80]) for flaw in found]
        questions += [] if found else [question]
    return Reading(tuple(questions), tuple(problems))


def parse(source: str) -> list[GiftQuestion]:
    """Return the questions in their order; raise GiftError when one cannot be read."""
    reading = read(source)
    for problem in reading.problems:
        raise GiftError(f"Line {problem.line}: {problem.reason} near {problem.text!r}.")
    return list(reading.questions)


def _blocks(source: str) -> Iterator[Block]:
    block, category = Block(), ""
    for number, line in enumerate([*source.lstrip("\ufeff").splitlines(), ""], start=1):
        if line.startswith("$CATEGORY:"):
            category = line.partition(":")[2].strip().rpartition("/")[2]
        elif line.lstrip().startswith("//"):
            block.comments.append(line)
        elif line.strip():
            block.line = block.line or number
            block.lines.append(line)
        elif block.lines:
            block.category = category
            yield block
            block = Block()


def _question(block: Block) -> GiftQuestion:
    name, rest = _name(block.text)
    opening = find("{", rest)
    if opening < 0:
        raise Unreadable(Fault.NO_ANSWERS)
    closing = find("}", rest, opening)
    if closing < 0:
        raise Unreadable(Fault.NOT_CLOSED)
    body, tail = rest[opening + 1 : closing], rest[closing + 1 :]
    body, general = split("####", body)
    kind, options = _answers(body, block)
    picture, alternative = split("|", next(iter(block.marks("picture")), ""))
    if picture and not plain(alternative):
        raise Unreadable(Fault.NO_ALT)
    has_gap = bool(tail.strip()) or "gap" in block.marks("kind")
    return GiftQuestion(
        kind=Kind.GAP if kind == Kind.ONE and has_gap else kind,
        text=plain(rest[:opening] + (GAP + tail if has_gap else "")),
        options=options,
        feedback=plain(general),
        name=name,
        code=next(iter(block.marks("id")), ""),
        tags=tuple(dict.fromkeys(plain(tag) for tag in [*block.marks("tag"), block.category] if tag)),
        is_case_sensitive="1" in block.marks("case"),
        are_accents_significant="1" in block.marks("accents"),
        picture=plain(picture),
        picture_alt=plain(alternative),
        line=block.line,
    )


def _name(text: str) -> tuple[str, str]:
    if not text.strip().startswith("::"):
        return "", text
    name, rest = split("::", text.strip()[2:])
    return ("", text) if rest is None else (plain(name), rest)


def _answers(body: str, block: Block) -> tuple[Kind, tuple[Option, ...]]:
    if not body.strip():
        return Kind.OPEN, _rubric(block)
    if truth := TRUTH.fullmatch(body):
        return Kind.TRUTH, _truth(truth)
    if body.lstrip().startswith("#"):
        return Kind.NUMERIC, tuple(_numbers(body.lstrip()[1:]))
    signs = [sign for sign, _answer in _signed(body)]
    if not signs:
        raise Unreadable(Fault.NOT_READ)
    if "~" not in signs:
        return _written(body)
    kind = Kind.ONE if "=" in signs else Kind.SEVERAL
    return kind, tuple(_option(sign, answer) for sign, answer in _signed(body))


def _written(body: str) -> tuple[Kind, tuple[Option, ...]]:
    answers = [answer for _sign, answer in _signed(body)]
    pairs = [split("->", answer) for answer in answers]
    if all(right is not None for _left, right in pairs):
        return Kind.MATCHING, tuple(Option(plain(left), 0, "", plain(right)) for left, right in pairs)
    return Kind.SHORT, tuple(_option("=", answer) for answer in answers)


def _rubric(block: Block) -> tuple[Option, ...]:
    criteria = [_criterion(mark) for mark in block.marks("criterion")]
    return tuple(criteria) or (WHOLE_RUBRIC,)


def _criterion(mark: str) -> Option:
    share, rest = split("|", mark)
    text, guide = split("|", rest or "")
    if guide is None or not (share.isascii() and share.isdecimal()):
        raise Unreadable(Fault.NOT_READ)
    return Option(plain(text), int(share[:4]), plain(guide))


def _truth(match: re.Match) -> tuple[Option, ...]:
    is_true = match[1].upper().startswith("T")
    when_wrong, when_right = split("#", match[2] or "")
    return tuple(
        Option(label, 100 * (value == is_true), plain(when_right if value == is_true else when_wrong))
        for label, value in zip(LABELS, (True, False), strict=True)
    )


def _signed(body: str) -> Iterator[tuple[str, str]]:
    """Each answer with the sign before it."""
    at = find("=~", body)
    if body[: max(0, at)].strip():
        raise Unreadable(Fault.NOT_READ)
    while at >= 0:
        following = find("=~", body, at + 1)
        yield body[at], body[at + 1 : following if following >= 0 else len(body)]
        at = following


def _share(sign: str, answer: str) -> tuple[int, str]:
    match = SHARE.match(answer)
    if not match:
        return 100 * (sign == "="), answer
    if abs(float(match[1][:12])) > 100:
        raise Unreadable(Fault.NOT_READ)
    return round(float(match[1][:12])), answer[match.end() :]


def _option(sign: str, answer: str) -> Option:
    share, rest = _share(sign, answer)
    text, feedback = split("#", rest)
    return Option(plain(text), share, plain(feedback))


def _numbers(body: str) -> Iterator[Option]:
    for sign, answer in _signed(body) if find("=~", body) >= 0 else [("=", body)]:
        share, rest = _share(sign, answer)
        value, feedback = split("#", rest)
        number, tolerance = (ANY, Decimal(0)) if sign == "~" and not value.strip() else _interval(value)
        yield Option(number, share, plain(feedback), "", tolerance)


def _interval(value: str) -> tuple[str, Decimal]:
    """A number as the bank keeps it, and how far off an answer may be."""
    try:
        if match := RANGE.fullmatch(value):
            low, high = Decimal(match[1]), Decimal(match[2])
            return number((low + high) / 2), (high - low) / 2
        middle, _colon, tolerance = value.partition(":")
        return number(Decimal(middle.strip())), Decimal(tolerance.strip() or 0)
    except InvalidOperation:
        raise Unreadable(Flaw.NOT_A_NUMBER) from None


def number(value: Decimal) -> str:
    return f"{value.normalize():f}"
