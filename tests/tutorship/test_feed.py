"""The private calendar address: what it holds, who reads it, and until when."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from tests import factories
from tests.tutorship.conftest import ask
from tests.tutorship.factories import HOUR, TUESDAY_NINE
from tutorship.actions.cancelling import cancel_booking
from tutorship.actions.feeding import make_feed, revoke_feed
from tutorship.models import FeedToken

pytestmark = pytest.mark.django_db


def read(token, **headers):
    return Client().get(reverse("tutorship:feed", args=[token]), headers=headers)


def events(token) -> list[tuple]:
    calendar = Calendar.from_ical(read(token).content)
    return [(str(event["SUMMARY"]), event["DTSTART"].to_ical(), str(event["UID"])) for event in calendar.walk("VEVENT")]


@pytest.fixture
def booking(search, covered, area_a):
    return ask(search, covered, area_a, TUESDAY_NINE, question="Il caso riservato")


def test_it_holds_appointments_sessions_given_and_course_meetings(booking, learner, covered, now):
    edition = factories.EditionFactory(is_self_paced=False, starts_on=date(2026, 12, 1))
    meeting = factories.LiveSessionFactory(edition=edition, title="Aula")
    factories.LiveSessionFactory(title="Di altri")
    factories.EnrolmentFactory(user=learner, edition=edition)

    tokens = {person: make_feed(person, now=now) for person in (learner, covered)}

    session = ("Tutoraggio: Appalti di prova", b"20261124T080000Z", booking.session.ical_uid)
    assert events(tokens[learner]) == [session, ("Aula", b"20261201T090000Z", f"incontro-{meeting.pk}@localhost")]
    assert events(tokens[covered]) == [session]


def test_neither_question_nor_names_are_in_it(booking, learner, now):
    body = read(make_feed(learner, now=now)).content.decode()

    assert [words in body for words in ("riservato", learner.last_name, booking.session.tutor.last_name)] == [False] * 3


def test_what_is_cancelled_is_gone(booking, learner, now):
    token = make_feed(learner, now=now)

    cancel_booking(booking, actor=learner, reason="Neve", now=now)

    assert events(token) == []


def test_unchanged_is_answered_without_a_body(booking, learner, now, time_machine):
    token = make_feed(learner, now=now)
    first = read(token)

    time_machine.move_to(now + HOUR)
    again = read(token, if_none_match=first["ETag"])
    cancel_booking(booking, actor=learner, reason="Neve", now=now)
    changed = read(token, if_none_match=first["ETag"])

    assert (first.status_code, again.status_code, again.content, changed.status_code) == (200, 304, b"", 200)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"


def test_only_the_hash_is_kept_and_the_address_is_shown_once(client_for, learner):
    browser, page = client_for(learner), reverse("tutorship:feed_detail")

    browser.post(reverse("tutorship:feed_make"))
    shown = browser.get(page).context["address"]
    token = shown.rpartition("/")[2].removesuffix(".ics")

    assert read(token).status_code == 200
    assert token not in FeedToken.objects.get().digest
    assert token not in browser.get(page).content.decode()


def test_a_new_address_kills_the_old_one_and_revoking_kills_it_too(client_for, learner, now):
    old = make_feed(learner, now=now)
    new = make_feed(learner, now=now)
    assert [read(token).status_code for token in (old, new)] == [404, 200]

    client_for(learner).post(reverse("tutorship:feed_revoke"))

    assert read(new).status_code == 404
    revoke_feed(learner, now=now)  # twice changes nothing


def test_the_address_dies_with_the_account(learner, now):
    token = make_feed(learner, now=now)

    learner.is_active = False
    learner.save()

    assert read(token).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "è"])
def test_any_other_token_finds_nothing(db, token):
    assert read(token).status_code == 404


def test_old_appointments_leave_after_a_month(booking, learner, now, time_machine):
    token = make_feed(learner, now=now)

    time_machine.move_to(TUESDAY_NINE + timedelta(days=32))

    assert events(token) == []
