"""The tutor's agenda: today and what is open, then a day, a week, or the list of what is coming."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from tutorship.models import Booking, FollowUpTask, Rating, Session
from tutorship.models.coverage import ZONE
from tutorship.slots import day_window

VIEWS = {"day": 1, "week": 7, "list": 0}  # days that one page shows
LISTED = 200
FIRST_WEEK, LAST_WEEK = date(2020, 1, 6), date(2100, 1, 4)  # two Mondays: no agenda goes beyond


@dataclass
class AgendaDay:
    on: date
    sessions: list[Session] = field(default_factory=list)


@require_GET
def tutor_week(request):
    """Today first, then the chosen view; what still waits for its outcome stands on top."""
    if not request.user.scope.is_tutor:
        raise Http404
    now = timezone.now()
    today = timezone.localdate(now)
    view = request.GET.get("view") if request.GET.get("view") in VIEWS else "week"
    own = _with_people(Session.objects.filter(tutor=request.user))
    days = (
        _coming(own, now=now) if view == "list" else _stretch(own, _first(request, view, today), VIEWS[view], now=now)
    )
    context = {
        "view": view,
        "today": today,
        "now": now,
        "todays": _marked(own.agreed().filter(starts_at__range=day_window(today, today, ZONE)), now=now),
        "days": days,
        "open_sessions": _open_sessions(own, now=now),
        "tasks": list(FollowUpTask.objects.open().filter(owner=request.user).for_display()),
        "rating": Rating.objects.mean_of(request.user),
    }
    if view != "list":
        step = timedelta(days=VIEWS[view])
        context |= {"first": days[0].on, "last": days[-1].on, "previous": days[0].on - step, "next": days[0].on + step}
    return render(request, "tutorship/tutor_week.html", context)


def _stretch(own, first: date, length: int, *, now: datetime) -> list[AgendaDay]:
    days = {first + timedelta(days=number): [] for number in range(length)}
    shown = own.agreed().filter(starts_at__range=day_window(first, max(days), ZONE))
    for session in _marked(shown, now=now):
        days.setdefault(timezone.localtime(session.starts_at).date(), []).append(session)
    return [AgendaDay(on, sessions) for on, sessions in days.items()][:length]


def _coming(own, *, now: datetime) -> list[AgendaDay]:
    """Only days with something, from now on."""
    days: dict[date, AgendaDay] = {}
    for session in _marked(own.scheduled().filter(ends_at__gt=now)[:LISTED], now=now):
        on = timezone.localtime(session.starts_at).date()
        days.setdefault(on, AgendaDay(on)).sessions.append(session)
    return list(days.values())


def _open_sessions(own, *, now: datetime) -> list[Session]:
    """What waits for its outcome, the oldest first; late after two days."""
    found = list(own.scheduled().filter(ends_at__lte=now))
    for session in found:
        session.is_late = session.outcome_due_at < now
    return found


def _first(request, view: str, today: date) -> date:
    """The first day to show: what cannot be read as a day is today."""
    try:
        day = parse_date(request.GET.get("week", "")) or today
    except ValueError:
        day = today
    day = max(FIRST_WEEK, min(LAST_WEEK, day))
    return day if view == "day" else day - timedelta(days=day.weekday())


def _with_people(sessions):
    people = Booking.objects.active().select_related("learner", "body").order_by("pk")
    return sessions.for_display().prefetch_related(Prefetch("bookings", people, to_attr="people"))


def _marked(sessions: Iterable[Session], *, now: datetime) -> list[Session]:
    """Each session knows whether its outcome can be written, and whether its video room can be entered."""
    found = list(sessions)
    for session in found:
        session.is_due = session.awaits_outcome(now=now)
        session.can_join = session.can_be_joined(now=now)
    return found
