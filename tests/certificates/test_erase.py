"""Erasing a person leaves numbers, hashes and hours, and nobody's name."""

import json

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.signals import person_erased
from certificates.actions import (
    approve_external,
    build_archives,
    correct_certificate,
    erase_holder,
    issue_statement,
    print_due,
    printing,
    request_archive,
    revoke_certificate,
)
from certificates.actions.archive import may_fetch
from certificates.models import Certificate, CertificateEvent, ExternalTraining, TrainingRecord
from tests.certificates.factories import certificate_of, external_of

State = Certificate.State


@pytest.fixture
def certificate(learner, edition, now):
    certificate_of(learner, edition, now=now)
    print_due(now=now)
    return Certificate.objects.get()


@pytest.fixture
def erase(learner, now, django_capture_on_commit_callbacks):
    def send():
        with django_capture_on_commit_callbacks(execute=True):
            person_erased.send(sender=User, person=learner, now=now)

    return send


def kept_words() -> str:
    """All that the certificates still say about anybody."""
    rows = [*Certificate.objects.values_list("snapshot", "last_error", "revoke_reason")]
    events = [*CertificateEvent.objects.values_list("detail", flat=True)]
    external = [*ExternalTraining.objects.values_list("title", "provider", "proof", "refusal_reason")]
    return json.dumps([rows, events, external, [*TrainingRecord.objects.values_list("title", flat=True)]])


def test_the_page_says_valid_and_the_paper_still_verifies_without_a_name(certificate, erase):
    file, page = certificate.files.get(), reverse("certificates:verify_code", args=[certificate.grouped_code])

    erase()

    shown = Client().get(f"{page}?impronta={file.sha256}")
    machine = Client(headers={"Accept": "application/json"}).get(page).json()
    assert ("Valido" in shown.text, certificate.number in shown.text, shown.context["file_answer"]) == (
        *(True, True, "same"),
    )
    assert [
        word for word in ("Lucia", "Moro", "L•", "M•", "Campodolcino", 'name="cognome"') if word in shown.text
    ] == []
    assert (machine["status"], machine["person"], machine["minutes"]) == ("valid", None, 45)
    assert Client().post(page, {"cognome": "Moro"}).context["name_answer"] == "different"


def test_no_word_about_the_person_and_no_file_is_kept_and_the_hours_are(
    certificate, learner, colleague, edition, anci, erase, now
):
    certificate_of(colleague, edition, now=now)
    for number, decide in enumerate((True, False)):
        external = external_of(learner, now=now, title=f"Corso per Lucia {number}")
        if decide:
            approve_external(external, actor=anci, now=now)
    issue_statement(learner, kind="year", year=2026, now=now)
    User.objects.filter(pk=learner.pk).update(last_name="Morro")
    new = correct_certificate(certificate, actor=anci, reason="Moro, non Morro", now=now)
    revoke_certificate(new, actor=anci, reason="Lo ha detto Lucia Moro", now=now)
    print_due(now=now)
    hours, private = TrainingRecord.objects.minutes(), storages["private"]
    paths = [*ExternalTraining.objects.values_list("proof", flat=True), certificate.files.get().path]

    erase()

    mine, other = Certificate.objects.filter(user=learner), Certificate.objects.get(user=colleague)
    assert [
        word for word in ("Lucia", "Moro", "Morro", "Campodolcino", "Syllabus", "%PDF") if word in kept_words()
    ] == [
        "Campodolcino"  # of the colleague
    ]
    assert other.snapshot["last_name"] == "Ghiggi"
    assert [private.exists(path) for path in paths] == [False] * 3
    assert (TrainingRecord.objects.minutes(), ExternalTraining.objects.get().state) == (hours, "approved")
    assert sorted(mine.values_list("number", "state")) == [
        ("2026/000001", State.SUPERSEDED),
        ("2026/000003", State.REVOKED),
        ("O-2026/000001", State.ISSUED),
    ]


def test_what_waits_for_its_pdf_is_never_printed(learner, edition, erase, now):
    certificate = certificate_of(learner, edition, now=now)
    printing.claim(certificate.pk, now=now)
    claimed = Certificate.objects.select_related("template").get(pk=certificate.pk)
    pdf = printing.render(claimed)[0]
    path = printing._store(pdf)

    erase()

    assert printing._finish(claimed, pdf, path, now=now) is False
    assert (print_due(now=now), storages["private"].exists(path)) == (0, False)
    certificate.refresh_from_db()
    assert (certificate.state, certificate.public_state, certificate.files.count()) == (State.ISSUED, "valid", 0)


def test_a_zip_with_the_pdf_is_closed_and_a_new_one_leaves_it_out(
    certificate, colleague, edition, referent, body_a, erase, now
):
    certificate_of(colleague, edition, now=now)
    print_due(now=now)
    job = request_archive(actor=referent, body=body_a.pk, now=now)
    build_archives(now=now)

    erase()

    job.refresh_from_db()
    again = request_archive(actor=referent, body=body_a.pk, now=now)
    assert (may_fetch(job, referent, now=now), job.expires_at, again.total) == (False, now, 1)


def test_nobody_corrects_or_downloads_what_has_no_name(certificate, learner, referent, anci, erase, client_for, now):
    external = approve_external(external_of(learner, now=now), actor=anci, now=now).external
    erase()

    addresses = [("certificate_download", certificate.pk), ("external_proof", external.pk)]
    answers = [client_for(anci).get(reverse(f"certificates:{name}", args=[pk])).status_code for name, pk in addresses]

    assert answers == [404, 404]
    assert list(Certificate.objects.correctable_by(anci)) == []
    assert client_for(anci).get(reverse("certificates:register")).status_code == 200


def test_erasing_again_changes_nothing(certificate, learner, erase, now):
    erase()
    before = kept_words()

    assert (erase_holder(learner, now=now), kept_words()) == (0, before)
