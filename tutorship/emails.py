"""The messages of the tutorship and the calendar entries that travel with them.

The question never enters the calendar entry: calendars are often shared with a whole office.
"""

import hashlib
from datetime import UTC, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from icalendar import Calendar, Event, vUri

from accounts.models import User
from journal.actions import mail_row, queue_mail, queue_mails, withdraw_mail
from lib.calendar_entry import CANCEL, PUBLISH, REQUEST, Entry, calendar_text
from tutorship.models import (
    Booking,
    Case,
    FollowUpTask,
    Outcome,
    Session,
    SessionMove,
    SessionRequest,
    WaitingEntry,
)
from tutorship.models.agenda import CalendarRow


# --- Calendar entries --------------------------------------------------------------------------------------------
def calendar_of(session: Session, *, method: str, now: datetime, attendee: User | None = None, url: str = "") -> str:
    """The session as an iCalendar object; CANCEL takes it out of the attendee's calendar again."""
    entry = Entry(
        uid=session.ical_uid,
        sequence=session.ical_sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=_("Tutoring: %(topic)s") % {"topic": session.topic},
        description=_description(session),
        location=session.place or session.video_url or session.get_modality_display(),
    )
    person = (attendee.email, str(attendee)) if attendee else None
    return calendar_text(entry, product="Tutoraggio", method=method, now=now, attendee=person, url=url)


def feed_text(rows: list[CalendarRow], *, now: datetime) -> str:
    """A person's whole calendar, for a programme that reads it again and again."""
    calendar = Calendar()
    calendar.add("prodid", "-//Competenze in Comune//Calendario//IT")
    calendar.add("version", "2.0")
    calendar.add("method", PUBLISH)
    calendar.add("x-wr-calname", "Competenze in Comune")
    calendar.add("x-published-ttl", "PT1H")
    for row in rows:
        event = Event()
        event.add("uid", row.uid)
        event.add("sequence", row.sequence)
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", row.starts_at.astimezone(UTC))
        event.add("dtend", row.ends_at.astimezone(UTC))
        event.add("summary", row.title)
        event.add("location", row.where)
        event["url"] = vUri(settings.SITE_URL + row.path)
        calendar.add_component(event)
    return calendar.to_ical().decode()


def feed_fingerprint(rows: list[CalendarRow]) -> str:
    """The same as long as nothing in the calendar changes, whenever it is read."""
    return hashlib.sha256(repr([tuple(map(str, row)) for row in rows]).encode()).hexdigest()[:32]


def _description(session: Session) -> str:
    lines = [_("Tutor: %(tutor)s") % {"tutor": session.tutor}, str(session.service), session.video_url]
    return "\n".join(line for line in lines if line)


# --- Messages ----------------------------------------------------------------------------------------------------
def queue_confirmation(booking: Booking, *, now: datetime) -> None:
    """To the learner and to the tutor, each with the entry for the own calendar."""
    session = booking.session
    subject = N_("Confirmed: tutoring %(topic)s, %(when)s")
    pairs = [(session.tutor, "booking_confirmed_tutor"), (booking.learner, "booking_confirmed")]
    mails = [_mail(booking, person, template, subject, method=REQUEST, now=now) for person, template in pairs]
    queue_mails(mail_row(**mail) for mail in mails)


def queue_cancellation(booking: Booking, *, now: datetime, tell_tutor: bool = True) -> None:
    """To both sides, whoever cancelled. A group that others still attend stays in their calendars and the tutor's."""
    session = booking.session
    subject = N_("Cancelled: tutoring %(topic)s, %(when)s")
    still_on = session.is_scheduled and session.seats_taken > 0
    method = REQUEST if still_on else CANCEL
    withdraw_mail(prefix=f"reminder:{session.pk}:{booking.learner_id}:")
    if not still_on:
        withdraw_mail(prefix=f"reminder:{session.pk}:")
    if tell_tutor:
        _queue(booking, session.tutor, "booking_cancelled", subject, method=method, now=now)
    _queue(booking, booking.learner, "booking_cancelled", subject, method=CANCEL, now=now)
    if still_on:
        _queue_to_who_stays(session, now=now)


def _queue_to_who_stays(session: Session, *, now: datetime) -> None:
    subject, mails = N_("As planned: tutoring %(topic)s, %(when)s"), []
    for other in session.bookings.active().for_display():
        other.session = session
        more = {"stays": True}
        mails.append(_mail(other, other.learner, "group_goes_on", subject, method=REQUEST, now=now, more=more))
    queue_mails(mail_row(**mail) for mail in mails)


