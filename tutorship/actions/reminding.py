"""Reminders. Each leaves once, however often the sweep runs, and only while it is true.

Every row is looked at again under its lock: whoever cancels, moves or closes at the same instant comes before or after,
never in between. A reminder that was missed for longer than its grace is left out: late news is no reminder.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from journal.models import OutgoingMail
from tutorship import emails
from tutorship.models import Booking, FollowUpTask, Session, SessionMove


class Reminder(NamedTuple):
    code: str
    before: timedelta
    grace: timedelta


REMINDERS = (
    Reminder("7d", timedelta(days=7), timedelta(days=1)),
    Reminder("1d", timedelta(days=1), timedelta(hours=12)),
    Reminder("1h", timedelta(hours=1), timedelta(hours=1)),
)
OUTCOME_AFTER, OUTCOME_GRACE = timedelta(hours=24), timedelta(days=7)
TASKS_FROM_HOUR, FRESH = 8, timedelta(hours=12)  # nobody is reminded of what was told a moment ago


def send_reminders(*, now: datetime) -> int:
    """Remind everybody of what is near; return how many messages were written."""
    coming = sum(_remind_of_sessions(reminder, now=now) for reminder in REMINDERS)
    return coming + _remind_of_outcomes(now=now) + _remind_of_tasks(now=now)


# --- Sessions ----------------------------------------------------------------------------------------------------
def _remind_of_sessions(reminder: Reminder, *, now: datetime) -> int:
    found = list(_near(reminder, now=now).prefetch_related("bookings__learner"))
    told = _written({key for session in found for key, *_ in _messages(session, reminder)})
    waiting = [session for session in found if any(key not in told for key, *_ in _messages(session, reminder))]
    return sum(_remind(session.pk, reminder, told, now=now) for session in waiting)


def _near(reminder: Reminder, *, now: datetime) -> QuerySet[Session]:
    """Sessions whose moment for this reminder has come, and that have not been moved since."""
    latest = now + reminder.before
    moved_since = SessionMove.objects.filter(
        session=OuterRef("pk"), moved_at__gt=OuterRef("starts_at") - reminder.before
    )
    coming = Session.objects.scheduled().filter(starts_at__gt=max(now, latest - reminder.grace), starts_at__lte=latest)
    return coming.filter(~Exists(moved_since)).for_display()


def _messages(session: Session, reminder: Reminder) -> list[tuple[str, Session | Booking, User]]:
    """Key, page and recipient: everybody who booked before the moment of the reminder, and then the tutor."""
    moment = session.starts_at - reminder.before
    bookings = [row for row in session.bookings.all() if row.is_active and row.booked_at <= moment]
    pages = [(row, row.learner) for row in bookings] + [(session, session.tutor)] * bool(bookings)
    return [(emails.reminder_key(session, person, reminder.code), page, person) for page, person in pages]


@transaction.atomic
def _remind(pk: int, reminder: Reminder, told: set[str], *, now: datetime) -> int:
    session = _near(reminder, now=now).select_for_update(of=("self",)).filter(pk=pk).first()
    fresh = [row for row in _messages(session, reminder) if row[0] not in told] if session else []
    for _key, page, person in fresh:
        emails.queue_reminder(page, person, reminder.code, now=now)
    return len(fresh)


# --- Outcomes and tasks ------------------------------------------------------------------------------------------
def _remind_of_outcomes(*, now: datetime) -> int:
    """A day after a session that still waits for its outcome, to the tutor."""
    since = (now - OUTCOME_GRACE, now - OUTCOME_AFTER)
    late = {emails.outcome_due_key(row): row for row in Session.objects.scheduled().filter(ends_at__range=since)}
    told = _written(late)
    return sum(_remind_of_outcome(row.pk, now=now) for key, row in late.items() if key not in told)


@transaction.atomic
def _remind_of_outcome(pk: int, *, now: datetime) -> int:
    session = Session.objects.scheduled().select_for_update(of=("self",)).for_display().filter(pk=pk).first()
    if session:
        emails.queue_outcome_due(session, now=now)
    return int(session is not None)


def _remind_of_tasks(*, now: datetime) -> int:
    """From eight in the morning of the day before, to whoever has to do it."""
    local = timezone.localtime(now)
    if local.hour < TASKS_FROM_HOUR:
        return 0
    tomorrow = local.date() + timedelta(days=1)
    tasks = FollowUpTask.objects.open().filter(due_on=tomorrow, added_at__lt=now - FRESH)
    due = {emails.task_due_key(row): row for row in tasks}
    told = _written(due)
    return sum(_remind_of_task(row.pk, now=now) for key, row in due.items() if key not in told)


@transaction.atomic
def _remind_of_task(pk: int, *, now: datetime) -> int:
    task = FollowUpTask.objects.open().select_for_update(of=("self",)).for_display().filter(pk=pk).first()
    if task:
        booking = task.session.bookings.active().for_display().filter(learner=task.owner_id).first()
        emails.queue_task_due(task, booking or task.session, now=now)
    return int(task is not None)


def _written(keys: Iterable[str]) -> set[str]:
    return set(OutgoingMail.objects.filter(key__in=list(keys)).values_list("key", flat=True))
