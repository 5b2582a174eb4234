"""Real processes that close, recall and cancel the same session at the same instant."""

from datetime import UTC, datetime, timedelta

import pytest

from certificates.models import TrainingRecord
from journal.models import OutgoingMail
from tests.races import race
from tests.tutorship.conftest import ask
from tests.tutorship.factories import TUESDAY_NINE, BookingFactory, SessionFactory
from tutorship.actions.cancelling import cancel_booking
from tutorship.actions.closing import close_session
from tutorship.actions.reminding import send_reminders
from tutorship.models import Outcome

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
YESTERDAY = datetime(2026, 11, 22, 8, tzinfo=UTC)
WEEK = timedelta(days=7)


def test_a_session_is_closed_once_however_often_it_is_asked_for(tutor, learner, area_a, topic, service, now):
    session = SessionFactory(tutor=tutor, area=area_a, topic=topic, service=service, starts_at=YESTERDAY)
    booking = BookingFactory(session=session, learner=learner)
    facts = {"attended_minutes": {booking.pk: 50}, "kind": "solved", "summary": "Fatto", "actor": tutor, "now": now}

    def close():
        close_session(session, **facts)
        return "closed"

    assert sorted(race([close] * 4)) == [*["already_closed"] * 3, "closed"]
    assert (Outcome.objects.count(), TrainingRecord.objects.minutes(), OutgoingMail.objects.count()) == (1, 50, 1)


def test_reminders_leave_once_however_many_workers_sweep(search, covered, area_a):
    ask(search, covered, area_a, TUESDAY_NINE + WEEK)

    race([lambda: send_reminders(now=TUESDAY_NINE)] * 4)

    assert OutgoingMail.objects.filter(key__startswith="reminder:").count() == 2


def test_a_cancel_and_a_sweep_at_the_same_instant_leave_no_reminder(search, covered, area_a, learner):
    booking = ask(search, covered, area_a, TUESDAY_NINE + WEEK)

    def cancel():
        cancel_booking(booking, actor=learner, reason="Neve", now=TUESDAY_NINE)
        return "cancelled"

    said = race([cancel, *[lambda: send_reminders(now=TUESDAY_NINE)] * 3])

    assert said[0] == "cancelled"
    assert OutgoingMail.objects.waiting().filter(key__startswith="reminder:").count() == 0
