"""Tutoring in the training record: each attended booking once, corrected when the session is closed again."""

from datetime import date

import pytest

from certificates.models import TrainingRecord
from tests.tutorship.factories import BookingFactory, SessionFactory
from tutorship.models import Booking, Session
from tutorship.signals import session_closed


@pytest.fixture
def session(tutor, area_a, now):
    return SessionFactory(tutor=tutor, area=area_a, capacity=3)


def close(session, now, **attendance):
    for pk, (state, minutes) in attendance.items():
        Booking.objects.filter(pk=int(pk[1:])).update(attendance=state, attended_minutes=minutes)
    session_closed.send(sender=Session, session=session, now=now)


def test_only_who_came_gets_the_minutes(session, learner, neighbour, colleague, now):
    came, absent, expected = (BookingFactory(session=session, learner=user) for user in (learner, neighbour, colleague))

    close(session, now, **{f"b{came.pk}": ("attended", 50), f"b{absent.pk}": ("no_show", 0)})

    line = TrainingRecord.objects.get()
    assert (line.booking, line.user, line.body, line.minutes) == (came, learner, came.body, 50)
    assert (line.kind, line.title, line.earned_on) == ("tutoring", f"Tutoraggio: {session.topic}", date(2026, 11, 24))
    assert not TrainingRecord.objects.filter(booking=expected).exists()


def test_closing_again_gives_nothing_twice(session, learner, now):
    booking = BookingFactory(session=session, learner=learner)

    for _ in range(2):
        close(session, now, **{f"b{booking.pk}": ("attended", 60)})

    assert TrainingRecord.objects.minutes() == 60


def test_a_correction_replaces_minutes_and_takes_out_who_was_absent(session, learner, neighbour, now):
    one, two = (BookingFactory(session=session, learner=user) for user in (learner, neighbour))
    close(session, now, **{f"b{one.pk}": ("attended", 60), f"b{two.pk}": ("attended", 60)})

    close(session, now, **{f"b{one.pk}": ("attended", 45), f"b{two.pk}": ("no_show", 0)})

    assert TrainingRecord.objects.minutes_by_person() == {learner.pk: 45}
