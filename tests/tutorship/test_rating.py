"""One rating for each who was there; the tutor sees a mean of five at least, words are the coordinators'."""

from datetime import timedelta

import pytest
from django.urls import reverse

from journal.models import AuditEntry
from tests import factories
from tests.tutorship.conftest import refusal
from tests.tutorship.factories import TUESDAY_NINE, BookingFactory, OutcomeFactory, RatingFactory, SessionFactory
from tutorship.actions.rating import rate_session
from tutorship.models import Booking, Rating

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(tutor, learner, area_a, now):
    """A booking of the learner whose session has been held."""
    common = {"session__tutor": tutor, "session__area": area_a, "session__capacity": 3}
    return OutcomeFactory(**common, learner=learner).session.bookings.get()


def rated(tutor, area, learner, *, stars, comment="", days=0) -> Rating:
    """A rating of a session held on another day."""
    starts_at = TUESDAY_NINE - timedelta(days=days + 3)
    outcome = OutcomeFactory(session=SessionFactory(tutor=tutor, area=area, starts_at=starts_at), learner=learner)
    return RatingFactory(booking=outcome.session.bookings.get(), stars=stars, comment=comment)


def test_who_was_there_rates_once(client_for, held, learner, now):
    browser, address = client_for(learner), reverse("tutorship:booking_rate", args=[held.pk])
    assert address in browser.get(held.get_absolute_url()).content.decode()
    wrong = [browser.post(address, {"stars": stars}).status_code for stars in ("", "0", "6", "x")]

    browser.post(address, {"stars": "4", "comment": " Molto chiaro "})
    again = browser.post(address, {"stars": "1"}, follow=True)

    rating = Rating.objects.get()
    assert (wrong, rating.stars, rating.comment) == ([200] * 4, 4, "Molto chiaro")
    assert address not in again.content.decode()
    assert refusal(rate_session, held, stars=1, comment="", actor=learner, now=now) == "already_rated"
    entry = AuditEntry.objects.get(action="rate_session")
    assert (entry.after, "Molto" in entry.label) == ({}, False)


def test_nobody_else_rates(held, tutor, colleague, learner, now):
    common = {"stars": 5, "comment": "", "now": now}
    coming = BookingFactory(learner=learner, session__tutor=tutor, session__area=held.session.area)
    absent = BookingFactory(learner=colleague, session=held.session, attendance="no_show")
    left = Booking.objects.create(
        session=held.session,
        learner=tutor,
        employment=tutor.employments.get(),
        body=tutor.employments.get().body,
        question="?",
        booked_at=now,
        cancelled_at=now,
        cancel_reason="Neve",
    )

    assert refusal(rate_session, held, actor=colleague, **common) == "not_attended"
    for booking in (coming, absent, left):
        assert refusal(rate_session, booking, actor=booking.learner, **common) == "not_attended"
    assert not Rating.objects.exists()


def test_a_tutor_sees_a_mean_of_five_and_no_words(client_for, tutor, area_a, learner, coordinator):
    for number, stars in enumerate((5, 4, 4, 3)):
        rated(tutor, area_a, learner, stars=stars, comment="CANARY_WORDS", days=number)
    week, ratings = reverse("tutorship:tutor_week"), reverse("tutorship:rating_list")
    browser = client_for(tutor)

    four = browser.get(week)
    rated(tutor, area_a, learner, stars=5, days=9)
    five = browser.get(week)

    assert (four.context["rating"].value, "da cinque valutazioni" in four.content.decode()) == (None, True)
    assert "4,2 su 5" in five.content.decode()
    assert browser.get(ratings).status_code == 404
    page = client_for(coordinator).get(ratings).content.decode()
    assert ("CANARY_WORDS" in page, "CANARY_WORDS" in five.content.decode()) == (True, False)
    assert learner.last_name not in page


def test_words_stay_in_the_area_and_away_from_whom_they_are_about(tutor, other_tutor, area_a, area_b, learner, anci):
    both = factories.with_role(tutor, "coordinator", area=area_a)
    rated(tutor, area_a, learner, stars=2)
    far = rated(other_tutor, area_b, learner, stars=3, days=2)
    near = rated(other_tutor, area_a, learner, stars=3, days=4)

    assert set(Rating.objects.visible_to(both)) == {near}
    assert set(Rating.objects.visible_to(anci)) == {far, near, *Rating.objects.filter(stars=2)}


def test_the_list_asks_the_same_number_of_questions(client_for, tutor, area_a, coordinator, learner, count_queries):
    browser, address = client_for(coordinator), reverse("tutorship:rating_list")
    rated(tutor, area_a, learner, stars=2, comment="Uno")
    browser.get(address)
    few = count_queries(browser, address)
    for number in range(6):
        rated(tutor, area_a, learner, stars=2, comment="Altri", days=number + 1)

    assert count_queries(browser, address) == few
