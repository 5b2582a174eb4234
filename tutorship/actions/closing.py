"""After the session: who was there, what came of it; and how that is put right again."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import CoursePage
from journal.actions import record
from tutorship import emails
from tutorship.actions.cases import settle_case
from tutorship.models import Booking, Outcome, Session
from tutorship.signals import session_closed

OVERTIME_MINUTES = 60
Attendance = dict[int, int | None]  # booking id -> minutes, None for absent


@transaction.atomic
def close_session(
    session: Session,
    *,
    attended_minutes: Attendance,
    kind: str,
    summary: str,
    needs_course: CoursePage | None = None,
    actor: User,
    now: datetime,
) -> Outcome:
    """Note who was there and what came of it; a session where nobody came ends so, whatever `kind` says.

    Raise ValidationError with code "already_closed", "not_started", "attendance_incomplete", "too_long", "no_summary",
    "no_kind" or "no_course".
    """
    session = _lock(session)
    if not session.is_scheduled:
        raise ValidationError(_("This session has already been closed or cancelled."), code="already_closed")
    if not session.has_started(now=now):
        raise ValidationError(_("The outcome is written after the session has begun."), code="not_started")
    outcome = Outcome(session=session, written_by=actor, written_at=now)
    facts = {"kind": kind, "summary": summary, "needs_course": needs_course}
    bookings = _write(outcome, attended_minutes, **facts, actor=actor)
    session.state, session.closed_at = Session.State.CLOSED, now
    session.save(update_fields=["state", "closed_at"])
    record("close_session", session, actor=actor, area=session.area.slug, after=_facts(outcome, bookings), now=now)
    session_closed.send(sender=Session, session=session, now=now)
    return outcome


@transaction.atomic
def correct_outcome(
    session: Session,
    *,
    attended_minutes: Attendance,
    kind: str,
    summary: str,
    needs_course: CoursePage | None = None,
    reason: str,
    actor: User,
    now: datetime,
) -> Outcome:
    """Put attendance and outcome right within the time for it; the training record follows.

    Raise ValidationError with code "not_closed", "too_late", "no_reason", or as `close_session` does.
    """
    session = _lock(session)
    outcome = Outcome.objects.filter(session=session).select_related("needs_course").first()
    if outcome is None:
        raise ValidationError(_("This session has no outcome yet."), code="not_closed")
    if not outcome.can_be_corrected(now=now):
        raise ValidationError(_("The time in which the outcome could be corrected is over."), code="too_late")
    if not reason.strip():
        raise ValidationError(_("Write why it is corrected: the register keeps it."), code="no_reason")
    before = _facts(outcome, list(session.bookings.active()))
    outcome.corrected_at = now
    facts = {"kind": kind, "summary": summary, "needs_course": needs_course}
    bookings = _write(outcome, attended_minutes, **facts, actor=actor)
    change = {"before": before, "after": _facts(outcome, bookings), "reason": reason.strip()}
    record("correct_outcome", session, actor=actor, area=session.area.slug, now=now, **change)
    session_closed.send(sender=Session, session=session, now=now)
    return outcome


def _lock(session: Session) -> Session:
    return Session.objects.select_for_update(of=("self",)).for_display().get(pk=session.pk)


def _write(
    outcome: Outcome, attended_minutes: Attendance, *, kind, summary: str, needs_course, actor: User
) -> list[Booking]:
    """Attendance and outcome together, once they make sense; everybody who had a seat is told."""
    session = outcome.session
    bookings = list(session.bookings.active().for_display().order_by("pk"))
    _check_attendance(session, bookings, attended_minutes)
    minutes = [number for number in attended_minutes.values() if number is not None]
    if minutes:
        _check_outcome(kind, summary=summary, needs_course=needs_course)
    for booking in bookings:
        _note_attendance(booking, attended_minutes[booking.pk])
        is_correction, now = outcome.corrected_at is not None, outcome.corrected_at or outcome.written_at
        settle_case(booking, kind, is_correction=is_correction, actor=actor, now=now)
    outcome.kind = kind if minutes else Outcome.Kind.NO_SHOW
    outcome.summary, outcome.needs_course, outcome.minutes = summary.strip(), needs_course, max(minutes, default=0)
    outcome.save()
    for booking in bookings:
        emails.queue_outcome(booking, outcome, now=outcome.corrected_at or outcome.written_at)
    return bookings


def _check_attendance(session: Session, bookings: list[Booking], attended_minutes: Attendance) -> None:
    if set(attended_minutes) != {booking.pk for booking in bookings}:
        raise ValidationError(_("Say for each person whether they were there."), code="attendance_incomplete")
    minutes = [number for number in attended_minutes.values() if number is not None]
    if any(not 0 < number <= session.length_minutes + OVERTIME_MINUTES for number in minutes):
        raise ValidationError(
            _("The minutes are more than the session could have lasted, or none at all."), code="too_long"
        )


def _check_outcome(kind: str, *, summary: str, needs_course: CoursePage | None) -> None:
    if kind not in set(Outcome.Kind) - {Outcome.Kind.NO_SHOW}:
        raise ValidationError(_("Say how it ended."), code="no_kind")
    if kind == Outcome.Kind.NEEDS_COURSE and needs_course is None:
        raise ValidationError(_("Choose the course that is needed."), code="no_course")
    if not summary.strip():
        raise ValidationError(_("Write in two lines what came of it."), code="no_summary")


def _note_attendance(booking: Booking, minutes: int | None) -> None:
    booking.attendance = Booking.Attendance.NO_SHOW if minutes is None else Booking.Attendance.ATTENDED
    booking.attended_minutes = minutes or 0
    booking.save(update_fields=["attendance", "attended_minutes"])


def _facts(outcome: Outcome, bookings: list[Booking]) -> dict:
    """What the register keeps: who was there and for how long, by numbers; never the summary."""
    present = [booking for booking in bookings if booking.attendance == Booking.Attendance.ATTENDED]
    with translation.override("it"):
        kind = str(outcome.get_kind_display())
    return {"present": len(present), "minutes": sum(booking.attended_minutes for booking in present), "outcome": kind}
