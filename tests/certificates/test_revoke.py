import pytest
from django.core.exceptions import ValidationError

from certificates.actions import print_due, revoke_certificate
from certificates.models import Certificate, Register, TrainingRecord
from journal.models import AuditEntry, OutgoingMail
from tests.certificates.factories import certificate_of

REASON = "La prova è stata svolta da un’altra persona."


@pytest.fixture
def certificate(learner, edition, now):
    return certificate_of(learner, edition, now=now)


def test_revoke_says_when_who_and_why_and_tells_the_person(certificate, anci, now):
    print_due(now=now)

    revoked = revoke_certificate(certificate, actor=anci, reason=f" {REASON} ", now=now)

    assert (revoked.state, revoked.revoked_by, revoked.revoke_reason) == (Certificate.State.REVOKED, anci, REASON)
    assert AuditEntry.objects.get(action="revoke_certificate").reason == REASON
    assert REASON in OutgoingMail.objects.get(key=f"certificate-revoked:{certificate.pk}").text
    assert certificate.files.count() == 1  # what was handed out is kept


def test_the_hours_leave_the_record_and_stay_in_the_audit(certificate, anci, now):
    revoke_certificate(certificate, actor=anci, reason=REASON, now=now)

    assert TrainingRecord.objects.minutes() == 0
    assert AuditEntry.objects.get(action="withdraw_training").before["minutes"] == 45


def test_the_number_stays_taken(certificate, colleague, edition, anci, now):
    revoke_certificate(certificate, actor=anci, reason=REASON, now=now)

    assert certificate_of(colleague, edition, now=now).number == "2026/000002"
    assert Register.objects.get().next_number == 3


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_is_revoked(certificate, anci, now, reason):
    with pytest.raises(ValidationError) as refused:
        revoke_certificate(certificate, actor=anci, reason=reason, now=now)

    assert refused.value.code == "no_reason"


def test_revoking_twice_is_refused(certificate, anci, now):
    revoke_certificate(certificate, actor=anci, reason=REASON, now=now)

    with pytest.raises(ValidationError) as refused:
        revoke_certificate(certificate, actor=anci, reason="Ancora", now=now)

    assert refused.value.code == "not_revocable"
