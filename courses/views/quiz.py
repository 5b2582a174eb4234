"""Sitting a quiz. No key, comment or share leaves the server before the attempt is handed in, and then by the matrix.

Opening a page writes nothing: an attempt past its deadline is handed in by the next POST, or by the sweep.
"""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions import save_answers, start_attempt, submit_attempt
from courses.models import Attempt, Marking, QuizPage
from courses.scoring import What, When, seen
from courses.views.learning import Walk
from courses.views.paper import asked, marked, posted_answers, send_picture
from lib.database_clock import database_now
from lib.elision import elided


@require_POST
def attempt_create(request, course_slug, step_slug):
    walk = Walk(request.user, course_slug, step_slug)
    quiz = QuizPage.objects.filter(pk=walk.step.pk).first()
    if walk.enrolment is None or quiz is None:
        raise Http404
    try:
        attempt = start_attempt(walk.enrolment, quiz, now=database_now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect("courses:step", course_slug, step_slug)
    return redirect("courses:attempt_take", attempt.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def attempt_take(request, pk):
    attempt = _own_attempt(request, pk)
    if request.method == "POST":
        return _follow(request, _hand_in_or_save(request, attempt))
    if attempt.submitted_at:
        return redirect("courses:attempt_result", pk)
    now = database_now() if attempt.deadline_at else None
    if now and attempt.is_overdue(now=now):
        return render(request, "courses/attempt_over.html", _context(attempt))
    return render(request, "courses/attempt_take.html", _paper_context(request, attempt, now=now))


def _follow(request, address: str):
    """Where to go next: a redirect for the form, the bare address for the page's script."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"go": address})
    return redirect(address)


def _hand_in_or_save(request, attempt: Attempt) -> str:
    """Hand in when nothing is empty or the person wants it all the same, else save; return where to go."""
    answers, now = posted_answers(request.POST, attempt), database_now()
    if _is_final(request.POST, attempt, answers):
        try:
            submit_attempt(attempt, answers, now=now)
        except ValidationError as error:  # the course was left meanwhile
            messages.warning(request, " ".join(error.messages))
            return resolve_url("courses:course_detail", attempt.enrolment.edition.course.slug)
        return resolve_url("courses:attempt_result", attempt.pk)
    try:
        save_answers(attempt, answers, now=now)
    except ValidationError as error:  # handed in from another tab, or the time is over
        messages.warning(request, " ".join(error.messages))
        return resolve_url("courses:attempt_result", attempt.pk)
    if "submit" in request.POST:
        return f"{request.path}?rivedi=1"
    number = _number(request.POST.get("go", ""), attempt)
    return f"{request.path}?domanda={number}" if number else request.path


def _is_final(data, attempt: Attempt, answers: dict) -> bool:
    """Whether a POST hands in: at once from the review, and from a whole page on which nothing is empty."""
    if "anyway" in data:
        return True
    is_whole = "submit" in data and not attempt.quiz.is_one_at_a_time
    return is_whole and not _unanswered(_asked(attempt, attempt.given() | answers))


def _number(text: str, attempt: Attempt) -> int | None:
    """The number of a question of this paper, or None."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 5
    return int(text) if is_number and 1 <= int(text) <= len(attempt.paper) else None


def _asked(attempt: Attempt, given: dict) -> list[dict]:
    return [asked(question, number=n, given=given.get(question["id"])) for n, question in enumerate(attempt.paper, 1)]


def _unanswered(questions: list[dict]) -> list[dict]:
    return [question for question in questions if not question["is_answered"]]


@require_POST
def attempt_answer(request, pk):
    """Save what is chosen so far, for the page's script; the answer says when."""
    attempt = _own_attempt(request, pk)
    now = database_now()
    try:
        save_answers(attempt, posted_answers(request.POST, attempt), now=now)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=409)
    return JsonResponse({"saved": _("Saved at %(time)s") % {"time": f"{timezone.localtime(now):%H:%M}"}})


@require_safe
def attempt_result(request, pk):
    attempt = _own_attempt(request, pk)
    if not attempt.submitted_at:
        return redirect("courses:attempt_take", pk)
    may_see = _may_see(attempt, now=database_now())
    context = {
        "may_see": may_see,
        "later": _later(attempt.quiz, may_see),
        "questions": _marked(attempt, may_see) if What.ANSWERS in may_see else [],
    }
    return render(request, "courses/attempt_result.html", _context(attempt) | context)


@require_safe
def attempt_picture(request, pk, question):
    """The picture of a question on this paper: while it is sat, and afterwards as long as questions are shown."""
    attempt = _own_attempt(request, pk)
    if attempt.submitted_at and What.ANSWERS not in _may_see(attempt, now=database_now()):
        raise Http404
    return send_picture(next((q for q in attempt.paper if q["id"] == question), {}))


def _later(quiz: QuizPage, may_see: frozenset[What]) -> list[str]:
    """When what is still hidden will be shown; of what is never shown nothing is said."""
    hidden = {when for what, when in quiz.review.items() if what not in may_see}
    sentences = {
        When.FINISHED: _("More is shown once the quiz is passed or no attempt is left."),
        When.CLOSED: elided(
            _("More is shown after the closing of the quiz, on %(day)s.")
            % {"day": quiz.closes_at and date_format(timezone.localtime(quiz.closes_at), "j F Y, H:i")}
        ),
    }
    return [sentence for when, sentence in sentences.items() if when in hidden]


def _may_see(attempt: Attempt, *, now: datetime) -> frozenset[What]:
    quiz = attempt.quiz
    attempts = Attempt.objects.filter(enrolment=attempt.enrolment_id, quiz=quiz)
    others = list(attempts.only("number", "submitted_at", "score_percent", "pass_mark_percent"))
    are_used = bool(quiz.maximum_attempts) and len(others) >= quiz.maximum_attempts
    is_finished = any(other.is_passed for other in others) or (are_used and all(o.submitted_at for o in others))
    return seen(quiz.review, is_finished=is_finished, is_closed=quiz.is_closed(now=now))


def _own_attempt(request, pk) -> Attempt:
    """The person's own attempt: answers are nobody else's, whatever the role."""
    attempts = Attempt.objects.select_related("enrolment__edition__course", "quiz")
    return get_object_or_404(attempts, pk=pk, enrolment__user=request.user, enrolment__left_at=None)


def _context(attempt: Attempt) -> dict:
    return {"attempt": attempt, "page": attempt.quiz, "course": attempt.enrolment.edition.course}


def _paper_context(request, attempt: Attempt, *, now: datetime | None) -> dict:
    """The questions without shares and comments, each with what is answered so far; one of them, or all."""
    questions, is_review = _asked(attempt, attempt.given()), "rivedi" in request.GET
    unanswered = _unanswered(questions)
    is_single = attempt.quiz.is_one_at_a_time
    number = _number(request.GET.get("domanda", ""), attempt) or (unanswered or questions)[0]["number"]
    return _context(attempt) | {
        "questions": questions,
        "shown": [] if is_single and is_review else [questions[number - 1]] if is_single else questions,
        "number": number if is_single and not is_review else None,
        "previous_number": number - 1,
        "next_number": number + 1 if number < len(questions) else None,
        "answered_count": len(questions) - len(unanswered),
        "unanswered": unanswered if is_review else [],
        "is_review": is_review,
        "seconds_left": max(0, int((attempt.deadline_at - now).total_seconds())) if now else None,
    }


def _marked(attempt: Attempt, may_see: frozenset[What]) -> list[dict]:
    """The questions as they come back, with what may be seen of each."""
    given, markings = attempt.given(), Marking.objects.filter(answer__attempt=attempt).select_related("answer")
    by_question = {marking.answer.question_id: marking for marking in markings}
    return [
        marked(
            question,
            number=n,
            given=given.get(question["id"]),
            marking=by_question.get(question["id"]),
            may_see=may_see,
        )
        for n, question in enumerate(attempt.paper, 1)
    ]
