"""One session as its tutor and the coordinators see it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tutorship import permissions
from tutorship.actions.cancelling import cancel_session
from tutorship.forms import CancelForm, NoteForm
from tutorship.models import PrivateNote, Session


@require_GET
def session_detail(request, pk):
    session = visible_session(request, pk)
    now = timezone.now()
    is_own = session.tutor_id == request.user.pk
    may_read = permissions.can_read_outcome(request.user, session)
    outcome = getattr(session, "outcome", None)
    note = PrivateNote.objects.visible_to(request.user).filter(session=session).first()
    bookings = list(_with_files(session.bookings.for_display().select_related("employment", "cancelled_by")))
    for booking in bookings:
        booking.session = session
        booking.shows_question = permissions.can_read_question(request.user, booking)
    context = {
        "session": session,
        "bookings": bookings,
        "outcome": outcome if may_read else None,
        "tasks": session.tasks.visible_to(request.user).for_display(),
        "today": timezone.localdate(now),
        "can_add_task": may_read and session.state == Session.State.CLOSED,
        "can_correct": outcome and outcome.can_be_corrected(now=now),
        "correct_until": outcome and outcome.correct_until,
        "note_form": NoteForm(initial={"note": note.text if note else ""}) if is_own else None,
        "can_join": session.can_be_joined(now=now),
        "can_close": session.awaits_outcome(now=now),
        "can_change": session.can_be_changed(now=now),
        "moves": session.moves.select_related("moved_by"),
        "handovers": session.handovers.select_related("from_tutor", "to_tutor", "given_by"),
        "is_own": is_own,
    }
    return render(request, "tutorship/session_detail.html", context)


def _with_files(bookings):
    files = Count("case__messages", filter=~Q(case__messages__file=""))
    return bookings.annotate(files=files).order_by("pk")


@require_http_methods(["GET", "POST"])
def session_cancel(request, pk):
    session = visible_session(request, pk)
    now = timezone.now()
    if not session.can_be_changed(now=now):
        messages.info(request, _("This session can no longer be cancelled."))
        return redirect(session)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_session(session, actor=request.user, reason=form.cleaned_data["reason"], now=now)
            messages.success(request, _("The session is cancelled. Everybody has been told by e-mail."))
            return redirect(session)
        except ValidationError as refused:
            form.add_error(None, refused)
    people = session.bookings.active().select_related("learner", "body")
    return render(request, "tutorship/session_cancel.html", {"session": session, "form": form, "people": people})


def visible_session(request, pk) -> Session:
    found = Session.objects.visible_to(request.user).for_display().select_related("outcome__needs_course")
    return get_object_or_404(found, pk=pk)
