"""A frozen paper on the way out and in: what may be seen of each question, and what a form says about it."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.http import FileResponse, Http404
from django.utils.cache import patch_cache_control
from django.utils.formats import number_format

from courses.models import Attempt, Marking
from courses.models.material import private_storage
from courses.scoring import ANY, CHOOSING, GAP, SINGLE, Given, Kind, What, clean, fitting, question_percent, right_pairs

NUMBER = re.compile(r"[0-9]{1,18}")
KEPT_SECONDS = 3600


def send_picture(question: Mapping) -> FileResponse:
    """The file of a frozen question's picture."""
    picture = question.get("picture")
    if picture is None:
        raise Http404
    answer = FileResponse(private_storage().open(picture["file"]), content_type="image/webp")
    patch_cache_control(answer, private=True, max_age=KEPT_SECONDS)
    return answer


def posted_answers(data, attempt: Attempt) -> dict[int, Given]:
    """What a form says about the questions that it showed: `shown` names them, so that an emptied one is known too."""
    shown = set(data.getlist("shown"))
    return {q["id"]: clean(q, _posted(data, q)) for q in attempt.paper if str(q["id"]) in shown}


def _posted(data, question: Mapping) -> Given:
    name, kind = f"question-{question['id']}", Kind(question["kind"])
    if kind in CHOOSING:
        return [int(value) for value in data.getlist(name) if NUMBER.fullmatch(value)]
    if kind == Kind.MATCHING:
        pairs = {pair: data.get(f"{name}-{pair}", "") for pair in right_pairs(question)}
        return {pair: int(value) for pair, value in pairs.items() if NUMBER.fullmatch(value)}
    return data.get(name, "").replace("\x00", "")


def asked(question: Mapping, *, number: int, given: Given | None) -> dict:
    """A question as it is asked: nothing of its shares, comments and pairs, and never in the bank's order."""
    kind = Kind(question["kind"])
    shown = {
        "id": question["id"],
        "number": number,
        "kind": kind.value,
        "text": question["text"],
        "picture": question.get("picture"),
        "is_answered": bool(given),
        "given": given or "",
    }
    if kind in CHOOSING:
        shown["is_single"] = kind in SINGLE
        shown["choices"] = [
            {"id": choice["id"], "text": choice["text"], "is_chosen": choice["id"] in (given or [])}
            for choice in question["choices"]
        ]
    if kind == Kind.GAP:
        shown["before"], _gap, shown["after"] = question["text"].partition(GAP)
    if kind == Kind.MATCHING:
        chosen = given or {}
        shown["is_answered"] = len(chosen) == len(right_pairs(question))
        shown["pairs"] = [
            {"id": pair["id"], "text": pair["text"], "options": _options(question, chosen.get(str(pair["id"])))}
            for pair in question["choices"]
            if pair["text"]
        ]
    return shown


def _options(question: Mapping, chosen: int | None) -> list[dict]:
    return [
        {"number": number, "text": text, "is_chosen": number == chosen}
        for number, text in enumerate(question["options"])
    ]


def marked(
    question: Mapping, *, number: int, given: Given | None, marking: Marking | None, may_see: Collection[What]
) -> dict:
    """A question as it comes back: what was said, and of its worth, reasons and key what `may_see` names."""
    is_waiting = marking is not None and marking.marked_at is None
    percent = Decimal(marking.percent or 0) if marking else question_percent(question, given)
    has_verdict, has_comments = What.VERDICTS in may_see, What.COMMENTS in may_see
    return {
        "id": question["id"],
        "number": number,
        "text": question["text"],
        "picture": question.get("picture"),
        "feedback": question["feedback"] if has_comments else "",
        "is_waiting": is_waiting,
        "percent": percent if has_verdict else None,
        "is_right": percent == 100 if has_verdict else None,
        "given": [(text, comment if has_comments else "") for text, comment in _said(question, given)],
        "right": [*key(question)] if What.KEY in may_see and percent < Decimal(100) else [],
        "criteria": [*_criteria(question, marking)] if has_verdict and marking and not is_waiting else [],
        "tutor_comment": marking.comment if has_comments and marking else "",
    }


def _criteria(question: Mapping, marking: Marking):
    """Each criterion with the points given and the points there are."""
    for criterion in question["choices"]:
        yield criterion["text"], marking.points.get(str(criterion["id"]), 0), criterion["share_percent"]


def _said(question: Mapping, given: Given | None):
    """Pairs of an answer and its comment."""
    kind, hits = Kind(question["kind"]), fitting(question, given)
    if kind in CHOOSING:
        yield from ((choice["text"], choice["feedback"]) for choice in hits)
    elif kind == Kind.MATCHING:
        yield from ((_pair(question, pair, option), "") for pair, option in (given or {}).items())
    elif given:
        yield given, hits[0]["feedback"] if hits else ""


def key(question: Mapping):
    """Pairs of a right answer and its comment; an open question has none."""
    kind = Kind(question["kind"])
    if kind == Kind.MATCHING:
        yield from ((_pair(question, pair, option), "") for pair, option in right_pairs(question).items())
    elif kind != Kind.OPEN:
        right = [choice for choice in question["choices"] if choice["share_percent"] > 0 and choice["text"] != ANY]
        yield from ((_accepted(kind, choice), choice["feedback"]) for choice in right)


def _pair(question: Mapping, pair: str, option: int) -> str:
    left = next(choice["text"] for choice in question["choices"] if str(choice["id"]) == pair)
    return f"{left} → {question['options'][option]}"


def _accepted(kind: Kind, choice: Mapping) -> str:
    if kind != Kind.NUMERIC:
        return choice["text"]
    value, tolerance = (number_format(Decimal(choice[name]), force_grouping=True) for name in ("text", "tolerance"))
    return value if tolerance == "0" else f"{value} (± {tolerance})"
