"""The bank as text: questions come in and go out as GIFT."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from courses.gift import Fault, GiftQuestion, read
from courses.models import Choice, Question
from courses.models.material import light_picture
from courses.models.question_form import FLAWS
from courses.scoring import Kind, Option
from journal.actions import record

LONGEST_SOURCE = 2_000_000  # signs
FAULTS = {
    Fault.NO_ANSWERS: _("Text without answers in braces: a description, not a question."),
    Fault.NOT_CLOSED: _("The brace is not closed before the next empty line."),
    Fault.NO_ALT: _("The picture has no alternative text: [picture:name.webp|what it shows]."),
    Fault.NOT_READ: _("The answers cannot be read: each begins with = or ~."),
}


@dataclass(frozen=True)
class Complaint:
    """A line that was not taken, with the reason in words."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class Outcome:
    stored: int
    complaints: list[Complaint]


@transaction.atomic
def import_questions(
    source: str,
    *,
    prefix: str,
    tags: Iterable[str] = (),
    pictures: Mapping[str, bytes] | None = None,
    skips: bool = False,
    is_trial: bool = False,
    actor=None,
    now: datetime,
) -> Outcome:
    """Store the questions of a GIFT text, all of them or none; with `skips` those that can be read.

    A code that the bank has already is a complaint: nothing is ever overwritten. `is_trial` stores nothing and says
    what would be stored.
    """
    reading = read(source[:LONGEST_SOURCE].replace("\x00", ""))
    words = FAULTS | FLAWS
    complaints = [Complaint(p.line, str(words[p.reason]), p.text) for p in reading.problems]
    lacking, there = _pictures(reading.questions, pictures or {})
    complaints += lacking
    coded = _coded(there, prefix)
    taken = set(Question.objects.filter(code__in=[code for code, _q in coded]).values_list("code", flat=True))
    for code, question in coded:
        if code in taken:
            reason = _("The bank already has a question with the code “%(code)s”.") % {"code": code}
            complaints.append(Complaint(question.line, reason, question.text[:80]))
    sound = [(code, question) for code, question in coded if code not in taken] if skips or not complaints else []
    complaints.sort(key=lambda complaint: complaint.line)
    if is_trial or not sound:
        return Outcome(len(sound), complaints)
    rows = [
        store_question(question, code=code, tags=tags, picture=(pictures or {}).get(question.picture))
        for code, question in sound
    ]
    record("import_questions", rows[0], actor=actor, after={"added": len(rows)}, now=now)
    return Outcome(len(rows), complaints)


def _pictures(
    questions: Iterable[GiftQuestion], pictures: Mapping[str, bytes]
) -> tuple[list[Complaint], list[GiftQuestion]]:
    """A complaint for every question whose picture does not come along or cannot be read, and the other questions."""
    complaints, sound = [], []
    for question in questions:
        if reason := _flaw_of_picture(question, pictures):
            complaints.append(Complaint(question.line, reason, question.text[:80]))
        else:
            sound.append(question)
    return complaints, sound


def _flaw_of_picture(question: GiftQuestion, pictures: Mapping[str, bytes]) -> str:
    if not question.picture:
        return ""
    if question.picture not in pictures:
        return _("The picture “%(name)s” is not in the zip.") % {"name": question.picture}
    try:
        light_picture(ContentFile(pictures[question.picture], name=question.picture), "picture")
    except ValidationError as broken:
        return " ".join(broken.messages)
    return ""


def _coded(questions: Iterable[GiftQuestion], prefix: str) -> list[tuple[str, GiftQuestion]]:
    """Each question with its code: the one it brings, else the prefix with its name or its place; none twice."""
    coded: dict[str, GiftQuestion] = {}
    for number, question in enumerate(questions, start=1):
        own = slugify(question.code) or f"{prefix}-{slugify(question.name)[:40].strip('-') or f'{number:02}'}".strip(
            "-"
        )
        code = own[:60]
        coded[code if code not in coded else f"{code[:55]}-{number:03}"] = question
    return list(coded.items())


def store_question(
    asked: GiftQuestion, *, code: str, tags: Iterable[str] = (), picture: bytes | None = None
) -> Question:
    """Write a question that was read into the bank, with its first version."""
    row = Question(
        code=code,
        kind=asked.kind.value,
        text=asked.text,
        feedback=asked.feedback,
        is_case_sensitive=asked.is_case_sensitive,
        are_accents_significant=asked.are_accents_significant,
    )
    if picture is not None:
        file = ContentFile(picture, name=asked.picture)
        row.picture, row.picture_width, row.picture_height = light_picture(file, "picture")
        row.picture_alt = asked.picture_alt[:250]
    row.choices = [Choice(sort_order=number, **vars(option)) for number, option in enumerate(asked.options)]
    row.save()
    row.tags.set([*asked.tags, *tags])
    row.save()
    row.save_revision()
    return row


def as_gift(questions: Iterable[Question]) -> list[GiftQuestion]:
    """The questions as they are written out; `choices` and `tagged_items__tag` should be prefetched."""
    return [
        GiftQuestion(
            kind=Kind(question.kind),
            text=question.text,
            options=tuple(
                Option(c.text, c.share_percent, c.feedback, c.match, c.tolerance) for c in question.choices.all()
            ),
            feedback=question.feedback,
            name=question.code,
            code=question.code,
            tags=tuple(sorted(tagged.tag.name for tagged in question.tagged_items.all())),
            is_case_sensitive=question.is_case_sensitive,
            are_accents_significant=question.are_accents_significant,
            picture=_picture_name(question),
            picture_alt=question.picture_alt if question.picture else "",
        )
        for question in questions
    ]


def _picture_name(question: Question) -> str:
    return f"{question.code}.webp" if question.picture else ""


def question_pictures(questions: Iterable[Question]) -> dict[str, bytes]:
    """The pictures that `as_gift` names."""
    return {_picture_name(question): picture_of(question) for question in questions if question.picture}


def picture_of(question: Question) -> bytes | None:
    if not question.picture:
        return None
    with question.picture.storage.open(question.picture.name) as file:
        return file.read()
