from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Employment
from certificates.models import Certificate, TemplateVersion, TrainingRecord
from tests.certificates.factories import certificate_of, completed


@pytest.fixture
def certificate(learner, edition, now):
    return certificate_of(learner, edition, now=now)


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        ("learner", True), ("referent", True), ("coordinator", True), ("anci", True),
        ("colleague", False), ("neighbour", False), ("tutor", False), ("editor", False), ("other_coordinator", False),
    ],
)  # fmt: skip
def test_visible_to_own_referent_coordinator_and_anci(request, certificate, person, sees):
    user = request.getfixturevalue(person)

    assert Certificate.objects.visible_to(user).filter(pk=certificate.pk).exists() is sees
    assert TrainingRecord.objects.visible_to(user).filter(user=certificate.user).exists() is sees


def test_an_unconfirmed_employment_is_nobody_elses(certificate, coordinator, anci):
    Employment.objects.filter(user=certificate.user).update(confirmed_at=None)

    visible = {user: Certificate.objects.visible_to(user).count() for user in (certificate.user, coordinator, anci)}

    assert visible == {certificate.user: 1, coordinator: 0, anci: 1}
    assert TrainingRecord.objects.counted().count() == 0


def test_the_name_is_masked_for_strangers(certificate):
    assert certificate.masked_name == "L••••• M•••••"


@pytest.mark.parametrize("words", ["lucia moro", "Moro", "2026/000001", "corso", "grouped_code"])
def test_matching_finds_by_person_number_title_and_code(certificate, words):
    words = certificate.grouped_code.lower() if words == "grouped_code" else words

    assert list(Certificate.objects.matching(words)) == [certificate]
    assert list(Certificate.objects.matching(f"{words} zzz")) == []


def test_a_number_is_given_once(certificate, colleague, edition, now):
    other = certificate_of(colleague, edition, now=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=other.pk).update(sequence=certificate.sequence)


@pytest.mark.parametrize("change", [{"number": ""}, {"state": "incomplete"}, {"state": "revoked"}, {"register": None}])
def test_the_database_refuses_half_states(certificate, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**change)


def test_events_and_templates_are_append_only(certificate):
    event = certificate.events.get()

    for attempt in (event.save, event.delete, TemplateVersion.objects.all().delete, certificate.template.save):
        with pytest.raises(PermissionDenied):
            attempt()


def test_a_line_of_the_record_has_one_source(completed_enrolment, now):
    fields = {"user": completed_enrolment.user, "employment": completed_enrolment.employment}
    fields |= {"body": completed_enrolment.body, "minutes": 10, "earned_on": date(2026, 11, 23), "title": "x"}

    for source in ({"kind": "course"}, {"kind": "tutoring", "enrolment": completed_enrolment}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TrainingRecord.objects.create(**fields, **source)


def test_sums_by_year_person_body_and_area_agree(learner, colleague, neighbour, edition, now):
    for user, minutes in ((learner, 15), (colleague, 50), (neighbour, 25)):
        certificate_of(user, edition, now=now, credit_minutes=minutes)
    records = TrainingRecord.objects.in_year(2026)
    area = learner.employments.get().body.area_id

    assert records.minutes() == 90
    assert TrainingRecord.objects.in_year(2025).minutes() == 0
    assert records.minutes_by_year() == {2026: 90}
    assert records.minutes_by_person() == {learner.pk: 15, colleague.pk: 50, neighbour.pk: 25}
    assert set(records.minutes_by_body().values()) == {65, 25}
    assert records.minutes_by_area() == {area: 90}


def test_a_retake_is_certified_again(learner, edition, now):
    first = certificate_of(learner, edition, now=now)
    second = certificate_of(learner, edition, now=now)

    assert (first.number, second.number) == ("2026/000001", "2026/000002")


def test_one_enrolment_has_one_line(certificate):
    line = TrainingRecord.objects.get(enrolment=certificate.enrolment)
    line.pk, line._state.adding = None, True

    with pytest.raises(IntegrityError), transaction.atomic():
        line.save()


def test_completed_factory_is_not_certified(learner, edition, now):
    assert not Certificate.objects.filter(enrolment=completed(learner, edition, now=now)).exists()
