"""Drawing a paper: the questions as they are now, copied and shuffled."""

import random

from courses.models import Question, QuizPage
from courses.scoring import CHOOSING, Kind


def draw_paper(quiz: QuizPage) -> list[dict]:
    """Copy the fixed questions and the drawn ones, shuffled when the editor says so."""
    fixed = list(quiz.quiz_questions.order_by("sort_order", "pk").values_list("question", flat=True))
    order = [*fixed, *_drawn(quiz, fixed)]
    found = Question.objects.prefetch_related("choices").in_bulk(order)
    paper = [freeze(found[pk], is_shuffled=quiz.is_shuffled) for pk in order]
    if quiz.is_shuffled:
        random.shuffle(paper)
    return paper


def _drawn(quiz: QuizPage, taken: list[int]) -> list[int]:
    """Random questions of each tag, none twice."""
    drawn: list[int] = []
    for draw in quiz.draws.order_by("sort_order", "pk"):
        pool = Question.objects.filter(tags=draw.tag_id).exclude(pk__in=[*taken, *drawn])
        keys = list(pool.order_by("pk").values_list("pk", flat=True))
        drawn += random.sample(keys, min(draw.count, len(keys)))
    return drawn


def freeze(question: Question, *, is_shuffled: bool) -> dict:
    """A question as a paper keeps it (see `Attempt`); what has no place in its kind is left out."""
    kind = Kind(question.kind)
    choices = list(question.choices.all())
    if is_shuffled and kind in CHOOSING - {Kind.TRUTH}:
        random.shuffle(choices)
    frozen = {
        "id": question.pk,
        "code": question.code,
        "kind": question.kind,
        "text": question.text,
        "feedback": question.feedback,
        "choices": [_choice(kind, number, choice) for number, choice in enumerate(choices, start=1)],
    }
    if question.picture:
        frozen["picture"] = {
            "file": question.picture.name,
            "alt": question.picture_alt,
            "width": question.picture_width,
            "height": question.picture_height,
        }
    if kind == Kind.MATCHING:
        frozen["options"] = sorted({choice.match for choice in choices})
        random.shuffle(frozen["options"])  # in the order of the pairs they would be the key
    if kind == Kind.SHORT:
        frozen["is_case_sensitive"] = question.is_case_sensitive
        frozen["are_accents_significant"] = question.are_accents_significant
    return frozen


def _choice(kind: Kind, number: int, choice) -> dict:
    frozen = {
        "id": number,
        "key": choice.pk,
        "text": choice.text,
        "share_percent": choice.share_percent,
        "feedback": choice.feedback,
    }
    if kind == Kind.MATCHING:
        frozen["match"] = choice.match
    if kind == Kind.NUMERIC:
        frozen["tolerance"] = f"{choice.tolerance.normalize():f}"
    return frozen
