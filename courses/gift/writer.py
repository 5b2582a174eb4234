"""Writes questions in the GIFT format, so that reading them back gives the same questions. Pure."""

from collections.abc import Iterable, Mapping

from courses.gift.escapes import escaped
from courses.gift.question import GiftQuestion
from courses.scoring import ANY, GAP, Kind, Option

FRACTIONS = {  # the shares that Moodle knows beside whole tenths: it refuses a bare 33
    33: "33.33333",
    67: "66.66667",
    17: "16.66667",
    83: "83.33333",
    14: "14.28571",
    11: "11.11111",
}


def write(questions: Iterable[GiftQuestion], facts: Mapping[str, object] | None = None) -> str:
    """Return the questions as one text; `facts` become `// key: value` lines on top."""
    head = "".join(f"// {key}: {value}\n" for key, value in (facts or {}).items())
    return "\n".join([*([head] if head else []), *(_question(question) for question in questions)])


def _question(question: GiftQuestion) -> str:
    name = question.name or question.code
    comments = "".join(f"// {line}\n" for line in _comments(question))
    text, tail, body = question.text, "", _BODIES[question.kind](question)
    if question.kind == Kind.GAP:
        text, _gap, tail = question.text.partition(GAP)
    is_spaced = text.endswith(" ") or question.kind != Kind.GAP
    text = escaped(text) + " " * is_spaced
    general = f"\n\t####{escaped(question.feedback)}" if question.feedback else ""
    tail = f"{' ' if tail.startswith(' ') else ''}{escaped(tail)}"
    return f"{comments}{f'::{escaped(name)}::' if name else ''}{text}{{{body}{general}{_end(body, general)}}}{tail}\n"


def _end(body: str, general: str) -> str:
    return "\n" if "\n" in body or general else ""


def _comments(question: GiftQuestion) -> Iterable[str]:
    marks = [("id", question.code)] if question.code else []
    marks += [("tag", tag) for tag in question.tags]
    marks += [("case", "1")] if question.is_case_sensitive else []
    marks += [("accents", "1")] if question.are_accents_significant else []
    marks += [("kind", "gap")] if question.kind == Kind.GAP and question.text.endswith(GAP) else []
    if marks:
        yield " ".join(f"[{key}:{_mark(value)}]" for key, value in marks)
    if question.picture:
        yield f"[picture:{_mark(question.picture)}|{_mark(question.picture_alt)}]"
    if question.kind == Kind.OPEN:
        for option in question.options:
            yield f"[criterion:{option.share_percent}|{_mark(option.text)}|{_mark(option.feedback)}]"


def _mark(value: str) -> str:
    return escaped(value).replace("|", r"\|").replace("]", r"\]")


def _comment(option: Option) -> str:
    return f"#{escaped(option.feedback)}" if option.feedback else ""


def _one(question: GiftQuestion) -> str:
    return "".join(
        f"\n\t{'=' if o.share_percent == 100 else '~'}{'' if o.share_percent in (0, 100) else _share(o)}"
        f"{escaped(o.text)}{_comment(o)}"
        for o in question.options
    )


def _several(question: GiftQuestion) -> str:
    return "".join(f"\n\t~{_share(o)}{escaped(o.text)}{_comment(o)}" for o in question.options)


def _truth(question: GiftQuestion) -> str:
    right, wrong = sorted(question.options, key=lambda option: -option.share_percent)
    comments = f"#{escaped(wrong.feedback)}#{escaped(right.feedback)}" if right.feedback or wrong.feedback else ""
    return ("TRUE" if question.options.index(right) == 0 else "FALSE") + comments


def _matching(question: GiftQuestion) -> str:
    return "".join(f"\n\t={escaped(o.text)} -> {escaped(o.match)}" for o in question.options)


def _short(question: GiftQuestion) -> str:
    return "".join(
        f"\n\t={'' if o.share_percent == 100 else _share(o)}{escaped(o.text)}{_comment(o)}" for o in question.options
    )


def _numeric(question: GiftQuestion) -> str:
    return "#" + "".join(f"\n\t{_number(option)}{_comment(option)}" for option in question.options)


def _number(option: Option) -> str:
    share = "" if option.share_percent == 100 else _share(option)
    if option.text == ANY:
        return "~" if option.share_percent == 0 else f"~{share}"
    return f"={share}{option.text}:{option.tolerance.normalize():f}"


def _open(question: GiftQuestion) -> str:
    return ""


def _share(option: Option) -> str:
    sign = "-" if option.share_percent < 0 else ""
    return f"%{sign}{FRACTIONS.get(abs(option.share_percent), abs(option.share_percent))}%"


_BODIES = {
    Kind.ONE: _one,
    Kind.GAP: _one,
    Kind.SEVERAL: _several,
    Kind.TRUTH: _truth,
    Kind.MATCHING: _matching,
    Kind.SHORT: _short,
    Kind.NUMERIC: _numeric,
    Kind.OPEN: _open,
}
