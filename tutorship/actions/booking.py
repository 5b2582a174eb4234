"""Taking a seat.

Two people want the same tutor at the same instant: the rows of both people are locked first, in order of their keys,
and the slot engine is asked again under the lock. Behind it stand the guard on Occupancy and the check on the seats.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Q, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Employment, User
from journal.actions import record
from territory.models import Area
from tutorship import emails
from tutorship.actions.cases import attach_files, put_into_case
from tutorship.models import Booking, Coverage, Occupancy, Search, Service, Session
from tutorship.models.availability import preference_of


@dataclass(frozen=True)
class Ask:
    """What the person brings: for which body, with which question; the page's key makes a second click harmless."""

    employment: Employment
    question: str
    answers: list = field(default_factory=list)
    key: str = ""
    files: Sequence[UploadedFile] = ()


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

    Raise ValidationError with code "slot_taken", "not_covered", "own_session", "wrong_employment", "body_full", or
    one about a file, as `write_in_case`; then nothing is booked.
    """
    learner = search.learner
    search = replace(search, body=ask.employment.body)
    is_employed = _lock_both(tutor, learner, ask.employment, now=search.now)
    again = find_booking(learner, tutor_id=tutor.pk, starts_at=starts_at, key=ask.key)
    if again:
        return again
    coverages = _check_request(search, tutor=tutor, area=area, is_employed=is_employed)
    session = next((group for group in search.groups(coverages) if group.starts_at == starts_at), None)
    if session:
        return take_seats(session, ask, learner=learner, seats=search.seats, now=search.now)
    tutor = coverages[0].tutor  # with the preferences
    if not search.can_book(tutor, area, starts_at):
        raise slot_taken()
    return book_new_session(search, ask, tutor=tutor, area=area, starts_at=starts_at)


def lock_people(*people_ids: int) -> None:
    """Serialise what happens to these people's calendars; always in the same order, so that nobody waits in a ring."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people_ids).order_by("pk").values_list("pk"))


def _lock_both(tutor: User, learner: User, employment: Employment, *, now: datetime) -> bool:
    """As `lock_people`; the same statement tells whether the employment is the learner's own."""
    own = _own_employments(learner, now=now).filter(pk=employment.pk)
    people = User.objects.select_for_update(no_key=True).filter(pk__in=[tutor.pk, learner.pk]).order_by("pk")
    return all(is_own for _pk, is_own in people.annotate(is_own=Exists(own)).values_list("pk", "is_own"))


def find_booking(learner: User, *, tutor_id: int, starts_at: datetime, key: str = "") -> Booking | None:
    """What the page with this key has already booked, even when it was cancelled since; or the own booking of this
    moment: the second click finds the first one's.
    """
    same_moment = Q(cancelled_at=None, session__tutor=tutor_id, session__starts_at=starts_at)
    same_page = Q(request_key=key) if key else Q(pk__in=[])
    own = Booking.objects.filter(same_page | same_moment, learner=learner)
    return own.for_display().order_by("-request_key").first()


def _check_request(search: Search, *, tutor: User, area: Area, is_employed: bool) -> list[Coverage]:
    if tutor.pk == search.learner.pk:
        raise ValidationError(_("Nobody books a session with oneself."), code="own_session")
    if not is_employed:
        raise wrong_employment()
    coverages = [row for row in search.coverages() if row.tutor_id == tutor.pk and row.area_id == area.pk]
    if not coverages:
        raise ValidationError(_("This tutor no longer answers on this topic in this area."), code="not_covered")
    return coverages


def require_own_employment(learner: User, employment: Employment, *, now: datetime) -> None:
    if not _own_employments(learner, now=now).filter(pk=employment.pk).exists():
        raise wrong_employment()


def _own_employments(learner: User, *, now: datetime):
    return Employment.objects.current(on=timezone.localdate(now)).filter(user=learner, refused_at=None)


def wrong_employment() -> ValidationError:
    return ValidationError(_("Choose one of the own bodies."), code="wrong_employment")


