"""Whose turn it is: the same tutor for the same person, then the share of the work, then who has waited longest."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from journal.models import OutgoingMail
from tests import factories
from tests.races import race
from tests.tutorship.conftest import ask, asking, refusal
from tests.tutorship.factories import HOUR, TUESDAY_NINE, SessionFactory, covering
from tutorship.actions.booking import book_first_free, book_session
from tutorship.actions.cancelling import cancel_booking
from tutorship.models import Booking, Coverage

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def second(area_a, topic):
    return covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)


def turn(search) -> list:
    return [row.tutor for row in search.coverages()]


def busy(tutor, topic, *, hours=1, ago=1):
    start = TUESDAY_NINE - timedelta(days=ago)
    return SessionFactory(tutor=tutor, topic=topic, starts_at=start, ends_at=start + hours * HOUR, state="closed")


def test_who_has_fewer_hours_comes_first(search, covered, second, topic):
    busy(covered, topic, hours=2, ago=3)
    busy(second, topic, ago=1)
    busy(second, topic, hours=0.5, ago=2)

    assert turn(search) == [second, covered]


def test_hours_count_by_the_share_of_the_work(search, covered, second, topic):
    Coverage.objects.filter(tutor=covered).update(weight=3)
    busy(covered, topic, hours=2)
    busy(second, topic, hours=1)

    assert turn(search) == [covered, second]


def test_with_the_same_hours_who_has_waited_longest_comes_first(search, covered, second, topic):
    busy(covered, topic, ago=2)
    busy(second, topic, ago=5)

    assert turn(search) == [second, covered]


def test_old_and_cancelled_appointments_weigh_nothing(search, covered, second, topic):
    busy(covered, topic, hours=5, ago=40)
    SessionFactory(tutor=covered, topic=topic, state="cancelled")
    busy(second, topic)

    assert turn(search) == [covered, second]


def test_the_same_tutor_goes_on_with_the_same_person(search, covered, second, area_a, neighbour, now):
    ask(search, covered, area_a, TUESDAY_NINE)

    assert turn(search) == [covered, second]
    assert turn(replace(search, learner=neighbour)) == [second, covered]


def test_a_cancelled_appointment_makes_nobody_known(search, covered, second, area_a, topic, now):
    cancel_booking(ask(search, covered, area_a, TUESDAY_NINE), actor=search.learner, reason="Neve", now=now)
    busy(covered, topic)

    assert turn(search) == [second, covered]


# --- By name -----------------------------------------------------------------------------------------------------
def test_a_tutor_can_be_asked_for_by_name(search, covered, second, area_a):
    by_name = replace(search, tutor_id=second.pk)

    assert {offer.tutor for offer in by_name.offers(area_a)} == {second}
    assert set(search.named_tutors(area_a)) == {covered, second}


def test_the_page_offers_the_names_and_whoever_is_free_first(client_for, search, covered, second, area_a, topic):
    answers = {"topic": topic.slug, "service": search.service.slug, "tutor": second.pk}

    page = client_for(search.learner).get(reverse("tutorship:booking_time"), answers)

    assert {offer.tutor for offer in page.context["offers"]} == {second}
    assert {tutor for tutor, _query in page.context["tutors"]} == {covered, second}
    assert "tutor=" not in page.context["anybody"]


def test_the_tutor_of_another_area_cannot_be_asked_for(search, covered, other_tutor, area_a, area_b, topic):
    covering(other_tutor, area_b, topic)

    assert replace(search, tutor_id=other_tutor.pk).offers(area_a) == []


# --- Whoever is free first ---------------------------------------------------------------------------------------
def book_any(search, tutor, area, **options):
    return book_first_free(search, asking(search, **options), tutor=tutor, area=area, starts_at=TUESDAY_NINE)


def test_when_the_tutor_shown_is_taken_the_next_keeps_the_time(search, covered, second, area_a, neighbour):
    ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE)

    assert book_any(search, covered, area_a).session.tutor == second


def test_a_tutor_asked_for_by_name_is_not_replaced(search, covered, second, area_a, neighbour):
    ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE)

    assert refusal(book_any, replace(search, tutor_id=covered.pk), covered, area_a) == "slot_taken"


def test_when_all_of_the_pool_are_taken_in_turn_the_time_is_lost(search, covered, second, area_a, body_a):
    for tutor in (covered, second):
        ask(replace(search, learner=factories.employee(body_a)), tutor, area_a, TUESDAY_NINE)

    assert refusal(book_any, search, covered, area_a) == "slot_taken"
    assert Booking.objects.filter(learner=search.learner).count() == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_pool_gives_each_of_its_tutors_once(search, covered, second, area_a, body_a):
    people = [factories.employee(body_a) for _number in range(4)]

    def wants(person):
        return lambda: book_any(replace(search, learner=person), covered, area_a).session.tutor_id

    said = race([wants(person) for person in people])

    assert sorted(map(str, said)) == sorted([str(covered.pk), str(second.pk), "slot_taken", "slot_taken"])


# --- A page books once -------------------------------------------------------------------------------------------
KEY = "0123456789abcdef" * 2


def test_the_same_page_books_once_whatever_happened_to_the_first_booking(search, covered, area_a, now):
    asked = asking(search, key=KEY)
    first = book_session(search, asked, tutor=covered, area=area_a, starts_at=TUESDAY_NINE)
    cancel_booking(first, actor=search.learner, reason="Neve", now=now)

    again = book_session(search, asked, tutor=covered, area=area_a, starts_at=TUESDAY_NINE)

    assert (again.pk, Booking.objects.count()) == (first.pk, 1)


def test_a_replayed_page_finds_the_booking_with_the_tutor_who_stepped_in(search, covered, second, area_a, neighbour):
    ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE)
    first = book_any(search, covered, area_a, key=KEY)

    assert book_any(search, covered, area_a, key=KEY) == first
    assert OutgoingMail.objects.filter(key__startswith="booking_confirmed").count() == 4


def test_the_key_of_another_person_opens_nothing(search, covered, area_a, neighbour):
    first = ask(search, covered, area_a, TUESDAY_NINE, key=KEY)

    other = ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE + HOUR, key=KEY)

    assert other.pk != first.pk


# --- What a kind of appointment asks -----------------------------------------------------------------------------
def test_what_the_kind_of_appointment_asks_reaches_the_tutor(client_for, search, covered, area_a, topic, learner):
    search.service.intake_questions = "CIG o CUP\n\nImporto stimato"
    search.service.save()
    answers = {"topic": topic.slug, "service": search.service.slug, "slot": f"{covered.pk}-20261124T0800Z"}
    browser, page = client_for(learner), reverse("tutorship:booking_question")
    written = {**answers, "question": "Come si motiva la scelta?", "intake_0": "Z123"}

    incomplete = browser.post(page, written)
    assert set(incomplete.context["form"].errors) == {"intake_1"}
    browser.post(page, {**written, "intake_1": "40.000 euro"})
    browser.post(reverse("tutorship:booking_create"), answers)

    booking = Booking.objects.get()
    assert booking.answers == [["CIG o CUP", "Z123"], ["Importo stimato", "40.000 euro"]]
    assert "Importo stimato: 40.000 euro" in OutgoingMail.objects.get(recipient=covered.email).text
    assert "40.000 euro" in client_for(covered).get(booking.session.get_absolute_url()).content.decode()


def test_a_question_added_meanwhile_is_asked_before_booking(client_for, search, covered, topic, learner):
    answers = {"topic": topic.slug, "service": search.service.slug, "slot": f"{covered.pk}-20261124T0800Z"}
    browser = client_for(learner)
    browser.post(reverse("tutorship:booking_question"), {**answers, "question": "Come si motiva la scelta?"})
    search.service.intake_questions = "CIG o CUP"
    search.service.save()

    response = browser.post(reverse("tutorship:booking_create"), answers)

    assert response.url.startswith(reverse("tutorship:booking_question"))
    assert Booking.objects.count() == 0
