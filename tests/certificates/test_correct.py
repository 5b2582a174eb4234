"""A correction is another number: the old certificate stays, says so, and leads to the new one."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from certificates.actions import correct_certificate, issue_certificate, print_due, revoke_certificate
from certificates.models import Certificate, Register, TrainingRecord
from journal.models import AuditEntry, OutgoingMail
from tests.certificates.factories import certificate_of
from tests.certificates.test_views import reauthenticated
from tests.races import race

REASON = "Il cognome era scritto con una sola r."
State = Certificate.State


@pytest.fixture
def certificate(learner, edition, now):
    return certificate_of(learner, edition, now=now)


@pytest.fixture
def misspelt(certificate):
    """Printed as Moro; the profile says Morro by now."""
    User.objects.filter(pk=certificate.user_id).update(last_name="Morro")
    return certificate


def states() -> list[tuple]:
    return list(Certificate.objects.order_by("pk").values_list("number", "state"))


def test_a_correction_takes_a_new_number_and_replaces_the_old_one(misspelt, anci, now):
    print_due(now=now)

    new = correct_certificate(misspelt, actor=anci, reason=f" {REASON} ", now=now)

    assert states() == [("2026/000001", State.SUPERSEDED), ("2026/000002", State.WAITING)]
    assert (new.supersedes, new.snapshot["last_name"], new.code == misspelt.code) == (misspelt, "Morro", False)
    assert AuditEntry.objects.get(action="correct_certificate").reason == REASON
    assert TrainingRecord.objects.minutes() == 45


def test_the_message_of_the_new_one_says_what_it_replaces_and_why(misspelt, anci, now):
    new = correct_certificate(misspelt, actor=anci, reason=REASON, now=now)

    print_due(now=now)

    text = OutgoingMail.objects.get(key=f"certificate-ready:{new.pk}").text
    assert "Sostituisce il n. 2026/000001, che non è più valido." in text
    assert REASON in text


def test_a_chain_leads_from_the_first_to_the_last(misspelt, anci, now):
    second = correct_certificate(misspelt, actor=anci, reason=REASON, now=now)
    User.objects.filter(pk=misspelt.user_id).update(first_name="Lucia Maria")

    third = correct_certificate(second, actor=anci, reason=REASON, now=now)

    assert [row.pk for row in Certificate.objects.standing()] == [third.pk]
    assert third.supersedes.supersedes == misspelt


def test_completing_again_finds_the_last_of_the_chain(misspelt, anci, now):
    new = correct_certificate(misspelt, actor=anci, reason=REASON, now=now)

    assert issue_certificate(misspelt.enrolment, now=now) == new


@pytest.mark.parametrize(("reason", "code"), [(" \n", "no_reason"), (REASON, "nothing_to_correct")])
def test_without_a_reason_or_a_difference_nothing_is_corrected(certificate, anci, now, reason, code):
    with pytest.raises(ValidationError) as refused:
        correct_certificate(certificate, actor=anci, reason=reason, now=now)

    assert (refused.value.code, Register.objects.get().next_number) == (code, 2)


@pytest.mark.parametrize("end", ["revoked", "replaced"])
def test_what_no_longer_stands_cannot_be_corrected(misspelt, anci, now, end):
    if end == "revoked":
        revoke_certificate(misspelt, actor=anci, reason=REASON, now=now)
    else:
        correct_certificate(misspelt, actor=anci, reason=REASON, now=now)

    with pytest.raises(ValidationError) as refused:
        correct_certificate(misspelt, actor=anci, reason=REASON, now=now)

    assert refused.value.code == "not_correctable"


def test_a_person_without_a_name_waits_for_it(certificate, anci, now):
    User.objects.filter(pk=certificate.user_id).update(last_name="")

    with pytest.raises(ValidationError) as refused:
        correct_certificate(certificate, actor=anci, reason=REASON, now=now)

    assert refused.value.code == "no_name"


def test_the_database_refuses_a_second_certificate_of_one_completion(certificate):
    certificate.pk, certificate._state.adding = None, True
    certificate.code, certificate.sequence = "X" * 17, 99

    with pytest.raises(IntegrityError, match=r"enrolment|one_certificate_per_completion"), transaction.atomic():
        certificate.save()


def test_the_public_page_of_the_old_one_leads_to_the_new_one(misspelt, anci, now):
    new = correct_certificate(misspelt, actor=anci, reason=REASON, now=now)

    page = Client().get(reverse("certificates:verify_code", args=[misspelt.grouped_code]))

    assert "Sostituito: 23 novembre 2026" in page.text
    assert reverse("certificates:verify_code", args=[new.grouped_code]) in page.text
    assert REASON not in page.text


def test_the_page_shows_what_changes_and_issues_it(misspelt, coordinator, client_for):
    path = reverse("certificates:certificate_correct", args=[misspelt.pk])
    client = reauthenticated(client_for(coordinator), coordinator)

    shown = client.get(path)
    answer = client.post(path, {"reason": REASON})

    assert list(shown.context["changes"]) == [("Moro", "Morro")]
    assert answer["Location"] == reverse("certificates:register")
    assert states()[0] == ("2026/000001", State.SUPERSEDED)
    assert "Sostituito dal n. 2026/000002" in client.get(answer["Location"]).text


def test_correcting_asks_for_the_password_again(misspelt, coordinator, client_for):
    answer = client_for(coordinator).get(reverse("certificates:certificate_correct", args=[misspelt.pk]))

    assert answer["Location"].split("?")[0] == reverse("account_reauthenticate")


def test_nobody_corrects_the_own_certificate(edition, coordinator, body_a, client_for, now):
    coordinator.employments.create(body=body_a, started_on=now.date(), confirmed_at=now)
    own = certificate_of(coordinator, edition, now=now)

    answer = client_for(coordinator).get(reverse("certificates:certificate_correct", args=[own.pk]))

    assert answer.status_code == 404


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_correct_at_once_issue_one(learner, edition, anci, now):
    certificate = certificate_of(learner, edition, now=now)
    User.objects.filter(pk=learner.pk).update(last_name="Morro")

    def correct():
        return correct_certificate(certificate, actor=anci, reason=REASON, now=now).number

    assert sorted(race([correct] * 2)) == ["2026/000002", "not_correctable"]
    assert Register.objects.get().next_number == 3
