"""What is kept no longer than the settings say. Looked at first, then taken out; running it again changes nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.actions.erasure import erase_person
from accounts.models import Employment, ErasureRequest, RoleAssignment, User
from journal.actions import forget_mail, record
from journal.models import Job, OutgoingMail

PURGE = "purge"


def purge(*, apply: bool, now: datetime) -> dict[str, int]:
    """Count what is over its time, by kind; with `apply` take it out and leave one entry in the register."""
    found = {name: _count(rows) for name, (rows, _take_out) in _overdue(now).items()}
    if apply and any(found.values()):
        found = {name: take_out(rows) for name, (rows, take_out) in _overdue(now).items()}
        _note(found, now=now)
    return found


def _count(rows: Iterable) -> int:
    return rows.count()


def _overdue(now: datetime) -> dict[str, tuple]:
    """Name → rows and what is done with them."""

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    return {
        "sessions": (Session.objects.filter(expire_date__lt=now), _delete),
        "mails": (OutgoingMail.objects.forgettable(before=before(settings.RETENTION_MAIL_DAYS)), forget_mail),
        "jobs": (_old_jobs(before(settings.RETENTION_JOB_DAYS)), _empty_jobs),
        "invited": (_never_came(before(settings.RETENTION_INVITED_DAYS)), _erasing(now)),
        "left": (_left(before(settings.RETENTION_LEFT_DAYS)), _erasing(now)),
    }


def _old_jobs(before: datetime):
    """Finished work whose wish and outcome are still written down; the row itself stays for the register."""
    ended = Job.objects.exclude(kind=PURGE).filter(finished_at__lt=before)
    return ended.exclude(parameters={}, outcome={}, path="")


def _without_role(before: datetime):
    """Active people of before that day who answer for nobody, and have not asked to be erased anyway."""
    role = RoleAssignment.objects.current(on=timezone.localdate()).filter(user=OuterRef("pk"))
    asked = ErasureRequest.objects.open().filter(user=OuterRef("pk"))
    return User.objects.filter(~Exists(role), ~Exists(asked), is_active=True, is_demo=False, date_joined__lt=before)


def _never_came(before: datetime):
    """Invited, and never logged in."""
    learnt = Exists(Employment.objects.filter(user=OuterRef("pk"), enrolments__isnull=False))
    return _without_role(before).filter(~learnt, last_login=None)


def _left(before: datetime):
    """Without work at any body, and not logged in since."""
    works = Employment.objects.filter(Q(ended_on=None) | Q(ended_on__gte=before.date()), user=OuterRef("pk"))
    return _without_role(before).filter(~Exists(works), last_login__lt=before)


def _delete(rows) -> int:
    return rows.delete()[0]


def _empty_jobs(rows) -> int:
    for path in rows.exclude(path="").values_list("path", flat=True):
        storages["private"].delete(path)
    return rows.update(parameters={}, outcome={}, path="")


def _erasing(now: datetime) -> Callable:
    def erase_all(people) -> int:
        return sum(_erase(person, now=now) for person in people)

    return erase_all


def _erase(person: User, *, now: datetime) -> bool:
    try:
        erase_person(person, actor=None, reason="retention", now=now)
    except ValidationError:  # has got a role in this moment
        return False
    return True


@transaction.atomic
def _note(found: dict[str, int], *, now: datetime) -> None:
    job = Job.objects.create(kind=PURGE, state=Job.State.DONE, created_at=now, finished_at=now, outcome=found)
    record("purge", job, now=now, after=found)
