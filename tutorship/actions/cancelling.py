"""Giving back a seat, or a whole session. What becomes free is offered to who waits, in the same transaction."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from journal.actions import record
from tutorship import emails
from tutorship.actions import waiting
from tutorship.actions.booking import end_session, facts_of, lock_people, lock_session
from tutorship.models import Booking, Session
from tutorship.slots import Window


@transaction.atomic
def cancel_booking(booking: Booking, *, actor: User, reason: str, now: datetime) -> Booking:
    """Give one seat back. The last one to leave ends the session, and the tutor's time is free again.

    Raise ValidationError with code "not_cancellable" or "no_reason".
    """
    session = _lock(booking.session)
    booking = Booking.objects.for_display().get(pk=booking.pk)
    _require_cancellable(booking.can_be_cancelled(now=now), reason)
    _withdraw(booking, session, actor=actor, reason=reason, now=now)
    if session.is_group:
        waiting.call_next(session, now=now)
    if session.is_deserted:
        _end(session, now=now)
    _announce_cancellation(booking, session, actor=actor, reason=reason, now=now)
    return booking


@transaction.atomic
def cancel_session(session: Session, *, actor: User | None, reason: str, now: datetime) -> Session:
    """Cancel the session for everybody; without an actor by the rules of the service. Raises as `cancel_booking`."""
    session = _lock(session)
    _require_cancellable(session.can_be_changed(now=now), reason)
    bookings = list(session.bookings.active().for_display())
    for booking in bookings:
        _withdraw(booking, session, actor=actor, reason=reason, now=now)
    waiting.close_line(session, now=now)
    _end(session, now=now)
    record(
        "cancel_session", session, actor=actor, area=session.area.slug, reason=reason, after=facts_of(session), now=now
    )
    for number, booking in enumerate(bookings):
        _announce_cancellation(booking, session, actor=actor, reason=reason, now=now, tell_tutor=number == 0)
    return session


def cancel_small_groups(*, now: datetime) -> int:
    """Call off the groups that are too small at their time limit; return how many. One that opened later goes on."""
    called_off = 0
    for session in Session.objects.too_small().filter(starts_at__gt=now).for_display():
        opened_at = session.bookings.active().aggregate(at=Min("booked_at"))["at"]
        if opened_at and opened_at <= session.cancel_until <= now:
            with translation.override("it"):
                reason = _("Fewer people than needed have booked: the group needs %(minimum)s.")
            cancel_session(session, actor=None, reason=reason % {"minimum": session.service.minimum}, now=now)
            called_off += 1
    return called_off


def _lock(session: Session) -> Session:
    """People before the session, as whoever books does: nobody waits in a ring."""
    lock_people(session.tutor_id)
    return lock_session(session.pk)


def _end(session: Session, *, now: datetime) -> None:
    """End it, and offer the tutor's time to who waits for one."""
    end_session(session, now=now)
    waiting.offer_time(session.tutor, Window(session.starts_at, session.ends_at), now=now)


def _require_cancellable(is_cancellable: bool, reason: str) -> None:
    if not is_cancellable:
        raise ValidationError(_("This appointment has already been cancelled, or has begun."), code="not_cancellable")
    if not reason.strip():
        raise ValidationError(_("Write the reason: the other side reads it."), code="no_reason")


def _withdraw(booking: Booking, session: Session, *, actor: User | None, reason: str, now: datetime) -> None:
    booking.session = session
    booking.cancelled_at, booking.cancelled_by, booking.cancel_reason = now, actor, reason.strip()
    booking.is_late_cancel = actor is not None and actor.pk == booking.learner_id and now > session.cancel_until
    booking.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "is_late_cancel"])
    session.occupancies.of_people([booking.learner_id]).delete()
    session.seats_taken -= booking.seats
    session.ical_sequence += 1
    session.save(update_fields=["seats_taken", "ical_sequence"])


def _announce_cancellation(
    booking: Booking, session: Session, *, actor: User | None, reason: str, now: datetime, tell_tutor: bool = True
) -> None:
    after = {**facts_of(session), "late": booking.is_late_cancel}
    record("cancel_booking", booking, actor=actor, area=session.area.slug, reason=reason.strip(), after=after, now=now)
    emails.queue_cancellation(booking, now=now, tell_tutor=tell_tutor)
