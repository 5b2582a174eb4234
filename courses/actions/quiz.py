"""Sitting a quiz: the questions are frozen at the start, the answers saved one by one, the score counted once.

`now` is the database's time (lib.database_clock): it decides on deadlines, and no machine's clock does.
Rows are locked in one order everywhere: the enrolment, then the attempt.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses import emails
from courses.actions.paper import draw_paper
from courses.actions.progress import check_step_opens, lock, recompute
from courses.models import Answer, Attempt, Enrolment, ExtraTime, Marking, QuizPage, StepProgress
from courses.scoring import Given, attempt_percent, clean, counting_percent, deadline, next_start, waiting
from lib.elision import elided


@transaction.atomic
def start_attempt(enrolment: Enrolment, quiz: QuizPage, *, now: datetime) -> Attempt:
    """Open a sitting, or return the one that is open. Raises "locked", or what `why_not_start` says."""
    enrolment = lock(enrolment)
    attempts = list(enrolment.attempts.filter(quiz=quiz).order_by("number"))
    if attempts and not attempts[-1].submitted_at:
        if not attempts[-1].is_overdue(now=now):
            return attempts[-1]
        attempts[-1] = submit_attempt(attempts[-1], {}, now=now)
    check_step_opens(enrolment, quiz, now=now)
    if refusal := why_not_start(quiz, attempts, now=now):
        raise refusal
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz=quiz,
        number=len(attempts) + 1,
        started_at=now,
        deadline_at=_deadline(enrolment, quiz, started_at=now),
        pass_mark_percent=quiz.pass_mark_percent,
        paper=draw_paper(quiz),
    )
    enrolment.last_activity_at = now
    enrolment.save(update_fields=["last_activity_at"])
    return attempt


def why_not_start(quiz: QuizPage, attempts: Sequence[Attempt], *, now: datetime) -> ValidationError | None:
    """Why no other attempt may begin: "closed", "waiting", "no_attempts_left", "too_soon"; None when one may."""
    last = attempts[-1] if attempts else None
    if quiz.is_closed(now=now):
        return ValidationError(_("The quiz is closed: no attempt can begin."), code="closed")
    if last and last.is_waiting:
        text = _("The tutor still has to mark the last attempt: another one can begin after that.")
        return ValidationError(text, code="waiting")
    if quiz.maximum_attempts and len(attempts) >= quiz.maximum_attempts:
        return ValidationError(_("All the attempts at this quiz have been used."), code="no_attempts_left")
    start = next_start(last and last.submitted_at, minutes_between=quiz.minutes_between_attempts)
    if start and start > now:
        day = date_format(timezone.localtime(start), "j F Y, H:i")
        message = elided(_("Another attempt can begin from %(day)s.") % {"day": day})
        return ValidationError(message, code="too_soon")
    return None


def _deadline(enrolment: Enrolment, quiz: QuizPage, *, started_at: datetime) -> datetime | None:
    extra = ExtraTime.objects.filter(user=enrolment.user_id).values_list("percent", flat=True)
    return deadline(
        started_at,
        limit_minutes=quiz.time_limit_minutes,
        extra_percent=(quiz.time_limit_minutes and extra.first()) or 0,
        closes_at=quiz.closes_at,
    )


def save_answers(attempt: Attempt, answers: Mapping[int, Given], *, now: datetime) -> None:
    """Store what is answered so far: question → answer. Raises ValidationError "submitted" or "too_late".

    The same answers sent twice are stored once. After the deadline the attempt is handed in as it was.
    """
    if not _save(attempt, answers, now=now):
        hand_in_if_overdue(attempt, now=now)
        raise ValidationError(_("The time is over: what had been saved by then counts."), code="too_late")


@transaction.atomic
def _save(attempt: Attempt, answers: Mapping[int, Given], *, now: datetime) -> bool:
    attempt = _locked(attempt)
    if attempt.submitted_at:
        raise ValidationError(
            _("This attempt has already been handed in: its answers stay as they are."), code="submitted"
        )
    if attempt.is_overdue(now=now):
        return False
    _store(attempt, answers, now=now)
    return True


def _locked(attempt: Attempt) -> Attempt:
    return Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=attempt.pk)


def _store(attempt: Attempt, answers: Mapping[int, Given], *, now: datetime) -> None:
    asked = {question["id"]: question for question in attempt.paper}
    rows = [
        Answer(attempt=attempt, question_id=key, given=clean(asked[key], given), saved_at=now)
        for key, given in answers.items()
        if key in asked
    ]
    Answer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["attempt", "question_id"],
        update_fields=["given", "saved_at"],
    )


@transaction.atomic
def submit_attempt(attempt: Attempt, answers: Mapping[int, Given], *, now: datetime) -> Attempt:
    """Hand in: the score counts once. A second hand-in of the same attempt changes nothing.

    After the deadline what is sent along counts no more: the attempt is handed in as it was, at its deadline.
    """
    enrolment = lock(attempt.enrolment)
    attempt = _locked(attempt)
    if attempt.submitted_at:
        return attempt
    if attempt.is_overdue(now=now):
        attempt.submitted_at = attempt.deadline_at
    else:
        _store(attempt, answers, now=now)
        attempt.submitted_at = now
    given = attempt.given()
    attempt.score_percent = attempt_percent(attempt.paper, given, {})
    attempt.save(update_fields=["submitted_at", "score_percent"])
    _ask_tutor(attempt, waiting(attempt.paper, given, {}), now=now)
    keep_score(enrolment, attempt, now=now)
    recompute(enrolment, now=now)
    return attempt


def hand_in_if_overdue(attempt: Attempt, *, now: datetime) -> bool:
    """Hand in an open attempt whose time is over; return whether it was so."""
    if attempt.submitted_at or not attempt.is_overdue(now=now):
        return False
    submit_attempt(attempt, {}, now=now)
    return True


def hand_in_overdue_attempts(*, now: datetime) -> int:
    """The sweep: hand in what nobody came back to; return how many. Each in its own transaction."""
    overdue = Attempt.objects.overdue(now=now).select_related("enrolment")
    return sum(hand_in_if_overdue(attempt, now=now) for attempt in overdue.order_by("deadline_at")[:500])


def _ask_tutor(attempt: Attempt, questions: Sequence[int], *, now: datetime) -> None:
    """Leave the open answers for the tutor, and tell."""
    answers = attempt.answers.filter(question_id__in=questions)
    Marking.objects.bulk_create([Marking(answer=answer) for answer in answers])
    if questions:
        emails.queue_answers_to_mark(attempt, now=now)


def keep_score(enrolment: Enrolment, attempt: Attempt, *, now: datetime) -> None:
    """Keep the score that counts; what has been passed once never falls."""
    progress, _created = StepProgress.objects.get_or_create(enrolment=enrolment, step_id=attempt.quiz_id)
    scores = enrolment.attempts.filter(quiz=attempt.quiz_id, score_percent__isnull=False).order_by("number")
    score = counting_percent(attempt.quiz.counting, list(scores.values_list("score_percent", flat=True)))
    if progress.completed_at:
        score = max(filter(None, [score, progress.best_score_percent]), default=Decimal(0))
    progress.best_score_percent = score
    if progress.completed_at is None and score is not None and score >= attempt.pass_mark_percent:
        progress.completed_at = now
    progress.save()
