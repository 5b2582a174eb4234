"""Letting people into editions: the requests to decide, many at once, the invitation link, ending an enrolment."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Employment
from courses.actions import approve_request, enrol_many, leave, refuse_request, renew_invitation, request_seat
from courses.actions.admission import LONGEST_LIST
from courses.forms import EnrolmentForm, InvitationLinkForm, ReasonForm, StaffChoiceForm, StaffFilterForm
from courses.models import Edition, Enrolment, SeatRequest
from courses.permissions import can_enrol_others, can_manage_editions
from courses.views.enrolment import what_came_of_it
from lib.choice_fields import KEY

PAGE_SIZE = 50
require_form = require_http_methods(["GET", "HEAD", "POST"])


def _requests_to_decide(request):
    if not can_manage_editions(request.user):
        raise Http404
    return SeatRequest.objects.to_decide(request.user).select_related("user", "edition__course", "employment__body")


@require_safe
def seat_request_list(request):
    """The requests that wait for a decision, the oldest first."""
    requests = _requests_to_decide(request).order_by("asked_at", "pk")
    page = Paginator(requests, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "courses/seat_request_list.html", {"requests": page})


@require_POST
def seat_request_approve(request, pk):
    wish = get_object_or_404(_requests_to_decide(request), pk=pk)
    try:
        seat = approve_request(wish, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        is_seated = isinstance(seat, Enrolment)
        text = _("%(person)s is enrolled.") if is_seated else _("%(person)s is in the waiting list: no seat is free.")
        messages.success(request, text % {"person": wish.user})
    return redirect("courses:seat_request_list")


@require_form
def seat_request_refuse(request, pk):
    wish = get_object_or_404(_requests_to_decide(request), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            refuse_request(wish, actor=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The request is refused; the person reads the reason."))
            return redirect("courses:seat_request_list")
    return render(request, "courses/seat_request_refuse.html", {"form": form, "seat_request": wish})


@require_form
def enrolment_create_many(request, pk):
    """A filtered list of the staff that one is responsible for: tick, or take all; every row gets its answer."""
    if not can_enrol_others(request.user):
        raise Http404
    now = timezone.now()
    today = timezone.localdate(now)
    editions = Edition.objects.open_to_staff_of(request.user, on=today).with_seats_taken().select_related("course")
    edition = get_object_or_404(editions, pk=pk)
    staff = _staff_for(edition, request.user, today)
    filter_form = StaffFilterForm(request.GET, actor=request.user)
    staff = filter_form.narrow(staff).select_related("user", "body__area").order_by("user__last_name", "pk")
    is_leafing = "page" in request.POST  # the buttons of the list: what is ticked comes along
    is_sent = request.method == "POST" and not is_leafing
    form = StaffChoiceForm(request.POST if is_sent else None, staff=staff, most=LONGEST_LIST)
    if form.is_valid():
        outcomes = enrol_many(edition, employments=form.cleaned_data["chosen"], actor=request.user, now=now)
        return render(request, "courses/enrolment_outcomes.html", {"edition": edition, "outcomes": outcomes})
    page = Paginator(staff, PAGE_SIZE).get_page(request.POST.get("page") or request.GET.get("page"))
    context = {"edition": edition, "staff": page, "form": form, "filter_form": filter_form}
    return render(request, "courses/enrolment_create_many.html", context | _ticked(request.POST, page))


def _ticked(data, page) -> dict:
    """What has been ticked so far: on this page, and on the others, whose rows travel hidden."""
    here = {employment.pk for employment in page}
    ticked = {int(key) for key in data.getlist("people")[: LONGEST_LIST + 1] if KEY.fullmatch(key)}
    return {"ticked": ticked & here, "ticked_elsewhere": sorted(ticked - here), "is_everybody": "everybody" in data}


def _staff_for(edition: Edition, user, today):
    """Who may be enrolled by this person and is not in the edition, nor in its line."""
    inside = Enrolment.objects.open().filter(edition=edition).values("user")
    in_line = SeatRequest.objects.open().filter(edition=edition).values("user")
    staff = Employment.objects.staff_of(user, on=today).exclude(user__in=inside).exclude(user__in=in_line)
    return staff.filter(edition.staff_condition())


@require_form
def enrolment_cancel(request, pk):
    """End the enrolment of somebody one is responsible for, with the reason that the person reads."""
    if not can_enrol_others(request.user):
        raise Http404
    enrolment = get_object_or_404(Enrolment.objects.managed_by(request.user).select_related("user", "edition"), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            leave(enrolment, actor=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The enrolment is cancelled; the person has been told."))
            return redirect("reports:person_detail", enrolment.user_id)
    return render(request, "courses/enrolment_cancel.html", {"form": form, "enrolment": enrolment})


@require_POST
def edition_invite(request, pk):
    """A new invitation link, or with an empty day none any more."""
    if not can_manage_editions(request.user):
        raise Http404
    edition = get_object_or_404(Edition.objects.changeable_by(request.user), pk=pk)
    form = InvitationLinkForm(request.POST)
    until = None
    if "revoke" not in request.POST:
        if not form.is_valid():
            messages.warning(request, _("Say until which day the link is valid."))
            return redirect("courses:edition_detail", pk)
        until = form.cleaned_data["until"]
    try:
        renew_invitation(edition, until=until, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        text = (
            _("The new link is ready: links made before open nothing.") if until else _("The link opens nothing now.")
        )
        messages.success(request, text)
    return redirect("courses:edition_detail", pk)


@require_form
def enrolment_by_invitation(request, token):
    """The page behind an invitation link: one edition, for whoever holds the link and is logged in."""
    now = timezone.now()
    today = timezone.localdate(now)
    editions = Edition.objects.select_related("course").prefetch_related("areas")
    edition = get_object_or_404(editions.invited_by(token, on=today))
    own = Employment.objects.of(request.user, on=today).select_related("body")
    data = {**request.POST.dict(), "edition": edition.pk} if request.method == "POST" else None
    form = EnrolmentForm(data, editions=Edition.objects.filter(pk=edition.pk), employments=own)
    if form.is_valid():
        chosen = {"user": request.user, "employment": form.cleaned_data["employment"]}
        try:
            seat = request_seat(edition, **chosen, is_invited=True, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, what_came_of_it(seat))
            return redirect("courses:course_detail", slug=edition.course.slug)
    return render(
        request, "courses/enrolment_by_invitation.html", {"edition": edition, "form": form, "employments": own}
    )
