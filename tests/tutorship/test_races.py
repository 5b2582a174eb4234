"""Real processes that want the same hour; the guard in the database, the lock and the engine have to agree."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.urls import reverse

from tests import factories
from tests.races import race
from tests.tutorship.conftest import ask
from tests.tutorship.factories import HOUR, TUESDAY_NINE, SessionFactory, covering
from tutorship.actions.booking import occupy
from tutorship.actions.cancelling import cancel_booking
from tutorship.actions.moving import move_session
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
    """Pairs of occupancies of one person or room that overlap; there must never be any."""
    rows = list(
        Occupancy.objects.order_by("resource_kind", "resource_id", "starts_at").values_list(
            "resource_kind", "resource_id", "starts_at", "ends_at"
        )
    )
    return [(left, right) for left, right in pairwise(rows) if left[:2] == right[:2] and right[2] < left[3]]


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


@pytest.fixture
def review_pages(client_for, body_a, area_a, topic, service, covered):
    """What a click on "confirm" of 24 people does: whose times are a quarter of an hour apart."""
    service.step_minutes = 15
    service.save()

    def prepare(number):
        person = factories.employee(body_a)
        browser = client_for(person)
        answers = {
            "topic": topic.slug,
            "employment": person.employments.get().pk,
            "area": area_a.slug,
            "service": service.slug,
            "slot": f"{covered.pk}-{TUESDAY_NINE + number % 13 * HOUR / 4:%Y%m%dT%H%MZ}",
        }
        browser.post(reverse("tutorship:booking_question"), {**answers, "question": "Come si motiva la scelta?"})
        return lambda: what_it_says(browser.post(reverse("tutorship:booking_create"), answers, follow=True))

    return [prepare(number) for number in range(24)]


def what_it_says(response) -> str:
    if response.status_code != 200:
        return f"error {response.status_code}"
    template = response.templates[0].name.split("/")[-1]
    near = response.context.get("near") or []
    return f"{template} with {len(near)} near" if template == "booking_taken.html" else template


def test_24_people_on_the_page_of_one_tutor(review_pages):
    """Hours of 9–13: at most four can be had. Every loser reads the page with three alternatives, nobody an error."""
    said = Counter(race(review_pages))

    booked = said.pop("booking_detail.html")
    assert 1 <= booked <= 4
    assert said == {"booking_taken.html with 3 near": 24 - booked}
    assert (Booking.objects.count(), overlaps()) == (booked, [])


def test_a_move_and_a_booking_want_the_same_hour(search, covered, area_a, neighbour, now):
    week = timedelta(days=7)
    moved = ask(search, covered, area_a, TUESDAY_NINE + week)
    target = TUESDAY_NINE + week + HOUR

    def move():
        return move_session(moved.session, starts_at=target, actor=search.learner, reason="Neve", now=now) and "moved"

    said = race([move, wants(replace(search, learner=neighbour), covered, area_a, target)])

    assert sorted(said) in (["booked", "slot_taken"], ["moved", "slot_taken"])
    assert overlaps() == []
    assert Session.objects.scheduled().filter(starts_at=target).count() == 1


def test_two_tutors_want_the_one_room_of_a_town_hall(crowd, covered, area_a, topic, service):
    service.modality = "town_hall"
    service.save()
    tutors = [
        covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic) for _ in range(4)
    ]

    said = race(
        [
            wants(replace(search, service=service), tutor, area_a, TUESDAY_NINE)
            for search, tutor in zip(crowd, tutors, strict=False)
        ]
    )

    assert sorted(said) == ["booked", *["slot_taken"] * 3]
    assert overlaps() == []


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
    """Without the lock and without asking the engine: only the database stands between two writers.

    On PostgreSQL writers that insert at the same instant wait for each other, and the database breaks off all but one.
    """
    sessions = [SessionFactory(starts_at=TUESDAY_NINE + number * HOUR / 4) for number in range(4)]

    def take(session):
        with transaction.atomic():
            occupy(session, covered.pk)
        return "occupied"

    said = race([lambda session=session: take(session) for session in sessions])

    assert said.count("occupied") == 1
    assert set(said) <= {"occupied", "slot_taken", "OperationalError"}
    assert overlaps() == []
