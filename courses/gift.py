"""Reads quiz questions in the GIFT format (the plain-text format of Moodle's question bank). Pure.

Understood: one right answer (`=`, `~`), several with shares (`~%50%`), true/false with two comments, a comment per
answer (`#`) and per question (`####`), escapes (`\\:`), comment lines (`//`), of which `// key: value` are facts.
"""

import re
from dataclasses import dataclass

UNESCAPED = r"(?<!\\)"
BLOCK = re.compile(
    rf"(?:::(?P<name>.+?){UNESCAPED}::)?(?P<text>.*?){UNESCAPED}\{{(?P<body>.*?){UNESCAPED}\}}\s*", re.DOTALL
)
ANSWER = re.compile(rf"{UNESCAPED}([=~])(?:%(-?\d+(?:\.\d+)?)%)?(.*?)(?={UNESCAPED}[=~]|\Z)", re.DOTALL)


class GiftError(ValueError):
    """The text is not GIFT; the message says near which words."""


@dataclass(frozen=True)
class GiftChoice:
    text: str
    share_percent: int
    feedback: str


@dataclass(frozen=True)
class GiftQuestion:
    name: str
    text: str
    choices: tuple[GiftChoice, ...]
    feedback: str = ""

    @property
    def has_several_right(self) -> bool:
        return sum(choice.share_percent > 0 for choice in self.choices) > 1


def facts(source: str) -> dict[str, str]:
    """Return the `// key: value` lines: title, intro, pass_mark, minutes."""
    return dict(re.findall(r"^//\s*(\w+):\s*(.+?)\s*$", source, re.MULTILINE))


def parse(source: str) -> list[GiftQuestion]:
    """Return the questions in their order; raise GiftError on anything that is not one."""
    text = re.sub(r"^//.*$", "", source, flags=re.MULTILINE).strip()
    questions, position = [], 0
    while position < len(text):
        match = BLOCK.match(text, position)
        if not match:
            raise GiftError(f"No question found near {text[position : position + 60]!r}.")
        questions.append(_question(match))
        position = match.end()
    return questions


def _question(match: re.Match) -> GiftQuestion:
    body, _, general = match["body"].partition("####")
    name, text = plain(match["name"] or ""), plain(match["text"])
    if truth := re.match(r"\s*(T|TRUE|F|FALSE)\b\s*(.*)", body, re.DOTALL | re.IGNORECASE):
        choices = _true_false(truth)
    else:
        choices = tuple(_choice(*found) for found in ANSWER.findall(body))
    if not text or len(choices) < 2 or not any(choice.share_percent > 0 for choice in choices):
        raise GiftError(f"The question {name or text[:60]!r} needs a text, two answers and a right one.")
    return GiftQuestion(name, text, choices, plain(general))


def _choice(sign: str, share: str, rest: str) -> GiftChoice:
    text, _, feedback = _split_comment(rest)
    return GiftChoice(plain(text), round(float(share)) if share else 100 * (sign == "="), plain(feedback))


def _true_false(match: re.Match) -> tuple[GiftChoice, ...]:
    is_true = match[1].upper().startswith("T")
    _, _, comments = _split_comment(match[2])
    when_wrong, _, when_right = _split_comment(comments)
    return tuple(
        GiftChoice(label, 100 * (value == is_true), plain(when_right if value == is_true else when_wrong))
        for label, value in (("Vero", True), ("Falso", False))
    )


def _split_comment(text: str) -> tuple[str, str, str]:
    before, *after = re.split(rf"{UNESCAPED}#", text, maxsplit=1)
    return before, "#", after[0] if after else ""


def plain(text: str) -> str:
    """Undo the escapes and fold white space."""
    return " ".join(re.sub(r"\\([~=#{}:\\])", r"\1", text).split())
