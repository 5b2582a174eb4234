"""Sitting a quiz. No key, comment or share leaves the server before the attempt is handed in."""

import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions import save_answers, start_attempt, submit_attempt
from courses.models import Attempt, QuizPage
from courses.scoring import question_percent
from courses.views.learning import Walk

NUMBER = re.compile(r"[0-9]{1,18}")


@require_POST
def attempt_create(request, course_slug, step_slug):
    walk = Walk(request.user, course_slug, step_slug)
    quiz = QuizPage.objects.filter(pk=walk.step.pk).first()
    if walk.enrolment is None or quiz is None:
        raise Http404
    try:
        attempt = start_attempt(walk.enrolment, quiz, now=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect("courses:step", course_slug, step_slug)
    return redirect("courses:attempt_take", attempt.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def attempt_take(request, pk):
    attempt = _own_attempt(request, pk)
    if attempt.submitted_at:
        return redirect("courses:attempt_result", pk)
    if request.method == "POST":
        try:
            return redirect(_hand_in_or_save(request, attempt))
        except ValidationError as error:  # handed in from another tab, or the course left meanwhile
            messages.warning(request, " ".join(error.messages))
            return redirect("courses:course_detail", attempt.enrolment.edition.course.slug)
    return render(request, "courses/attempt_take.html", _paper_context(attempt, is_review="rivedi" in request.GET))


def _hand_in_or_save(request, attempt: Attempt) -> str:
    """Hand in when nothing is empty or the person wants it all the same, else save; return where to go."""
    answers, now = posted_answers(request.POST, attempt), timezone.now()
    if "anyway" in request.POST or ("submit" in request.POST and all(answers.values())):
        submit_attempt(attempt, answers, now=now)
        return resolve_url("courses:attempt_result", attempt.pk)
    save_answers(attempt, answers, now=now)
    return f"{request.path}?rivedi=1" if "submit" in request.POST else request.path


@require_POST
def attempt_answer(request, pk):
    """Save what is chosen so far, for the page's script; the answer says when."""
    attempt = _own_attempt(request, pk)
    now = timezone.now()
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
    return render(request, "courses/attempt_result.html", _context(attempt) | {"questions": _marked(attempt)})


def _own_attempt(request, pk) -> Attempt:
    """The person's own attempt: answers are nobody else's, whatever the role."""
    attempts = Attempt.objects.select_related("enrolment__edition__course", "quiz")
    return get_object_or_404(attempts, pk=pk, enrolment__user=request.user, enrolment__left_at=None)


def posted_answers(data, attempt: Attempt) -> dict[int, list[int]]:
    """Read `question-<id>` fields; what is no number that a database knows is no answer."""
    return {
        question["id"]: [int(value) for value in data.getlist(f"question-{question['id']}") if NUMBER.fullmatch(value)]
        for question in attempt.paper
    }


def _context(attempt: Attempt) -> dict:
    return {"attempt": attempt, "page": attempt.quiz, "course": attempt.enrolment.edition.course}


def _paper_context(attempt: Attempt, *, is_review: bool) -> dict:
    """The questions without shares and comments, each with what is chosen so far."""
    chosen = dict(attempt.answers.values_list("question_id", "choice_ids"))
    questions = [
        {
            "id": question["id"],
            "number": number,
            "text": question["text"],
            "is_several": question["kind"] == "several",
            "is_answered": bool(chosen.get(question["id"])),
            "choices": [
                {"id": c["id"], "text": c["text"], "is_chosen": c["id"] in chosen.get(question["id"], [])}
                for c in question["choices"]
            ],
        }
        for number, question in enumerate(attempt.paper, 1)
    ]
    unanswered = [question for question in questions if not question["is_answered"]]
    return _context(attempt) | {
        "questions": questions,
        "answered_count": len(questions) - len(unanswered),
        "unanswered": unanswered if is_review else [],
    }


def _marked(attempt: Attempt) -> list[dict]:
    """The questions with the comments on what was chosen; the right answer is named only after a pass."""
    chosen = dict(attempt.answers.values_list("question_id", "choice_ids"))
    marked = []
    for number, question in enumerate(attempt.paper, 1):
        mine = chosen.get(question["id"], [])
        shares = {c["id"]: c["share_percent"] for c in question["choices"]}
        right = [c for c in question["choices"] if c["share_percent"] > 0]
        marked.append(
            {
                "number": number,
                "text": question["text"],
                "feedback": question["feedback"],
                "percent": question_percent(shares, mine),
                "chosen": [c for c in question["choices"] if c["id"] in mine],
                "right": [c for c in right if c["id"] not in mine] if attempt.is_passed else [],
            }
        )
    return marked
