"""Claim, render, check, store, tell: whatever happens, the number stays and a later run goes on."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from accounts.models import User
from certificates.actions import print_due, printing, retry_printing, revoke_certificate
from certificates.models import Certificate, CertificateFile
from journal.models import AuditEntry, OutgoingMail
from tests.certificates.factories import certificate_of
from tests.races import race

LONG_NAME = ("Mariafrancesca Giuseppina Alessandra Benedetta Concetta Ludov", "Della Torre Pallavicino degli Angeli")
State = Certificate.State


@pytest.fixture
def certificate(learner, edition, now):
    return certificate_of(learner, edition, now=now)


def test_print_due_stores_the_file_and_tells_once(certificate, now):
    printed = [print_due(now=now), print_due(now=now)]

    certificate.refresh_from_db()
    file = certificate.files.get()
    pdf = printing.stored_pdf(file)
    assert printed == [1, 0]
    assert (certificate.state, certificate.claimed_at) == (State.ISSUED, None)
    assert (hashlib.sha256(pdf).hexdigest(), len(pdf)) == (file.sha256, file.size_bytes)
    assert [event.kind for event in certificate.events.all()] == ["numbered", "rendered"]
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == [certificate.user.email]
    assert certificate.snapshot["address"] in OutgoingMail.objects.get().text


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [
        LONG_NAME,
        ("Niccolò", "D'Angelo"),
        ("Żaneta", "Wałęsa"),
        ("<b>Lucia</b>", "<img src=file:///etc/hostname>"),
        ("{{ snapshot }}", "{% now 'Y' %}"),
        ("Z\u030caneta", "O\u0301 Dálaigh"),
        ("José-María", "Ñandú y Çelik"),
    ],
)
def test_worst_names_are_printed_whole(certificate, now, first_name, last_name):
    certificate.snapshot |= {"first_name": first_name, "last_name": last_name}

    assert printing.render(certificate)[1] == []


def test_a_name_in_another_script_is_whole_or_refused_never_boxes(certificate, now):
    """Fonts for other scripts come from the system: without one the certificate fails visibly."""
    certificate.snapshot |= {"first_name": "秀英", "last_name": "王"}

    problems = printing.render(certificate)[1]

    assert [problem for problem in problems if "notdef" not in problem] == []


def test_what_does_not_fit_fails_visibly_and_keeps_its_number(certificate, now):
    Certificate.objects.filter(pk=certificate.pk).update(snapshot=certificate.snapshot | {"title": "W" * 1_500})

    print_due(now=now)

    certificate.refresh_from_db()
    assert (certificate.state, certificate.number) == (State.FAILED, "2026/000001")
    assert "pages instead of one" in certificate.last_error
    assert AuditEntry.objects.get(action="print_certificate").after == {"state": "failed"}
    assert not CertificateFile.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_retry_prints_a_failed_one_again(certificate, anci, now):
    snapshot = certificate.snapshot
    Certificate.objects.filter(pk=certificate.pk).update(snapshot=snapshot | {"title": "W" * 1_500})
    print_due(now=now)
    Certificate.objects.filter(pk=certificate.pk).update(snapshot=snapshot)

    retry_printing(certificate, actor=anci, now=now)

    assert print_due(now=now) == 1
    kinds = [event.kind for event in certificate.events.all()]
    assert kinds == ["numbered", "failed", "retried", "rendered"]


def test_retry_is_for_failed_ones(certificate, anci, now):
    with pytest.raises(ValidationError) as refused:
        retry_printing(certificate, actor=anci, now=now)

    assert refused.value.code == "not_failed"


def test_a_broken_printer_waits_then_gives_up_visibly(certificate, now, monkeypatch, tmp_path):
    monkeypatch.setattr("certificates.models.template.FONTS", tmp_path / "unreadable\x00")

    for attempt in range(3):
        assert print_due(now=now + attempt * (settings.CERTIFICATE_LEASE + timedelta(seconds=1))) == 0

    certificate.refresh_from_db()
    assert (certificate.state, certificate.tries, certificate.number) == (State.FAILED, 3, "2026/000001")
    assert certificate.last_error != ""


def test_a_killed_worker_is_followed_by_another_after_the_lease(certificate, now):
    assert printing.claim(certificate.pk, now=now)  # and then kill -9

    during, after = now + timedelta(minutes=1), now + settings.CERTIFICATE_LEASE + timedelta(seconds=1)

    assert (print_due(now=during), print_due(now=after)) == (0, 1)


def test_a_long_batch_keeps_the_claim_of_each_certificate(certificate, colleague, edition, now, monkeypatch):
    """Each one is claimed when its turn comes: the next worker waits for the lease from then on."""
    certificate_of(colleague, edition, now=now)
    claims = []
    with time_machine.travel(now, tick=False) as traveller:

        def slow(path):
            claims.append(Certificate.objects.filter(claimed_at=timezone.now()).count())
            traveller.shift(settings.CERTIFICATE_LEASE)
            raise OSError("disk")

        monkeypatch.setattr(printing, "_store", slow)
        print_due(now=now)

    assert claims == [1, 1]


def test_a_half_written_file_is_replaced(certificate, now):
    pdf, _problems = printing.render(certificate)
    sha256 = hashlib.sha256(pdf).hexdigest()
    storages["private"].save(f"certificates/{sha256[:2]}/{sha256}.pdf", ContentFile(pdf[:100]))

    print_due(now=now)

    assert printing.stored_pdf(certificate.files.get()) == pdf


def test_who_comes_late_with_an_expired_lease_changes_nothing(certificate, now):
    printing.claim(certificate.pk, now=now)
    late = Certificate.objects.select_related("template").get(pk=certificate.pk)
    pdf, _problems = printing.render(late)
    print_due(now=now + settings.CERTIFICATE_LEASE + timedelta(seconds=1))

    assert printing._finish(late, pdf, "certificates/late.pdf", now=now) is False
    assert (certificate.files.count(), OutgoingMail.objects.count()) == (1, 1)


def test_revoked_while_being_printed_stays_revoked(certificate, anci, now):
    printing.claim(certificate.pk, now=now)
    claimed = Certificate.objects.select_related("template").get(pk=certificate.pk)
    revoke_certificate(certificate, actor=anci, reason="Rilasciato per errore", now=now)

    assert printing._finish(claimed, b"%PDF", "certificates/late.pdf", now=now) is False
    assert CertificateFile.objects.count() == 0


def test_a_rename_after_the_issue_is_not_printed(certificate, now):
    User.objects.filter(pk=certificate.user_id).update(last_name="Rossi")
    before = printing.render(certificate)

    certificate.refresh_from_db()

    assert printing.render(certificate) == before
    assert before[1] == []


def test_one_failing_row_does_not_stop_the_others(certificate, colleague, edition, now):
    Certificate.objects.filter(pk=certificate.pk).update(snapshot=certificate.snapshot | {"issued_on": "never"})
    good = certificate_of(colleague, edition, now=now)

    assert print_due(now=now) == 1
    good.refresh_from_db()
    assert good.state == State.ISSUED


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_print_a_certificate_once(learner, edition, now):
    certificate = certificate_of(learner, edition, now=now)

    printed = race([lambda: print_due(now=now)] * 2)

    assert sorted(printed) == [0, 1]
    assert (certificate.files.count(), OutgoingMail.objects.count()) == (1, 1)
