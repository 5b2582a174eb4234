"""Taking a certificate back. The row, its number and its files stay for ever."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from certificates import emails
from certificates.actions.training import record_live_minutes, withdraw_course
from certificates.models import Certificate, CertificateEvent
from courses.models import Enrolment
from journal.actions import record
from territory.models import slug_of


@transaction.atomic
def revoke_certificate(certificate: Certificate, *, actor: User, reason: str, now: datetime) -> Certificate:
    """Revoke a numbered certificate with its hours, and tell the person why.

    Raises ValidationError with code "no_reason" or "not_revocable".
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Say why the certificate is revoked."), code="no_reason")
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("user", "area", "enrolment")
    certificate = locked.get(pk=certificate.pk)
    if not certificate.may_be_revoked():
        raise ValidationError(_("This certificate cannot be revoked (any more)."), code="not_revocable")
    before = {"state": certificate.state}
    certificate.state = Certificate.State.REVOKED
    certificate.revoked_at, certificate.revoked_by, certificate.revoke_reason = now, actor, reason
    certificate.save(update_fields=["state", "revoked_at", "revoked_by", "revoke_reason"])
    certificate.events.create(kind=CertificateEvent.Kind.REVOKED, at=now, actor=actor, detail=reason)
    if certificate.enrolment:
        withdraw_course(certificate.enrolment, actor=actor, reason=reason, now=now)
    area, after = slug_of(certificate.area), {"state": certificate.state}
    record(
        "revoke_certificate", certificate, actor=actor, area=area, before=before, after=after, reason=reason, now=now
    )
    if not certificate.is_erased:
        emails.queue_certificate_revoked(certificate, now=now)
    return certificate


@transaction.atomic
def revoke_for_undone(enrolment: Enrolment, *, actor: User, reason: str, now: datetime) -> None:
    """Follow a completion that was taken back: no certificate, no hours but those of the live meetings."""
    for certificate in Certificate.objects.filter(enrolment=enrolment, superseded_by=None):
        if certificate.may_be_revoked():
            revoke_certificate(certificate, actor=actor, reason=reason, now=now)
    withdraw_course(enrolment, actor=actor, reason=reason, now=now)
    record_live_minutes(enrolment, now=now)