def queue_move(booking: Booking, move: SessionMove, *, now: datetime, tell_tutor: bool) -> None:
    """The new time to both sides; the entry in the calendars is the old one with a higher number."""
    subject = N_("Moved: tutoring %(topic)s, now %(when)s")
    withdraw_mail(prefix=f"reminder:{booking.session_id}:")
    more = {"move": move}
    if tell_tutor:
        _queue(booking, booking.session.tutor, "booking_moved", subject, method=REQUEST, now=now, more=more)
    _queue(booking, booking.learner, "booking_moved", subject, method=REQUEST, now=now, more=more)


def queue_handover(session: Session, bookings: list[Booking], before: User, *, reason: str, now: datetime) -> None:
    """The entry leaves the former tutor's calendar and comes into the new one's; the others' is brought up to date."""
    withdraw_mail(prefix=f"reminder:{session.pk}:{before.pk}:")
    subject, more = N_("Another tutor: %(topic)s, %(when)s"), {"before": before, "reason": reason}
    confirmed = N_("Confirmed: tutoring %(topic)s, %(when)s")
    for number, booking in enumerate(bookings):
        booking.session = session
        if number == 0:
            _queue(booking, before, "session_taken_over", subject, method=CANCEL, now=now, more=more)
        _queue(booking, session.tutor, "booking_confirmed_tutor", confirmed, method=REQUEST, now=now, more=more)
        _queue(booking, booking.learner, "session_taken_over", subject, method=REQUEST, now=now, more=more)


def _queue(booking: Booking, recipient: User, template: str, subject: str, **options) -> None:
    queue_mail(**_mail(booking, recipient, template, subject, **options))


def _mail(
    booking: Booking,
    recipient: User,
    template: str,
    subject: str,
    *,
    method: str,
    now: datetime,
    more: dict | None = None,
) -> dict:
    """The arguments of `queue_mail`."""
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
        return {
            "kind": f"tutorship.{template}",
            "key": f"{template}:{booking.pk}:{recipient.pk}{f':{session.ical_sequence}' if more else ''}",
            "recipient": recipient.email,
            "subject": _(subject) % {"topic": session.topic, "when": when},
            "text": render_to_string(f"tutorship/emails/{template}.txt", context),
            "calendar": calendar,
            "calendar_method": method,
            "now": now,
        }


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
            kind=f"tutorship.{template}",
            key=f"{template}:{request.pk}:{recipient.pk}",
            recipient=recipient.email,
            subject=_(subject) % {"topic": request.topic},
            text=render_to_string(f"tutorship/emails/{template}.txt", context),
            now=now,
        )


# --- The waiting list ---------------------------------------------------------------------------------------------
WAITING_SUBJECTS = {
    "waiting_joined": N_("In the waiting list: tutoring %(topic)s"),
    "waiting_offered": N_("A time is free, answer needed: tutoring %(topic)s"),
    "waiting_lapsed": N_("The offer is over: tutoring %(topic)s"),
    "waiting_closed": N_("No seat any more: tutoring %(topic)s"),
}


def queue_waiting(entry: WaitingEntry, template: str, *, now: datetime) -> None:
    """To the person who waits. An offer that is over is no longer sent."""
    with translation.override("it"):
        context = {
            "entry": entry,
            "held": entry.session or entry.group,
            "recipient": entry.learner,
            "url": settings.SITE_URL + entry.get_absolute_url(),
            "start_url": settings.SITE_URL + reverse("tutorship:booking_start"),
        }
        queue_mail(
            kind=f"tutorship.{template}",
            key=f"{template}:{entry.pk}{f':{entry.session_id}' if entry.session_id else ''}",
            recipient=entry.learner.email,
            subject=_(WAITING_SUBJECTS[template]) % {"topic": entry.topic},
            text=render_to_string(f"tutorship/emails/{template}.txt", context),
            now=now,
            expires_at=entry.offered_until,
        )


def take_back_offer(entry: WaitingEntry) -> None:
    """What has not left yet is no longer true."""
    withdraw_mail(prefix=f"waiting_offered:{entry.pk}:")


