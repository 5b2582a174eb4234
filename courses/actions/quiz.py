"""Sitting a quiz: the questions are frozen at the start, the answers saved one by one, the score counted once."""

import random
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.progress import check_step_opens, lock, recompute
from courses.models import Answer, Attempt, Enrolment, Question, QuizPage, StepProgress
from courses.scoring import question_percent, quiz_percent


@transaction.atomic
def start_attempt(enrolment: Enrolment, quiz: QuizPage, *, now: datetime) -> Attempt:
    """Open a sitting, or return the one that is open. Raises ValidationError "no_attempts_left" or "locked"."""
    enrolment = lock(enrolment)
    if open_attempt := enrolment.attempts.open().filter(quiz=quiz).first():
        return open_attempt
    check_step_opens(enrolment, quiz, now=now)
    number = enrolment.attempts.filter(quiz=quiz).count() + 1
    if quiz.maximum_attempts and number > quiz.maximum_attempts:
        raise ValidationError(_("All the attempts at this quiz have been used."), code="no_attempts_left")
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz=quiz,
        number=number,
        started_at=now,
        pass_mark_percent=quiz.pass_mark_percent,
        paper=draw_paper(quiz),
    )
    enrolment.last_activity_at = now
    enrolment.save(update_fields=["last_activity_at"])
    return attempt


def draw_paper(quiz: QuizPage) -> list[dict]:
    """Copy the quiz's questions as they are now, shuffled when the editor says so."""
    questions = Question.objects.filter(uses__quiz=quiz).order_by("uses__sort_order").prefetch_related("choices")
    paper = [_frozen(question, is_shuffled=quiz.is_shuffled) for question in questions]
    if quiz.is_shuffled:
        random.shuffle(paper)
    return paper


def _frozen(question: Question, *, is_shuffled: bool) -> dict:
    choices = [
        {"id": c.pk, "text": c.text, "share_percent": c.share_percent, "feedback": c.feedback}
        for c in question.choices.all()
    ]
    if is_shuffled:
        random.shuffle(choices)
    return {
        "id": question.pk,
        "kind": question.kind,
        "text": question.text,
        "feedback": question.feedback,
        "choices": choices,
    }


@transaction.atomic
def save_answers(attempt: Attempt, answers: Mapping[int, list[int]], *, now: datetime) -> None:
    """Store what is chosen so far: question id → choice ids. Raises ValidationError "submitted"."""
    attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if attempt.submitted_at:
        raise ValidationError(
            _("This attempt has already been handed in: its answers stay as they are."), code="submitted"
        )
    _store(attempt, answers, now=now)


def _store(attempt: Attempt, answers: Mapping[int, list[int]], *, now: datetime) -> None:
    allowed = {question["id"]: {choice["id"] for choice in question["choices"]} for question in attempt.paper}
    rows = [
        Answer(attempt=attempt, question_id=question, choice_ids=sorted(set(chosen) & allowed[question]), saved_at=now)
        for question, chosen in answers.items()
        if question in allowed
    ]
    Answer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["attempt", "question_id"],
        update_fields=["choice_ids", "saved_at"],
    )


@transaction.atomic
def submit_attempt(attempt: Attempt, answers: Mapping[int, list[int]], *, now: datetime) -> Attempt:
    """Hand in: the score counts once. A second hand-in of the same attempt changes nothing."""
    enrolment = lock(attempt.enrolment)
    attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if attempt.submitted_at:
        return attempt
    _store(attempt, answers, now=now)
    attempt.submitted_at = now
    attempt.score_percent = score(attempt)
    attempt.save(update_fields=["submitted_at", "score_percent"])
    _keep_best(enrolment, attempt, now=now)
    recompute(enrolment, now=now)
    return attempt


def score(attempt: Attempt) -> Decimal:
    chosen = dict(attempt.answers.values_list("question_id", "choice_ids"))
    return quiz_percent(
        [
            question_percent({c["id"]: c["share_percent"] for c in question["choices"]}, chosen.get(question["id"], []))
            for question in attempt.paper
        ]
    )


def _keep_best(enrolment: Enrolment, attempt: Attempt, *, now: datetime) -> None:
    progress, _created = StepProgress.objects.get_or_create(enrolment=enrolment, step_id=attempt.quiz_id)
    progress.best_score_percent = max(progress.best_score_percent or Decimal(0), attempt.score_percent)
    if attempt.is_passed and progress.completed_at is None:
        progress.completed_at = now
    progress.save()
