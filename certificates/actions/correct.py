"""Correcting a certificate: the wrong one is replaced by another number. Both stay, and each leads to the other."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.actions.issue import certificate_for, has_name, lock_register, number, snapshot
from certificates.models import Certificate, CertificateEvent
from journal.actions import record
from territory.models import slug_of

FACTS = ("first_name", "last_name", "title", "body", "area", "modality", "credit_minutes")


@transaction.atomic
def correct_certificate(certificate: Certificate, *, actor: User, reason: str, now: datetime) -> Certificate:
    """Issue the certificate again with the names and facts of today; the old one points to the new one.

    Raises ValidationError with code "no_reason", "not_correctable", "no_name" or "nothing_to_correct".
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Say what was wrong on the certificate."), code="no_reason")
    register = lock_register(certificate.kind, now)  # before the certificate, as everybody who numbers does
    old = _lock(certificate)
    new = certificate_for(old.enrolment, old.kind, now=now)
    if not old.may_be_revoked():
        raise ValidationError(_("This certificate cannot be corrected (any more)."), code="not_correctable")
    if not has_name(new):
        raise ValidationError(_("First name or last name is missing."), code="no_name")
    if not changes(old):
        raise ValidationError(
            _("Nothing differs from the certificate: correct the facts first."), code="nothing_to_correct"
        )
    return _replace(old, new, register, actor=actor, reason=reason, now=now)


def changes(certificate: Certificate) -> dict[str, tuple]:
    """What the paper says and would say today, where the two differ: {"last_name": ("Morro", "Moro")}."""
    today = snapshot(_as_of_today(certificate))
    return {fact: (certificate.snapshot.get(fact), today[fact]) for fact in FACTS if _differs(fact, certificate, today)}


def _differs(fact: str, certificate: Certificate, today: dict) -> bool:
    return certificate.snapshot.get(fact) != today[fact]


def _as_of_today(certificate: Certificate) -> Certificate:
    again = certificate_for(certificate.enrolment, certificate.kind, now=certificate.created_at)
    again.number, again.issued_at = certificate.number, certificate.issued_at
    return again


def _lock(certificate: Certificate) -> Certificate:
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("area", "enrolment__edition__course")
    return locked.get(pk=certificate.pk)


def _replace(old: Certificate, new: Certificate, register, *, actor: User, reason: str, now: datetime) -> Certificate:
    before = {"state": old.state, "number": old.number}
    old.state, old.last_error, old.claimed_at = Certificate.State.SUPERSEDED, "", None
    old.save(update_fields=["state", "last_error", "claimed_at"])
    new.supersedes = old
    number(new, register, now=now)
    old.events.create(kind=CertificateEvent.Kind.SUPERSEDED, at=now, actor=actor, detail=reason)
    after = {"state": old.state, "number": new.number}
    record(
        "correct_certificate",
        old,
        actor=actor,
        area=slug_of(old.area),
        before=before,
        after=after,
        reason=reason,
        now=now,
    )
    return new
