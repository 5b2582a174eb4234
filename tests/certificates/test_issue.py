"""Numbers without gaps, once for each completion, with the names of the day."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from accounts.models import User
from certificates.actions import issue_certificate, number_incomplete
from certificates.models import Certificate, Register, TrainingRecord
from courses.actions import record_reading
from courses.models import Enrolment, Step
from courses.signals import enrolment_completed
from journal.models import AuditEntry
from tests.certificates.factories import certificate_of, completed
from tests.races import race


def test_a_completion_is_numbered_at_once(completed_enrolment, now):
    certificate = issue_certificate(completed_enrolment, now=now)

    assert (certificate.number, certificate.state) == ("2026/000001", Certificate.State.WAITING)
    assert (certificate.user, certificate.body) == (completed_enrolment.user, completed_enrolment.body)
    assert [event.kind for event in certificate.events.all()] == ["numbered"]
    assert AuditEntry.objects.filter(action="issue_certificate", area="valchiavenna").count() == 1


def test_the_signal_of_the_courses_is_heard(completed_enrolment, now):
    enrolment_completed.send(sender=Enrolment, enrolment=completed_enrolment, now=now)

    assert completed_enrolment.certificates.get().number == "2026/000001"


def test_the_last_lesson_gives_the_certificate(enrolment, now):
    steps = Step.objects.outline(enrolment.edition.course)
    quiz = steps.get(kind="quiz")
    Step.objects.filter(pk=quiz.pk).update(is_required=False)

    for step in steps.filter(kind="lesson"):
        record_reading(enrolment, step, opened_at=datetime(2026, 11, 23, 8, tzinfo=UTC), now=now)

    minutes = sum(steps.filter(kind="lesson").values_list("minutes", flat=True))
    assert (enrolment.certificates.get().number, enrolment.training_record.minutes) == ("2026/000001", minutes)


def test_issuing_again_changes_nothing(completed_enrolment, now):
    first = issue_certificate(completed_enrolment, now=now)
    second = issue_certificate(completed_enrolment, now=now)

    assert first == second
    assert Register.objects.get().next_number == 2
    assert TrainingRecord.objects.count() == 1


def test_the_snapshot_holds_what_the_paper_says(completed_enrolment, now):
    snapshot = issue_certificate(completed_enrolment, now=now).snapshot

    expected = {
        "number": "2026/000001",
        "first_name": "Lucia",
        "last_name": "Moro",
        "title": str(completed_enrolment.edition),
        "credit_minutes": 45,
        "body": "Comune di Campodolcino (SO)",
        "area": "Valchiavenna",
        "completed_on": "2026-11-23",
        "issued_at": "2026-11-23T09:00:00Z",
        "issuer": "ANCI Lombardia",
    }
    assert {name: snapshot[name] for name in expected} == expected
    assert "DGR XII/448 del 12/06/2023" in snapshot["legal"]


def test_a_new_name_does_not_reach_the_snapshot(completed_enrolment, now):
    certificate = issue_certificate(completed_enrolment, now=now)
    User.objects.filter(pk=certificate.user_id).update(last_name="Rossi")

    again = issue_certificate(completed_enrolment, now=now)

    assert again.snapshot["last_name"] == "Moro"


def test_composed_and_combining_accents_give_the_same_snapshot(learner, edition, now):
    User.objects.filter(pk=learner.pk).update(first_name="Niccolo\u0300 ", last_name="D'Angelo")
    learner.refresh_from_db()

    snapshot = certificate_of(learner, edition, now=now).snapshot

    assert (snapshot["first_name"], snapshot["last_name"]) == ("Niccol\u00f2", "D'Angelo")


def test_half_past_midnight_in_rome_belongs_to_the_new_year(learner, colleague, edition):
    before, after = datetime(2026, 12, 31, 22, 30, tzinfo=UTC), datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    old, new = certificate_of(learner, edition, now=before), certificate_of(colleague, edition, now=after)

    assert (old.number, new.number) == ("2026/000001", "2027/000001")
    assert new.snapshot["issued_on"] == "2027-01-01"
    assert TrainingRecord.objects.minutes_by_year() == {2027: 45, 2026: 45}


def test_a_rollback_leaves_no_gap(learner, colleague, edition, now):
    with transaction.atomic():
        certificate_of(learner, edition, now=now)
        transaction.set_rollback(True)

    assert certificate_of(colleague, edition, now=now).number == "2026/000001"


def test_without_a_name_a_visible_row_waits(learner, edition, now):
    User.objects.filter(pk=learner.pk).update(last_name=" ")
    learner.refresh_from_db()

    certificate = certificate_of(learner, edition, now=now)

    assert (certificate.state, certificate.number) == (Certificate.State.INCOMPLETE, "")
    assert TrainingRecord.objects.get().minutes == 45
    assert number_incomplete(now=now) == 0


def test_the_name_sets_it_going_again(learner, edition, now):
    User.objects.filter(pk=learner.pk).update(last_name="")
    learner.refresh_from_db()
    certificate = certificate_of(learner, edition, now=now)
    User.objects.filter(pk=learner.pk).update(last_name="Moro")

    numbered = [number_incomplete(now=now), number_incomplete(now=now)]

    certificate.refresh_from_db()
    assert numbered == [1, 0]
    assert (certificate.state, certificate.number) == (Certificate.State.WAITING, "2026/000001")
    assert certificate.snapshot["last_name"] == "Moro"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_completion_wanted_by_four_is_certified_once(learner, edition, now):
    Register.objects.create(kind="course", year=2026)  # its first insertion would let only one in
    enrolment = completed(learner, edition, now=now)

    def issue():
        return issue_certificate(Enrolment.objects.get(pk=enrolment.pk), now=now).number

    assert race([issue] * 4) == ["2026/000001"] * 4
    assert (Certificate.objects.count(), TrainingRecord.objects.count()) == (1, 1)
    assert Register.objects.get().next_number == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_completions_at_once_take_four_numbers_in_a_row(learner, colleague, neighbour, outsider, edition, now):
    Register.objects.create(kind="course", year=2026)  # its first insertion would let only one in
    enrolments = [completed(user, edition, now=now) for user in (learner, colleague, neighbour, outsider)]

    def issue(pk):
        return lambda: issue_certificate(Enrolment.objects.get(pk=pk), now=now).number

    numbers = race([issue(enrolment.pk) for enrolment in enrolments])

    assert sorted(numbers) == [f"2026/{number:06}" for number in (1, 2, 3, 4)]
    assert Register.objects.get().next_number == 5
