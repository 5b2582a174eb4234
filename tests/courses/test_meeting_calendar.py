from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from icalendar import Calendar
from pytest_django.asserts import assertContains

from courses.actions import (
    add_live_session,
    change_live_session,
    enrol,
    leave,
    remove_live_session,
    save_register,
)
from courses.models import Attendance, LiveSession
from journal.models import OutgoingMail
from tests import factories

START = datetime(2026, 12, 1, 8, tzinfo=UTC)  # nine in the morning in Rome


@pytest.fixture
def dated(course, area_a, tutor):
    edition = factories.EditionFactory(course=course, is_self_paced=False, starts_on=date(2026, 12, 1))
    edition.areas.set([area_a])
    edition.tutors.set([tutor])
    return edition


@pytest.fixture
def meeting(dated, coordinator, now):
    session = LiveSession(edition=dated, title="Primo incontro", starts_at=START, ends_at=START + timedelta(hours=2))
    return add_live_session(session, actor=coordinator, now=now)


@pytest.fixture
def enrolled(meeting, learner, now):
    return enrol(meeting.edition, user=learner, employment=learner.employments.get(), now=now)


def entries(person) -> list[tuple]:
    """What arrived in this person's calendar: method, number of the change, start."""
    found = []
    for mail in OutgoingMail.objects.filter(recipient=person.email).exclude(calendar="").order_by("pk"):
        calendar = Calendar.from_ical(mail.calendar)
        (event,) = calendar.walk("VEVENT")
        assert (calendar["METHOD"], event["ATTENDEE"]) == (mail.calendar_method, f"mailto:{person.email}")
        found.append((mail.calendar_method, event["SEQUENCE"], event["DTSTART"].dt))
    return found


def uids() -> set[str]:
    mails = OutgoingMail.objects.exclude(calendar="")
    return {str(Calendar.from_ical(mail.calendar).walk("VEVENT")[0]["UID"]) for mail in mails}


def test_tutors_and_who_enrols_get_the_meeting_for_the_calendar(meeting, enrolled, learner, tutor):
    assert entries(tutor) == entries(learner) == [("REQUEST", 0, START)]
    assert len(uids()) == 1


def test_a_meeting_that_moves_keeps_its_identity_and_counts_its_changes(meeting, enrolled, coordinator, learner, now):
    for days in (1, 2):
        meeting.starts_at, meeting.ends_at = (START + timedelta(days=days, hours=hours) for hours in (0, 2))
        change_live_session(meeting, actor=coordinator, now=now)

    later = [("REQUEST", number, START + timedelta(days=number)) for number in (1, 2)]
    assert entries(learner) == [("REQUEST", 0, START), *later]
    assert len(uids()) == 1


def test_a_change_of_nothing_tells_nobody(meeting, enrolled, coordinator, learner, now):
    change_live_session(meeting, actor=coordinator, now=now)

    assert len(entries(learner)) == 1


def test_a_meeting_that_is_removed_leaves_the_calendars(meeting, enrolled, coordinator, learner, tutor, now):
    remove_live_session(meeting, actor=coordinator, now=now)

    assert entries(tutor) == entries(learner) == [("REQUEST", 0, START), ("CANCEL", 1, START)]
    assert not LiveSession.objects.exists()


def test_who_leaves_loses_the_entry_and_who_enrols_again_gets_it_back(meeting, enrolled, learner, now):
    leave(enrolled, actor=learner, now=now)
    enrol(meeting.edition, user=learner, employment=learner.employments.get(), now=now)

    assert [method for method, _number, _start in entries(learner)] == ["REQUEST", "CANCEL", "REQUEST"]


@pytest.mark.parametrize("act", [change_live_session, remove_live_session])
def test_a_meeting_with_presences_stays_as_it_was_held(act, meeting, enrolled, coordinator, tutor, now):
    save_register(meeting, {enrolled.pk: meeting.whole()}, actor=tutor, now=meeting.ends_at)
    meeting.title = "Altro titolo"

    with pytest.raises(ValidationError) as refused:
        act(meeting, actor=coordinator, now=now)

    assert refused.value.code == "held"
    assert Attendance.objects.get().minutes == 120


def test_the_coordinator_moves_a_meeting_on_its_page(meeting, enrolled, coordinator, learner, client_for):
    fields = {"title": "Primo incontro", "starts_at": "2026-12-02T09:00", "ends_at": "2026-12-02T11:00", "place": ""}

    answer = client_for(coordinator).post(
        reverse("courses:live_session_update", args=[meeting.pk]), fields, follow=True
    )

    assertContains(answer, "L’incontro è cambiato, e chi partecipa è avvisato.")
    assert entries(learner)[-1] == ("REQUEST", 1, START + timedelta(days=1))
    assert OutgoingMail.objects.order_by("pk").last().subject == "Cambiato: Primo incontro, 2 dicembre 2026, 09:00"


def test_the_entry_can_be_opened_by_hand(meeting, enrolled, learner, client_for):
    answer = client_for(learner).get(reverse("courses:live_session_calendar", args=[meeting.pk]))

    calendar = Calendar.from_ical(answer.content)
    assert (calendar["METHOD"], str(calendar.walk("VEVENT")[0]["SUMMARY"])) == ("PUBLISH", "Primo incontro")
