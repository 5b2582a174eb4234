"""Reminders of due dates: a week before, a day before, a day after; each sent once for each due date."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from courses import emails
from courses.models import Enrolment
from journal.models import OutgoingMail

MORNING = time(8)  # nobody is reminded at night
SPANS = {  # the days left on which each reminder still says something new: a missed night is made up for
    emails.Reminder.WEEK: range(2, 8),
    emails.Reminder.DAY: range(2),
    emails.Reminder.LATE: range(-7, 0),
}


def send_due_reminders(*, now: datetime) -> int:
    """Leave the reminders that are due and return how many; safe to run at any time, any number of times."""
    local = timezone.localtime(now)
    if local.time() < MORNING:
        return 0
    days = [(reminder, local.date() + timedelta(days=left)) for reminder, span in SPANS.items() for left in span]
    return sum(_remind(reminder, due_on=due_on, now=now) for reminder, due_on in days)


def _remind(reminder: emails.Reminder, *, due_on: date, now: datetime) -> int:
    enrolments = _not_told(reminder, due_on=due_on)
    for enrolment in enrolments:
        with transaction.atomic():
            emails.queue_due_reminder(enrolment, reminder, now=now)
    return len(enrolments)


def _not_told(reminder: emails.Reminder, *, due_on: date) -> QuerySet[Enrolment]:
    """Open enrolments due on this day without this reminder. Who came later than a week before gets no weekly one."""
    start = Value(f"{reminder.key}:")
    key = Concat(start, Cast(OuterRef("pk"), CharField()), Value(f":{due_on}"), output_field=CharField())
    found = Enrolment.objects.open().filter(
        ~Exists(OutgoingMail.objects.filter(key=key)), due_on=due_on, user__is_active=True, edition__is_cancelled=False
    )
    if reminder == emails.Reminder.WEEK:
        found = found.filter(enrolled_at__date__lte=due_on - timedelta(days=7))
    return found.select_related("user", "edition__course").order_by("pk")
