"""From a completed course to a line of the register. The PDF comes later, from the worker."""

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from unicodedata import normalize

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from certificates.actions.training import record_course
from certificates.models import Certificate, CertificateEvent, Register, TemplateVersion
from courses.models import Enrolment
from journal.actions import record
from lib.nudge import nudge

LOOK = Path(__file__).resolve().parent.parent / "templates" / "certificates"
ISSUER = "ANCI Lombardia"
PROGRAMME = "Centri di competenza per le aree interne della Lombardia, in accordo con Regione Lombardia"
LEGAL = (
    "Rilasciato nell’ambito dell’accordo approvato con DGR XII/448 del 12/06/2023, «capacity building e tutorship "
    "al personale delle pubbliche amministrazioni d’Area Interna»."
)
State = Certificate.State
Event = CertificateEvent.Kind


@transaction.atomic
def issue_certificate(enrolment: Enrolment, *, now: datetime) -> Certificate:
    """Enter a completion in the register, once however often it is asked for.

    A person without a name leaves a visible row that waits for it; nothing raises into the learner's quiz.
    """
    register = lock_register(now)  # first of all: whoever comes second finds what the first has written
    known = Certificate.objects.filter(enrolment=enrolment, superseded_by=None).first()
    if known and not known.is_revoked:
        return known
    record_course(enrolment, now=now)
    certificate = certificate_for(enrolment, now=now)
    certificate.supersedes = known  # undone, revoked, and completed again
    if has_name(certificate):
        return number(certificate, register, now=now)
    return _await_name(certificate, now=now)


def certificate_for(enrolment: Enrolment, *, now: datetime) -> Certificate:
    """The certificate of a completion, not saved and not numbered yet."""
    return Certificate(
        enrolment=enrolment,
        user=enrolment.user,
        body=enrolment.body,
        area=enrolment.area,
        title=str(enrolment.edition)[:255],
        created_at=now,
    )


def number_incomplete(*, now: datetime) -> int:
    """Number the certificates that waited for a name which has come by now; return how many."""
    waiting = Certificate.objects.to_number().order_by("pk").values_list("pk", flat=True)
    return sum(_number_incomplete(pk, now=now) for pk in list(waiting))


@transaction.atomic
def _number_incomplete(pk: int, *, now: datetime) -> bool:
    register = lock_register(now)
    certificate = Certificate.objects.filter(pk=pk, state=State.INCOMPLETE).first()
    if certificate is None or not has_name(certificate):
        return False
    number(certificate, register, now=now)
    return True


def lock_register(now: datetime) -> Register:
    """Hold the register of the year that it is in Rome until the transaction ends."""
    registers = Register.objects.select_for_update()
    return registers.get_or_create(kind=Register.Kind.COURSE, year=timezone.localdate(now).year)[0]


def has_name(certificate: Certificate) -> bool:
    return bool(certificate.user.first_name.strip() and certificate.user.last_name.strip())


def _await_name(certificate: Certificate, *, now: datetime) -> Certificate:
    certificate.state = State.INCOMPLETE
    certificate.save()
    certificate.events.create(kind=Event.AWAITED, at=now)
    record("await_certificate_name", certificate, area=area_slug(certificate), now=now)
    return certificate


def number(certificate: Certificate, register: Register, *, now: datetime) -> Certificate:
    """Take the next number of the locked register and freeze what the paper will say."""
    certificate.register, certificate.sequence = register, register.next_number
    register.next_number += 1
    register.save(update_fields=["next_number"])
    certificate.number = f"{register.year}/{certificate.sequence:06}"
    certificate.issued_at = now
    certificate.state = State.WAITING
    certificate.template = _current_template(now)
    certificate.snapshot = snapshot(certificate)
    certificate.save()
    certificate.events.create(kind=Event.NUMBERED, at=now, detail=certificate.number)
    after = {"number": certificate.number}
    record("issue_certificate", certificate, area=area_slug(certificate), after=after, now=now)
    nudge("certificates.render_waiting")
    return certificate


def snapshot(certificate: Certificate) -> dict:
    """Everything that the paper says, in plain values: a later change of name, title or body does not reach it."""
    enrolment, user = certificate.enrolment, certificate.user
    with translation.override("it"):
        body, modality = str(enrolment.body), enrolment.edition.course.get_modality_display()
    return {
        "number": certificate.number,
        "code": certificate.code,
        "grouped_code": certificate.grouped_code,
        "first_name": _composed(user.first_name),
        "last_name": _composed(user.last_name),
        "title": _composed(certificate.title),
        "course_code": enrolment.edition.course.code,
        "credit_minutes": enrolment.credit_minutes,
        "modality": modality,
        "body": body,
        "area": enrolment.area.name if enrolment.area else "",
        "enrolled_on": timezone.localdate(enrolment.enrolled_at).isoformat(),
        "completed_on": timezone.localdate(enrolment.completed_at).isoformat(),
        "issued_on": timezone.localdate(certificate.issued_at).isoformat(),
        "issued_at": certificate.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "issuer": ISSUER,
        "programme": PROGRAMME,
        "legal": LEGAL,
        "verification_page": settings.SITE_URL + reverse("certificates:verify"),
        "address": settings.SITE_URL + reverse("certificates:verify_code", args=[certificate.grouped_code]),
    }


def _composed(text: str) -> str:
    """One spelling for letters with accents, without stray spaces: the same name gives the same file."""
    return normalize("NFC", " ".join(text.split()))


def _current_template(now: datetime) -> TemplateVersion:
    html, css, sha256 = _shipped_template()
    defaults = {"html": html, "css": css, "created_at": now}
    return TemplateVersion.objects.get_or_create(sha256=sha256, defaults=defaults)[0]


@cache
def _shipped_template() -> tuple[str, str, str]:
    html, css = (LOOK / name for name in ("certificate_pdf.html", "certificate.css"))
    wording, look = html.read_text(), css.read_text()
    return wording, look, hashlib.sha256(f"{wording}\x00{look}".encode()).hexdigest()


def area_slug(certificate: Certificate) -> str:
    return certificate.area.slug if certificate.area else ""
