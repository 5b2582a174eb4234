"""The person's own on a lesson: notes, reflections, bookmark, usefulness; checkpoint answers; the page to print."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.actions import answer_checkpoint, write_margin
from courses.forms import MarginForm
from courses.models import CourseFile, CoursePage, LessonPage, Margin, Step
from courses.permissions import can_read_steps
from courses.views.learning import Walk, lesson_context

KEPT_SECONDS = 3600  # a picture, by the person's own browser


@require_POST
def lesson_write(request, course_slug, step_slug):
    """Everything that the form `margin` of a lesson can send, with the button that was pressed."""
    walk = Walk(request.user, course_slug, step_slug)
    if walk.enrolment is None or walk.step.kind != Step.Kind.LESSON:
        raise Http404
    form = MarginForm(request.POST)
    if not form.is_valid():
        said = " ".join(text for texts in form.errors.values() for text in texts)
        return JsonResponse({"error": said}, status=400)
    now = timezone.now()
    write_margin(user=request.user, step=walk.step, now=now, **form.margin())
    if form.cleaned_data["answer"]:
        return _answer(request, walk, form, now)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"saved": _("Saved at %(time)s") % {"time": f"{timezone.localtime(now):%H:%M}"}})
    messages.success(request, _("Kept."))
    return redirect(reverse("courses:step", args=[course_slug, step_slug]) + "#margin")


def _answer(request, walk: Walk, form: MarginForm, now):
    lesson = get_object_or_404(LessonPage, pk=walk.step.pk)
    key = form.cleaned_data["answer"]
    try:
        answer_checkpoint(walk.enrolment, lesson, key=key, choice=form.choice(), now=now)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    anchor = f"#checkpoint-{key}" if lesson.checkpoint(key) else ""
    return redirect(reverse("courses:step", args=[walk.course.slug, walk.step.slug]) + anchor)


@require_safe
def lesson_print(request, course_slug, step_slug):
    """The lesson alone, with what is folded away opened."""
    walk = Walk(request.user, course_slug, step_slug)
    if not walk.may_read or walk.step.kind != Step.Kind.LESSON:
        raise Http404
    context = walk.context() | lesson_context(request, walk)
    context["body_html"] = mark_safe(context["body_html"].replace("<details", "<details open"))
    return render(request, "courses/lesson_print.html", context)


@require_safe
def margin_list(request):
    """Where I wrote something: by course, in its order."""
    margins = list(
        Margin.objects.written()
        .filter(user=request.user, step__live=True)
        .select_related("step")
        .order_by("step__path")
    )
    paths = {margin.step.path[: -Step.steplen] for margin in margins}
    courses = {course.path: course for course in CoursePage.objects.published().filter(path__in=paths)}
    for margin in margins:
        margin.course = courses.get(margin.step.path[: -Step.steplen])
    return render(request, "courses/margin_list.html", {"margins": [m for m in margins if m.course]})


@require_safe
def course_file_download(request, pk):
    file = get_object_or_404(CourseFile.objects.select_related("course"), pk=pk, course__live=True)
    if not request.user.enrolments.for_course(file.course) and not can_read_steps(request.user, file.course):
        raise Http404
    answer = FileResponse(
        file.file.open("rb"), as_attachment=not file.is_picture, filename=f"{file.slug}.{file.extension}"
    )
    patch_cache_control(answer, private=True, max_age=KEPT_SECONDS)
    return answer
