"""The messages of the courses: one function each, a row in the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from accounts.models import User
from courses.models import Attempt, CompletionDecision, Enrolment, LiveSession, SeatRequest
from journal.actions import queue_mail
from lib.calendar_entry import CANCEL, REQUEST, Entry, calendar_text
from lib.elision import elided

SUBJECTS = {  # of a confirmed enrolment, by what led to it
    "": N_("Enrolled: %(course)s"),
    "waiting": N_("A seat is free, enrolled: %(course)s"),
    "approved": N_("Request approved, enrolled: %(course)s"),
}


def queue_enrolment_confirmation(enrolment: Enrolment, *, now: datetime, why: str = "") -> None:
    course = enrolment.edition.course
    with translation.override("it"):
        context = {
            "enrolment": enrolment,
            "edition": enrolment.edition,
            "why": why,
            "sessions": enrolment.edition.live_sessions.all(),
            "url": settings.SITE_URL + reverse("courses:course_detail", args=[course.slug]),
        }
        queue_mail(
            kind="courses.enrolment_confirmed",
            key=f"enrolment-confirmed:{enrolment.pk}",
            recipient=enrolment.user.email,
            subject=_(SUBJECTS[why]) % {"course": enrolment.edition},
            text=render_to_string("courses/emails/enrolment_confirmed.txt", context),
            now=now,
        )
    queue_invitations(enrolment, now=now)


def queue_completion_decided(decision: CompletionDecision, *, now: datetime) -> None:
    """To the learner: what was decided and why."""
    enrolment = decision.enrolment
    course = enrolment.edition.course
    with translation.override("it"):
        subject = _("Completed by decision: %(course)s") if decision.is_complete else _("Reopened: %(course)s")
        context = {
            "decision": decision,
            "enrolment": enrolment,
            "url": settings.SITE_URL + reverse("courses:course_detail", args=[course.slug]),
        }
        queue_mail(
            kind="courses.completion_decided",
            key=f"completion-decided:{decision.pk}",
            recipient=enrolment.user.email,
            subject=subject % {"course": enrolment.edition},
            text=render_to_string("courses/emails/completion_decided.txt", context),
            now=now,
        )


def queue_message(enrolment: Enrolment, *, subject: str, text: str, key: UUID, sender: User, now: datetime) -> bool:
    """To one participant, in the sender's words; return whether it is a new one."""
    edition = enrolment.edition
    with translation.override("it"):
        context = {"edition": edition, "text": text, "sender": sender}
        mail = queue_mail(
            kind="courses.edition_message",
            key=f"edition-message:{key}:{enrolment.pk}",
            recipient=enrolment.user.email,
            subject=subject,
            text=render_to_string("courses/emails/edition_message.txt", context),
            now=now,
        )
    return mail.created_at == now


class Reminder(StrEnum):
    WEEK, DAY, LATE = "week", "day", "late"

    @property
    def key(self) -> str:
        return f"due-{self}"


REMINDERS = {
    Reminder.WEEK: N_("To be completed by %(day)s: %(course)s"),
    Reminder.DAY: N_("Last days, to be completed by %(day)s: %(course)s"),
    Reminder.LATE: N_("It was to be completed by %(day)s: %(course)s"),
}


def queue_due_reminder(enrolment: Enrolment, reminder: Reminder, *, now: datetime) -> None:
    """Once for each due date: an extension is reminded of anew."""
    edition = enrolment.edition
    with translation.override("it"):
        path = reverse("courses:course_detail", args=[edition.course.slug])
        context = {"enrolment": enrolment, "is_late": reminder == Reminder.LATE, "url": settings.SITE_URL + path}
        queue_mail(
            kind="courses.due_reminder",
            key=f"{reminder.key}:{enrolment.pk}:{enrolment.due_on}",
            recipient=enrolment.user.email,
            subject=elided(_(REMINDERS[reminder]) % {"day": date_format(enrolment.due_on, "j F"), "course": edition}),
            text=render_to_string("courses/emails/due_reminder.txt", context),
            now=now,
        )


def queue_waiting(request: SeatRequest, *, now: datetime) -> None:
    """The place in the waiting list; needs `position`."""
    _queue_seat_mail(request, "waiting", N_("In the waiting list: %(course)s"), key=f"waiting:{request.pk}", now=now)


def queue_seat_offer(request: SeatRequest, *, now: datetime) -> None:
    key = f"seat-offered:{request.pk}"
    _queue_seat_mail(request, "seat_offered", N_("A seat is free, answer needed: %(course)s"), key=key, now=now)


def queue_offer_lapsed(request: SeatRequest, *, now: datetime) -> None:
    key = f"offer-lapsed:{request.pk}"
    _queue_seat_mail(request, "offer_lapsed", N_("The offer of a seat is over: %(course)s"), key=key, now=now)


def queue_request_refused(request: SeatRequest, *, now: datetime) -> None:
    key = f"request-refused:{request.pk}"
    _queue_seat_mail(request, "request_refused", N_("Request not approved: %(course)s"), key=key, now=now)


def queue_enrolment_cancelled(enrolment: Enrolment, *, reason: str, now: datetime) -> None:
    """To the person, when somebody else has ended the enrolment."""
    key, subject = f"enrolment-cancelled:{enrolment.pk}", N_("Enrolment cancelled: %(course)s")
    _queue_seat_mail(enrolment, "enrolment_cancelled", subject, key=key, now=now, reason=reason)


def queue_request_closed(request: SeatRequest, *, now: datetime) -> None:
    key = f"request-closed:{request.pk}"
    _queue_seat_mail(request, "request_closed", N_("No seat any more: %(course)s"), key=key, now=now)


