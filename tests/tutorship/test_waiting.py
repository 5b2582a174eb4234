"""Waiting for a seat or a time: strict order, an offer that holds, and nobody who slips in between."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from journal.models import OutgoingMail
from tests import factories
from tests.races import race
from tests.tutorship.conftest import ask, refusal
from tests.tutorship.factories import HOUR, TUESDAY_NINE, ClosureFactory, RuleFactory
from tutorship.actions.cancelling import cancel_booking, cancel_session
from tutorship.actions.moving import move_session
from tutorship.actions.waiting import OFFER_TIME, accept_offer, join_line, leave_line, serve_waiting
from tutorship.models import Booking, Occupancy, Session, WaitingEntry

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
START = TUESDAY_NINE + WEEK


@pytest.fixture
def full(search, group_service, covered, area_a, colleague):
    """A group of two seats, both taken by colleague and learner."""
    first = ask(replace(search, service=group_service), covered, area_a, START)
    ask(replace(search, service=group_service, learner=colleague), covered, area_a, START)
    return first


@pytest.fixture
def taken(search, covered, area_a):
    """The one hour that the tutor has: everything else is closed."""
    ClosureFactory(first_on="2026-11-24", last_on="2026-11-30", area=area_a)
    ClosureFactory(first_on="2026-12-02", last_on="2027-02-28", area=area_a)
    covered.availability_rules.update(closes_at="10:00")
    return ask(search, covered, area_a, START)


def entry_for(person, search, area, *, group=None, seats=1, now, **fields) -> WaitingEntry:
    """A place in the line for this person."""
    entry = WaitingEntry(
        learner=person,
        employment=person.employments.first(),
        area=area,
        topic=search.topic,
        service=group.service if group else search.service,
        group=group,
        seats=seats,
        question="Come si motiva la scelta?",
        **fields,
    )
    return join_line(entry, now=now)


def states() -> list[str]:
    return list(WaitingEntry.objects.values_list("state", flat=True))


def seats() -> tuple[int, int]:
    session = Session.objects.get()
    return session.seats_taken, session.seats_held


def test_a_seat_given_back_is_offered_to_the_first_and_held(full, search, area_a, neighbour, now, covered):
    late = factories.employee(neighbour.employments.get().body)
    for person in (neighbour, late):
        entry_for(person, search, area_a, group=full.session, now=now)

    cancel_booking(full, actor=full.learner, reason="Neve", now=now)

    first, second = WaitingEntry.objects.all()
    newcomer = replace(search, service=full.session.service, learner=factories.employee(full.body))
    assert (first.state, first.offered_until, second.state) == ("offered", now + OFFER_TIME, "queued")
    assert (seats(), second.position) == ((1, 1), 2)
    assert refusal(ask, newcomer, covered, area_a, START) == "slot_taken"
    assert refusal(accept_offer, second, now=now) == "offer_over"

    booking = accept_offer(first, now=now + HOUR)

    assert (booking.learner, booking.question, seats()) == (neighbour, "Come si motiva la scelta?", (2, 0))
    assert accept_offer(first, now=now + 2 * HOUR) == booking  # the second click
    told = OutgoingMail.objects.filter(recipient=neighbour.email).order_by("pk").values_list("kind", flat=True)
    assert list(told) == [f"tutorship.{kind}" for kind in ("waiting_joined", "waiting_offered", "booking_confirmed")]


def test_an_offer_that_nobody_answers_goes_to_the_next(full, search, area_a, neighbour, now):
    late = factories.employee(neighbour.employments.get().body)
    for person in (neighbour, late):
        entry_for(person, search, area_a, group=full.session, now=now)
    cancel_booking(full, actor=full.learner, reason="Neve", now=now)
    over = now + OFFER_TIME

    serve_waiting(now=over - timedelta(seconds=1))
    before = states()
    serve_waiting(now=over)
    serve_waiting(now=over)

    assert (before, states(), seats()) == (["offered", "queued"], ["lapsed", "offered"], (1, 1))
    assert refusal(accept_offer, WaitingEntry.objects.first(), now=over) == "offer_over"
    assert OutgoingMail.objects.get(kind="tutorship.waiting_lapsed").recipient == neighbour.email

    leave_line(WaitingEntry.objects.last(), now=over)

    assert (states(), seats()) == (["lapsed", "withdrawn"], (1, 0))
    assert refusal(leave_line, WaitingEntry.objects.last(), now=over) == "not_open"


def test_a_group_that_everybody_leaves_stays_while_it_is_offered(full, search, area_a, neighbour, covered, now):
    entry = entry_for(neighbour, search, area_a, group=full.session, seats=2, now=now)
    for booking in Booking.objects.all():
        cancel_booking(booking, actor=booking.learner, reason="Neve", now=now)

    entry.refresh_from_db()
    assert (entry.state, seats(), Session.objects.get().state) == ("offered", (0, 2), "scheduled")
    told = OutgoingMail.objects.filter(recipient=covered.email, kind="tutorship.booking_cancelled")
    assert [mail.calendar_method for mail in told.order_by("pk")] == ["REQUEST", "CANCEL"]

    serve_waiting(now=now + OFFER_TIME)

    assert (states(), seats(), Session.objects.get().state) == (["lapsed"], (0, 0), "cancelled")
    assert not Occupancy.objects.exists()


def test_who_wants_two_seats_waits_for_two_and_is_not_overtaken(full, search, area_a, neighbour, now):
    pair = entry_for(neighbour, search, area_a, group=full.session, seats=2, now=now)
    entry_for(factories.employee(full.body), search, area_a, group=full.session, now=now)

    cancel_booking(full, actor=full.learner, reason="Neve", now=now)
    assert (states(), seats()) == (["queued", "queued"], (1, 0))

    leave_line(pair, now=now)
    serve_waiting(now=now)
    cancel_booking(Booking.objects.active().get(), actor=full.learner, reason="Neve", now=now)
    assert states() == ["withdrawn", "offered"]


def test_whose_body_has_had_its_share_is_passed_over(full, search, area_a, neighbour, now):
    service = full.session.service
    mate = factories.employee(neighbour.employments.get().body)
    entry_for(mate, search, area_a, group=full.session, now=now)
    entry_for(factories.employee(full.body), search, area_a, group=full.session, now=now)
    service.seats_per_body = 1
    service.save()
    outside = Booking.objects.get(learner__last_name="Ghiggi")
    Booking.objects.filter(pk=outside.pk).update(body=mate.employments.get().body)

    cancel_booking(full, actor=full.learner, reason="Neve", now=now)

    assert (states(), seats()) == (["closed", "offered"], (1, 1))
    assert refusal(entry_for, neighbour, search, area_a, group=full.session, now=now) in {"not_full", "body_full"}


def test_a_session_that_is_called_off_closes_its_line(full, search, area_a, neighbour, covered, now):
    entry_for(neighbour, search, area_a, group=full.session, now=now)

    cancel_session(full.session, actor=covered, reason="Malattia", now=now)

    assert (states(), Session.objects.get().seats_held) == (["closed"], 0)
    assert OutgoingMail.objects.filter(kind="tutorship.waiting_closed", recipient=neighbour.email).count() == 1


def test_an_hour_given_back_is_held_for_who_waits_for_any_time(taken, search, area_a, neighbour, covered, now):
    entry = entry_for(neighbour, search, area_a, now=now)
    serve_waiting(now=now)
    assert states() == ["queued"]

    cancel_booking(taken, actor=taken.learner, reason="Neve", now=now)

    entry.refresh_from_db()
    assert (entry.state, entry.session.starts_at, entry.session.state) == ("offered", START, "offered")
    assert refusal(ask, search, covered, area_a, START) == "slot_taken"  # who has just cancelled
    assert search.offers(area_a) == []

    booking = accept_offer(entry, now=now)

    session = Session.objects.scheduled().get()
    assert (booking.session, session.seats_taken, session.seats_held) == (session, 1, 0)
    assert Occupancy.objects.filter(session=session).count() == 2


def test_two_who_wait_are_never_offered_one_hour(taken, search, area_a, neighbour, now, colleague):
    """The hour is held for the first; the second stays in the line, and cannot take what was never offered."""
    entries = [entry_for(person, search, area_a, now=now) for person in (neighbour, colleague)]
    cancel_booking(taken, actor=taken.learner, reason="Neve", now=now)
    serve_waiting(now=now)

    assert states() == ["offered", "queued"]
    assert refusal(accept_offer, entries[1], now=now) == "offer_over"
    accept_offer(entries[0], now=now)
    assert (states(), Session.objects.scheduled().count()) == (["booked", "queued"], 1)


def test_an_hour_that_is_declined_goes_to_the_next_or_to_everybody(taken, search, area_a, neighbour, now, colleague):
    entries = [entry_for(person, search, area_a, now=now) for person in (neighbour, colleague)]
    cancel_booking(taken, actor=taken.learner, reason="Neve", now=now)

    leave_line(entries[0], now=now)
    assert states() == ["withdrawn", "offered"]

    serve_waiting(now=now + OFFER_TIME)
    assert states() == ["withdrawn", "lapsed"]
    assert [offer.start for offer in replace(search, now=now + OFFER_TIME).offers(area_a)] == [START]


def test_hours_that_are_left_by_a_move_or_opened_anew_are_offered(taken, search, area_a, neighbour, covered, now):
    entry_for(neighbour, search, area_a, now=now)
    RuleFactory(tutor=covered, opens_at="15:00", closes_at="16:00")

    move_session(taken.session, starts_at=START + 6 * HOUR, actor=covered, reason="Neve", now=now)
    assert WaitingEntry.objects.get().session.starts_at == START

    person = factories.employee(taken.body)
    entry_for(person, search, area_a, now=now)
    RuleFactory(tutor=covered, opens_at="11:00", closes_at="12:00")
    assert serve_waiting(now=now) == 1
    assert WaitingEntry.objects.last().session.starts_at == START + 2 * HOUR


def test_nobody_is_asked_within_the_notice(full, search, area_a, neighbour, now):
    entry_for(neighbour, search, area_a, group=full.session, now=now)
    late = START - HOUR  # the service wants two hours

    cancel_booking(full, actor=full.learner, reason="Neve", now=late)

    assert (states(), seats()) == (["closed"], (1, 0))


def test_an_offer_ends_before_the_notice_begins(full, search, area_a, neighbour, now):
    entry_for(neighbour, search, area_a, group=full.session, now=now)

    cancel_booking(full, actor=full.learner, reason="Neve", now=START - 5 * HOUR)

    assert WaitingEntry.objects.get().offered_until == START - 2 * HOUR


def test_who_is_busy_at_that_time_keeps_the_offer(full, search, service, area_a, neighbour, covered, now):
    entry = entry_for(neighbour, search, area_a, group=full.session, now=now)
    cancel_booking(full, actor=full.learner, reason="Neve", now=now)
    Occupancy.objects.create(
        resource_id=neighbour.pk, session=full.session, starts_at=START + HOUR / 2, ends_at=START + HOUR
    )

    assert refusal(accept_offer, entry, now=now) == "busy"
    assert (states(), seats()) == (["offered"], (1, 1))


def test_one_place_in_each_line(full, search, area_a, neighbour, now):
    places = {entry_for(neighbour, search, area_a, group=full.session, now=now).pk for _ in range(2)}
    places |= {entry_for(neighbour, search, area_a, now=now).pk for _ in range(2)}

    assert len(places) == 2
    assert refusal(entry_for, full.learner, search, area_a, group=full.session, now=now) == "not_full"


def test_the_pages_from_the_full_group_to_the_appointment(client_for, full, search, area_a, neighbour, now, topic):
    browser = client_for(neighbour)
    answers = {"topic": topic.slug, "service": full.session.service.slug, "group": full.session.pk}
    times = browser.get(reverse("tutorship:booking_time"), answers).content.decode()
    assert f"group={full.session.pk}" in times

    short = browser.post(reverse("tutorship:waiting_join"), {**answers, "question": "?"})
    assert (short.status_code, states()) == (200, [])
    page = browser.post(reverse("tutorship:waiting_join"), {**answers, "question": "Come si motiva?"}, follow=True)
    assert "Posto in lista: 1" in page.content.decode()
    assert "In lista d’attesa" in browser.get(reverse("tutorship:booking_list")).content.decode()
    other = browser.post(reverse("tutorship:waiting_join"), {**answers, "question": "Chi firma la determina?"})
    assert "C’è già un posto in questa lista d’attesa" in other.content.decode()
    assert "Chi firma la determina?" in other.content.decode()
    assert f'href="{WaitingEntry.objects.get().get_absolute_url()}"' in other.content.decode()

    cancel_booking(full, actor=full.learner, reason="Neve", now=now)
    entry = WaitingEntry.objects.get()
    accept = reverse("tutorship:waiting_accept", args=[entry.pk])
    assert accept in browser.get(entry.get_absolute_url()).content.decode()
    booked = browser.post(accept, follow=True)
    assert booked.context["booking"].learner == neighbour
    gone = browser.post(reverse("tutorship:waiting_leave", args=[entry.pk]), follow=True)
    assert "già chiuso" in gone.content.decode()


def test_a_group_with_seats_has_no_line(client_for, search, group_service, covered, area_a, neighbour, topic):
    group = ask(replace(search, service=group_service), covered, area_a, START).session
    answers = {"topic": topic.slug, "service": group_service.slug}

    for key in (group.pk, "x", "9" * 30, ""):
        page = client_for(neighbour).get(reverse("tutorship:waiting_join"), {**answers, "group": key})
        assert page.url.startswith(reverse("tutorship:booking_time"))


# --- Races -------------------------------------------------------------------------------------------------------
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_cancelling_booking_and_promoting_at_the_same_instant(full, search, covered, area_a, neighbour, now):
    """Whoever waits gets the seat; newcomers find it taken, before and after the cancellation."""
    entry_for(neighbour, search, area_a, group=full.session, now=now)
    group_search = replace(search, service=full.session.service)
    newcomers = [replace(group_search, learner=factories.employee(full.body)) for _ in range(4)]

    said = race(
        [
            lambda: cancel_booking(full, actor=full.learner, reason="Neve", now=now) and "cancelled",
            *[lambda one=one: ask(one, covered, area_a, START) and "booked" for one in newcomers],
        ]
    )

    assert said == ["cancelled", *["slot_taken"] * 4]
    assert (states(), seats()) == (["offered"], (1, 1))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_offer_expires_while_it_is_accepted(full, search, area_a, neighbour, now):
    """Exactly one of the two happens, and the seat is counted once."""
    entry = entry_for(neighbour, search, area_a, group=full.session, now=now)
    entry_for(factories.employee(full.body), search, area_a, group=full.session, now=now)
    cancel_booking(full, actor=full.learner, reason="Neve", now=now)
    over = now + OFFER_TIME

    def accept():
        return accept_offer(entry, now=over - timedelta(seconds=1)) and "booked"

    def lapse():
        return (serve_waiting(now=over) and "offered") or "swept"

    said = race([accept, lapse, accept, lapse])

    assert set(said) <= {"booked", "offer_over", "swept"}
    if "booked" in said:
        assert (states(), seats()) == (["booked", "queued"], (2, 0))
    else:
        assert (states(), seats()) == (["lapsed", "offered"], (1, 1))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_hour_is_given_back_while_somebody_wants_it(taken, search, covered, area_a, neighbour, now):
    entry_for(neighbour, search, area_a, now=now)
    newcomers = [replace(search, learner=factories.employee(taken.body)) for _ in range(4)]

    said = race(
        [
            lambda: cancel_booking(taken, actor=taken.learner, reason="Neve", now=now) and "cancelled",
            *[lambda one=one: ask(one, covered, area_a, START) and "booked" for one in newcomers],
        ]
    )

    assert said == ["cancelled", *["slot_taken"] * 4]
    assert WaitingEntry.objects.get().session.starts_at == START
