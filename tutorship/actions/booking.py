"""Taking and giving back a seat.

Two people want the same tutor at the same instant: the rows of both people are locked first, in order of their keys,
and the slot engine is asked again under the lock. Behind it stand the guard on Occupancy and the check on the seats.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Min, Q, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Employment, User
from journal.actions import record
from territory.models import Area
from tutorship import emails
from tutorship.actions.cases import put_into_case
from tutorship.models import Booking, Coverage, Occupancy, Search, Service, Session, TutorPreference
from tutorship.models.offer import Offer


@dataclass(frozen=True)
class Ask:
    """What the person brings: for which body, with which question; the page's key makes a second click harmless."""

    employment: Employment
    question: str
    answers: list = field(default_factory=list)
    key: str = ""


def book_first_free(search: Search, ask: Ask, *, tutor: User, area: Area, starts_at: datetime) -> Booking:
    """As `book_session`; when this tutor has been taken and nobody was asked for by name, the next who is free then.

    Each tutor is tried in a transaction of its own, so that nobody waits for a whole pool.
    """
    try:
        return book_session(search, ask, tutor=tutor, area=area, starts_at=starts_at)
    except ValidationError as refused:
        if search.tutor_id or refused.code not in {"slot_taken", "not_covered"}:
            raise
    for other in search.free_tutors(area, starts_at):
        try:
            return book_session(search, ask, tutor=other, area=area, starts_at=starts_at)
        except ValidationError as refused:
            if refused.code != "slot_taken":
                raise
    raise slot_taken()


@transaction.atomic
def book_session(search: Search, ask: Ask, *, tutor: User, area: Area, starts_at: datetime) -> Booking:
    """Book the tutor at this moment, or take seats in the group that is planned there. Asking again changes nothing.

    Raise ValidationError with code "slot_taken", "not_covered", "own_session", "wrong_employment" or "body_full".
    """
    learner = search.learner
    search = replace(search, body=ask.employment.body)
    lock_people(tutor.pk, learner.pk)
    again = find_booking(learner, tutor_id=tutor.pk, starts_at=starts_at, key=ask.key)
    if again:
        return again
    coverages = _check_request(search, tutor=tutor, area=area, employment=ask.employment)
    session = next((group for group in search.groups(coverages) if group.starts_at == starts_at), None)
    if session is None:
        if not search.can_book(tutor, area, starts_at):
            raise slot_taken()
        session = plan_session(search, tutor=tutor, area=area, starts_at=starts_at)
    return take_seats(session, ask, learner=learner, seats=search.seats, now=search.now)