def slot_taken() -> ValidationError:
    return ValidationError(_("This time has been taken by somebody else."), code="slot_taken")


def plan_session(
    search: Search, *, tutor: User, area: Area, starts_at: datetime, state: str = Session.State.SCHEDULED
) -> Session:
    """A session that nobody attends yet, with its tutor and its room; only the database asks who is free."""
    session = _create_session(search, tutor=tutor, area=area, starts_at=starts_at, state=state)
    _insert_occupancies(_tutor_and_room(session, search))
    return session


def book_new_session(search: Search, ask: Ask, *, tutor: User, area: Area, starts_at: datetime) -> Booking:
    """A session and its first booking at once: tutor, room and learner become busy in one statement."""
    seats = search.seats
    if seats > search.service.capacity:
        raise slot_taken()
    session = _create_session(search, tutor=tutor, area=area, starts_at=starts_at, seats_taken=seats)
    _check_seats_of_body(session, ask.employment, seats=seats)
    _insert_occupancies([*_tutor_and_room(session, search), _occupancy(session, search.learner.pk)])
    return _write_booking(session, ask, learner=search.learner, seats=seats, now=search.now)


def _create_session(search: Search, *, tutor: User, area: Area, starts_at: datetime, **fields) -> Session:
    """Write the row of a session."""
    with translation.override("it"):  # the place is kept in Italian, whatever language the page was read in
        place = str(search.host or "")
    preference = preference_of(tutor)
    return Session.objects.create(
        tutor=tutor,
        service=search.service,
        topic=search.topic,
        area=area,
        starts_at=starts_at,
        ends_at=starts_at + search.terms.length,
        modality=Service.Modality.TOWN_HALL if search.on_site else Service.Modality.ONLINE,
        place=place,
        host=search.host,
        video_url=preference.video_url if preference and not search.on_site else "",
        capacity=search.service.capacity,
        ical_uid=f"{uuid4()}@{urlsplit(settings.SITE_URL).hostname}",
        **fields,
    )


def _tutor_and_room(session: Session, search: Search) -> list[Occupancy]:
    rows = [_occupancy(session, session.tutor_id, before=search.terms.before, after=search.terms.after)]
    if session.host_id:
        rows.append(_occupancy(session, session.host_id, kind=Occupancy.Resource.ROOM))
    return rows


def _occupancy(session: Session, resource_id: int, *, kind=Occupancy.Resource.PERSON, **buffers: timedelta):
    times = {"starts_at": session.starts_at, "ends_at": session.ends_at, **buffers}
    return Occupancy(resource_kind=kind, resource_id=resource_id, session=session, **times)


def occupy(session: Session, resource_id: int, *, kind=Occupancy.Resource.PERSON, **buffers: timedelta) -> None:
    """Make a person or a room busy during the session; the guard in the database refuses an overlap."""
    _insert_occupancies([_occupancy(session, resource_id, kind=kind, **buffers)])


def _insert_occupancies(rows: list[Occupancy]) -> None:
    try:
        with transaction.atomic():
            Occupancy.objects.bulk_create(rows)
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
    return _write_booking(session, ask, learner=learner, seats=seats, now=now)


def _write_booking(session: Session, ask: Ask, *, learner: User, seats: int, now: datetime) -> Booking:
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
    attach_files(booking.case, ask.files, author=learner, now=now)
    record("book_session", booking, actor=learner, area=session.area.slug, after=facts_of(session), now=now)
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


def facts_of(session: Session) -> dict:
    """What the journal keeps of a session. Never the question."""
    return {"topic": session.topic.name, "tutor": str(session.tutor), "starts_at": session.starts_at.isoformat()}


def lock_session(pk: int) -> Session:
    return Session.objects.select_for_update(of=("self",)).for_display().get(pk=pk)


def end_session(session: Session, *, now: datetime) -> None:
    """Nobody comes any more: everybody and the room are free again."""
    session.state, session.cancelled_at = Session.State.CANCELLED, now
    session.save(update_fields=["state", "cancelled_at"])
    session.occupancies.all().delete()
