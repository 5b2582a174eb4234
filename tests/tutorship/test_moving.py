"""Moving an appointment: one transaction, the old time survives, the calendars keep one entry."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from journal.models import AuditEntry, OutgoingMail
from tests import factories
from tests.tutorship.conftest import ask, refusal
from tests.tutorship.factories import HOUR, TUESDAY_NINE, covering
from tutorship.actions.cancelling import cancel_booking
from tutorship.actions.moving import move_session
from tutorship.models import Move, Occupancy, Session

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
NEXT_TUESDAY = TUESDAY_NINE + WEEK
QUARTER = timedelta(minutes=15)


@pytest.fixture
def booking(search, covered, area_a):
    """Tuesday of next week at nine: early enough to be moved."""
    return ask(search, covered, area_a, NEXT_TUESDAY)


def move(booking, starts_at, *, actor=None, reason="Consiglio comunale", now):
    return move_session(booking.session, starts_at=starts_at, actor=actor or booking.learner, reason=reason, now=now)


def times_of(session) -> set:
    return set(Occupancy.objects.filter(session=session).values_list("resource_id", "starts_at", "ends_at"))


def test_moving_takes_session_and_people_to_the_new_time(booking, learner, covered, now):
    session = move(booking, NEXT_TUESDAY + HOUR, now=now)

    start, end = NEXT_TUESDAY + HOUR, NEXT_TUESDAY + 2 * HOUR
    assert (session.pk, session.starts_at, session.ends_at) == (booking.session_id, start, end)
    assert times_of(session) == {(learner.pk, start, end), (covered.pk, start, end)}


def test_a_move_keeps_the_uid_raises_the_sequence_and_asks_each_calendar(booking, learner, covered, now):
    uid = booking.session.ical_uid

    for hours in (1, 2, 3):
        move(booking, NEXT_TUESDAY + hours * HOUR, now=now)

    mails = OutgoingMail.objects.filter(key__startswith="booking_moved").order_by("pk")
    found = [(mail.recipient, Calendar.from_ical(mail.calendar)) for mail in mails]
    events = [(recipient, calendar["METHOD"], calendar.walk("VEVENT")[0]) for recipient, calendar in found]
    assert [(recipient, method, event["UID"], event["SEQUENCE"]) for recipient, method, event in events] == [
        (person.email, "REQUEST", uid, number) for number in (1, 2, 3) for person in (covered, learner)
    ]
    assert events[-1][2]["DTSTART"].to_ical() == b"20261201T110000Z"


def test_the_history_says_who_moved_it_from_where_and_why(booking, learner, area_a, now):
    session = move(booking, NEXT_TUESDAY + HOUR, now=now)

    entry = AuditEntry.objects.get(action="move_session")
    assert [(row.from_starts_at, row.moved_by, row.reason) for row in session.moves.all()] == [
        (NEXT_TUESDAY, learner, "Consiglio comunale")
    ]
    assert (entry.actor, entry.area, entry.before["starts_at"]) == (learner, area_a.slug, NEXT_TUESDAY.isoformat())


def test_the_old_time_survives_when_the_new_one_is_taken(booking, search, covered, area_a, neighbour, now):
    ask(replace(search, learner=neighbour), covered, area_a, NEXT_TUESDAY + HOUR)

    assert refusal(move, booking, NEXT_TUESDAY + HOUR, now=now) == "slot_taken"

    session = Session.objects.get(pk=booking.session_id)
    assert (session.starts_at, session.ical_sequence, session.moves.count()) == (NEXT_TUESDAY, 0, 0)
    assert {start for _person, start, _end in times_of(session)} == {NEXT_TUESDAY}


def test_a_move_by_a_quarter_may_overlap_its_own_time(booking, service, now):
    service.step_minutes = 15
    service.save()
    booking.session.refresh_from_db()

    assert move(booking, NEXT_TUESDAY + QUARTER, now=now).starts_at == NEXT_TUESDAY + QUARTER


def test_moving_to_where_it_stands_changes_nothing(booking, now):
    assert move(booking, NEXT_TUESDAY, now=now).ical_sequence == 0
    assert OutgoingMail.objects.filter(key__startswith="booking_moved").count() == 0


def test_the_freed_time_can_be_booked_by_others(booking, search, covered, area_a, neighbour, now):
    move(booking, NEXT_TUESDAY + HOUR, now=now)

    assert ask(replace(search, learner=neighbour), covered, area_a, NEXT_TUESDAY).is_active


@pytest.mark.parametrize(
    ("options", "code"), [({"reason": " "}, "no_reason"), ({"now": NEXT_TUESDAY - HOUR}, "not_movable")]
)
def test_a_learner_gives_a_reason_and_moves_in_time(booking, now, options, code):
    assert refusal(move, booking, NEXT_TUESDAY + WEEK, **{"now": now, **options}) == code


def test_the_tutor_moves_until_it_begins(booking, covered, time_machine):
    late, started = NEXT_TUESDAY - HOUR, NEXT_TUESDAY

    assert refusal(move, booking, NEXT_TUESDAY + HOUR, actor=covered, now=started) == "not_movable"
    assert move(booking, NEXT_TUESDAY + HOUR, actor=covered, now=late).starts_at == NEXT_TUESDAY + HOUR


def test_a_cancelled_appointment_is_not_moved(booking, learner, now):
    cancel_booking(booking, actor=learner, reason="Malattia", now=now)

    assert refusal(move, booking, NEXT_TUESDAY + HOUR, now=now) == "not_movable"


def test_a_learner_does_not_move_the_others_of_a_group_but_the_tutor_does(
    search, group_service, covered, area_a, neighbour, now
):
    search = replace(search, service=group_service)
    first = ask(search, covered, area_a, NEXT_TUESDAY)
    ask(replace(search, learner=neighbour), covered, area_a, NEXT_TUESDAY)

    assert refusal(move, first, NEXT_TUESDAY + HOUR, now=now) == "not_movable"
    session = move(first, NEXT_TUESDAY + HOUR, actor=covered, now=now)

    people = {search.learner.pk, neighbour.pk, covered.pk}
    assert times_of(session) == {(pk, NEXT_TUESDAY + HOUR, NEXT_TUESDAY + 2 * HOUR) for pk in people}


def test_times_in_which_anybody_of_the_group_is_busy_are_not_offered(
    search, group_service, covered, area_a, topic, neighbour, now
):
    grouped = replace(search, service=group_service)
    first = ask(grouped, covered, area_a, NEXT_TUESDAY)
    ask(replace(grouped, learner=neighbour), covered, area_a, NEXT_TUESDAY)
    other = covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
    ask(replace(search, learner=neighbour), other, area_a, NEXT_TUESDAY + HOUR)

    offered = [offer.start for offer in Move(first.session, now, needs_notice=False).offers()]

    assert NEXT_TUESDAY + HOUR not in offered
    assert NEXT_TUESDAY + 2 * HOUR in offered


# --- The room ----------------------------------------------------------------------------------------------------
def test_two_tutors_do_not_meet_in_one_room(search, covered, area_a, service, topic, colleague, neighbour):
    """The town hall of Campodolcino has one meeting room; the one of Piuro is free."""
    service.modality = "town_hall"
    service.save()
    other = covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
    ask(search, covered, area_a, TUESDAY_NINE)

    in_the_same, elsewhere = replace(search, learner=colleague), replace(search, learner=neighbour)

    assert refusal(ask, in_the_same, other, area_a, TUESDAY_NINE) == "slot_taken"
    assert ask(elsewhere, other, area_a, TUESDAY_NINE).session.place == "Comune di Piuro (SO)"


# --- The pages ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["booking_move", "session_move"])
def test_both_sides_choose_from_the_free_times(client_for, booking, covered, page, now):
    person, row = (booking.learner, booking) if page == "booking_move" else (covered, booking.session)
    browser, url = client_for(person), reverse(f"tutorship:{page}", args=[row.pk])
    key = f"{covered.pk}-20261201T0900Z"

    assert key in browser.get(url).content.decode()
    response = browser.post(url, {"slot": key, "reason": "Neve"})

    assert response.url == row.get_absolute_url()
    assert Session.objects.get().starts_at == NEXT_TUESDAY + HOUR


def test_a_lost_time_brings_near_ones_and_keeps_the_reason(
    client_for, booking, search, covered, area_a, neighbour, now
):
    ask(replace(search, learner=neighbour), covered, area_a, NEXT_TUESDAY + HOUR)
    url = reverse("tutorship:booking_move", args=[booking.pk])

    response = client_for(booking.learner).post(url, {"slot": f"{covered.pk}-20261201T0900Z", "reason": "Neve alta"})

    assert [offer.start for offer in response.context["near"]] == [
        TUESDAY_NINE + 3 * HOUR,
        NEXT_TUESDAY + 2 * HOUR,
        NEXT_TUESDAY + 3 * HOUR,
    ]
    assert "Neve alta" in response.content.decode()


@pytest.mark.parametrize("slot", ["", "x", "1-99999999T9999Z"])
def test_a_move_without_a_time_is_asked_again(client_for, booking, slot):
    url = reverse("tutorship:booking_move", args=[booking.pk])

    response = client_for(booking.learner).post(url + "?week=ieri", {"slot": slot, "reason": "Neve"})

    assert (response.status_code, set(response.context["form"].errors)) == (200, {"slot"})
