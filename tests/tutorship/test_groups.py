"""Groups for several bodies: seats all or nothing, a share for each body, and a smallest size."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from journal.models import OutgoingMail
from tests import factories
from tests.races import race
from tests.tutorship.conftest import ask, refusal
from tests.tutorship.factories import HOUR, TUESDAY_NINE
from tutorship.actions.cancelling import cancel_booking, cancel_small_groups
from tutorship.models import Booking, Session

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def grouped(search, group_service):
    """A search for a group of five seats."""
    group_service.capacity = 5
    group_service.save()
    return replace(search, service=group_service)


def for_seats(search, person, seats):
    return replace(search, learner=person, seats=seats)


def seats_taken() -> list[int]:
    return [session.seats_taken for session in Session.objects.scheduled()]


def test_a_group_of_three_for_two_seats_takes_none(grouped, covered, area_a, learner, neighbour, now):
    first = ask(for_seats(grouped, learner, 3), covered, area_a, TUESDAY_NINE)

    assert refusal(ask, for_seats(grouped, neighbour, 3), covered, area_a, TUESDAY_NINE) == "slot_taken"
    assert (first.seats, seats_taken(), Booking.objects.count()) == (3, [3], 1)


def test_a_group_without_enough_seats_is_not_offered(grouped, covered, area_a, learner, neighbour):
    ask(for_seats(grouped, learner, 3), covered, area_a, TUESDAY_NINE)

    def first(seats):
        offer = for_seats(grouped, neighbour, seats).offers(area_a)[0]
        return offer.start, offer.seats

    assert first(2) == (TUESDAY_NINE, 2)
    assert first(3) == (TUESDAY_NINE + HOUR, 5)


def test_a_body_takes_no_more_than_its_share(grouped, covered, area_a, learner, colleague, neighbour):
    grouped.service.seats_per_body = 2
    grouped.service.save()
    ask(for_seats(grouped, learner, 2), covered, area_a, TUESDAY_NINE)

    assert refusal(ask, for_seats(grouped, colleague, 1), covered, area_a, TUESDAY_NINE) == "body_full"
    ask(for_seats(grouped, neighbour, 2), covered, area_a, TUESDAY_NINE)

    assert seats_taken() == [4]


def test_cancelling_gives_back_every_seat(grouped, covered, area_a, learner, neighbour, now):
    ask(for_seats(grouped, neighbour, 1), covered, area_a, TUESDAY_NINE)
    booking = ask(for_seats(grouped, learner, 3), covered, area_a, TUESDAY_NINE)

    cancel_booking(booking, actor=learner, reason="Neve", now=now)

    assert seats_taken() == [1]


def test_a_group_that_stays_too_small_is_called_off_at_its_time_limit(grouped, covered, area_a, learner, now):
    grouped.service.minimum = 3
    grouped.service.save()
    booking = ask(for_seats(grouped, learner, 2), covered, area_a, TUESDAY_NINE + WEEK)
    limit = booking.session.cancel_until

    assert cancel_small_groups(now=limit - timedelta(minutes=1)) == 0
    assert [cancel_small_groups(now=limit), cancel_small_groups(now=limit)] == [1, 0]

    booking.refresh_from_db()
    told = OutgoingMail.objects.filter(key__startswith="booking_cancelled")
    assert (booking.cancelled_by, booking.is_late_cancel, booking.session.state) == (None, False, "cancelled")
    assert {mail.recipient for mail in told} == {learner.email, covered.email}
    assert [mail for mail in told if "questo appuntamento non si tiene:" not in mail.text] == []


@pytest.mark.parametrize(("seats", "opened"), [(3, timedelta(days=-2)), (2, timedelta(hours=-3))])
def test_a_group_that_is_large_enough_or_opened_late_goes_on(grouped, covered, area_a, learner, seats, opened):
    grouped.service.minimum = 3
    grouped.service.save()
    start = TUESDAY_NINE + WEEK
    booking = ask(replace(for_seats(grouped, learner, seats), now=start + opened), covered, area_a, start)

    assert cancel_small_groups(now=start - HOUR) == 0
    booking.refresh_from_db()
    assert booking.is_active


@pytest.mark.parametrize("seats", ["0", "-1", "x", "99", "9" * 30])
def test_no_number_of_seats_breaks_the_page(client_for, grouped, covered, area_a, topic, learner, seats):
    answers = {"topic": topic.slug, "service": grouped.service.slug, "seats": seats, "tutor": seats}

    response = client_for(learner).get(reverse("tutorship:booking_time"), answers)

    assert response.status_code == 200
    assert 1 <= response.context["choices"].seats <= 5


def test_the_page_takes_the_seats_that_were_chosen(client_for, grouped, covered, area_a, topic, learner):
    answers = {"topic": topic.slug, "service": grouped.service.slug, "seats": "2"}
    answers["slot"] = f"{covered.pk}-20261124T0800Z"
    browser = client_for(learner)

    browser.post(reverse("tutorship:booking_question"), {**answers, "question": "Come si motiva la scelta?"})
    review = browser.get(reverse("tutorship:booking_review"), answers)
    browser.post(reverse("tutorship:booking_create"), answers)

    assert "2 posti" in review.content.decode()
    assert (Booking.objects.get().seats, seats_taken()) == (2, [2])


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_bodies_race_for_the_last_seats(grouped, covered, area_a, body_a, body_a2):
    """Five seats, two for each body; three want them from one body and three from another."""
    grouped.service.seats_per_body = 2
    grouped.service.save()
    people = [factories.employee(body) for body in (body_a, body_a, body_a, body_a2, body_a2, body_a2)]

    def wants(person):
        return lambda: ask(for_seats(grouped, person, 1), covered, area_a, TUESDAY_NINE).pk and "booked"

    said = race([wants(person) for person in people])

    assert sorted(said) == [*["body_full"] * 2, *["booked"] * 4]
    assert seats_taken() == [4]
