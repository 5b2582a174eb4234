"""From a completed course to a line of the register. The PDF comes later, from the worker."""

from datetime import date, datetime
from unicodedata import normalize

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation

from certificates.actions.lines import lines_of
from certificates.actions.training import record_course
from certificates.models import Certificate, CertificateEvent, CertificateTemplate, Register, TemplateVersion
from courses.models import CoursePage, Enrolment
from journal.actions import record
from lib.nudge import nudge
from territory.models import slug_of

ISSUER = "ANCI Lombardia"
LEGAL = (
    "Rilasciato nell’ambito dell’accordo approvato con DGR XII/448 del 12/06/2023, «capacity building e tutorship "
    "al personale delle pubbliche amministrazioni d’Area Interna»."
)
FORMAT = 2  # of the snapshot; 1 (not written) had no theme and no “required by law” in its lines
Kind = Register.Kind
State = Certificate.State
Event = CertificateEvent.Kind


@transaction.atomic
def issue_certificate(enrolment: Enrolment, *, now: datetime) -> Certificate:
    """Enter a completion in the register, once however often it is asked for.

    A person without a name leaves a visible row that waits for it; nothing raises into the learner's quiz.
    """
    kind = kind_of(enrolment)
    register = lock_register(kind, now)  # first of all: whoever comes second finds what the first has written
    known = Certificate.objects.filter(enrolment=enrolment, superseded_by=None).first()
    if known and not known.is_revoked:
        return known
    record_course(enrolment, now=now)
    certificate = certificate_for(enrolment, kind, now=now)
    certificate.supersedes = known  # undone, revoked, and completed again
    if has_name(certificate):
        return number(certificate, register, now=now)
    return _await_name(certificate, now=now)


def kind_of(enrolment: Enrolment) -> str:
    """A workshop is attended; who has passed a quiz has a result; everybody else has taken part."""
    if enrolment.edition.course.modality == CoursePage.Modality.WORKSHOP:
        return Kind.WORKSHOP
    return Kind.RESULT if result_of(enrolment) else Kind.COURSE


def result_of(enrolment: Enrolment) -> dict[str, int]:
    """The score of the last required quiz and what it asks for, in per cent; nothing for a course without one."""
    passed = enrolment.steps.filter(best_score_percent__isnull=False, step__is_required=True).order_by("-step__path")
    row = passed.values_list("best_score_percent", "step__quizpage__pass_mark_percent").first()
    return {"score_percent": int(row[0]), "threshold_percent": row[1]} if row else {}


