"""Being erased: asked for by the person, done after some days, or sooner by ANCI."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import emails
from accounts.models import Employment, ErasureRequest, User
from accounts.signals import person_erased, staff_left
from journal.actions import forget_mail_to, record
from journal.models import MailRhythm

ERASED_NAME = ("Persona", "cancellata")


@transaction.atomic
def ask_erasure(person: User, *, now: datetime) -> ErasureRequest:
    """Set the day on which everything personal goes; a second call changes nothing.

    Raise ValidationError with code "has_role": whoever answers for others gives the role back first.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    _refuse_roles(person, now=now)
    request = person.erasure_requests.open().first()
    if request is None:
        due_on = timezone.localdate(now) + timedelta(days=settings.ERASURE_AFTER_DAYS)
        request = ErasureRequest.objects.create(user=person, asked_at=now, due_on=due_on)
        record("ask_erasure", request, actor=person, now=now, after={"due_on": due_on.isoformat()})
        emails.queue_erasure_asked(request, now=now)
    return request


def _refuse_roles(person: User, *, now: datetime) -> None:
    if person.roles.current(on=timezone.localdate(now)).exists():
        raise ValidationError(_("A role is still in force: a coordinator ends it first."), code="has_role")


@transaction.atomic
def withdraw_erasure(person: User, *, now: datetime) -> None:
    """Take the request back; without one nothing happens."""
    User.objects.select_for_update().get(pk=person.pk)
    request = person.erasure_requests.open().first()
    if request:
        request.withdrawn_at = now
        request.save(update_fields=["withdrawn_at"])
        record("withdraw_erasure", request, actor=person, now=now)


def erase_due(*, now: datetime) -> int:
    """Erase whose day has come and return how many; who has got a role meanwhile waits."""
    return sum(_erase_or_wait(request, now=now) for request in ErasureRequest.objects.due(on=timezone.localdate(now)))


def _erase_or_wait(request: ErasureRequest, *, now: datetime) -> bool:
    try:
        carry_out_erasure(request, actor=None, now=now)
    except ValidationError:
        return False
    return True


@transaction.atomic
def carry_out_erasure(request: ErasureRequest, *, actor: User | None, now: datetime) -> None:
    """Erase the person who asked; a second call changes nothing.

    Raise ValidationError with code "not_entitled" or "has_role".
    """
    if actor and not actor.scope.is_anci:
        raise ValidationError(_("This is done by ANCI."), code="not_entitled")
    person = User.objects.select_for_update().get(pk=request.user_id)
    request = ErasureRequest.objects.open().filter(pk=request.pk).first()
    if request:
        erase_person(person, actor=actor, reason="request", now=now)


@transaction.atomic
def erase_person(person: User, *, actor: User | None, reason: str, now: datetime) -> None:
    """Take everything out that says who it was; bodies, days and hours stay for the sums.

    Raise ValidationError with code "has_role".
    """
    _refuse_roles(person, now=now)
    address = person.email
    person_erased.send(User, person=person, now=now)
    _close_account(person)
    left = _end_work(person, now=now)
    _empty_rows(person, now=now)
    record("erase_person", person, actor=actor, now=now, reason=reason)
    forget_mail_to(address)
    emails.queue_erased(address, key=person.pk, now=now)
    staff_left.send(Employment, employments=left, now=now)


def _close_account(person: User) -> None:
    """Whoever holds a session is out on the next request: the password has changed and the account is closed."""
    person.first_name, person.last_name = ERASED_NAME
    person.email, person.is_active, person.last_login = f"cancellata-{person.pk}@invalid.invalid", False, None
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.emailaddress_set.all().delete()
    person.authenticator_set.all().delete()


def _end_work(person: User, *, now: datetime) -> list[Employment]:
    """Today is the last day wherever the person works, also where a later one was set; return what has ended."""
    today = timezone.localdate(now)
    rows = list(person.employments.current(on=today).select_related("body"))
    for row in rows:
        row.ended_on = today
    Employment.objects.bulk_update(rows, ["ended_on"])
    return rows


def _empty_rows(person: User, *, now: datetime) -> None:
    person.employments.update(job_title="", refused_reason="")
    person.body_proposals.update(note="")
    person.policy_acceptances.all().delete()
    MailRhythm.objects.filter(user=person).delete()
    person.unwanted_mails.all().delete()
    person.erasure_requests.open().update(erased_at=now)
