"""Taking and giving back a seat.

Two people want the same tutor at the same instant: the rows of both people are locked first, in order of their keys,
and the slot engine is asked again under the lock. Behind it stand the guard on Occupancy and the check on the seats.
"""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Employment, User
from journal.actions import record
from territory.models import Area, PublicBody
from tutorship import emails
from tutorship.models import Booking, Occupancy, Search, Service, Session, Topic, TutorPreference
from tutorship.models.offer import Offer


@transaction.atomic
def book_session(
    search: Search, *, tutor: User, area: Area, starts_at: datetime, employment: Employment, question: str
) -> Booking:
    """Book the tutor at this moment, or take a seat in the group that is planned there. Asking again changes nothing.

    Raise ValidationError with code "slot_taken", "not_covered", "own_session" or "wrong_employment".
    """
    learner, now = search.learner, search.now
    search = replace(search, body=employment.body)
    lock_people(tutor.pk, learner.pk)
    again = find_booking(learner, tutor=tutor, starts_at=starts_at)
    if again:
        return again
    _check_request(search, tutor=tutor, area=area, employment=employment)
    session = _planned_group(search, tutor=tutor, area=area, starts_at=starts_at)
    if session is None:
        session = _plan_session(search, tutor=tutor, area=area, starts_at=starts_at)
    return _take_seat(session, learner=learner, employment=employment, question=question, now=now)


