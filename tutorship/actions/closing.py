"""After the session: who was there, what came of it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import CoursePage
from journal.actions import record
from tutorship.models import Booking, Outcome, Session
from tutorship.signals import session_closed

OVERTIME_MINUTES = 60


@transaction.atomic
def close_session(
    session: Session,
    *,
    attended_minutes: dict[int, int | None],
    summary: str,
    follow_up: str = "",
    needs_course: CoursePage | None = None,
    actor: User,
    now: datetime,
) -> Outcome:
    """Note who was there (booking id -> minutes, None for absent) and what came of it; done once.

    Raise ValidationError with code "already_closed", "not_started", "attendance_incomplete", "too_long", "no_summary".
    """
    session = Session.objects.select_for_update(of=("self",)).for_display().get(pk=session.pk)
    bookings = list(session.bookings.active())
    _check_closing(session, bookings, attended_minutes=attended_minutes, summary=summary, now=now)
    for booking in bookings:
        _note_attendance(booking, attended_minutes[booking.pk])
    session.state, session.closed_at = Session.State.CLOSED, now
    session.save(update_fields=["state", "closed_at"])
    outcome = Outcome.objects.create(
        session=session,
        summary=summary.strip(),
        minutes=max((minutes or 0 for minutes in attended_minutes.values()), default=0),
        follow_up=follow_up.strip(),
        needs_course=needs_course,
        written_by=actor,
        written_at=now,
    )
    after = {"present": sum(minutes is not None for minutes in attended_minutes.values()), "minutes": outcome.minutes}
    record("close_session", session, actor=actor, area=session.area.slug, after=after, now=now)
    session_closed.send(sender=Session, session=session, now=now)
    return outcome


def _check_closing(session: Session, bookings: list[Booking], *, attended_minutes, summary: str, now: datetime) -> None:
    if not session.is_scheduled:
        raise ValidationError(_("This session has already been closed or cancelled."), code="already_closed")
    if not session.has_started(now=now):
        raise ValidationError(_("The outcome is written after the session has begun."), code="not_started")
    if set(attended_minutes) != {booking.pk for booking in bookings}:
        raise ValidationError(_("Say for each person whether they were there."), code="attendance_incomplete")
    minutes = [number for number in attended_minutes.values() if number is not None]
    if any(not 0 < number <= session.length_minutes + OVERTIME_MINUTES for number in minutes):
        raise ValidationError(
            _("The minutes are more than the session could have lasted, or none at all."), code="too_long"
        )
    if minutes and not summary.strip():
        raise ValidationError(_("Write in two lines what came of it."), code="no_summary")


def _note_attendance(booking: Booking, minutes: int | None) -> None:
    booking.attendance = Booking.Attendance.NO_SHOW if minutes is None else Booking.Attendance.ATTENDED
    booking.attended_minutes = minutes or 0
    booking.save(update_fields=["attendance", "attended_minutes"])
