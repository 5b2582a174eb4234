"""Where people work: said by the person, confirmed by somebody entitled to, ended when it ends."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import emails
from accounts.models import Employment, User
from accounts.permissions import can_confirm
from accounts.signals import staff_left
from journal.actions import record
from territory.models import PublicBody


@transaction.atomic
def add_employment(
    *,
    user: User,
    body: PublicBody,
    job_title: str,
    started_on: date | None = None,
    share_percent: int = 100,
    actor: User,
    now: datetime,
) -> Employment:
    """Note that a person works for a body; an address of the body's mail domain confirms it at once.

    Raise ValidationError with code "unknown_body" for a body that this person may not choose.
    """
    if not PublicBody.objects.offered_to(user).filter(pk=body.pk).exists():
        raise ValidationError({"body": ValidationError(_("Choose a body from the list."), code="unknown_body")})
    employment = Employment(
        user=user,
        body=body,
        job_title=job_title.strip(),
        started_on=started_on or timezone.localdate(now),
        share_percent=share_percent,
    )
    employment.full_clean()
    employment.save()
    _record("add_employment", employment, actor=actor, now=now, after=_facts(employment))
    confirm_by_mail_domain(user=user, now=now)
    employment.refresh_from_db()
    return employment


@transaction.atomic
def confirm_employment(employment: Employment, *, actor: User, now: datetime) -> Employment:
    """Count the person among the staff of the body. Confirming twice changes nothing.

    Raise ValidationError with code "not_entitled", "proposed_body" or "refused".
    """
    employment = _locked(employment)
    if not can_confirm(actor, employment):
        raise ValidationError(_("Only the body, the area’s coordinator or ANCI confirm."), code="not_entitled")
    if employment.is_confirmed:
        return employment
    _refuse_undecidable(employment)
    _confirm(employment, actor=actor, now=now)
    emails.queue_employment_confirmed(employment, now=now)
    return employment


@transaction.atomic
def refuse_employment(employment: Employment, *, actor: User, reason: str, now: datetime) -> Employment:
    """Say that the person does not work for the body; the person is told why."""
    employment = _locked(employment)
    if not can_confirm(actor, employment):
        raise ValidationError(_("Only the body, the area’s coordinator or ANCI confirm."), code="not_entitled")
    if employment.is_confirmed:
        raise ValidationError(_("This employment is already confirmed."), code="confirmed")
    if not reason.strip():
        raise ValidationError(_("Say why: the person reads it."), code="reason_needed")
    _refuse_undecidable(employment)
    employment.refused_at, employment.refused_reason = now, reason.strip()
    employment.save(update_fields=["refused_at", "refused_reason"])
    _record("refuse_employment", employment, actor=actor, now=now, reason=reason.strip())
    emails.queue_employment_refused(employment, now=now)
    return employment


@transaction.atomic
def confirm_by_mail_domain(*, user: User, now: datetime) -> int:
    """Confirm what waits at bodies whose mail domain is the one of a verified address; return how many."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    domains = {address.rpartition("@")[2].lower() for address in addresses}
    waiting = user.employments.awaiting().filter(body__is_proposed=False).exclude(body__mail_domain="")
    locked = waiting.select_for_update(of=("self",)).select_related("body__area").order_by("pk")
    entitled = [e for e in locked if e.body.mail_domain.lower() in domains]
    for employment in entitled:
        _confirm(employment, actor=None, now=now, reason="mail domain")
    return len(entitled)


@transaction.atomic
def end_employment(employment: Employment, *, actor: User, ended_on: date, now: datetime) -> Employment:
    """Set the last day; what was learnt until then stays with the body. Open to the person and to who may confirm."""
    employment = _locked(employment)
    if actor.pk != employment.user_id and not can_confirm(actor, employment):
        raise ValidationError(_("Only the person or the body can end this employment."), code="not_entitled")
    before = {"ended_on": employment.ended_on and employment.ended_on.isoformat()}
    employment.ended_on = ended_on
    employment.full_clean()
    employment.save(update_fields=["ended_on"])
    _record("end_employment", employment, actor=actor, now=now, before=before, after={"ended_on": ended_on.isoformat()})
    staff_left.send(Employment, employments=[employment], now=now)
    return employment


def confirm_invited(employment: Employment, *, actor: User, now: datetime) -> None:
    """An invitation is the body's own word: its employment needs no second look."""
    if not employment.is_confirmed:
        _confirm(employment, actor=actor, now=now, reason="invitation")


def _confirm(employment: Employment, *, actor: User | None, now: datetime, reason: str = "") -> None:
    employment.confirmed_at, employment.confirmed_by = now, actor
    employment.save(update_fields=["confirmed_at", "confirmed_by"])
    _record("confirm_employment", employment, actor=actor, now=now, reason=reason, after=_facts(employment))


def _locked(employment: Employment) -> Employment:
    locked = Employment.objects.select_for_update(of=("self",)).select_related("body__area", "user")
    return locked.get(pk=employment.pk)


def _refuse_undecidable(employment: Employment) -> None:
    if employment.refused_at:
        raise ValidationError(_("This employment has already been refused."), code="refused")
    if employment.body.is_proposed:
        raise ValidationError(_("The body itself is still waiting to be listed."), code="proposed_body")


def _facts(employment: Employment) -> dict:
    return {"user": employment.user_id, "body": employment.body.full_name, "job_title": employment.job_title}


def _record(action: str, employment: Employment, *, now: datetime, **more) -> None:
    area = employment.body.area
    record(action, employment, now=now, area=area.slug if area else "", **more)
