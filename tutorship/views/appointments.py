"""A learner's own appointments; tutors and coordinators reach one from the session."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lib.calendar_entry import CANCEL, PUBLISH
from tutorship import emails, permissions
from tutorship.actions.cancelling import cancel_booking
from tutorship.forms import CancelForm
from tutorship.models import Booking, FollowUpTask, SessionRequest, WaitingEntry

PAST_SHOWN = 50


@require_GET
def booking_list(request):
    now = timezone.now()
    own = Booking.objects.filter(learner=request.user).for_display()
    upcoming = list(own.upcoming(now=now))
    past = [booking for booking in own.order_by("-session__starts_at")[:PAST_SHOWN] if booking not in upcoming]
    requests = SessionRequest.objects.filter(learner=request.user).select_related("topic").order_by("-asked_at")
    tasks = FollowUpTask.objects.open().filter(owner=request.user).exclude(session__tutor=request.user).for_display()
    context = {"upcoming": upcoming, "past": past, "requests": requests[:PAST_SHOWN]}
    context["waiting"] = WaitingEntry.objects.open().filter(learner=request.user).for_display()
    context |= {"tasks": tasks, "today": timezone.localdate(now)}
    return render(request, "tutorship/booking_list.html", context)


@require_GET
def booking_detail(request, pk):
    booking = _visible(request, pk)
    now = timezone.now()
    context = {
        "booking": booking,
        "session": booking.session,
        "outcome": getattr(booking.session, "outcome", None) if booking.is_active else None,
        "tasks": booking.session.tasks.visible_to(request.user).for_display() if booking.is_active else [],
        "today": timezone.localdate(now),
        "can_cancel": booking.can_be_cancelled(now=now),
        "can_move": booking.can_be_moved(now=now) and booking.learner_id == request.user.pk,
        "moves": booking.session.moves.select_related("moved_by") if booking.is_active else [],
        "handovers": booking.session.handovers.select_related("from_tutor", "to_tutor", "given_by"),
        "is_late": now > booking.session.cancel_until,
        "can_join": booking.is_active and booking.session.can_be_joined(now=now),
        "can_read_question": permissions.can_read_question(request.user, booking),
        "is_own": booking.learner_id == request.user.pk,
        "can_rate": booking.learner_id == request.user.pk and booking.can_be_rated and not hasattr(booking, "rating"),
    }
    return render(request, "tutorship/booking_detail.html", context)


@require_http_methods(["GET", "POST"])
def booking_cancel(request, pk):
    booking = _visible(request, pk)
    now = timezone.now()
    if not booking.can_be_cancelled(now=now):
        messages.info(request, _("This appointment can no longer be cancelled."))
        return redirect(booking)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_booking(booking, actor=request.user, reason=form.cleaned_data["reason"], now=now)
            messages.success(request, _("The appointment is cancelled. The other side has been told by e-mail."))
            return redirect(booking)
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"booking": booking, "session": booking.session, "form": form}
    context["is_late"] = booking.learner_id == request.user.pk and now > booking.session.cancel_until
    return render(request, "tutorship/booking_cancel.html", context)


@require_GET
def booking_calendar(request, pk):
    """The entry for the own calendar, to be opened by hand."""
    booking = _visible(request, pk)
    method = PUBLISH if booking.is_active else CANCEL
    url = request.build_absolute_uri(booking.get_absolute_url())
    text = emails.calendar_of(booking.session, method=method, now=timezone.now(), url=url)
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="tutoraggio-{booking.pk}.ics"'},
    )


def _visible(request, pk) -> Booking:
    found = (
        Booking.objects.visible_to(request.user)
        .for_display()
        .select_related("session__outcome__needs_course", "rating")
    )
    return get_object_or_404(found, pk=pk)
