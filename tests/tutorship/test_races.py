"""Real processes that want the same hour; the guard in the database, the lock and the engine have to agree."""

from dataclasses import replace
from itertools import pairwise

import pytest
from django.db import transaction

from tests import factories
from tests.races import race
from tests.tutorship.conftest import ask
from tests.tutorship.factories import HOUR, TUESDAY_NINE, SessionFactory, covering
from tutorship.actions.booking import cancel_booking, occupy
from tutorship.models import Booking, Occupancy, Session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
CONTENDERS = 6


@pytest.fixture
def crowd(body_a, search):
    """A search for each of several learners."""
    return [replace(search, learner=factories.employee(body_a)) for _number in range(CONTENDERS)]


def wants(search, tutor, area, starts_at):
    return lambda: ask(search, tutor, area, starts_at).pk and "booked"


def overlaps() -> list:
    """Pairs of occupancies of one person that overlap; there must never be any."""
    rows = list(
        Occupancy.objects.order_by("resource_id", "starts_at").values_list("resource_id", "starts_at", "ends_at")
    )
    pairs = pairwise(rows)
    return [(left, right) for left, right in pairs if left[0] == right[0] and right[1] < left[2]]


def test_several_people_want_the_same_hour(crowd, covered, area_a):
    said = race([wants(search, covered, area_a, TUESDAY_NINE) for search in crowd])

    assert sorted(said) == ["booked", *["slot_taken"] * (CONTENDERS - 1)]
    assert (Booking.objects.count(), overlaps()) == (1, [])


def test_several_people_want_hours_that_overlap(crowd, covered, area_a, service):
    service.step_minutes = 15
    service.save()
    crowd = [replace(search, service=service) for search in crowd]

    said = race(
        [wants(search, covered, area_a, TUESDAY_NINE + number * HOUR / 4) for number, search in enumerate(crowd[:4])]
    )

    assert sorted(said) == ["booked", *["slot_taken"] * 3]
    assert (Booking.objects.count(), overlaps()) == (1, [])


def test_one_learner_wants_two_tutors_at_once(search, covered, area_a, topic):
    tutors = [covered] + [
        covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic) for _ in range(3)
    ]

    said = race([wants(search, tutor, area_a, TUESDAY_NINE) for tutor in tutors])

    assert sorted(said) == ["booked", *["slot_taken"] * 3]
    assert (Booking.objects.count(), overlaps()) == (1, [])


def test_the_last_seats_of_a_group(crowd, covered, area_a, group_service):
    group_service.capacity = 3
    group_service.save()

    said = race([wants(replace(search, service=group_service), covered, area_a, TUESDAY_NINE) for search in crowd])

    assert sorted(said) == [*["booked"] * 3, *["slot_taken"] * 3]
    assert [session.seats_taken for session in Session.objects.all()] == [3]


def test_a_double_click_books_once(search, covered, area_a):
    said = race([wants(search, covered, area_a, TUESDAY_NINE)] * 4)

    assert said == ["booked"] * 4
    assert (Booking.objects.count(), Session.objects.get().seats_taken) == (1, 1)


def test_a_double_cancellation_cancels_once(search, covered, area_a, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    def cancel():
        cancel_booking(booking, actor=search.learner, reason="Malattia", now=now)
        return "cancelled"

    assert sorted(race([cancel] * 3)) == ["cancelled", "not_cancellable", "not_cancellable"]
    assert (Session.objects.get().ical_sequence, Occupancy.objects.count()) == (1, 0)


def test_the_guard_alone_keeps_people_from_being_in_two_places(covered):
    """Without the lock and without asking the engine: only the database stands between two writers."""
    sessions = [SessionFactory(starts_at=TUESDAY_NINE + number * HOUR / 4) for number in range(4)]

    def take(session):
        with transaction.atomic():
            occupy(session, covered)
        return "occupied"

    said = race([lambda session=session: take(session) for session in sessions])

    assert sorted(said) == ["occupied", *["slot_taken"] * 3]
    assert overlaps() == []
