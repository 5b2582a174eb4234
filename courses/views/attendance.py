"""Live meetings: the learner's step, the apology, and the register that the tutor keeps."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.actions import excuse, save_register, withdraw_excuse
from courses.forms import ExcuseForm, RegisterForm
from courses.models import Enrolment, LiveSession, LiveStepPage, Outlook, Step

PAGE_SIZE = 50


def live_context(step: Step, enrolment: Enrolment | None) -> dict:
    """The step of the live meetings as its learner sees it; without an enrolment only what it is about."""
    context = {"live": LiveStepPage.objects.get(pk=step.pk)}
    if enrolment is None:
        return context
    now, outlook = timezone.now(), Outlook.read(enrolment.edition, [enrolment], [context["live"]])[enrolment.pk]
    appointments = [(each, each.state(now=now)) for each in outlook.appointments]
    return context | {"outlook": outlook, "appointments": appointments, "edition": enrolment.edition}


@require_POST
def attendance_excuse(request, pk):
    session, enrolment = _own(request, pk)
    form = ExcuseForm(request.POST)
    if form.is_valid():
        try:
            excuse(session, enrolment, actor=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The tutor finds the apology in the register: it does not count as absence."))
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
    else:
        messages.warning(request, _("The reason is too long: 200 characters at most."))
    return _back_to_step(enrolment)


@require_POST
def attendance_excuse_withdraw(request, pk):
    session, enrolment = _own(request, pk)
    try:
        withdraw_excuse(session, enrolment, actor=request.user, now=timezone.now())
        messages.success(request, _("The apology is withdrawn: the place is kept."))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return _back_to_step(enrolment)


def _own(request, pk) -> tuple[LiveSession, Enrolment]:
    """A meeting of an edition in which the person is enrolled, with that enrolment."""
    own = Enrolment.objects.open().filter(user=request.user).select_related("edition__course", "user", "area")
    enrolment = get_object_or_404(own, edition__live_sessions=pk)
    return get_object_or_404(LiveSession, pk=pk), enrolment


def _back_to_step(enrolment: Enrolment):
    course = enrolment.edition.course
    step = LiveStepPage.objects.child_of(course).live().first()
    return redirect("courses:step", course.slug, step.slug) if step else redirect("courses:course_detail", course.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_update(request, pk):
    """The register of a meeting, fifty people a page; each page is saved by itself."""
    visible = LiveSession.objects.visible_to(request.user).select_related("edition__course")
    session = get_object_or_404(visible, pk=pk)
    page = Paginator(people_of(session, request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    form = RegisterForm(
        request.POST or None, session=session, enrolments=list(page), all_present="tutti" in request.GET
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_register(session, form.stays, actor=request.user, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The register is saved. Minutes and completions are up to date."))
            return redirect(f"{request.path}?page={page.number}")
    context = {"session": session, "edition": session.edition, "form": form, "page": page}
    is_open = session.register_opens_at <= timezone.now()
    return render(request, "courses/attendance_update.html", context | {"is_open": is_open})


def people_of(session: LiveSession, user):
    people = Enrolment.objects.visible_to(user).current().filter(edition=session.edition_id)
    return people.select_related("user", "body").order_by("user__last_name", "user__first_name", "pk")
