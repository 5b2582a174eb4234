"""The messages of the tutorship and the calendar entries that travel with them (RFC 5545 and 5546).

One event and one attendee per mail; times in UTC with Z; the organizer is the address that sends. The question never
enters the calendar entry: calendars are often shared with a whole office.
"""

from datetime import UTC, datetime
from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from icalendar import Calendar, Event, vCalAddress, vText, vUri

from accounts.models import User
from journal.actions import queue_mail
from tutorship.models import Booking, Session, SessionMove, SessionRequest

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


# --- Calendar entries --------------------------------------------------------------------------------------------
def calendar_of(session: Session, *, method: str, now: datetime, attendee: User | None = None, url: str = "") -> str:
    """The session as an iCalendar object; CANCEL takes it out of the attendee's calendar again."""
    calendar = Calendar()
    calendar.add("prodid", "-//Competenze in Comune//Tutoraggio//IT")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(session, method=method, now=now, attendee=attendee, url=url))
    return calendar.to_ical().decode()


def _event(session: Session, *, method: str, now: datetime, attendee: User | None, url: str) -> Event:
    event = Event()
    event.add("uid", session.ical_uid)
    event.add("sequence", session.ical_sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("summary", _("Tutoring: %(topic)s") % {"topic": session.topic})
    event.add("description", _description(session))
    event.add("location", session.place or session.video_url or session.get_modality_display())
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    event["organizer"] = _address(address, name)
    if attendee:
        event.add("attendee", _address(attendee.email, str(attendee), role="REQ-PARTICIPANT", partstat="ACCEPTED"))
    if url:
        event["url"] = vUri(url)
    return event


def _description(session: Session) -> str:
    lines = [_("Tutor: %(tutor)s") % {"tutor": session.tutor}, str(session.service), session.video_url]
    return "\n".join(line for line in lines if line)


def _address(address: str, name: str, **parameters: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    for key, value in {"cn": name.replace('"', "'"), **parameters}.items():
        found.params[key.upper()] = vText(value)
    return found


# --- Messages ----------------------------------------------------------------------------------------------------
def queue_confirmation(booking: Booking, *, now: datetime) -> None:
    """To the learner and to the tutor, each with the entry for the own calendar."""
    session = booking.session
    subject = N_("Confirmed: tutoring %(topic)s, %(when)s")
    _queue(booking, session.tutor, "booking_confirmed_tutor", subject, method=REQUEST, now=now)
    _queue(booking, booking.learner, "booking_confirmed", subject, method=REQUEST, now=now)


def queue_cancellation(booking: Booking, *, now: datetime, tell_tutor: bool = True) -> None:
    """To both sides, whoever cancelled. The tutor's calendar keeps a group that others still attend."""
    session = booking.session
    subject = N_("Cancelled: tutoring %(topic)s, %(when)s")
    method = "" if session.is_scheduled else CANCEL
    if tell_tutor:
        _queue(booking, session.tutor, "booking_cancelled", subject, method=method, now=now)
    _queue(booking, booking.learner, "booking_cancelled", subject, method=CANCEL, now=now)


def queue_move(booking: Booking, move: SessionMove, *, now: datetime, tell_tutor: bool) -> None:
    """The new time to both sides; the entry in the calendars is the old one with a higher number."""
    subject = N_("Moved: tutoring %(topic)s, now %(when)s")
    more = {"move": move}
    if tell_tutor:
        _queue(booking, booking.session.tutor, "booking_moved", subject, method=REQUEST, now=now, more=more)
    _queue(booking, booking.learner, "booking_moved", subject, method=REQUEST, now=now, more=more)


def _queue(
    booking: Booking,
    recipient: User,
    template: str,
    subject: str,
    *,
    method: str,
    now: datetime,
    more: dict | None = None,
) -> None:
    session = booking.session
    path = session.get_absolute_url() if recipient.pk == session.tutor_id else booking.get_absolute_url()
    with translation.override("it"):
        starts_at = timezone.localtime(session.starts_at)
        when = date_format(starts_at, "j F Y, H:i")
        context = {"booking": booking, "session": session, "recipient": recipient, "url": settings.SITE_URL + path}
        context |= more or {}
        calendar = (
            calendar_of(session, method=method, now=now, attendee=recipient, url=context["url"]) if method else ""
        )
        queue_mail(
            key=f"{template}:{booking.pk}:{recipient.pk}{f':{session.ical_sequence}' if more else ''}",
            recipient=recipient.email,
            subject=_(subject) % {"topic": session.topic, "when": when},
            text=render_to_string(f"tutorship/emails/{template}.txt", context),
            calendar=calendar,
            calendar_method=method,
            now=now,
        )


# --- Requests ----------------------------------------------------------------------------------------------------
def queue_request(request: SessionRequest, *, coordinators: list[User], now: datetime) -> None:
    """To the person that it has arrived, and to whoever finds the tutor. The question stays on the page."""
    _queue_about(request, request.learner, "request_received", N_("Request received: tutoring %(topic)s"), now=now)
    for person in coordinators:
        _queue_about(request, person, "request_to_answer", N_("To be answered: tutoring %(topic)s"), now=now)


def queue_answer(request: SessionRequest, *, now: datetime) -> None:
    _queue_about(request, request.learner, "request_answered", N_("Answer: tutoring %(topic)s"), now=now)


def _queue_about(request: SessionRequest, recipient: User, template: str, subject: str, *, now: datetime) -> None:
    own = recipient.pk == request.learner_id
    path = request.get_absolute_url() if own else reverse("tutorship:request_answer", args=[request.pk])
    with translation.override("it"):
        context = {"request": request, "recipient": recipient, "url": settings.SITE_URL + path}
        queue_mail(
            key=f"{template}:{request.pk}:{recipient.pk}",
            recipient=recipient.email,
            subject=_(subject) % {"topic": request.topic},
            text=render_to_string(f"tutorship/emails/{template}.txt", context),
            now=now,
        )
