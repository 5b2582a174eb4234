"""The tutor's week, and one session with attendance and outcome."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tutorship import permissions
from tutorship.actions.cancelling import cancel_session
from tutorship.forms import CancelForm, NoteForm
from tutorship.models import Booking, FollowUpTask, PrivateNote, Rating, Session
from tutorship.models.coverage import ZONE
from tutorship.slots import day_window

WEEK_DAYS = 7
FIRST_WEEK, LAST_WEEK = date(2020, 1, 6), date(2100, 1, 4)  # two Mondays: no agenda goes beyond


@dataclass
class AgendaDay:
    on: date
    sessions: list[Session] = field(default_factory=list)


@require_GET
def tutor_week(request):
    """Today first, then the week; what still waits for its outcome stands on top."""
    if not request.user.scope.is_tutor:
        raise Http404
    now = timezone.now()
    today = timezone.localdate(now)
    monday = _monday(request.GET.get("week", ""), today)
    days = [AgendaDay(monday + timedelta(days=number)) for number in range(WEEK_DAYS)]
    own = _with_people(Session.objects.filter(tutor=request.user))
    shown = own.agreed().filter(starts_at__range=day_window(monday, days[-1].on, ZONE))
    todays = own.agreed().filter(starts_at__range=day_window(today, today, ZONE))
    for session in _marked(shown, now=now):
        days[timezone.localtime(session.starts_at).weekday()].sessions.append(session)
    context = {
        "today": today,
        "now": now,
        "todays": _marked(todays, now=now),
        "days": days,
        "open_sessions": _open_sessions(own, now=now),
        "tasks": list(FollowUpTask.objects.open().filter(owner=request.user).for_display()),
        "rating": Rating.objects.mean_of(request.user),
        "monday": monday,
        "sunday": days[-1].on,
        "previous": monday - timedelta(days=WEEK_DAYS),
        "next": monday + timedelta(days=WEEK_DAYS),
    }
    return render(request, "tutorship/tutor_week.html", context)


def _open_sessions(own, *, now) -> list[Session]:
    """What waits for its outcome, the oldest first; late after two days."""
    found = list(own.scheduled().filter(ends_at__lte=now))
    for session in found:
        session.is_late = session.outcome_due_at < now
    return found


def _monday(text: str, today: date) -> date:
    try:
        day = parse_date(text) or today
    except ValueError:
        day = today
    day = max(FIRST_WEEK, min(LAST_WEEK, day))
    return day - timedelta(days=day.weekday())


def _with_people(sessions):
    people = Booking.objects.active().select_related("learner", "body").order_by("pk")
    return sessions.for_display().prefetch_related(Prefetch("bookings", people, to_attr="people"))


def _marked(sessions: Iterable[Session], *, now) -> list[Session]:
    """Each session knows whether its outcome can be written, and whether its video room can be entered."""
    found = list(sessions)
    for session in found:
        session.is_due = session.awaits_outcome(now=now)
        session.can_join = session.can_be_joined(now=now)
    return found


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
