from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from courses.actions import enrol, extend_due_date, leave
from courses.models import Enrolment
from journal.models import AuditEntry, OutgoingMail
from tests import factories
from tests.races import race


def refusal(call) -> str:
    with pytest.raises(ValidationError) as refused:
        call()
    return refused.value.code or refused.value.error_list[0].code


def dated(course, **fields):
    return factories.EditionFactory(course=course, is_self_paced=False, starts_on=date(2026, 12, 1), **fields)


def test_enrol_keeps_body_and_area_as_they_are(edition, learner, body_a, area_a, now):
    enrolment = enrol(edition, user=learner, employment=learner.employments.get(), now=now)

    body_a.area = None
    body_a.save()
    enrolment.refresh_from_db()
    assert (enrolment.body, enrolment.area, enrolment.enrolled_at) == (body_a, area_a, now)


def test_enrol_writes_one_audit_entry_and_no_mail_for_an_open_course(edition, learner, now):
    enrol(edition, user=learner, employment=learner.employments.get(), now=now)

    entry = AuditEntry.objects.get(action="enrol")
    assert (entry.actor, entry.area, entry.at) == (learner, "valchiavenna", now)
    assert OutgoingMail.objects.count() == 0


def test_enrol_in_dates_confirms_by_mail(course, learner, now):
    edition = dated(course, title="Laboratorio")
    factories.LiveSessionFactory(edition=edition, place="Chiavenna")

    enrol(edition, user=learner, employment=learner.employments.get(), now=now)

    mail = OutgoingMail.objects.get(key__startswith="enrolment-confirmed")
    assert (mail.recipient, mail.subject) == (learner.email, "Iscrizione confermata: Laboratorio")
    assert "martedì 1 dicembre 2026, 10:00–13:00, Chiavenna" in mail.text.lower().replace("chiavenna", "Chiavenna")


def test_enrol_twice_is_refused_and_a_retake_is_a_new_row(edition, learner, now):
    employment = learner.employments.get()
    first = enrol(edition, user=learner, employment=employment, now=now)
    assert refusal(lambda: enrol(edition, user=learner, employment=employment, now=now)) == "already_enrolled"

    leave(first, actor=learner, now=now)
    second = enrol(edition, user=learner, employment=employment, now=now)

    assert second.pk != first.pk


def test_the_database_itself_refuses_two_open_enrolments(enrolment):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.EnrolmentFactory(edition=enrolment.edition, user=enrolment.user)


def test_enrol_refuses_the_employment_of_another_person(edition, learner, colleague, now):
    theirs = colleague.employments.get()

    assert refusal(lambda: enrol(edition, user=learner, employment=theirs, now=now)) == "wrong_employment"


def test_enrol_refuses_an_ended_employment(edition, learner, now):
    employment = learner.employments.get()
    employment.ended_on = now.date() - timedelta(days=1)
    employment.save()

    assert refusal(lambda: enrol(edition, user=learner, employment=employment, now=now)) == "wrong_employment"


def test_enrol_refuses_staff_of_another_area(course, area_b, learner, now):
    edition = dated(course)
    edition.areas.set([area_b])

    assert refusal(lambda: enrol(edition, user=learner, employment=learner.employments.get(), now=now)) == "wrong_area"


@pytest.mark.parametrize(
    "fields",
    [{"enrol_from": date(2026, 11, 24)}, {"enrol_until": date(2026, 11, 22)}, {"is_cancelled": True}],
    ids=["not_yet", "no_more", "cancelled"],
)
def test_enrol_refuses_a_closed_edition(course, learner, now, fields):
    edition = dated(course, **fields)

    assert refusal(lambda: enrol(edition, user=learner, employment=learner.employments.get(), now=now)) == "closed"


@pytest.mark.parametrize("field", ["is_in_preparation", "is_archived"])
def test_enrol_refuses_a_course_that_is_not_open(course, edition, learner, now, field):
    setattr(course, field, True)
    course.save()

    assert refusal(lambda: enrol(edition, user=learner, employment=learner.employments.get(), now=now)) == "closed"


def test_enrol_refuses_when_no_seat_is_left_and_takes_the_seat_of_who_left(course, learner, colleague, now):
    edition = dated(course, capacity=1)
    first = enrol(edition, user=colleague, employment=colleague.employments.get(), now=now)
    assert refusal(lambda: enrol(edition, user=learner, employment=learner.employments.get(), now=now)) == "full"

    leave(first, actor=colleague, now=now)

    assert enrol(edition, user=learner, employment=learner.employments.get(), now=now).is_open


def test_leave_keeps_what_was_done_and_happens_once(enrolment, learner, now):
    leave(enrolment, actor=learner, now=now)

    enrolment.refresh_from_db()
    assert enrolment.left_at == now
    assert refusal(lambda: leave(enrolment, actor=learner, now=now)) == "not_open"


def test_extend_due_date_keeps_the_reason_and_the_old_day(enrolment, coordinator, now):
    enrolment.due_on = date(2026, 11, 1)
    enrolment.save()
    for due_on, words in [(date(2026, 11, 22), "dopo la scadenza"), (date(2099, 1, 1), "più di un anno")]:
        with pytest.raises(ValidationError, match=words):
            extend_due_date(enrolment, due_on=due_on, actor=coordinator, reason="Errore", now=now)

    extend_due_date(enrolment, due_on=date(2026, 12, 31), actor=coordinator, reason="Congedo", now=now)

    entry = AuditEntry.objects.get(action="extend")
    assert (entry.before, entry.after, entry.reason) == ({"due_on": "2026-11-01"}, {"due_on": "2026-12-31"}, "Congedo")


def test_visible_to_keeps_areas_apart(
    edition, learner, outsider, coordinator, other_coordinator, referent, anci, editor
):
    mine = factories.EnrolmentFactory(edition=edition, user=learner)
    theirs = factories.EnrolmentFactory(edition=edition, user=outsider)

    def seen(person):
        return set(Enrolment.objects.visible_to(person))

    assert seen(coordinator) == seen(referent) == seen(learner) == {mine}
    assert seen(other_coordinator) == {theirs}
    assert (seen(anci), seen(editor)) == ({mine, theirs}, set())


def test_who_is_not_confirmed_counts_for_nobody(enrolment, coordinator, referent, learner):
    learner.employments.update(confirmed_at=None)

    assert not Enrolment.objects.visible_to(coordinator).exists()
    assert not Enrolment.objects.visible_to(referent).exists()
    assert Enrolment.objects.visible_to(learner).get() == enrolment
    assert not Enrolment.objects.counted().exists()


@pytest.mark.django_db(transaction=True)
def test_the_last_seats_go_to_as_many_people_as_there_are_seats(course, body_a, now):
    edition = dated(course, capacity=2)
    people = [factories.employee(body_a) for _number in range(6)]

    def contender(user):
        return lambda: enrol(edition, user=user, employment=user.employments.get(), now=now) and "enrolled"

    said = race([contender(user) for user in people])

    assert sorted(said) == ["enrolled"] * 2 + ["full"] * 4
    assert edition.enrolments.count() == 2
