"""What we send to calendars, read by a parser that shares nothing with the library that wrote it.

The sets of properties are the ones of the examples in RFC 5546: 4.2.1 (a request), 4.2.9 (a cancelled event), 4.1.1 (a
published one); RFC 5545 asks for CRLF and lines of at most 75 octets.
"""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.test import Client
from django.urls import reverse

from journal.models import OutgoingMail
from tests.tutorship.conftest import ask
from tests.tutorship.factories import HOUR, TUESDAY_NINE
from tutorship.actions.cancelling import cancel_booking
from tutorship.actions.feeding import make_feed
from tutorship.actions.moving import move_session
from tutorship.emails import calendar_of

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
OF_A_REQUEST = {"organizer", "attendee", "dtstamp", "dtstart", "dtend", "summary", "uid", "sequence", "status"}
OF_A_CANCELLATION = {"organizer", "attendee", "uid", "sequence", "status", "dtstamp"}
OF_A_PUBLICATION = {"dtstamp", "dtstart", "dtend", "summary", "uid", "sequence"}


@pytest.fixture
def booking(search, covered, area_a, topic):
    topic.name = 'Appalti; "sotto soglia", affidamenti\\diretti e città montane: perché, più di così, non si può'
    topic.save()
    return ask(search, covered, area_a, TUESDAY_NINE + WEEK, question="Il caso riservato")


def read(text: str):
    """The one event, after the form of the text has been looked at."""
    lines = text.encode().split(b"\r\n")
    assert text.encode().count(b"\n") == len(lines) - 1  # every line ends in CRLF
    assert [line for line in lines if len(line) > 75] == []
    (calendar,) = vobject.readComponents(text)
    calendar.validate(raiseException=True)
    assert (calendar.version.value, calendar.prodid.value[:25]) == ("2.0", "-//Competenze in Comune//")
    return calendar, calendar.vevent


def sent(person, method: str):
    """The last entry with this method that left for the person."""
    mails = OutgoingMail.objects.filter(recipient=person.email, calendar_method=method).order_by("pk")
    return read(mails.last().calendar)


def names(event) -> set[str]:
    return set(event.contents)


def test_a_booking_is_a_request(booking, learner, covered, settings):
    for person in (learner, covered):
        calendar, event = sent(person, "REQUEST")

        assert calendar.method.value == "REQUEST"
        assert names(event) >= OF_A_REQUEST
        assert [attendee.value for attendee in event.attendee_list] == [f"mailto:{person.email}"]
        assert event.attendee.params["CN"] == [str(person)]
        assert event.organizer.value.removeprefix("mailto:") in settings.DEFAULT_FROM_EMAIL
        assert (event.uid.value, event.sequence.value) == (booking.session.ical_uid, "0")
        assert (event.dtstart.value, event.dtend.value) == (TUESDAY_NINE + WEEK, TUESDAY_NINE + WEEK + HOUR)
        assert event.summary.value == f"Tutoraggio: {booking.session.topic.name}"
        assert "riservato" not in event.serialize()


def test_three_moves_raise_the_sequence_three_times(booking, learner, covered, now):
    """The same entry, replaced; then taken out by a number that is higher still."""
    for number in (1, 2, 3):
        start = TUESDAY_NINE + WEEK + number % 3 * HOUR
        if number == 3:
            start = TUESDAY_NINE + 3 * WEEK
        move_session(booking.session, starts_at=start, actor=covered, reason="Neve", now=now)
        _calendar, event = sent(learner, "REQUEST")
        assert (event.sequence.value, event.dtstart.value) == (str(number), start)
    cancel_booking(booking, actor=learner, reason="Malattia", now=now)

    for person in (learner, covered):
        calendar, event = sent(person, "CANCEL")
        assert calendar.method.value == "CANCEL"
        assert names(event) >= OF_A_CANCELLATION
        assert (event.uid.value, event.sequence.value, event.status.value) == (
            booking.session.ical_uid,
            "4",
            "CANCELLED",
        )


def test_the_file_and_the_feed_are_publications(client_for, booking, learner, now):
    file = client_for(learner).get(reverse("tutorship:booking_calendar", args=[booking.pk]))
    address = reverse("tutorship:feed", args=[make_feed(learner, now=now)])
    feed = Client().get(address)

    for answer in (file, feed):
        assert answer["Content-Type"].startswith("text/calendar; charset=utf-8")
        calendar, event = read(answer.content.decode())
        assert calendar.method.value == "PUBLISH"
        assert names(event) >= OF_A_PUBLICATION
        assert "attendee" not in names(event)
        assert (event.uid.value, event.dtstart.value.tzinfo.utcoffset(None)) == (
            booking.session.ical_uid,
            timedelta(),
        )
    again = Client().get(address, headers={"If-None-Match": feed["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", feed["ETag"])


def test_over_midnight_and_for_a_viewer_elsewhere_the_moment_is_the_same(booking, now):
    session = booking.session
    session.starts_at = session.starts_at.replace(hour=22, minute=30)  # half past eleven at night in Rome
    session.ends_at = session.starts_at + HOUR

    _calendar, event = read(calendar_of(session, method="PUBLISH", now=now))

    there = event.dtstart.value.astimezone(ZoneInfo("America/New_York"))
    assert (there.hour, there.minute, event.dtend.value - event.dtstart.value) == (17, 30, HOUR)
    assert event.dtstart.value.astimezone(UTC) == session.starts_at
