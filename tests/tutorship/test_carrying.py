"""A municipality that is merged: coming appointments and what waits for one go over, what was held stays."""

from datetime import date, timedelta

import pytest

from certificates.actions import record_tutoring
from territory.actions import merge_bodies
from tests.factories import BodyFactory
from tests.tutorship.factories import (
    TUESDAY_NINE,
    BookingFactory,
    CaseFactory,
    RequestFactory,
    SessionFactory,
    WaitingEntryFactory,
)
from tutorship.models import Booking

FIRST = date(2026, 11, 1)
CLOSED = {"state": "closed", "ending": "solved", "closed_at": TUESDAY_NINE - timedelta(days=30)}


@pytest.fixture
def successor(area_b):
    return BodyFactory(name="Alta Valle", area=area_b, istat_code="014999")


def merge(body, successor, anci, now):
    merge_bodies([body], successor=successor, first_on=FIRST, actor=anci, now=now)


def test_appointments_from_the_first_day_on_go_over(learner, tutor, area_a, body_a, area_b, successor, anci, now):
    common = {"tutor": tutor, "area": area_a}
    days = {"coming": 0, "not closed yet": -14, "before": -28, "held": -7, "cancelled": 7}
    found = {
        name: BookingFactory(
            learner=learner, session=SessionFactory(starts_at=TUESDAY_NINE + timedelta(days=number), **common)
        )
        for name, number in days.items()
    }
    found["held"].session.__class__.objects.filter(pk=found["held"].session_id).update(state="closed")
    Booking.objects.filter(pk=found["cancelled"].pk).update(cancelled_at=now, cancel_reason="Neve")

    merge(body_a, successor, anci, now)

    rows = {name: Booking.objects.get(pk=row.pk) for name, row in found.items()}
    assert {name: row.body for name, row in rows.items()} == {
        "coming": successor,
        "not closed yet": successor,
        "before": body_a,
        "held": body_a,
        "cancelled": body_a,
    }
    assert all(row.employment.body == row.body and row.area == row.body.area for row in rows.values())
    assert {row.session.area for row in rows.values()} == {area_a}


def test_hours_held_afterwards_are_the_successors(learner, tutor, area_a, body_a, successor, anci, now):
    booking = BookingFactory(learner=learner, session=SessionFactory(tutor=tutor, area=area_a))
    merge(body_a, successor, anci, now)
    Booking.objects.update(attendance="attended", attended_minutes=50)

    record_tutoring(booking.session, now=now)

    assert learner.training_records.get().body == successor


def test_what_waits_goes_over_and_its_tutors_stay(learner, area_a, body_a, successor, anci, now):
    request, entry = RequestFactory(learner=learner), WaitingEntryFactory(learner=learner, area=area_a)
    case, closed = CaseFactory(learner=learner, area=area_a), CaseFactory(learner=learner, area=area_a, **CLOSED)
    answered = RequestFactory(learner=learner, state="answered", answer="Sì.")

    merge(body_a, successor, anci, now)

    for row in (request, entry, case, closed, answered):
        row.refresh_from_db()
        assert row.area == area_a
    assert (request.body, request.employment.body, entry.employment.body, case.body) == (successor,) * 4
    assert (closed.body, answered.body) == (body_a, body_a)