def lock_people(*people_ids: int) -> None:
    """Serialise what happens to these people's calendars; always in the same order, so that nobody waits in a ring."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people_ids).order_by("pk").values_list("pk"))


def find_booking(learner: User, *, tutor: User, starts_at: datetime) -> Booking | None:
    """The learner's own booking of this moment: the second click finds the first one's."""
    own = Booking.objects.active().filter(learner=learner, session__tutor=tutor, session__starts_at=starts_at)
    return own.for_display().first()


def _check_request(search: Search, *, tutor: User, area: Area, employment: Employment) -> None:
    if tutor.pk == search.learner.pk:
        raise ValidationError(_("Nobody books a session with oneself."), code="own_session")
    today = timezone.localdate(search.now)
    own = Employment.objects.current(on=today).filter(pk=employment.pk, user=search.learner, refused_at=None)
    if not own.exists():
        raise ValidationError(_("Choose one of the own bodies."), code="wrong_employment")
    if not any(row.tutor_id == tutor.pk and row.area_id == area.pk for row in search.coverages()):
        raise ValidationError(_("This tutor no longer answers on this topic in this area."), code="not_covered")


def slot_taken() -> ValidationError:
    return ValidationError(_("This time has been taken by somebody else."), code="slot_taken")


def _planned_group(search: Search, *, tutor: User, area: Area, starts_at: datetime) -> Session | None:
    coverages = [row for row in search.coverages() if row.tutor_id == tutor.pk and row.area_id == area.pk]
    return next((session for session in search.groups(coverages) if session.starts_at == starts_at), None)


def _plan_session(search: Search, *, tutor: User, area: Area, starts_at: datetime) -> Session:
    if not search.can_book(tutor, area, starts_at):
        raise slot_taken()
    service = search.service
    offer = Offer(starts_at, starts_at + search.terms.length, tutor, area, service.capacity)
    session = create_session(offer, service=service, topic=search.topic, host=search.host)
    occupy(session, tutor.pk)
    if session.host_id:
        occupy(session, session.host_id, kind=Occupancy.Resource.ROOM)
    return session


def create_session(offer: Offer, *, service: Service, topic: Topic, host: PublicBody | None) -> Session:
    """Write the row of a session that nobody attends yet."""
    online = service.modality == Service.Modality.ONLINE
    with translation.override("it"):  # the place is kept in Italian, whatever language the page was read in
        place = str(host or "")
    preference = TutorPreference.objects.filter(tutor=offer.tutor).first()
    return Session.objects.create(
        tutor=offer.tutor,
        service=service,
        topic=topic,
        area=offer.area,
        starts_at=offer.start,
        ends_at=offer.end,
        modality=service.modality,
        place=place,
        host=host,
        video_url=preference.video_url if preference and online else "",
        capacity=service.capacity,
        ical_uid=f"{uuid4()}@{urlsplit(settings.SITE_URL).hostname}",
    )


def occupy(session: Session, resource_id: int, *, kind=Occupancy.Resource.PERSON) -> None:
    """Make a person or a room busy during the session; the guard in the database refuses an overlap."""
    times = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    try:
        with transaction.atomic():
            Occupancy.objects.create(resource_kind=kind, resource_id=resource_id, session=session, **times)
    except IntegrityError as clash:
        raise slot_taken() from clash


def _take_seat(session: Session, *, learner: User, employment: Employment, question: str, now: datetime) -> Booking:
    free = Session.objects.with_free_seats().filter(pk=session.pk)
    if not free.update(seats_taken=F("seats_taken") + 1):
        raise slot_taken()
    occupy(session, learner.pk)
    session.refresh_from_db(fields=["seats_taken"])
    booking = Booking(
        session=session,
        learner=learner,
        employment=employment,
        body=employment.body,
        area=employment.body.area,
        question=question,
        booked_at=now,
    )
    booking.full_clean(exclude=["session", "learner", "employment", "body", "area", "cancelled_by"])
    booking.save()
    record("book_session", booking, actor=learner, area=session.area.slug, after=_facts(session), now=now)
    emails.queue_confirmation(booking, now=now)
    return booking


def _facts(session: Session) -> dict:
    """What the journal keeps of a session. Never the question."""
    return {"topic": session.topic.name, "tutor": str(session.tutor), "starts_at": session.starts_at.isoformat()}


# --- Giving back -------------------------------------------------------------------------------------------------
@transaction.atomic
def cancel_booking(booking: Booking, *, actor: User, reason: str, now: datetime) -> Booking:
    """Give one seat back. The last one to leave ends the session, and the tutor's time is free again.

    Raise ValidationError with code "not_cancellable" or "no_reason".
    """
    session = lock_session(booking.session_id)
    booking = Booking.objects.for_display().get(pk=booking.pk)
    _require_cancellable(booking.can_be_cancelled(now=now), reason)
    _withdraw(booking, session, actor=actor, reason=reason, now=now)
    if session.seats_taken == 0:
        _end_session(session, now=now)
    _announce_cancellation(booking, session, actor=actor, reason=reason, now=now)
    return booking


@transaction.atomic
def cancel_session(session: Session, *, actor: User, reason: str, now: datetime) -> Session:
    """Cancel the whole session for everybody. Raises as `cancel_booking` does."""
    session = lock_session(session.pk)
    _require_cancellable(session.can_be_changed(now=now), reason)
    bookings = list(session.bookings.active().for_display())
    for booking in bookings:
        _withdraw(booking, session, actor=actor, reason=reason, now=now)
    _end_session(session, now=now)
    record(
        "cancel_session", session, actor=actor, area=session.area.slug, reason=reason, after=_facts(session), now=now
    )
    for number, booking in enumerate(bookings):
        _announce_cancellation(booking, session, actor=actor, reason=reason, now=now, tell_tutor=number == 0)
    return session


def lock_session(pk: int) -> Session:
    return Session.objects.select_for_update(of=("self",)).for_display().get(pk=pk)


def _require_cancellable(is_cancellable: bool, reason: str) -> None:
    if not is_cancellable:
        raise ValidationError(_("This appointment has already been cancelled, or has begun."), code="not_cancellable")
    if not reason.strip():
        raise ValidationError(_("Write the reason: the other side reads it."), code="no_reason")


def _withdraw(booking: Booking, session: Session, *, actor: User, reason: str, now: datetime) -> None:
    booking.session = session
    booking.cancelled_at, booking.cancelled_by, booking.cancel_reason = now, actor, reason.strip()
    booking.is_late_cancel = actor.pk == booking.learner_id and now > session.cancel_until
    booking.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "is_late_cancel"])
    session.occupancies.of_people([booking.learner_id]).delete()
    session.seats_taken -= 1
    session.ical_sequence += 1
    session.save(update_fields=["seats_taken", "ical_sequence"])


def _end_session(session: Session, *, now: datetime) -> None:
    session.state, session.cancelled_at = Session.State.CANCELLED, now
    session.save(update_fields=["state", "cancelled_at"])
    session.occupancies.all().delete()


def _announce_cancellation(
    booking: Booking, session: Session, *, actor: User, reason: str, now: datetime, tell_tutor: bool = True
) -> None:
    after = {**_facts(session), "late": booking.is_late_cancel}
    record("cancel_booking", booking, actor=actor, area=session.area.slug, reason=reason.strip(), after=after, now=now)
    emails.queue_cancellation(booking, now=now, tell_tutor=tell_tutor)
