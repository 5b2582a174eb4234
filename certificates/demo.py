"""Believable certificates for the demo people, made by the same actions as real ones."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from certificates.actions import (
    approve_external,
    correct_certificate,
    issue_certificate,
    issue_statement,
    print_due,
    record_tutoring,
    refuse_external,
    revoke_certificate,
    submit_external,
)
from certificates.models import Certificate
from certificates.models.certificate import CertificateQuerySet
from courses.models import Enrolment
from tutorship.models import Session

REVOKED_FOR = (
    "La prova finale è stata svolta da un’altra persona con lo stesso accesso: lo ha segnalato il Comune. "
    "Il corso può essere ripetuto in qualsiasi momento."
)
ELSEWHERE = [  # title, provider, theme, minutes, required by law
    ("Sicurezza informatica per la PA", "Syllabus", "digitale", 180, False),
    ("Aggiornamento sulla sicurezza nei luoghi di lavoro", "Ente di formazione della provincia", "valori", 240, True),
    ("Principi di accessibilità dei documenti", "Syllabus", "digitale", 120, False),
]


def seed(cast: dict[str, User], *, now: datetime) -> None:
    """Issue and print what the invented people have earned, in every state. Does nothing the second time."""
    is_first = not _of_the_demonstration().exists()
    done = Enrolment.objects.completed().filter(user__is_demo=True, certificates=None)
    for enrolment in done.order_by("completed_at", "pk"):
        issue_certificate(enrolment, now=now)
    for session in Session.objects.filter(state=Session.State.CLOSED, tutor__is_demo=True):
        record_tutoring(session, now=now)
    if is_first:
        _train_elsewhere(cast, now=now)
        _fail_one()
    _print(now)
    _revoke_one(cast, now=now)
    if is_first:
        _correct_one(cast, now=now)
        _ask_for_statements(cast, now=now)
    _print(now)


def _print(now: datetime) -> None:
    while print_due(now=now, among=_of_the_demonstration()):
        pass


def _train_elsewhere(cast: dict[str, User], *, now: datetime) -> None:
    """One approved, one refused, one waiting."""
    anci, person = cast["anci"], cast["learner_1"]
    employment = person.employments.filter(confirmed_at__isnull=False).first()
    if employment is None:
        return
    rows = []
    for number, (title, provider, theme, minutes, is_mandatory) in enumerate(ELSEWHERE):
        proof = ContentFile(_page(f"{title}, {provider}: documento dimostrativo"), name="dimostrazione.pdf")
        facts = {"title": title, "provider": provider, "theme": theme, "minutes": minutes, "is_mandatory": is_mandatory}
        day = timezone.localdate(now) - timedelta(days=20 + 15 * number)
        rows.append(submit_external(employment, proof=proof, finished_on=day, now=now, **facts))
    approve_external(rows[0], actor=anci, now=now)
    refuse_external(rows[1], reason="Il documento non riporta le ore.", actor=anci, now=now)


def _page(words: str) -> bytes:
    """A PDF of one page with these words."""
    text = b"BT /F1 14 Tf 60 760 Td (%s) Tj ET" % words.encode("cp1252", "replace").translate(None, b"()\\")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 %s >> >> >>" % font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    ]
    file, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    start, count = len(file), len(parts) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
    return file + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, rows) + trailer


def _ask_for_statements(cast: dict[str, User], *, now: datetime) -> None:
    """Each kind of statement, for whom there is something to state."""
    year = timezone.localdate(now).year
    wishes = [(person, kind) for person in ("learner_1", "learner_2") for kind in ("year", "booklet", "tutoring")]
    for person, kind in [*wishes, ("tutor_1", "teaching")]:
        if person in cast:
            with suppress(ValidationError):  # nothing to be stated
                issue_statement(cast[person], kind=kind, year=year, now=now)


def _correct_one(cast: dict[str, User], *, now: datetime) -> None:
    """A second name was missing: the old certificate leads to the new one."""
    issued = _of_the_demonstration().filter(state=Certificate.State.ISSUED, enrolment__isnull=False)
    certificate = issued.exclude(user=cast["learner_1"]).order_by("-pk").first()
    if certificate is None:
        return
    whole = certificate.user.first_name
    certificate.snapshot["first_name"] = whole[:-1]
    certificate.save(update_fields=["snapshot"])
    correct_certificate(certificate, actor=cast["anci"], reason="Nel nome mancava una lettera.", now=now)


def _fail_one() -> None:
    """What the coordinator sees when a PDF could not be made; the button makes it."""
    waiting = list(_of_the_demonstration().filter(state=Certificate.State.WAITING).order_by("-pk")[:4])
    if len(waiting) == 4:  # enough of them are left for the other states
        problem = "OSError: [Errno 28] No space left on device"
        Certificate.objects.filter(pk=waiting[0].pk).update(state=Certificate.State.FAILED, last_error=problem)


def _of_the_demonstration() -> CertificateQuerySet:
    return Certificate.objects.filter(user__is_demo=True)


def _revoke_one(cast: dict[str, User], *, now: datetime) -> None:
    if _of_the_demonstration().filter(state=Certificate.State.REVOKED).exists():
        return
    issued = _of_the_demonstration().filter(state=Certificate.State.ISSUED, enrolment__isnull=False)
    certificate = issued.exclude(user=cast["learner_1"]).order_by("pk").first()
    if certificate:
        revoke_certificate(certificate, actor=cast["anci"], reason=REVOKED_FOR, now=now)