def lock_people(*people_ids: int) -> None:
    """Serialise what happens to these people's calendars; always in the same order, so that nobody waits in a ring."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people_ids).order_by("pk").values_list("pk"))


def find_booking(learner: User, *, tutor_id: int, starts_at: datetime, key: str = "") -> Booking | None:
    """What the page with this key has already booked, even when it was cancelled since; or the own booking of this
    moment: the second click finds the first one's.
    """
    same_moment = Q(cancelled_at=None, session__tutor=tutor_id, session__starts_at=starts_at)
    same_page = Q(request_key=key) if key else Q(pk__in=[])
    own = Booking.objects.filter(same_page | same_moment, learner=learner)
    return own.for_display().order_by("-request_key").first()


def _check_request(search: Search, *, tutor: User, area: Area, employment: Employment) -> list[Coverage]:
    if tutor.pk == search.learner.pk:
        raise ValidationError(_("Nobody books a session with oneself."), code="own_session")
    require_own_employment(search.learner, employment, now=search.now)
    coverages = [row for row in search.coverages() if row.tutor_id == tutor.pk and row.area_id == area.pk]
    if not coverages:
        raise ValidationError(_("This tutor no longer answers on this topic in this area."), code="not_covered")
    return coverages


def require_own_employment(learner: User, employment: Employment, *, now: datetime) -> None:
    own = Employment.objects.current(on=timezone.localdate(now)).filter(user=learner, refused_at=None)
    if not own.filter(pk=employment.pk).exists():
        raise ValidationError(_("Choose one of the own bodies."), code="wrong_employment")


def slot_taken() -> ValidationError:
    return ValidationError(_("This time has been taken by somebody else."), code="slot_taken")


def plan_session(search: Search, *, tutor: User, area: Area, starts_at: datetime) -> Session:
    """A session that nobody attends yet, with its tutor and its room; only the database asks who is free."""
    offer = Offer(starts_at, starts_at + search.terms.length, tutor, area, search.service.capacity)
    session = create_session(offer, search=search)
    occupy(session, tutor.pk, before=search.terms.before, after=search.terms.after)
    if session.host_id:
        occupy(session, session.host_id, kind=Occupancy.Resource.ROOM)
    return session


def create_session(offer: Offer, *, search: Search) -> Session:
    """Write the row of a session that nobody attends yet."""
    with translation.override("it"):  # the place is kept in Italian, whatever language the page was read in
        place = str(search.host or "")
    preference = TutorPreference.objects.filter(tutor=offer.tutor).first()
    return Session.objects.create(
        tutor=offer.tutor,
        service=search.service,
        topic=search.topic,
        area=offer.area,
        starts_at=offer.start,
        ends_at=offer.end,
        modality=Service.Modality.TOWN_HALL if search.on_site else Service.Modality.ONLINE,
        place=place,
        host=search.host,
        video_url=preference.video_url if preference and not search.on_site else "",
        capacity=search.service.capacity,
        ical_uid=f"{uuid4()}@{urlsplit(settings.SITE_URL).hostname}",
    )


def occupy(session: Session, resource_id: int, *, kind=Occupancy.Resource.PERSON, **buffers: timedelta) -> None:
    """Make a person or a room busy during the session; the guard in the database refuses an overlap."""
    times = {"starts_at": session.starts_at, "ends_at": session.ends_at, **buffers}
    try:
        with transaction.atomic():
            Occupancy.objects.create(resource_kind=kind, resource_id=resource_id, session=session, **times)
    except IntegrityError as clash:
        raise slot_taken() from clash


def take_seats(session: Session, ask: Ask, *, learner: User, seats: int, now: datetime) -> Booking:
    """All the seats or none. The row of the session is locked from its update on: what follows counts exactly."""
    free = Session.objects.with_free_seats(seats).filter(pk=session.pk)
    if not free.update(seats_taken=F("seats_taken") + seats):
        raise slot_taken()
    _check_seats_of_body(session, ask.employment, seats=seats)
    occupy(session, learner.pk)
    if session.is_group:
        session.refresh_from_db(fields=["seats_taken"])
    else:
        session.seats_taken = seats
    booking = Booking(
        session=session,
        learner=learner,
        employment=ask.employment,
        body=ask.employment.body,
        area=ask.employment.body.area,
        seats=seats,
        question=ask.question,
        answers=ask.answers,
        request_key=ask.key,
        booked_at=now,
    )
    booking.clean_fields(exclude=["session", "learner", "employment", "body", "area", "cancelled_by"])
    put_into_case(booking, now=now)
    booking.save()  # its constraints are the database's
    record("book_session", booking, actor=learner, area=session.area.slug, after=_facts(session), now=now)
    emails.queue_confirmation(booking, now=now)
    return booking


def _check_seats_of_body(session: Session, employment: Employment, *, seats: int) -> None:
    limit = session.service.seats_per_body
    if not limit:
        return
    taken = session.bookings.active().filter(body=employment.body).aggregate(seats=Sum("seats"))["seats"] or 0
    if taken + seats > limit:
        raise ValidationError(
            _("Each body has %(limit)s seats in this group: they are taken.") % {"limit": limit}, code="body_full"
        )


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
def cancel_session(session: Session, *, actor: User | None, reason: str, now: datetime) -> Session:
    """Cancel the session for everybody; without an actor by the rules of the service. Raises as `cancel_booking`."""
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


def lock_session(pk: int) -> Session:
    return Session.objects.select_for_update(of=("self",)).for_display().get(pk=pk)


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


def _end_session(session: Session, *, now: datetime) -> None:
    session.state, session.cancelled_at = Session.State.CANCELLED, now
    session.save(update_fields=["state", "cancelled_at"])
    session.occupancies.all().delete()


def _announce_cancellation(
    booking: Booking, session: Session, *, actor: User | None, reason: str, now: datetime, tell_tutor: bool = True
) -> None:
    after = {**_facts(session), "late": booking.is_late_cancel}
    record("cancel_booking", booking, actor=actor, area=session.area.slug, reason=reason.strip(), after=after, now=now)
    emails.queue_cancellation(booking, now=now, tell_tutor=tell_tutor)
