"""The PDF: claim, render, check, store, tell. Killed at any point, the number stays and a later run goes on."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from certificates import emails
from certificates.models import Certificate, CertificateEvent, CertificateFile
from certificates.models.certificate import CertificateQuerySet
from journal.actions import record
from lib.clock import running_from
from lib.nudge import nudge
from territory.models import slug_of

TRIES = 3
BATCH = 100
State = Certificate.State
Event = CertificateEvent.Kind


def print_due(*, now: datetime, among: CertificateQuerySet | None = None) -> int:
    """Make the PDFs that are waiting and return how many were stored; safe to run in several workers at once."""
    certificates = Certificate.objects.all() if among is None else among
    due = certificates.due(now=now, lease=settings.CERTIFICATE_LEASE).order_by("pk")
    waiting = list(due.values_list("pk", flat=True)[:BATCH])
    clock = running_from(now)  # a claim of the batch’s beginning would lapse while the batch goes on
    return sum(_print_one(pk, now=clock()) for pk in waiting if claim(pk, now=clock()))


def claim(pk: int, *, now: datetime) -> bool:
    """Take one certificate for this worker; only one of several claimants gets True."""
    due = Certificate.objects.due(now=now, lease=settings.CERTIFICATE_LEASE).filter(pk=pk)
    return due.update(claimed_at=now, tries=F("tries") + 1) == 1


def _print_one(pk: int, *, now: datetime) -> bool:
    certificate = Certificate.objects.select_related("template").get(pk=pk)
    try:
        pdf, problems = render(certificate)
        pdf = pdf if problems else sealed(pdf)
        path = "" if problems else _store(pdf)
    except Exception as error:  # a missing library, a full disk: the next certificate shall have its turn
        return _give_up_or_wait(certificate, f"{type(error).__name__}: {error}", now=now)
    if problems:  # the same snapshot will fail the same way: somebody has to look
        return _fail(certificate, "\n".join(problems), now=now)
    return _finish(certificate, pdf, path, now=now)


def render(certificate: Certificate) -> tuple[bytes, list[str]]:
    """Return the PDF of a numbered certificate and what is wrong with it."""
    return certificate.template.render(certificate.snapshot)


def sealed(checked: bytes) -> bytes:
    """The only way from the check to the storage; a seal of the body that issues has its place here. None is put yet.

    What comes back is what is stored, hashed and handed out.
    """
    return checked


def _store(pdf: bytes) -> str:
    """Keep the bytes under their own hash; what a killed worker has left half-written is replaced."""
    sha256, private = hashlib.sha256(pdf).hexdigest(), storages["private"]
    path = f"certificates/{sha256[:2]}/{sha256}.pdf"
    if private.exists(path):
        with private.open(path) as kept:
            if kept.read() == pdf:
                return path
        private.delete(path)
    return private.save(path, ContentFile(pdf))


@transaction.atomic
def _finish(certificate: Certificate, pdf: bytes, path: str, *, now: datetime) -> bool:
    waiting = _lock_waiting(certificate)
    if waiting is None:  # revoked or erased meanwhile, or finished by whoever took over an expired lease
        if Certificate.objects.filter(pk=certificate.pk, erased_at__isnull=False).exists():
            storages["private"].delete(path)
        return False
    waiting.files.create(sha256=hashlib.sha256(pdf).hexdigest(), path=path, size_bytes=len(pdf), stored_at=now)
    _conclude(waiting, State.ISSUED, Event.RENDERED, now=now)
    emails.queue_certificate_ready(waiting, now=now)
    return True


@transaction.atomic
def _fail(certificate: Certificate, problem: str, *, now: datetime) -> bool:
    waiting = _lock_waiting(certificate)
    if waiting is not None:
        _conclude(waiting, State.FAILED, Event.FAILED, problem=problem[:1000], now=now)
    return False


def _give_up_or_wait(certificate: Certificate, problem: str, *, now: datetime) -> bool:
    """Leave it to the next run after the lease, a few times; then it is shown as failed."""
    if certificate.tries >= TRIES:
        return _fail(certificate, problem, now=now)
    Certificate.objects.filter(pk=certificate.pk, state=State.WAITING).update(last_error=problem[:1000])
    return False


def _lock_waiting(certificate: Certificate) -> Certificate | None:
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("user", "area")
    return locked.filter(pk=certificate.pk, state=State.WAITING).first()


def _conclude(certificate: Certificate, state: str, event: str, *, now: datetime, problem: str = "") -> None:
    certificate.state, certificate.last_error, certificate.claimed_at = state, problem, None
    certificate.save(update_fields=["state", "last_error", "claimed_at"])
    certificate.events.create(kind=event, at=now, detail=problem)
    area = slug_of(certificate.area)
    record(
        "print_certificate", certificate, area=area, after={"state": state}, now=now
    )  # the problem may hold the name


@transaction.atomic
def retry_printing(certificate: Certificate, *, actor: User, now: datetime) -> Certificate:
    """Ask for the PDF of a failed certificate again; number, code and snapshot stay.

    Raises ValidationError "not_failed".
    """
    certificate = Certificate.objects.select_for_update(of=("self",)).select_related("area").get(pk=certificate.pk)
    if certificate.state != State.FAILED:
        raise ValidationError(_("This certificate is not waiting for a new attempt."), code="not_failed")
    certificate.state, certificate.tries, certificate.last_error = State.WAITING, 0, ""
    certificate.save(update_fields=["state", "tries", "last_error"])
    certificate.events.create(kind=Event.RETRIED, at=now, actor=actor)
    area = slug_of(certificate.area)
    record("retry_certificate", certificate, actor=actor, area=area, now=now)
    nudge("certificates.render_waiting")
    return certificate


def stored_pdf(file: CertificateFile) -> bytes:
    """Read what was handed out: some 25 kB."""
    with storages["private"].open(file.path) as kept:
        return kept.read()
