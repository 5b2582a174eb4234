"""Editions, for coordinators and ANCI; a tutor reads the own ones."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import emails
from courses.actions import (
    add_live_session,
    cancel_edition,
    change_live_session,
    copy_edition,
    extend_due_date,
    remove_live_session,
    save_edition,
)
from courses.forms import EditionCopyForm, EditionForm, ExtensionForm, InvitationLinkForm, LiveSessionForm, ReasonForm
from courses.models import Edition, Enrolment, LiveSession, SeatRequest
from courses.permissions import can_manage_editions
from courses.views.roster import roster_context
from lib.calendar_entry import PUBLISH

PAGE_SIZE = 50
require_form = require_http_methods(["GET", "HEAD", "POST"])


def _changeable_editions(request):
    """The editions this person may change; the pages do not exist for anybody else."""
    if not can_manage_editions(request.user):
        raise Http404
    return Edition.objects.changeable_by(request.user).select_related("course")


@require_safe
def edition_list(request):
    editions = _changeable_editions(request).with_seats_taken().with_requests().prefetch_related("areas", "bodies")
    page = Paginator(editions.order_by("-starts_on", "code"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "courses/edition_list.html", {"editions": page})


@require_safe
def edition_detail(request, pk):
    changeable = Exists(Edition.objects.changeable_by(request.user).filter(pk=OuterRef("pk")))
    visible = Edition.objects.visible_to(request.user).with_seats_taken().annotate(is_changeable=changeable)
    visible = visible.select_related("course").prefetch_related("areas", "bodies", "tutors", "live_sessions")
    edition = get_object_or_404(visible, pk=pk)
    may_change = can_manage_editions(request.user) and edition.is_changeable
    context = {
        "edition": edition,
        **roster_context(request, edition),
        **_requests(request.user, edition),
        "sessions": edition.live_sessions.all(),
        "invitation_form": InvitationLinkForm(),
        "invitation_url": _invitation_url(edition) if may_change else "",
    }
    return render(
        request,
        "courses/edition_detail.html",
        context | {"may_change": may_change, "is_coordinator": can_manage_editions(request.user)},
    )


def _requests(user, edition: Edition) -> dict:
    """Whose wish this person may decide, and who waits in line: one query."""
    wishes = edition.seat_requests
    found = (wishes.to_decide(user) | wishes.visible_to(user).in_line()).with_position().order_by("number", "asked_at")
    parts: dict[str, list[SeatRequest]] = {"to_decide": [], "waiting": []}
    for wish in found.select_related("user", "employment__body"):
        parts["to_decide" if wish.state == SeatRequest.State.TO_APPROVE else "waiting"].append(wish)
    return parts


def _invitation_url(edition: Edition) -> str:
    """The present link, or nothing when there is none."""
    if not edition.invitation_until or edition.invitation_until < timezone.localdate():
        return ""
    return settings.SITE_URL + reverse("courses:enrolment_by_invitation", args=[edition.invitation_token])


@require_form
def edition_create(request):
    _changeable_editions(request)
    return _edition_form(request, Edition())


@require_form
def edition_update(request, pk):
    return _edition_form(request, get_object_or_404(_changeable_editions(request), pk=pk))


def _edition_form(request, edition):
    now = timezone.now()
    form = EditionForm(request.POST or None, instance=edition, actor=request.user, on=timezone.localdate(now))
    if form.is_valid():
        chosen = {name: list(form.cleaned_data[name]) for name in ("areas", "bodies", "tutors")}
        try:
            edition = save_edition(form.instance, actor=request.user, now=now, **chosen)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The edition is saved."))
            _warn_of(request, edition.clashes)
            return redirect("courses:edition_detail", edition.pk)
    return render(request, "courses/edition_form.html", {"form": form, "edition": edition})


@require_form
def edition_copy(request, pk):
    """The same edition on other dates, without its people."""
    edition = get_object_or_404(_changeable_editions(request), pk=pk)
    form = EditionCopyForm(request.POST or None)
    if form.is_valid():
        try:
            twin = copy_edition(edition, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The copy is ready: nobody is enrolled in it."))
            return redirect("courses:edition_update", twin.pk)
    return render(request, "courses/edition_copy.html", {"form": form, "edition": edition})


@require_form
def edition_cancel(request, pk):
    edition = get_object_or_404(_changeable_editions(request).filter(is_cancelled=False), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            cancel_edition(edition, actor=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The edition is cancelled."))
            return redirect("courses:edition_list")
    return render(request, "courses/edition_cancel.html", {"form": form, "edition": edition})


@require_form
def live_session_create(request, pk):
    edition = get_object_or_404(_changeable_editions(request), pk=pk)
    form = LiveSessionForm(request.POST or None, instance=LiveSession(edition=edition))
    if form.is_valid():
        session = add_live_session(form.instance, actor=request.user, now=timezone.now())
        messages.success(request, _("The meeting is added."))
        _warn_of(request, session.clashes)
        return redirect("courses:edition_detail", edition.pk)
    return render(request, "courses/live_session_form.html", {"form": form, "edition": edition})


@require_form
def live_session_update(request, pk):
    session = _changeable_session(request, pk)
    form = LiveSessionForm(request.POST or None, instance=session)
    if form.is_valid():
        try:
            changed = change_live_session(form.instance, actor=request.user, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The meeting is changed, and everybody who takes part is told."))
            _warn_of(request, changed.clashes)
            return redirect("courses:edition_detail", session.edition_id)
    return render(request, "courses/live_session_form.html", {"form": form, "edition": session.edition})


def _warn_of(request, clashes: list[str]) -> None:
    """The meeting stays: the tutor has got the same by mail and moves or cancels the appointment."""
    for clash in clashes:
        text = _("The tutor has an appointment at the same time and is asked to move it: %(appointment)s")
        messages.warning(request, text % {"appointment": clash})


@require_POST
def live_session_delete(request, pk):
    session = _changeable_session(request, pk)
    try:
        remove_live_session(session, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The meeting is removed."))
    return redirect("courses:edition_detail", session.edition_id)


def _changeable_session(request, pk) -> LiveSession:
    sessions = LiveSession.objects.filter(edition__in=_changeable_editions(request).values("pk"))
    return get_object_or_404(sessions.select_related("edition__course"), pk=pk)


@require_safe
def live_session_calendar(request, pk):
    """The entry for the own calendar, opened by hand: for who takes part, teaches or coordinates."""
    own = request.user.enrolments.current().values("edition")
    visible = Q(edition__in=own) | Q(edition__in=Edition.objects.visible_to(request.user).values("pk"))
    session = get_object_or_404(LiveSession.objects.select_related("edition__course").filter(visible), pk=pk)
    return HttpResponse(
        emails.meeting_calendar(session, PUBLISH, now=timezone.now()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="incontro-{session.pk}.ics"'},
    )


@require_form
def enrolment_extend(request, pk):
    """A later due date for one person, with the reason: coordinators of the area and ANCI."""
    if not can_manage_editions(request.user):
        raise Http404
    people = Enrolment.objects.visible_to(request.user).open().select_related("user", "edition__course", "area")
    if not request.user.scope.is_anci:
        people = people.filter(area__in=request.user.scope.area_ids)
    enrolment = get_object_or_404(people, pk=pk)
    form = ExtensionForm(request.POST or None, initial={"due_on": enrolment.due_on})
    if form.is_valid():
        try:
            extend_due_date(enrolment, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The due date is moved."))
            return redirect("reports:person_detail", enrolment.user_id)
    return render(request, "courses/enrolment_extend.html", {"form": form, "enrolment": enrolment})
