"""What stays of a person who is erased: numbers, hashes and hours, with nobody's name on them."""

from datetime import datetime

from django.core.files.storage import storages
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.actions.archive import ARCHIVE
from certificates.models import Certificate, CertificateEvent, CertificateFile, ExternalTraining, TrainingRecord
from journal.models import Job

State = Certificate.State
KEPT = {  # of a snapshot: what the register and its public page go on saying
    *("format", "kind", "number", "code", "grouped_code", "title", "issuer", "legal", "address", "verification_page"),
    *("issued_on", "issued_at", "valid_until", "completed_on", "credit_minutes", "foreseen_minutes", "modality"),
    *("course_code", "year"),
}
NOBODY = {"first_name": "", "last_name": "", "body": "", "area": ""}
STRUCK_OUT = "—"


@transaction.atomic
def erase_holder(person: User, *, now: datetime) -> int:
    """Take a person out of the certificates and the training record; return how many certificates were redacted.

    Number, code, state and the hash of each file stay, so that a paper in somebody's hand still verifies; names, lines
    and files go. The hours stay in the sums. Safe to run again.
    """
    named = list(Certificate.objects.select_for_update(of=("self",)).filter(user=person, erased_at=None))
    for certificate in named:
        _redact(certificate, now=now)
    _erase_external(person)
    _close_archives([certificate.pk for certificate in named], now=now)
    paths = list(CertificateFile.objects.filter(certificate__user=person).values_list("path", flat=True))
    transaction.on_commit(lambda: _delete(paths))
    return len(named)


def _redact(certificate: Certificate, *, now: datetime) -> None:
    """What was never printed is in the register all the same: it stands there without a file."""
    kept = {key: value for key, value in certificate.snapshot.items() if key in KEPT}
    certificate.snapshot = kept | NOBODY if kept else {}
    certificate.erased_at, certificate.last_error, certificate.claimed_at = now, "", None
    if certificate.state in {State.WAITING, State.FAILED}:
        certificate.state = State.ISSUED
    if certificate.is_revoked:
        certificate.revoke_reason = STRUCK_OUT
    certificate.save()
    CertificateEvent.objects.filter(certificate=certificate).strike_out()
    certificate.events.create(kind=CertificateEvent.Kind.ERASED, at=now)


def _erase_external(person: User) -> None:
    """Only approved training counts; its proof and its words, which the person chose, go."""
    with translation.override("it"):
        words = _("Training elsewhere")
    sent = ExternalTraining.objects.filter(user=person)
    proofs = list(sent.exclude(proof="").values_list("proof", flat=True))
    sent.exclude(state=ExternalTraining.State.APPROVED).delete()
    sent.update(title=words, provider=STRUCK_OUT, proof="")
    TrainingRecord.objects.filter(external__in=sent).update(title=words)
    transaction.on_commit(lambda: _delete(proofs))


def _close_archives(keys: list[int], *, now: datetime) -> None:
    """Zips that hold one of the PDFs are over: the next sweep deletes them."""
    for job in Job.objects.filter(kind=ARCHIVE, expires_at__gt=now).exclude(path=""):
        if not set(keys).isdisjoint(job.outcome.get("certificates", [])):
            Job.objects.filter(pk=job.pk).update(expires_at=now)


def _delete(paths: list[str]) -> None:
    for path in paths:
        storages["private"].delete(path)
