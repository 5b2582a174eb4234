"""What the attempts say about the questions. Reads only; names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

from courses.models import Answer, Attempt, Marking, QuizPage
from courses.scoring import MINIMUM, Item, Kind, analyse, question_percent, taken

LATEST = 2_000  # attempts that are looked at


@dataclass(frozen=True)
class Row:
    question: Mapping  # as it stood on the latest paper
    item: Item
    choices: list[tuple[str, int, int]]  # text, share, how often taken
    others: int  # took none of them


def first_attempts(quiz: QuizPage) -> list[Attempt]:
    """Each person's first finished attempt: a second one has learnt from it."""
    attempts = Attempt.objects.filter(quiz=quiz, number=1, score_percent__isnull=False)
    return list(attempts.order_by("-submitted_at").only("paper", "submitted_at")[:LATEST])


def analyse_quiz(quiz: QuizPage) -> list[Row]:
    """One row for each question, in the order of their codes; three queries."""
    attempts = first_attempts(quiz)
    given, marks = _given(attempts), _marks(attempts)
    asked: dict[int, list] = {}
    percents = []
    for attempt in attempts:
        said = given.get(attempt.pk, {})
        percents.append({q["id"]: marks.get((attempt.pk, q["id"])) or _percent(q, said) for q in attempt.paper})
        for question in attempt.paper:
            asked.setdefault(question["id"], []).append((question, said.get(question["id"])))
    items = analyse(percents)
    rows = [_row(answers, items[key]) for key, answers in asked.items()]
    return sorted(rows, key=lambda row: row.question.get("code", row.question["text"]))


def _percent(question: Mapping, said: Mapping):
    return question_percent(question, said.get(question["id"]))


def _given(attempts: list[Attempt]) -> dict[int, dict]:
    found: dict[int, dict] = {}
    rows = Answer.objects.filter(attempt__in=[attempt.pk for attempt in attempts])
    for attempt, question, given in rows.values_list("attempt", "question_id", "given"):
        found.setdefault(attempt, {})[question] = given
    return found


def _marks(attempts: list[Attempt]) -> dict[tuple[int, int], int]:
    rows = Marking.objects.filter(answer__attempt__in=[attempt.pk for attempt in attempts], percent__isnull=False)
    keys = ("answer__attempt", "answer__question_id", "percent")
    return {(attempt, question): percent for attempt, question, percent in rows.values_list(*keys)}


def _row(answers: list[tuple[Mapping, object]], item: Item) -> Row:
    """The choices as the latest paper has them; what an older one called otherwise is found by its row in the bank."""
    question = answers[0][0]
    if item.attempts < MINIMUM or question["kind"] in {Kind.MATCHING, Kind.OPEN}:
        return Row(question, item, [], 0)
    counts = taken(answers)
    choices = [
        (choice["text"], choice["share_percent"], counts.pop(choice.get("key", choice["id"]), 0))
        for choice in sorted(question["choices"], key=lambda choice: choice.get("key", choice["id"]))
    ]
    return Row(question, item, choices, sum(counts.values()))