def certificate_for(enrolment: Enrolment, kind: str, *, now: datetime) -> Certificate:
    """The certificate of a completion, not saved and not numbered yet."""
    return Certificate(
        kind=kind,
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
    register = lock_register(Certificate.objects.values_list("kind", flat=True).get(pk=pk), now)
    certificate = Certificate.objects.filter(pk=pk, state=State.INCOMPLETE).first()
    if certificate is None or not has_name(certificate):
        return False
    number(certificate, register, now=now)
    return True


def lock_register(kind: str, now: datetime) -> Register:
    """Hold the register of the year that it is in Rome until the transaction ends."""
    registers = Register.objects.select_for_update()
    return registers.get_or_create(kind=kind, year=timezone.localdate(now).year)[0]


def has_name(certificate: Certificate) -> bool:
    return bool(certificate.user.first_name.strip() and certificate.user.last_name.strip())


def _await_name(certificate: Certificate, *, now: datetime) -> Certificate:
    certificate.state = State.INCOMPLETE
    certificate.save()
    certificate.events.create(kind=Event.AWAITED, at=now)
    record("await_certificate_name", certificate, area=slug_of(certificate.area), now=now)
    return certificate


def number(certificate: Certificate, register: Register, *, now: datetime) -> Certificate:
    """Take the next number of the locked register and freeze what the paper will say."""
    certificate.register, certificate.sequence = register, register.next_number
    register.next_number += 1
    register.save(update_fields=["next_number"])
    certificate.number = register.number(certificate.sequence)
    certificate.issued_at = now
    certificate.state = State.WAITING
    written = _template_of(certificate)
    certificate.template = written.version or keep_version(written, now=now)
    certificate.valid_until = _end_of_validity(written, now)
    certificate.snapshot = snapshot(certificate)
    certificate.save()
    certificate.events.create(kind=Event.NUMBERED, at=now, detail=certificate.number)
    after = {"number": certificate.number}
    record("issue_certificate", certificate, area=slug_of(certificate.area), after=after, now=now)
    nudge("certificates.render_waiting")
    return certificate


def snapshot(certificate: Certificate) -> dict:
    """Everything that the paper says, in plain values: a later change of name, title or body does not reach it."""
    user, code = certificate.user, certificate.grouped_code
    return {
        "format": FORMAT,
        "kind": certificate.kind,
        "number": certificate.number,
        "code": certificate.code,
        "grouped_code": code,
        "first_name": _composed(user.first_name),
        "last_name": _composed(user.last_name),
        "title": _composed(certificate.title),
        "issued_on": timezone.localdate(certificate.issued_at).isoformat(),
        "issued_at": certificate.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "valid_until": certificate.valid_until.isoformat() if certificate.valid_until else "",
        "issuer": ISSUER,
        "legal": LEGAL,
        "verification_page": settings.SITE_URL + reverse("certificates:verify"),
        "address": settings.SITE_URL + reverse("certificates:verify_code", args=[code]),
        **(_completion(certificate.enrolment) if certificate.enrolment else facts_of_statement(certificate)),
    }


def _completion(enrolment: Enrolment) -> dict:
    course = enrolment.edition.course
    with translation.override("it"):
        body, modality = str(enrolment.body), course.get_modality_display()
    return {
        "course_code": course.code,
        "foreseen_minutes": course.credit_minutes,
        "credit_minutes": enrolment.credit_minutes,
        "modality": modality,
        "body": body,
        "area": enrolment.area.name if enrolment.area else "",
        "enrolled_on": timezone.localdate(enrolment.enrolled_at).isoformat(),
        "completed_on": timezone.localdate(enrolment.completed_at).isoformat(),
        **result_of(enrolment),
    }


def facts_of_statement(certificate: Certificate) -> dict:
    """The lines that a statement adds up, and their sum."""
    lines = lines_of(certificate.user, certificate.kind, certificate.year, now=certificate.issued_at)
    return {
        "year": certificate.year,
        "lines": lines,
        "credit_minutes": sum(line["minutes"] for line in lines),
        "body": "",
        "area": "",
    }


def _composed(text: str) -> str:
    """One spelling for letters with accents, without stray spaces: the same name gives the same file."""
    return normalize("NFC", " ".join(text.split()))


def _template_of(certificate: Certificate) -> CertificateTemplate:
    """The course's own template, else the one of the kind, else what the software ships."""
    course = certificate.enrolment.edition.course_id if certificate.enrolment else None
    written = CertificateTemplate.objects.filter(kind=certificate.kind, version__isnull=False)
    found = written.filter(Q(course=course) | Q(course=None)).select_related("version")
    first = found.order_by(F("course").asc(nulls_last=True)).first()
    return first or CertificateTemplate.shipped(certificate.kind)


def keep_version(written: CertificateTemplate, *, now: datetime) -> TemplateVersion:
    """Freeze a wording, once however often it is asked for."""
    made = written.composed()
    defaults = {"html": made.html, "css": made.css, "created_at": now}
    return TemplateVersion.objects.get_or_create(sha256=made.sha256, defaults=defaults)[0]


def _end_of_validity(written: CertificateTemplate, now: datetime) -> date | None:
    if not written.valid_months:
        return None
    return timezone.localdate(now) + relativedelta(months=written.valid_months)