# --- Before the session ------------------------------------------------------------------------------------------
def reminder_key(session: Session, recipient: User, code: str) -> str:
    """One reminder of each kind for each time that the session has had."""
    return f"reminder:{session.pk}:{recipient.pk}:{code}:{session.starts_at:%Y%m%d%H%M}"


def queue_reminder(about: Session | Booking, recipient: User, code: str, *, now: datetime) -> None:
    """The session is near; nobody is reminded of one that has begun."""
    session = about if isinstance(about, Session) else about.session
    calendar = calendar_of(session, method=REQUEST, now=now, attendee=recipient, url=_url(about))
    subject = N_("Reminder: tutoring %(topic)s, %(when)s")
    mail = {"calendar": calendar, "calendar_method": REQUEST, "expires_at": session.starts_at}
    _tell(recipient, "reminder", subject, about=about, key=reminder_key(session, recipient, code), now=now, mail=mail)


# --- After the session -------------------------------------------------------------------------------------------
def queue_outcome(booking: Booking, outcome: Outcome, *, now: datetime) -> None:
    """To everybody who had a seat: where the outcome stands, and what the training record says because of it."""
    template = "outcome_corrected" if outcome.corrected_at else "outcome_written"
    subject = (
        N_("Outcome corrected: tutoring %(topic)s, %(when)s")
        if outcome.corrected_at
        else N_("Outcome: tutoring %(topic)s, %(when)s")
    )
    key = f"{template}:{booking.pk}:{now.isoformat()}"
    _tell(booking.learner, "outcome_written", subject, about=booking, key=key, now=now, outcome=outcome)


def queue_task(task: FollowUpTask, about: Session | Booking, *, now: datetime) -> None:
    """To whoever has to do it; `about` is the page where it stands for them."""
    subject = N_("To be done: %(task)s")
    _tell(task.owner, "task_added", subject, about=about, key=f"task_added:{task.pk}", now=now, task=task)


def queue_task_due(task: FollowUpTask, about: Session | Booking, *, now: datetime) -> None:
    subject = N_("By tomorrow: %(task)s")
    _tell(task.owner, "task_due", subject, about=about, key=task_due_key(task), now=now, task=task)


def task_due_key(task: FollowUpTask) -> str:
    return f"task_due:{task.pk}:{task.due_on}"


def queue_outcome_due(session: Session, *, now: datetime) -> None:
    subject = N_("Outcome still to write: tutoring %(topic)s, %(when)s")
    key = outcome_due_key(session)
    _tell(session.tutor, "outcome_due", subject, about=session, key=key, now=now)


def outcome_due_key(session: Session) -> str:
    return f"outcome_due:{session.pk}"


CASE_SUBJECTS = {
    "case_message": N_("Something new in the case: %(topic)s"),
    "case_reassigned": N_("Another tutor for the case: %(topic)s"),
    "case_escalated": N_("A case for the coordinators: %(topic)s"),
}


def queue_case(case: Case, template: str, recipient: User, *, key: object, now: datetime, **facts) -> None:
    """What is new about a case; never what was written in it."""
    with translation.override("it"):
        context = {"case": case, "recipient": recipient, "url": settings.SITE_URL + case.get_absolute_url(), **facts}
        queue_mail(
            kind=f"tutorship.{template}",
            key=f"{template}:{case.pk}:{recipient.pk}:{key}",
            recipient=recipient.email,
            subject=_(CASE_SUBJECTS[template]) % {"topic": case.topic},
            text=render_to_string(f"tutorship/emails/{template}.txt", context),
            now=now,
        )


def _url(about: Session | Booking) -> str:
    return settings.SITE_URL + about.get_absolute_url()


def _tell(
    recipient: User,
    template: str,
    subject: str,
    *,
    about: Session | Booking,
    key: str,
    now: datetime,
    mail: dict | None = None,
    **facts,
) -> None:
    """A message about a session or a booking; `mail` goes to `queue_mail` as it is."""
    session = about if isinstance(about, Session) else about.session
    with translation.override("it"):
        when = date_format(timezone.localtime(session.starts_at), "j F Y, H:i")
        words = {"topic": session.topic, "when": when, "task": facts.get("task")}
        context = {"about": about, "session": session, "recipient": recipient, "url": _url(about), **facts}
        queue_mail(
            kind=f"tutorship.{template}",
            key=key,
            recipient=recipient.email,
            subject=(_(subject) % words)[:250],
            text=render_to_string(f"tutorship/emails/{template}.txt", context),
            now=now,
            **mail or {},
        )
