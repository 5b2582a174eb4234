"""The catalogue and the course page: public, with the person's own state when somebody is logged in."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, Value, prefetch_related_objects
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_page
from django.views.decorators.http import require_safe

from accounts.models import Employment
from courses.actions.progress import missing_steps
from courses.filters import CatalogueFilter
from courses.forms import EnrolmentForm
from courses.models import (
    CourseChange,
    CoursePage,
    Edition,
    Enrolment,
    GlossaryTerm,
    Prerequisite,
    Step,
    suggestions,
)
from courses.permissions import can_enrol_others, can_read_steps
from territory.models.profile import kept_profile


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
    if request.user.is_authenticated and not request.GET:
        context |= _for_own_area(request.user, states)
    return render(request, "courses/catalogue.html", context)


def _for_own_area(user, states: dict[int, str]) -> dict:
    """Courses for the weakest domains of the area in which the person works; nothing while no values are loaded."""
    today = timezone.localdate()
    employments = Employment.objects.of(user, on=today).filter(body__area__isnull=False)
    employment = employments.select_related("body__area").order_by("started_on", "pk").first()
    profile = employment and kept_profile().of(employment.body.area)
    if not profile:
        return {}
    area = employment.body.area
    found = suggestions(profile, area, user=user, on=today)
    for one in found:
        one.course.own_state = states.get(one.course.pk)
    return {"area": area, "profile": profile, "suggestions": found}


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
    editions = _open_editions(request.user, course)
    open_to_all = [edition for edition in editions if edition.admission != Edition.Admission.INVITATION]
    context = {
        "page": course,
        "outcomes": course.outcomes.all(),
        "outline": list(Step.objects.outline(course).with_rules()),
        "self_paced": next((edition for edition in editions if edition.is_self_paced), None),
        "dated_editions": [edition for edition in editions if not edition.is_self_paced],
        "choosable": [edition for edition in open_to_all if not edition.is_self_paced],
        "only_waiting": all(edition.has_waiting_list for edition in open_to_all),
        "only_approval": all(edition.needs_approval for edition in open_to_all),
        "staff_editions": [edition for edition in editions if edition.is_for_staff],
    }
    if request.user.is_authenticated:
        context |= _person_context(request.user, course, context["outline"], form)
    return context


def _open_editions(user, course: CoursePage) -> list[Edition]:
    """With their seats, their reach, and whether this person may enrol others in them."""
    today, is_for_staff = timezone.localdate(), Value(False)
    if user.is_authenticated and can_enrol_others(user):
        is_for_staff = Exists(Edition.objects.open_to_staff_of(user, on=today).filter(pk=OuterRef("pk")))
    found = Edition.objects.open(on=today).filter(course=course).with_seats_taken().annotate(is_for_staff=is_for_staff)
    editions = list(found.prefetch_related("areas", "bodies"))
    for edition in editions:
        edition.course = course  # an edition is called by its course: not to be asked for again
    return editions


def _person_context(user, course: CoursePage, outline: list[Step], form: EnrolmentForm | None) -> dict:
    enrolment = user.enrolments.select_related("edition").for_course(course)
    if enrolment:
        prefetch_related_objects([enrolment], "steps")
        enrolment.edition.course = course
    done = {row.step_id for row in enrolment.steps.all() if row.completed_at} if enrolment else set()
    for step in outline:
        step.is_done = step.pk in done
    mark_locks(outline, user, {enrolment.area_id} if enrolment else None)
    return {
        "enrolment": enrolment,
        "next_step": next((step for step in outline if not step.is_done), None),
        "minutes_left": sum(step.minutes for step in outline if not step.is_done),
        "has_begun": bool(done),
        "reads_steps": enrolment is not None or can_read_steps(user, course),
    } | (_of_enrolment(enrolment, outline) if enrolment else _of_newcomer(user, course, form))


def _of_enrolment(enrolment: Enrolment, outline: list[Step]) -> dict:
    return {
        "missing": missing_of(enrolment, outline) if enrolment.is_open else [],
        "news": CourseChange.objects.news_for(enrolment) if enrolment.is_open else [],
        "decision": enrolment.decisions.select_related("decided_by").last(),
    }


def _of_newcomer(user, course: CoursePage, form: EnrolmentForm | None) -> dict:
    employments = Employment.objects.of(user, on=timezone.localdate()).select_related("body")
    areas = {employment.body.area_id for employment in employments}
    return {
        "seat_request": user.seat_requests.of_course(course),
        "employments": employments,
        "locks": Prerequisite.objects.unmet(user, [course], on=timezone.localdate(), areas=areas).get(course.pk),
        "form": form or EnrolmentForm(editions=Edition.objects.filter(course=course), employments=employments),
    }


def missing_of(enrolment: Enrolment, outline: list[Step]) -> list[tuple[Step, str]]:
    """What still stands between the person and the completion: the step and why, in the order of the course.

    `outline` are the steps `with_rules()`."""
    steps = {step.pk: step for step in outline}
    return [(steps[row.step_id], row.reason.value) for row in missing_steps(enrolment, outline)]


def mark_locks(outline: list[Step], user, areas: set[int] | None) -> None:
    """Give each step its `locks`: what is missing before it opens. `areas` None: who is not enrolled sees none."""
    for step in outline:
        step.locks = []
    waiting = [step for step in outline if step.is_conditional and not step.is_done] if areas is not None else []
    if waiting:
        found = Prerequisite.objects.unmet(user, waiting, on=timezone.localdate(), areas=areas)
        for step in waiting:
            step.locks = found.get(step.pk, [])