def _queue_seat_mail(
    request: SeatRequest | Enrolment, template: str, subject: str, *, key: str, now: datetime, **facts
) -> None:
    with translation.override("it"):
        path = reverse("courses:course_detail", args=[request.edition.course.slug])
        context = {"request": request, "edition": request.edition, "url": settings.SITE_URL + path, **facts}
        queue_mail(
            kind=f"courses.{template}",
            key=key,
            recipient=request.user.email,
            subject=_(subject) % {"course": request.edition},
            text=render_to_string(f"courses/emails/{template}.txt", context),
            now=now,
        )


# --- Meetings: one mail and one calendar entry each ---------------------------------------------------------------
def queue_invitations(enrolment: Enrolment, *, now: datetime) -> None:
    """The coming meetings of an edition, for the calendar of whoever is enrolled."""
    for session in enrolment.edition.live_sessions.filter(ends_at__gt=now):
        _queue_meeting(session, enrolment.user, REQUEST, key=f"enrolment-{enrolment.pk}", now=now)


def queue_withdrawals(enrolment: Enrolment, *, now: datetime) -> None:
    """Take the coming meetings out of the calendar of whoever has left."""
    for session in enrolment.edition.live_sessions.filter(ends_at__gt=now):
        _queue_meeting(session, enrolment.user, CANCEL, key=f"enrolment-{enrolment.pk}", now=now)


def queue_meeting_news(
    session: LiveSession, method: str, *, clashes: Mapping[int, list[str]] | None = None, now: datetime
) -> None:
    """To everybody who takes part and to the tutors: a meeting is set or moved (REQUEST), or does not take place."""
    for enrolment in session.edition.enrolments.open().select_related("user"):
        _queue_meeting(session, enrolment.user, method, key=f"enrolment-{enrolment.pk}", now=now)
    for tutor in session.edition.tutors.all():
        about = (clashes or {}).get(tutor.pk, [])
        _queue_meeting(session, tutor, method, key=f"tutor-{tutor.pk}", clashes=about, now=now)


def queue_meeting_for_tutor(
    session: LiveSession, tutor: User, method: str, *, clashes: Sequence[str] = (), now: datetime
) -> None:
    """To a tutor who comes to the edition, or leaves it, when the meeting is planned already."""
    _queue_meeting(session, tutor, method, key=f"tutor-{tutor.pk}-{now:%Y%m%d%H%M%S}", clashes=clashes, now=now)


def meeting_calendar(session: LiveSession, method: str, *, now: datetime, attendee: User | None = None) -> str:
    edition = session.edition
    entry = Entry(
        uid=session.ical_uid,
        sequence=session.ical_sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=str(session),
        description="\n".join(filter(None, [str(edition), edition.video_url])),
        location=session.place or edition.place or edition.video_url,
    )
    person = (attendee.email, str(attendee)) if attendee else None
    url = settings.SITE_URL + reverse("courses:course_detail", args=[edition.course.slug])
    return calendar_text(entry, product="Corsi", method=method, now=now, attendee=person, url=url)


def _queue_meeting(
    session: LiveSession, person: User, method: str, *, key: str, clashes: Sequence[str] = (), now: datetime
) -> None:
    with translation.override("it"):
        if method == CANCEL:
            subject = _("Cancelled: %(meeting)s, %(when)s")
        else:
            subject = _("Changed: %(meeting)s, %(when)s") if session.ical_sequence else _("%(meeting)s, %(when)s")
        when = date_format(timezone.localtime(session.starts_at), "j F Y, H:i")
        url = settings.SITE_URL + reverse("courses:course_detail", args=[session.edition.course.slug])
        context = {"session": session, "edition": session.edition, "person": person, "url": url}
        context["clashes"] = clashes
        queue_mail(
            kind="courses.meeting",
            key=f"meeting:{session.pk}:{session.ical_sequence}:{method}:{key}",
            recipient=person.email,
            subject=subject % {"meeting": session, "when": when},
            text=render_to_string("courses/emails/meeting.txt", context | {"is_cancelled": method == CANCEL}),
            calendar=meeting_calendar(session, method, now=now, attendee=person),
            calendar_method=method,
            now=now,
        )


def queue_answers_to_mark(attempt: Attempt, *, now: datetime) -> None:
    """To each tutor of the edition; where it has none, the list of answers to mark shows it to ANCI."""
    edition = attempt.enrolment.edition
    with translation.override("it"):
        for tutor in edition.tutors.filter(is_active=True):
            context = {
                "tutor": tutor,
                "attempt": attempt,
                "edition": edition,
                "url": settings.SITE_URL + reverse("courses:marking_list"),
            }
            queue_mail(
                kind="courses.answers_to_mark",
                key=f"answers-to-mark:{attempt.pk}:{tutor.pk}",
                recipient=tutor.email,
                subject=_("An answer to mark: %(quiz)s, %(course)s") % {"quiz": attempt.quiz, "course": edition},
                text=render_to_string("courses/emails/answers_to_mark.txt", context),
                now=now,
            )


def queue_attempt_marked(attempt: Attempt, *, now: datetime) -> None:
    with translation.override("it"):
        context = {
            "attempt": attempt,
            "edition": attempt.enrolment.edition,
            "url": settings.SITE_URL + reverse("courses:attempt_result", args=[attempt.pk]),
        }
        queue_mail(
            kind="courses.attempt_marked",
            key=f"attempt-marked:{attempt.pk}",
            recipient=attempt.enrolment.user.email,
            subject=_("Marked: %(quiz)s, %(course)s") % {"quiz": attempt.quiz, "course": attempt.enrolment.edition},
            text=render_to_string("courses/emails/attempt_marked.txt", context),
            now=now,
        )
