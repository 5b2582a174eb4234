"""What changes around appointments: fewer seats, other areas, a merged municipality, a person who is erased."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.actions import erase_person
from tests import factories
from tests.tutorship.conftest import ask, refusal
from tests.tutorship.factories import HOUR, TUESDAY_NINE, OutcomeFactory, RatingFactory, SessionFactory
from tutorship.actions.cancelling import cancel_booking
from tutorship.models import Booking, Rating, Session
from tutorship.models.demand import Demand

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


# --- 26: fewer seats than are taken ------------------------------------------------------------------------------
def test_a_group_keeps_the_seats_it_was_made_with(search, group_service, covered, area_a, colleague, neighbour):
    group = replace(search, service=group_service)
    first = ask(group, covered, area_a, TUESDAY_NINE)
    ask(replace(group, learner=colleague), covered, area_a, TUESDAY_NINE)
    group_service.capacity = 1
    group_service.save()

    session = Session.objects.get()
    assert (session.capacity, session.seats_taken, session.bookings.active().count()) == (2, 2, 2)
    assert refusal(ask, replace(group, learner=neighbour), covered, area_a, TUESDAY_NINE) == "slot_taken"
    assert first.is_active


def test_the_database_refuses_fewer_seats_than_are_taken_or_held(search, group_service, covered, area_a, colleague):
    ask(replace(search, service=group_service), covered, area_a, TUESDAY_NINE)
    sessions = Session.objects.all()
    sessions.update(seats_held=1)

    with pytest.raises(IntegrityError, match="seats_within_capacity"), transaction.atomic():
        sessions.update(capacity=1)


# --- 13: a cancelled appointment is not taken back once its time is resold ----------------------------------------
def test_who_cancels_finds_the_time_resold(search, covered, area_a, neighbour, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE, key="a" * 32)
    cancel_booking(booking, actor=search.learner, reason="Neve", now=now)
    ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE)

    assert refusal(ask, search, covered, area_a, TUESDAY_NINE) == "slot_taken"
    again = ask(search, covered, area_a, TUESDAY_NINE, key="a" * 32)  # the page of before, sent once more
    assert (again.pk, again.is_active) == (booking.pk, False)


# --- 29: a municipality merges or changes area --------------------------------------------------------------------
def test_past_appointments_stay_in_the_area_of_then(search, covered, area_a, area_b, body_a, coordinator, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE + WEEK)
    before = Demand.read(coordinator, days=90, now=now + 2 * WEEK)

    body_a.area = area_b
    body_a.save()

    booking.refresh_from_db()
    after = Demand.read(coordinator, days=90, now=now + 2 * WEEK)
    assert (booking.area, booking.session.area) == (area_a, area_a)
    assert [cell.asked for cell in after.cells.values()] == [cell.asked for cell in before.cells.values()]


def test_from_then_on_the_other_area_is_offered(client_for, search, covered, body_a, area_b, learner, topic):
    body_a.area = area_b
    body_a.save()

    page = client_for(learner).get(reverse("tutorship:booking_time"), {"topic": topic.slug})

    assert (page.context["choices"].area, page.context["first"]) == (area_b, [])


def test_appointments_of_a_merged_municipality_keep_its_name(search, covered, area_a, body_a, body_a2, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE + WEEK)
    body_a.ceased_on, body_a.successor = now.date(), body_a2
    body_a.save()

    booking.refresh_from_db()
    cancelled = cancel_booking(booking, actor=booking.learner, reason="Fusione", now=now)
    assert (booking.body, cancelled.is_active) == (body_a, False)


# --- 30: erasure --------------------------------------------------------------------------------------------------
def test_whoever_is_erased_leaves_the_hours_behind(search, covered, area_a, topic, service, coordinator, now):
    person = search.learner
    common = {"tutor": covered, "area": area_a, "topic": topic, "service": service}
    held = OutcomeFactory(session=SessionFactory(**common, starts_at=TUESDAY_NINE - WEEK), learner=person)
    RatingFactory(booking=held.session.bookings.get(), stars=5, comment="CANARY_WORDS")
    ask(search, covered, area_a, TUESDAY_NINE + WEEK, question="CANARY_WORDS della domanda")
    before = Demand.read(coordinator, days=90, now=now)

    erase_person(person, actor=None, reason="request", now=now)

    after = Demand.read(coordinator, days=90, now=now)
    assert after.cells[area_a.pk, topic.pk].asked == before.cells[area_a.pk, topic.pk].asked == 60
    assert (after.held, after.no_shows) == (before.held, before.no_shows)
    assert Rating.objects.mean_of(covered).count == 1
    assert not Booking.objects.filter(question__contains="CANARY").exists()
    assert not Rating.objects.exclude(comment="").exists()
    assert Session.objects.get(starts_at=TUESDAY_NINE + WEEK).state == "cancelled"
    other = factories.employee(held.session.bookings.get().body)
    assert ask(replace(search, learner=other), covered, area_a, TUESDAY_NINE + WEEK + HOUR).is_active
