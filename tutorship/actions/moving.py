"""Moving a session to another time. Until the new time is certain the old one stays."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal.actions import record
from tutorship import emails
from tutorship.actions import waiting
from tutorship.actions.booking import lock_people, lock_session, slot_taken
from tutorship.models import Booking, Move, Session, SessionMove
from tutorship.slots import Window


@transaction.atomic
def move_session(session: Session, *, starts_at: datetime, actor: User, reason: str, now: datetime) -> Session:
    """Give the session a new time for everybody who comes: the same entry in their calendars, one number higher.

    Raise ValidationError with code "not_movable", "no_reason" or "slot_taken"; then nothing has changed.
    """
    by_learner = session.tutor_id != actor.pk and session.bookings.active().filter(learner=actor).exists()
    lock_people(session.tutor_id, *Move(session, now, by_learner).people())
    session = lock_session(session.pk)
    bookings = list(Booking.objects.active().filter(session=session).for_display())
    _require_movable(session, bookings, by_learner=by_learner, reason=reason, now=now)
    if starts_at == session.starts_at:
        return session  # the second click
    if not Move(session, now, by_learner).can_start(starts_at):
        raise slot_taken()
    move = SessionMove(
        session=session,
        from_starts_at=session.starts_at,
        to_starts_at=starts_at,
        moved_by=actor,
        moved_at=now,
        reason=reason.strip(),
    )
    left = Window(session.starts_at, session.ends_at)
    _write(session, move)
    waiting.offer_time(session.tutor, left, now=now)
    facts = {"topic": session.topic.name, "tutor": str(session.tutor)}
    record(
        "move_session",
        session,
        actor=actor,
        area=session.area.slug,
        reason=move.reason,
        before={**facts, "starts_at": move.from_starts_at.isoformat()},
        after={**facts, "starts_at": starts_at.isoformat()},
        now=now,
    )
    for number, booking in enumerate(bookings):
        booking.session = session
        emails.queue_move(booking, move, now=now, tell_tutor=number == 0)
    return session


def _require_movable(
    session: Session, bookings: list[Booking], *, by_learner: bool, reason: str, now: datetime
) -> None:
    movable = session.can_be_changed(now=now)
    if by_learner:
        movable = all(booking.can_be_moved(now=now) for booking in bookings)
    if not movable:
        raise ValidationError(_("This appointment can no longer be moved."), code="not_movable")
    if not reason.strip():
        raise ValidationError(_("Write the reason: the other side reads it."), code="no_reason")


def _write(session: Session, move: SessionMove) -> None:
    """All or nothing: the guard of the database stands behind the check."""
    ends_at = move.to_starts_at + session.length
    try:
        with transaction.atomic():
            session.occupancies.update(starts_at=move.to_starts_at, ends_at=ends_at)
    except IntegrityError as clash:
        raise slot_taken() from clash
    session.starts_at, session.ends_at = move.to_starts_at, ends_at
    session.ical_sequence += 1
    session.save(update_fields=["starts_at", "ends_at", "ical_sequence"])
    move.save()
