"""The catalogue and the course page: public, with the person's own state when somebody is logged in."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_page
from django.views.decorators.http import require_safe

from accounts.models import Employment
from courses.actions.progress import missing_steps
from courses.filters import CatalogueFilter
from courses.forms import EnrolmentForm
from courses.models import CourseChange, CoursePage, Edition, Enrolment, GlossaryTerm, LiveSession, Prerequisite, Step
from courses.permissions import can_enrol_others, can_read_steps


def kept_for_strangers(view):
    """Keep the page for a minute for whoever has no session and asks for nothing special: all of them get the same."""
    kept = cache_page(60)(view)

    @wraps(view)
    def answer(request):
        is_special = request.GET or settings.SESSION_COOKIE_NAME in request.COOKIES
        return view(request) if is_special else kept(request)

    return answer


@login_not_required
@require_safe
@kept_for_strangers
def catalogue(request):
    chosen = CatalogueFilter(request.GET)
    courses = chosen.results()
    states = _states(request.user) if request.user.is_authenticated else {}
    for course in courses:
        course.own_state = states.get(course.pk)
    context = {"filter": chosen, "courses": courses, "facets": chosen.facets()}
    return render(request, "courses/catalogue.html", context)


def _states(user) -> dict[int, str]:
    """The person's state by course: "completed" wins over "enrolled"."""
    rows = user.enrolments.current().values_list("edition__course", "completed_at")
    return {
        course: "completed" if done else "enrolled" for course, done in sorted(rows, key=lambda row: row[1] is not None)
    }


@login_not_required
@require_safe
def glossary(request):
    return render(request, "courses/glossary.html", {"terms": GlossaryTerm.objects.all()})


@login_not_required
@require_safe
def course_detail(request, slug):
    course = get_object_or_404(CoursePage.objects.published().select_related("pillar", "objective"), slug=slug)
    return render(request, "courses/course_detail.html", course_context(request, course))


def course_context(request, course: CoursePage, form: EnrolmentForm | None = None) -> dict:
    """What the course page shows, and to this person."""
    now = timezone.now()
    editions = list(
        Edition.objects.open(on=timezone.localdate(now))
        .filter(course=course)
        .with_seats_taken()
        .prefetch_related("areas", "bodies")
    )
    open_to_all = [edition for edition in editions if edition.admission != Edition.Admission.INVITATION]
    context = {
        "page": course,
        "outcomes": course.outcomes.all(),
        "outline": list(Step.objects.outline(course)),
        "self_paced": next((edition for edition in editions if edition.is_self_paced), None),
        "dated_editions": [edition for edition in editions if not edition.is_self_paced],
        "choosable": [edition for edition in open_to_all if not edition.is_self_paced],
        "only_waiting": all(edition.has_waiting_list for edition in open_to_all),
        "only_approval": all(edition.needs_approval for edition in open_to_all),
        "sessions": LiveSession.objects.upcoming(now=now).filter(edition__course=course),
    }
    if request.user.is_authenticated:
        if can_enrol_others(request.user):
            context["staff_editions"] = Edition.objects.open_to_staff_of(
                request.user, on=timezone.localdate(now)
            ).filter(course=course)
        context |= _person_context(request.user, course, editions, context["outline"])
        employments = context["employments"]
        context["form"] = form or EnrolmentForm(editions=Edition.objects.filter(course=course), employments=employments)
    return context


def _person_context(user, course, editions, outline) -> dict:
    enrolment = user.enrolments.for_course(course)
    done = (
        set(enrolment.steps.filter(completed_at__isnull=False).values_list("step", flat=True)) if enrolment else set()
    )
    for step in outline:
        step.is_done = step.pk in done
    employments = Employment.objects.of(user, on=timezone.localdate()).select_related("body")
    mark_locks(outline, user, {enrolment.area_id} if enrolment else None)
    areas = {employment.body.area_id for employment in employments}
    locks = Prerequisite.objects.unmet(user, [course], on=timezone.localdate(), areas=areas) if not enrolment else {}
    return {
        "locks": locks.get(course.pk),
        "enrolment": enrolment,
        "seat_request": user.seat_requests.of_course(course),
        "next_step": next((step for step in outline if not step.is_done), None),
        "minutes_left": sum(step.minutes for step in outline if not step.is_done),
        "has_begun": bool(done),
        "missing": missing_of(enrolment, outline) if enrolment and enrolment.is_open else [],
        "news": CourseChange.objects.news_for(enrolment) if enrolment and enrolment.is_open else [],
        "decision": enrolment and enrolment.decisions.select_related("decided_by").last(),
        "reads_steps": enrolment is not None or can_read_steps(user, course),
        "employments": employments,
    }


def missing_of(enrolment: Enrolment, outline: list[Step]) -> list[tuple[Step, str]]:
    """What still stands between the person and the completion: the step and why, in the order of the course."""
    steps = {step.pk: step for step in outline}
    return [(steps[row.step_id], row.reason.value) for row in missing_steps(enrolment)]


def mark_locks(outline: list[Step], user, areas: set[int] | None) -> None:
    """Give each step its `locks`: what is missing before it opens. `areas` None: who is not enrolled sees none."""
    for step in outline:
        step.locks = []
    waiting = [step for step in outline if step.is_conditional and not step.is_done] if areas is not None else []
    if waiting:
        found = Prerequisite.objects.unmet(user, waiting, on=timezone.localdate(), areas=areas)
        for step in waiting:
            step.locks = found.get(step.pk, [])
