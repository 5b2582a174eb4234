"""The monthly report: what happened in the own scope, by mail, at the beginning of the month after."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import RoleAssignment, User
from journal.models import OutgoingMail
from reports import emails
from reports.models import figures, territory
from reports.models.period import Period

UNTIL_DAY = 7  # a worker that stood still sends it within the first week, or never
WHO = (RoleAssignment.Role.COORDINATOR, RoleAssignment.Role.ANCI)


def send_monthly_reports(*, now: datetime) -> int:
    """Queue last month's report for each coordinator who has none yet, and return how many: twice changes nothing."""
    today = timezone.localdate(now)
    if today.day > UNTIL_DAY:
        return 0
    month = today.replace(day=1) - timedelta(days=1)  # its last day
    waiting = [person for person in _coordinators(today) if not _has_report(person, month)]
    for person in waiting:
        _send(person, Period(month.year, month, is_closed=True), now=now)
    return len(waiting)


def _coordinators(today) -> list[User]:
    roles = RoleAssignment.objects.current(on=today).filter(role__in=WHO)
    return list(User.objects.filter(is_active=True, pk__in=roles.values("user")).order_by("pk"))


def _has_report(person: User, month) -> bool:
    return OutgoingMail.objects.filter(key=emails.monthly_key(person, month)).exists()


def _send(person: User, period: Period, *, now: datetime) -> None:
    found = territory.overview(person.scope, period)
    told = figures.figures(found, lists=None)
    emails.queue_monthly(person, period, found, told, now=now)
