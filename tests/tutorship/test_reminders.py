"""Reminders: once each, to who booked in time, never after a cancel or a move, and never late."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from journal.actions import send_due_mail
from journal.models import OutgoingMail
from tests.tutorship.conftest import ask
from tests.tutorship.factories import (
    TUESDAY_NINE,
    BookingFactory,
    FollowUpTaskFactory,
    OutcomeFactory,
    SessionFactory,
)
from tutorship.actions.cancelling import cancel_booking
from tutorship.actions.moving import move_session
from tutorship.actions.reminding import send_reminders
from tutorship.models import SessionMove

pytestmark = pytest.mark.django_db
START = datetime(2026, 12, 10, 9, tzinfo=UTC)
LONG_AGO = datetime(2026, 11, 1, 9, tzinfo=UTC)
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def booking(learner, tutor, area_a, topic, service):
    session = SessionFactory(tutor=tutor, area=area_a, topic=topic, service=service, starts_at=START)
    return BookingFactory(session=session, learner=learner, booked_at=LONG_AGO)


def codes(recipient) -> list[str]:
    keys = OutgoingMail.objects.filter(recipient=recipient.email, key__startswith="reminder:").order_by("pk")
    return [key.split(":")[3] for key in keys.values_list("key", flat=True)]


def test_everybody_is_reminded_three_times_and_of_each_once(booking, learner, tutor):
    moments = [
        START - WEEK - HOUR,
        START - WEEK,
        START - DAY - HOUR,
        START - DAY,
        START - HOUR,
        START - HOUR / 2,
        START,
    ]

    written = [send_reminders(now=moment) for moment in moments for _run in range(2)]

    assert written == [0, 0, 2, 0, 0, 0, 2, 0, 2, 0, 0, 0, 0, 0]
    assert codes(learner) == codes(tutor) == ["7d", "1d", "1h"]


def test_the_reminder_reads_well_and_carries_the_same_entry(booking, learner):
    send_reminders(now=START - DAY)

    row = OutgoingMail.objects.get(recipient=learner.email)
    assert row.subject == "Promemoria: tutoraggio Appalti di prova, 10 dicembre 2026, 10:00"
    assert (row.calendar_method, row.expires_at) == ("REQUEST", START)
    assert f"UID:{booking.session.ical_uid}" in row.calendar
    assert booking.get_absolute_url() in row.text


def test_a_day_before_is_24_real_hours_across_the_change_of_the_clocks(tutor, learner, area_a):
    start = datetime(2027, 3, 28, 8, tzinfo=UTC)  # ten in Rome, an hour after the clocks went forward
    BookingFactory(session=SessionFactory(tutor=tutor, area=area_a, starts_at=start), learner=learner)

    assert send_reminders(now=start - DAY - timedelta(minutes=1)) == 0
    assert send_reminders(now=start - DAY) == 2


def test_whoever_booked_after_the_moment_has_just_been_told(booking, learner, tutor):
    booking.booked_at = START - 3 * DAY
    booking.save()

    assert send_reminders(now=START - 3 * DAY) == 0
    assert send_reminders(now=START - DAY) == 2


def test_what_was_missed_for_long_is_left_out(booking):
    assert send_reminders(now=START - 5 * DAY) == 0
    assert send_reminders(now=START - timedelta(hours=11)) == 0


def test_a_cancelled_appointment_reminds_nobody_and_takes_back_what_waits(booking, learner, now):
    send_reminders(now=START - WEEK)

    cancel_booking(booking, actor=learner, reason="Neve", now=START - WEEK)

    assert send_reminders(now=START - DAY) == 0
    assert set(OutgoingMail.objects.filter(key__startswith="reminder:").values_list("state", flat=True)) == {
        "withdrawn"
    }
    send_due_mail(now=START - WEEK)
    assert [message.subject.split(":")[0] for message in mail.outbox] == ["Annullato", "Annullato"]


def test_who_left_a_group_is_not_reminded_but_the_others_are(booking, learner, neighbour, now):
    session = booking.session
    session.capacity = 2
    session.save()
    BookingFactory(session=session, learner=neighbour, booked_at=LONG_AGO)
    send_reminders(now=START - WEEK)

    cancel_booking(booking, actor=learner, reason="Neve", now=START - WEEK)

    states = dict(OutgoingMail.objects.filter(key__startswith="reminder:").values_list("recipient", "state"))
    assert states == {learner.email: "withdrawn", neighbour.email: "waiting", session.tutor.email: "waiting"}
    send_reminders(now=START - DAY)
    assert (codes(learner), codes(neighbour)) == (["7d"], ["7d", "1d"])


@pytest.mark.parametrize(
    ("moved_at", "written"),
    [(START - 5 * DAY, [2, 0, 2]), (START - DAY, [0, 0, 2])],
    ids=["in time for all", "too late for the first"],
)
def test_a_moved_appointment_is_reminded_of_at_its_new_time_only(booking, learner, tutor, moved_at, written):
    later, session = START + 5 * DAY, booking.session
    send_reminders(now=START - WEEK)
    SessionMove.objects.create(
        session=session,
        from_starts_at=START,
        to_starts_at=later,
        moved_by=tutor,
        moved_at=moved_at,
        reason="Neve",
    )
    session.starts_at, session.ends_at = later, later + HOUR
    session.save()

    assert [send_reminders(now=moment) for moment in (later - WEEK, START - HOUR, later - DAY)] == written


def test_a_reminder_that_could_not_leave_in_time_never_does(booking):
    send_reminders(now=START - HOUR)

    assert send_due_mail(now=START) == 0

    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert OutgoingMail.objects.health(now=START + DAY) == {"waiting": 0, "late": 0, "failed": 0}


# --- Afterwards --------------------------------------------------------------------------------------------------
def test_the_tutor_is_reminded_once_of_an_outcome_that_is_missing(booking, tutor):
    end = booking.session.ends_at

    assert [send_reminders(now=end + HOUR * hours) for hours in (23, 24, 25)] == [0, 1, 0]

    row = OutgoingMail.objects.get()
    assert (row.recipient, "ancora da scrivere" in row.subject) == (tutor.email, True)
    assert "sabato 12 dicembre, 11:00" in row.text


def test_a_closed_session_asks_for_nothing(learner, tutor, area_a):
    outcome = OutcomeFactory(session=SessionFactory(tutor=tutor, area=area_a, starts_at=START), learner=learner)

    assert send_reminders(now=outcome.session.ends_at + DAY) == 0


def test_an_open_task_is_recalled_on_the_morning_before(booking, learner):
    task = FollowUpTaskFactory(session=booking.session, owner=learner, due_on=date(2026, 12, 1))
    seven, eight = datetime(2026, 11, 30, 6, 30, tzinfo=UTC), datetime(2026, 11, 30, 7, tzinfo=UTC)

    assert [send_reminders(now=moment) for moment in (seven, eight, eight + HOUR)] == [0, 1, 0]

    row = OutgoingMail.objects.get()
    assert (row.recipient, row.subject) == (learner.email, "Entro domani: Inviare la bozza")
    task.done_at = eight
    task.save()
    assert send_reminders(now=eight + DAY) == 0


def test_the_sweep_costs_the_same_for_one_session_or_many(
    booking, tutor, area_a, learner, neighbour, django_assert_num_queries
):
    moment = START - DAY
    for number in range(1, 5):
        session = SessionFactory(tutor=tutor, area=area_a, starts_at=START - HOUR * number * 2)
        BookingFactory(session=session, learner=learner, booked_at=LONG_AGO)
    send_reminders(now=moment)

    with django_assert_num_queries(8):
        assert send_reminders(now=moment) == 0


def test_moving_takes_back_what_waits(search, covered, area_a):
    booking = ask(search, covered, area_a, TUESDAY_NINE + WEEK)
    assert send_reminders(now=TUESDAY_NINE) == 2

    move_session(booking.session, starts_at=TUESDAY_NINE + WEEK + HOUR, actor=covered, reason="Neve", now=TUESDAY_NINE)

    states = OutgoingMail.objects.filter(key__startswith="reminder:").values_list("state", flat=True)
    assert list(states) == ["withdrawn"] * 2
