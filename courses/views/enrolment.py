"""Getting a seat, waiting for one, and giving it back: what a learner does for oneself."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Employment
from courses.actions import accept_offer, leave, request_seat, withdraw_request
from courses.forms import EnrolmentForm
from courses.models import CoursePage, Edition, Enrolment, SeatRequest
from courses.views.catalogue import course_context


@require_POST
def enrolment_create(request, slug):
    course = get_object_or_404(CoursePage.objects.published(), slug=slug)
    now = timezone.now()
    own = Employment.objects.of(request.user, on=timezone.localdate(now))
    form = EnrolmentForm(request.POST, editions=Edition.objects.filter(course=course), employments=own)
    if form.is_valid():
        chosen = {"user": request.user, "employment": form.cleaned_data["employment"]}
        try:
            seat = request_seat(form.cleaned_data["edition"], **chosen, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, what_came_of_it(seat))
            return redirect("courses:course_detail", slug=slug)
    return render(request, "courses/course_detail.html", course_context(request, course, form))


def what_came_of_it(seat: Enrolment | SeatRequest) -> str:
    """Where the person stands now, in a sentence."""
    if isinstance(seat, Enrolment):
        return _("Enrolled. The course can be taken in short sittings: every step is kept.")
    if seat.is_to_approve:
        return _("The request is sent: the coordination decides, and a message tells.")
    return _("All the seats are taken: the request is in the waiting list. A message tells when it is one’s turn.")


@require_POST
def enrolment_leave(request, pk):
    enrolment = get_object_or_404(request.user.enrolments.open().select_related("edition__course"), pk=pk)
    try:
        leave(enrolment, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The course has been left. What was done stays on record."))
    return redirect("courses:course_detail", slug=enrolment.edition.course.slug)


@require_POST
def seat_request_accept(request, pk):
    wish = _own_request(request, pk)
    try:
        accept_offer(wish, now=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The seat is taken: the enrolment is confirmed."))
    return redirect("courses:course_detail", slug=wish.edition.course.slug)


@require_POST
def seat_request_withdraw(request, pk):
    wish = _own_request(request, pk)
    try:
        withdraw_request(wish, actor=request.user, now=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect("courses:course_detail", slug=wish.edition.course.slug)


def _own_request(request, pk) -> SeatRequest:
    return get_object_or_404(request.user.seat_requests.select_related("edition__course"), pk=pk)
