"""Walking through the steps of a course. Opening a step writes nothing."""

import json
from math import ceil

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.actions import record_reading, why_not_start
from courses.actions.progress import lacking, needed_seconds
from courses.completion import Reason
from courses.forms import ReadingForm, sign_opening
from courses.models import ActTemplate, CoursePage, LessonPage, Margin, QuizPage, Step, StepProgress, Watching
from courses.models.glossary import with_terms
from courses.models.step import with_own
from courses.permissions import can_read_steps
from courses.scoring import What, seen
from courses.views.attendance import live_context
from courses.views.catalogue import mark_locks

BODY_CACHE_SECONDS = 600


@require_safe
def step(request, course_slug, step_slug):
    walk = Walk(request.user, course_slug, step_slug)
    if not walk.may_read:
        messages.info(request, _("The lessons open with the enrolment in the course."))
        return redirect("courses:course_detail", slug=course_slug)
    if walk.step.locks:
        return render(request, "courses/step_locked.html", walk.context())
    if walk.step.kind == Step.Kind.QUIZ:
        return render(request, "courses/quiz.html", walk.context() | _quiz_context(walk))
    if walk.step.kind == Step.Kind.LIVE:
        return render(request, "courses/live.html", walk.context() | live_context(walk.step, walk.enrolment))
    return render(request, "courses/lesson.html", walk.context() | lesson_context(request, walk))


def lesson_context(request, walk: "Walk") -> dict:
    """The lesson's text with what the person has written, answered and watched."""
    body = with_terms(_body_html(walk.step))
    has_recordings = "data-recording=" in body
    margin = Margin.objects.filter(user=request.user, step=walk.step.pk).first()
    answers = _answers(walk) if "data-checkpoint" in body else {}
    return {
        "body_html": with_own(body, (margin.reflections if margin else {}) | answers),
        "margin": margin,
        "opened": sign_opening(user_id=request.user.pk, step_id=walk.step.pk, now=timezone.now()),
        "has_recordings": has_recordings,
        "has_embeds": "data-embed=" in body,
        "seen": json.dumps(Watching.objects.seen(walk.enrolment, walk.step.pk)) if has_recordings else "{}",
        "saves_data": request.headers.get("Save-Data") == "on",
    }


def _answers(walk: "Walk") -> dict[str, str]:
    """By checkpoint question, the answer given with its comment, as the page shows it."""
    if walk.enrolment is None:
        return {}
    progress = walk.enrolment.steps.filter(step=walk.step.pk).first()
    return {
        key: render_to_string("courses/_checkpoint_answer.html", {"answer": answer})
        for key, answer in (progress.checkpoints if progress else {}).items()
    }


def _body_html(step: Step) -> str:
    """The rendered text, kept per publication and language."""
    key = f"lesson:{step.pk}:{step.last_published_at and step.last_published_at.timestamp()}:{get_language()}"
    return cache.get_or_set(key, lambda: LessonPage.objects.get(pk=step.pk).body_html(), BODY_CACHE_SECONDS)


def _quiz_context(walk: "Walk") -> dict:
    attempts = list(walk.enrolment.attempts.filter(quiz=walk.step.pk)) if walk.enrolment else []
    quiz = QuizPage.objects.for_sitting(walk.user).get(pk=walk.step.pk)
    open_attempt = next((attempt for attempt in attempts if not attempt.submitted_at), None)
    is_closed = quiz.is_closed(now=quiz.now)
    return {
        "quiz": quiz,
        "attempts": [attempt for attempt in attempts if attempt.submitted_at],
        "open_attempt": open_attempt,
        "question_count": len(open_attempt.paper) if open_attempt else quiz.question_total,
        "limit_minutes": quiz.personal_limit_minutes,
        "is_score_shown": What.SCORE in seen(quiz.review, is_finished=walk.step.is_done, is_closed=is_closed),
        "refusal": None if open_attempt else why_not_start(quiz, attempts, now=quiz.now),
    }


class Walk:
    """One person before one step of one course: five queries, seven with conditions, whatever the length."""

    def __init__(self, user, course_slug: str, step_slug: str):
        self.user = user
        self.course = get_object_or_404(CoursePage.objects.published().by_name(), slug=course_slug)
        self.outline = list(Step.objects.outline(self.course))
        self.position = next((i for i, step in enumerate(self.outline) if step.slug == step_slug), None)
        if self.position is None:
            raise Http404
        self.step = self.outline[self.position]
        self.enrolment = user.enrolments.for_course(self.course)
        self.may_read = self.enrolment is not None or can_read_steps(user, self.course)
        done = (
            self.enrolment.steps.filter(completed_at__isnull=False).values_list("step", flat=True)
            if self.enrolment
            else []
        )
        done = set(done)
        for step in self.outline:
            step.is_done = step.pk in done
        mark_locks(self.outline, user, {self.enrolment.area_id} if self.enrolment else None)

    def context(self) -> dict:
        return {
            "page": self.step,
            "course": self.course,
            "enrolment": self.enrolment,
            "outline": self.outline,
            "number": self.position + 1,
            "previous": self.outline[self.position - 1] if self.position else None,
            "next": self.next_step(),
            "minutes_left": sum(step.minutes for step in self.outline if not step.is_done),
        }

    def next_step(self) -> Step | None:
        return self.outline[self.position + 1] if self.position + 1 < len(self.outline) else None


@require_POST
def lesson_complete(request, course_slug, step_slug):
    walk = Walk(request.user, course_slug, step_slug)
    if walk.enrolment is None or walk.step.kind != Step.Kind.LESSON:
        raise Http404
    form = ReadingForm(request.POST, user_id=request.user.pk, step_id=walk.step.pk)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors["opened"].as_data())
        opened_at = form.cleaned_data["opened"]
        progress = record_reading(walk.enrolment, walk.step, opened_at=opened_at, now=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect("courses:step", course_slug, step_slug)
    if progress.completed_at is None:
        messages.warning(request, _what_is_missing(walk.step, progress), extra_tags="avanti")  # beside the button
        return redirect(f"{reverse('courses:step', args=[course_slug, step_slug])}#avanti")
    following = walk.next_step()
    return (
        redirect("courses:step", course_slug, following.slug)
        if following
        else redirect("courses:course_detail", course_slug)
    )


def _what_is_missing(step: Step, progress: StepProgress) -> str:
    match lacking(progress):
        case Reason.NOT_WATCHED:
            return _("Not all of the recording that counts has been watched yet: the page says how much.")
        case Reason.NOT_ANSWERED:
            return _("A checkpoint question has no answer yet.")
        case _reading:
            return _too_early(max(1, needed_seconds(step) - progress.dwell_seconds))


def _too_early(seconds: int) -> str:
    minutes = ceil(seconds / 60)
    text = ngettext(
        "This lesson asks for about %(count)d more minute of reading. The time spent so far is kept.",
        "This lesson asks for about %(count)d more minutes of reading. The time spent so far is kept.",
        minutes,
    )
    return text % {"count": minutes}


@require_safe
def act_template_download(request, pk):
    template = get_object_or_404(ActTemplate.objects.select_related("course"), pk=pk, course__live=True)
    user = request.user
    if user.enrolments.for_course(template.course) is None and not can_read_steps(user, template.course):
        raise Http404
    extension = template.file.name.rpartition(".")[2]
    return FileResponse(template.file.open("rb"), as_attachment=True, filename=f"{template.slug}.{extension}")
