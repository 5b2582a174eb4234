"""Recordings: their files piece by piece, the light version, and what a player reports."""

import json
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions import record_transcript, record_watching
from courses.forms import ReadingForm, WatchingForm, sign_opening
from courses.models import Enrolment, LessonPage, Recording, Step, Watching
from courses.models.recording import content_type
from courses.permissions import can_read_steps
from courses.views.learning import Walk
from lib.ranges import send_file

PARTS = {
    "piccolo": "small",
    "medio": "medium",
    "grande": "large",
    "audio": "audio",
    "copertina": "poster",
    "sottotitoli": "captions",
}
KEPT_SECONDS = 3600  # by the person's own browser


@require_safe
def recording_file(request, pk, part):
    recording = get_object_or_404(Recording.objects.select_related("course"), pk=pk, course__live=True)
    file = getattr(recording, PARTS[part]) if part in PARTS else None
    may_read = request.user.enrolments.for_course(recording.course) or can_read_steps(request.user, recording.course)
    if not file or not may_read:
        raise Http404
    answer = send_file(request, file, content_type=content_type(file.name))
    patch_cache_control(answer, private=True, max_age=KEPT_SECONDS)
    return answer


@require_POST
def watching_report(request, pk, step_pk, recording_pk):
    """Called by the player every few seconds; answers with all that counts, so that nothing is sent twice."""
    form = WatchingForm(request.POST, user_id=request.user.pk, step_id=step_pk)
    now = timezone.now()
    try:
        if not form.is_valid():
            get_object_or_404(Enrolment, pk=pk, user=request.user)
            raise ValidationError([text for texts in form.errors.values() for text in texts])
        report = form.cleaned_data
        row = record_watching(
            user=request.user,
            enrolment_id=pk,
            step_id=step_pk,
            recording_id=recording_pk,
            opened_at=report["opened"],
            spans=report["spans"],
            rate=report["rate"],
            position_seconds=round(report["position"]),
            placed_at=now - timedelta(seconds=report["age"] or 0),
            now=now,
        )
    except ObjectDoesNotExist as unknown:
        raise Http404 from unknown
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=400)
    return JsonResponse({"spans": row.spans, "percent": row.percent})


@require_http_methods(["GET", "HEAD", "POST"])
def recording_light(request, course_slug, step_slug, pk):
    """Audio and transcript of a recording: what a slow line can carry. POST: the transcript was read."""
    walk = Walk(request.user, course_slug, step_slug)
    if not walk.may_read or walk.step.kind != Step.Kind.LESSON:
        raise Http404
    lesson = get_object_or_404(LessonPage, pk=walk.step.pk)
    asked = lesson.demands.get("recordings", {}).get(str(pk))
    if asked is None:
        raise Http404
    recording = get_object_or_404(Recording, pk=pk)
    if request.method == "POST":
        return _transcript_read(request, walk, lesson, recording)
    return render(
        request,
        "courses/recording_light.html",
        walk.context()
        | {
            "recording": recording,
            "asked": asked,
            "opened": sign_opening(user_id=request.user.pk, step_id=lesson.pk, now=timezone.now()),
            "seen": json.dumps(Watching.objects.seen(walk.enrolment, lesson.pk)),
        },
    )


def _transcript_read(request, walk: Walk, lesson: LessonPage, recording: Recording):
    if walk.enrolment is None:
        raise Http404
    form = ReadingForm(request.POST, user_id=request.user.pk, step_id=lesson.pk)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors["opened"].as_data())
        record_transcript(walk.enrolment, lesson, recording, opened_at=form.cleaned_data["opened"], now=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(request.path)
    messages.success(request, _("The transcript counts as watched."))
    return redirect("courses:step", walk.course.slug, walk.step.slug)
