"""Whoever teaches a live meeting cannot be booked meanwhile; a meeting over an appointment is told to both sides."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from courses.actions import add_live_session
from courses.actions.edition import change_live_session, save_edition
from courses.models import LiveSession
from journal.models import OutgoingMail
from tests import factories
from tests.tutorship.conftest import ask, refusal
from tests.tutorship.factories import HOUR, TUESDAY_NINE

DAY = date(2026, 11, 24)


@pytest.fixture
def edition(course, area_a, tutor, covered):
    edition = factories.EditionFactory(course=course, is_self_paced=False, starts_on=DAY, code="primavera")
    edition.areas.set([area_a])
    edition.tutors.set([tutor, factories.UserFactory()])
    return edition


def meet(edition, actor, now, starts_at=TUESDAY_NINE, length=HOUR) -> LiveSession:
    session = LiveSession(edition=edition, title="Laboratorio", starts_at=starts_at, ends_at=starts_at + length)
    return add_live_session(session, actor=actor, now=now)


def starts(search) -> set:
    area = search.learner.employments.get().body.area
    return {offer.start for offer in search.offers(area)}


def test_a_meeting_takes_the_time_off_the_page_and_refuses_bookings(search, edition, tutor, area_a, coordinator, now):
    assert TUESDAY_NINE in starts(search)
    meeting = meet(edition, coordinator, now)

    assert TUESDAY_NINE not in starts(search)
    assert TUESDAY_NINE + HOUR in starts(search)
    assert refusal(ask, search, tutor, area_a, TUESDAY_NINE) == "slot_taken"

    edition.is_cancelled = True
    edition.save()
    assert TUESDAY_NINE in starts(search)
    assert ask(search, tutor, area_a, TUESDAY_NINE).session.starts_at == meeting.starts_at


def test_a_meeting_of_others_keeps_nobody_from_booking(search, edition, tutor, coordinator, now):
    edition.tutors.remove(tutor)

    meet(edition, coordinator, now)

    assert TUESDAY_NINE in starts(search)


def test_a_meeting_over_an_appointment_is_told_to_the_coordinator_and_the_tutor(
    client_for, search, edition, tutor, area_a, coordinator, now
):
    ask(search, tutor, area_a, TUESDAY_NINE)
    url = reverse("courses:live_session_create", args=[edition.pk])
    times = {"starts_at": "2026-11-24T09:30", "ends_at": "2026-11-24T11:00", "title": "Laboratorio"}

    page = client_for(coordinator).post(url, times, follow=True).content.decode()

    assert "ha un appuntamento alla stessa ora" in page
    mails = OutgoingMail.objects.filter(kind="courses.meeting")
    assert [mail.recipient for mail in mails if "Appalti di prova" in mail.text] == [tutor.email]

    meeting = LiveSession.objects.get()
    meeting.starts_at, meeting.ends_at = TUESDAY_NINE + 3 * HOUR, TUESDAY_NINE + 4 * HOUR
    assert change_live_session(meeting, actor=coordinator, now=now).clashes == []


def test_a_tutor_who_comes_later_gets_the_planned_meetings_and_one_who_leaves_loses_them(
    search, edition, tutor, area_a, coordinator, now
):
    edition.tutors.remove(tutor)
    edition.starts_on -= timedelta(days=7)
    ask(search, tutor, area_a, TUESDAY_NINE)
    meet(edition, coordinator, now)
    meet(edition, coordinator, now, starts_at=now - timedelta(days=3))

    def entries():
        mails = OutgoingMail.objects.filter(kind="courses.meeting", recipient=tutor.email).order_by("pk")
        return [(mail.calendar_method, "Appalti di prova" in mail.text) for mail in mails]

    saved = save_edition(edition, areas=[area_a], tutors=[tutor], actor=coordinator, now=now)
    assert (len(saved.clashes), entries()) == (1, [("REQUEST", True)])

    save_edition(edition, areas=[area_a], tutors=[tutor], actor=coordinator, now=now)
    save_edition(edition, areas=[area_a], tutors=[], actor=coordinator, now=now)
    assert entries() == [("REQUEST", True), ("CANCEL", False)]
