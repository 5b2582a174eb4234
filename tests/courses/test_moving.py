"""A municipality that is merged, a person who moves: open courses go along, completed ones stay where they were."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.actions import move_person
from certificates.actions import record_course
from courses.actions.moving import carry_learning_over
from courses.models import Enrolment, SeatRequest
from reports.actions import differences
from territory.actions import merge_bodies
from tests.factories import BodyFactory, EditionFactory, EnrolmentFactory, SeatRequestFactory

FIRST = date(2026, 11, 1)
CLOSED = {"state": SeatRequest.State.WITHDRAWN}


def completed_before(now) -> dict:
    return {"enrolled_at": now - timedelta(days=60), "completed_at": now - timedelta(days=40), "credit_minutes": 45}


@pytest.fixture
def successor(area_b):
    """In the other area, so that area and body are seen to go over."""
    return BodyFactory(name="Alta Valle", area=area_b, istat_code="014999")


@pytest.fixture
def merged(learner, referent, anci, body_a, successor, enrolment, now):
    """Lucia has an open course and a completed one, and has left another."""
    past = EnrolmentFactory(user=learner, **completed_before(now))
    left = EnrolmentFactory(user=learner, left_at=now - timedelta(days=3))
    merge_bodies([body_a], successor=successor, first_on=FIRST, actor=anci, now=now)
    return {"open": enrolment, "past": past, "left": left}


def place(enrolment) -> tuple:
    row = Enrolment.objects.get(pk=enrolment.pk)
    return row.employment, row.body, row.area


def test_open_courses_go_over_and_the_past_stays(merged, learner, body_a, area_a, successor, area_b, now):
    old, new = learner.employments.order_by("started_on")

    assert place(merged["open"]) == (new, successor, area_b)
    assert place(merged["past"]) == place(merged["left"]) == (old, body_a, area_a)
    assert carry_learning_over({old.pk: new}) == 0


def test_what_is_completed_afterwards_counts_for_the_successor(merged, successor, body_a, now):
    Enrolment.objects.filter(pk=merged["open"].pk).update(completed_at=now, credit_minutes=30)

    line = record_course(Enrolment.objects.get(pk=merged["open"].pk), now=now)

    assert (line.body, line.employment.body) == (successor, successor)
    assert record_course(merged["past"], now=now).body == body_a
    assert list(differences(today=now.date())) == []


def test_the_referent_goes_on_seeing_and_cancelling(merged, referent, client_for):
    found = Enrolment.objects.visible_to(referent)

    assert [row.pk for row in found] == [merged["open"].pk]
    assert [row.pk for row in Enrolment.objects.managed_by(referent)] == [merged["open"].pk]
    page = client_for(referent).get(reverse("reports:person_detail", args=[merged["open"].user_id]))
    assert merged["open"].edition.course.title in page.text


def test_whoever_waits_for_a_seat_goes_on_waiting(learner, anci, body_a, successor, now):
    waiting = SeatRequestFactory(user=learner)
    gone = SeatRequestFactory(user=learner, closed_at=now, **CLOSED)

    merge_bodies([body_a], successor=successor, first_on=FIRST, actor=anci, now=now)

    bodies = dict(SeatRequest.objects.values_list("pk", "employment__body"))
    assert bodies == {waiting.pk: successor.pk, gone.pk: body_a.pk}


def test_editions_for_the_staff_of_the_body_are_for_the_successor(anci, body_a, body_a2, successor, now):
    coming, over = EditionFactory(), EditionFactory(is_self_paced=False, starts_on=FIRST, ends_on=FIRST)
    for edition in (coming, over):
        edition.bodies.set([body_a, body_a2])

    merge_bodies([body_a], successor=successor, first_on=FIRST, actor=anci, now=now)

    assert set(coming.bodies.all()) == {successor, body_a2}
    assert set(over.bodies.all()) == {body_a, body_a2}


def test_a_person_who_moves_takes_open_courses_along(enrolment, learner, coordinator, body_a, body_a2, now):
    past = EnrolmentFactory(user=learner, **completed_before(now))
    facts = {"first_on": FIRST, "job_title": "", "share_percent": 100, "actor": coordinator}

    new = move_person(learner.employments.get(), body=body_a2, now=now, **facts)

    assert place(enrolment)[:2] == (new, body_a2)
    assert place(past)[1] == body_a
    assert list(differences(today=now.date())) == []
