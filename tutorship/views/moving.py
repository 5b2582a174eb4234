"""Another time for an appointment, chosen by who booked it or by its tutor."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tutorship.actions.moving import move_session
from tutorship.forms import MoveForm
from tutorship.models import Booking, Move, Session, nearest_offers
from tutorship.views.times import asked_week, shown_times


@require_http_methods(["GET", "POST"])
def booking_move(request, pk):
    """By the learner: within the time in which a cancellation would not be late."""
    booking = get_object_or_404(Booking.objects.filter(learner=request.user).for_display(), pk=pk)
    now = timezone.now()
    if not booking.can_be_moved(now=now):
        messages.info(request, _("This appointment can no longer be moved."))
        return redirect(booking)
    return _move(request, Move(booking.session, now, needs_notice=True), home=booking.get_absolute_url())


@require_http_methods(["GET", "POST"])
def session_move(request, pk):
    """By the tutor or a coordinator: for everybody who comes, any time before it begins."""
    session = get_object_or_404(Session.objects.visible_to(request.user).for_display(), pk=pk)
    now = timezone.now()
    if not session.can_be_changed(now=now):
        messages.info(request, _("This appointment can no longer be moved."))
        return redirect(session)
    return _move(request, Move(session, now, needs_notice=False), home=session.get_absolute_url())


def _move(request, move: Move, *, home: str):
    form = MoveForm(request.POST or None)
    lost = None
    if request.method == "POST" and form.is_valid():
        _tutor_id, lost = form.cleaned_data["slot"]
        try:
            move_session(
                move.session, starts_at=lost, actor=request.user, reason=form.cleaned_data["reason"], now=move.now
            )
            messages.success(request, _("The appointment is moved. Everybody has been told by e-mail."))
            return redirect(home)
        except ValidationError as refused:
            form.add_error(None, refused)
    offers = move.offers()
    context = {"session": move.session, "form": form, "home": home, "chosen": request.POST.get("slot", "")}
    context |= shown_times(offers, week=asked_week(request), today=timezone.localdate(move.now))
    context["near"] = nearest_offers(offers, lost) if lost else []
    return render(request, "tutorship/session_move.html", context)
