"""One event as an iCalendar object that travels in a mail (RFC 5545 and 5546).

One event and one attendee each; times in UTC with Z (desktop Outlook misreads the time zones that libraries write); the
organizer is the address that sends. The same `uid` with a higher `sequence` replaces what the calendar holds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText, vUri

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True)
class Entry:
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    location: str = ""


def calendar_text(
    entry: Entry, *, product: str, method: str, now: datetime, attendee: tuple[str, str] | None = None, url: str = ""
) -> str:
    """`product` names the part of the site, `attendee` is address and name; CANCEL takes the event out again."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Competenze in Comune//{product}//IT")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(entry, method=method, now=now, attendee=attendee, url=url))
    return calendar.to_ical().decode()


def _event(entry: Entry, *, method: str, now: datetime, attendee: tuple[str, str] | None, url: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("location", entry.location)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    event["organizer"] = _address(address, name)
    if attendee:
        event.add("attendee", _address(*attendee, role="REQ-PARTICIPANT", partstat="ACCEPTED"))
    if url:
        event["url"] = vUri(url)
    return event


def _address(address: str, name: str, **parameters: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    for key, value in {"cn": name.replace('"', "'"), **parameters}.items():
        found.params[key.upper()] = vText(value)
    return found
