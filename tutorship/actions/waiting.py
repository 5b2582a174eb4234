"""The waiting lists: for a seat in a full group, and for any free time on a topic.

What becomes free is offered in the transaction that frees it. An offer holds the seat, or the tutor's hour, until it is
answered or over; then the next is asked. Inside the notice of the service nobody is asked any more.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Employment, User
from journal.actions import record
from lib.waiting_list import turns
from tutorship import emails
from tutorship.actions.booking import (
    Ask,
    end_session,
    lock_people,
    lock_session,
    plan_session,
    require_own_employment,
    take_seats,
)
from tutorship.models import Booking, Coverage, Occupancy, Session, WaitingEntry
from tutorship.slots import Window

OFFER_TIME = timedelta(hours=24)
LONGEST_WAIT = timedelta(days=90)
State = WaitingEntry.State
ENDINGS = {
    State.LAPSED: "lapse_tutor_offer",
    State.WITHDRAWN: "leave_tutor_line",
    State.CLOSED: "close_tutor_line",
}
MAILS = {State.LAPSED: "waiting_lapsed", State.CLOSED: "waiting_closed"}


@transaction.atomic
def join_line(entry: WaitingEntry, *, now: datetime) -> WaitingEntry:
    """Put the person at the end. The second click finds the first place.

    Raise ValidationError with code "already_waiting" (`params["open"]` is the other place), "wrong_employment",
    "not_full", "which_group" or "body_full".
    """
    group = entry.group
    lock_people(*filter(None, [entry.learner_id, group and group.tutor_id]))
    same = WaitingEntry.objects.open().filter(learner=entry.learner, group=group)
    waiting = (same if group else same.filter(topic=entry.topic, area=entry.area)).first()
    if waiting and _written(waiting) == _written(entry):
        return waiting
    if waiting:
        message = _("There is already a place in this waiting list: what is written here has not been sent.")
        raise ValidationError(message, code="already_waiting", params={"open": waiting})
    require_own_employment(entry.learner, entry.employment, now=now)
    if group:
        _check_group(entry, lock_session(group.pk), now=now)
    elif entry.service.is_group:
        raise ValidationError(_("Choose the group to wait for."), code="which_group")
    entry.asked_at = now
    entry.full_clean(exclude=["learner", "employment", "area", "topic", "service", "group"])
    entry.save()
    _record("join_tutor_line", entry, actor=entry.learner, now=now)
    emails.queue_waiting(entry, "waiting_joined", now=now)
    return entry


def _written(entry: WaitingEntry) -> tuple:
    """What the person has filled in."""
    return entry.question, entry.answers, entry.seats, entry.service_id


def _check_group(entry: WaitingEntry, group: Session, *, now: datetime) -> None:
    search = entry.search(now=now)
    if group.pk not in {row.pk for row in search.full_groups(group.area)}:
        raise ValidationError(_("There are seats again: book one."), code="not_full")
    if not _share_is_left(entry, group):
        message = _("Each body has %(limit)s seats in this group: they are taken.")
        raise ValidationError(message % {"limit": group.service.seats_per_body}, code="body_full")


def _share_is_left(entry: WaitingEntry, group: Session) -> bool:
    limit = group.service.seats_per_body
    taken = group.bookings.active().filter(body=entry.employment.body).values_list("seats", flat=True)
    return not limit or sum(taken) + entry.seats <= limit


# --- Offers ------------------------------------------------------------------------------------------------------
def call_next(group: Session, *, now: datetime) -> None:
    """Offer every free seat to whoever is next, for the caller who holds the group's row.

    Who no longer works for the body, or whose body has had its share, is passed over with a message.
    """
    line = list(group.waiting.open().for_display().select_for_update(of=("self",)))
    if not line:
        return
    by_key = {row.pk: row for row in line}
    found = turns([row.as_place() for row in line], free=group.capacity - group.seats_taken, now=now)
    for key in found.lapsed:
        _end_offer(by_key[key], group, State.LAPSED, now=now)
    until = _offer_end(group, now=now)
    for key in found.called:
        if until > now and _can_be_served(by_key[key], now=now) and _share_is_left(by_key[key], group):
            _offer(by_key[key], group, until=until, now=now)
        else:
            _close(by_key[key], State.CLOSED, now=now)
            call_next(group, now=now)  # the seat is still free: count again
            return


def offer_time(tutor: User, within: Window, *, now: datetime) -> WaitingEntry | None:
    """A stretch of a tutor's time is free: hold it for the first in line who can use it."""
    covered = Coverage.objects.current(on=timezone.localdate(now)).filter(tutor=tutor).values_list("area", "topic")
    places = Q(pk__in=[])
    for area_id, topic_id in covered:
        places |= Q(area=area_id, topic=topic_id)
    for entry in WaitingEntry.objects.queued().for_any_time().filter(places).exclude(learner=tutor).for_display():
        start = entry.search(now=now).first_start(tutor, entry.area, within)
        if start and _can_be_served(entry, now=now) and _hold(entry, tutor, start, now=now):
            return entry
    return None


def _hold(entry: WaitingEntry, tutor: User, start: datetime, *, now: datetime) -> bool:
    """Plan the session that the offer holds; False when somebody else was faster, or the entry has left the line."""
    entry = WaitingEntry.objects.select_for_update(of=("self",)).for_display().get(pk=entry.pk)
    if entry.state != State.QUEUED:
        return False
    search = entry.search(now=now)
    try:
        with transaction.atomic():
            session = plan_session(search, tutor=tutor, area=entry.area, starts_at=start, state=Session.State.OFFERED)
    except ValidationError:
        return False
    _offer(entry, session, until=_offer_end(session, now=now), now=now)
    return True


def _offer_end(session: Session, *, now: datetime) -> datetime:
    """A day to answer, and never into the notice of the service."""
    return min(now + OFFER_TIME, session.starts_at - timedelta(hours=session.service.notice_hours))


def _offer(entry: WaitingEntry, session: Session, *, until: datetime, now: datetime) -> None:
    session.seats_held += entry.seats
    session.save(update_fields=["seats_held"])
    entry.state, entry.session, entry.offered_until = State.OFFERED, session, until
    entry.save(update_fields=["state", "session", "offered_until"])
    _record("offer_tutor_time", entry, now=now, after={"offered_until": until.isoformat()})
    emails.queue_waiting(entry, "waiting_offered", now=now)


def _can_be_served(entry: WaitingEntry, *, now: datetime) -> bool:
    today = timezone.localdate(now)
    return (
        entry.learner.is_active
        and Employment.objects.of(entry.learner, on=today).filter(pk=entry.employment_id).exists()
    )


# --- Answers -----------------------------------------------------------------------------------------------------
@transaction.atomic
def accept_offer(entry: WaitingEntry, *, now: datetime) -> Booking:
    """Turn the offer into the appointment. A second click finds it.

    Raise ValidationError with code "offer_over", "busy", "wrong_employment" or "body_full".
    """
    entry, session = _lock(entry)
    if entry.state == State.BOOKED:
        return entry.booking
    if not entry.is_offered(now=now) or session.has_started(now=now):
        raise ValidationError(_("This offer is over: the seat has gone to the next person."), code="offer_over")
    require_own_employment(entry.learner, entry.employment, now=now)
    own = Occupancy.objects.of_people([entry.learner_id]).within((session.starts_at, session.ends_at))
    if own.exists():
        raise ValidationError(_("There is another own appointment at that time: cancel it first."), code="busy")
    if session.is_group and session.seats_taken == 0:
        session.ical_sequence += 1  # the tutor’s entry was cancelled with the last one who came
    session.seats_held -= entry.seats
    session.state = Session.State.SCHEDULED
    session.save(update_fields=["seats_held", "state", "ical_sequence"])
    ask = Ask(entry.employment, entry.question, entry.answers)
    booking = take_seats(session, ask, learner=entry.learner, seats=entry.seats, now=now)
    _close(entry, State.BOOKED, now=now, booking=booking)
    return booking


@transaction.atomic
def leave_line(entry: WaitingEntry, *, now: datetime) -> None:
    """Leave the line, or decline the offer: it goes to the next. Raises ValidationError with code "not_open"."""
    entry, session = _lock(entry)
    if not entry.is_open:
        raise ValidationError(_("This place in the waiting list is closed already."), code="not_open")
    if session is None:
        _close(entry, State.WITHDRAWN, actor=entry.learner, now=now)
    else:
        _pass_on(entry, session, State.WITHDRAWN, actor=entry.learner, now=now)


def _lock(entry: WaitingEntry) -> tuple[WaitingEntry, Session | None]:
    """People, then the session, then the entry, as everybody does who changes seats."""
    held = WaitingEntry.objects.select_related("session").get(pk=entry.pk).session
    lock_people(*filter(None, [entry.learner_id, held and held.tutor_id]))
    session = lock_session(held.pk) if held else None
    entry = WaitingEntry.objects.select_for_update(of=("self",)).for_display().get(pk=entry.pk)
    return entry, session if session and session.pk == entry.session_id else None


# --- Ends --------------------------------------------------------------------------------------------------------
def _pass_on(entry: WaitingEntry, session: Session, state: State, *, now: datetime, actor: User | None = None) -> None:
    """End an offer, and ask the next one; for the caller who holds people and session."""
    for_group = entry.group_id is not None
    _end_offer(entry, session, state, actor=actor, now=now)
    if for_group:
        call_next(session, now=now)
    if session.is_deserted:
        end_session(session, now=now)
        offer_time(session.tutor, Window(session.starts_at, session.ends_at), now=now)


def _end_offer(
    entry: WaitingEntry, session: Session, state: State, *, now: datetime, actor: User | None = None
) -> None:
    session.seats_held -= entry.seats
    session.save(update_fields=["seats_held"])
    _close(entry, state, actor=actor, now=now)


@transaction.atomic
def take_back_offers(tutor: User, *, now: datetime) -> None:
    """The tutor leaves: hours that are held for an answer go, and who was asked keeps the turn."""
    lock_people(tutor.pk)
    for held in Session.objects.filter(tutor=tutor, state=Session.State.OFFERED).order_by("pk"):
        session = lock_session(held.pk)
        for entry in WaitingEntry.objects.select_for_update().filter(session=session):
            entry.state, entry.session, entry.offered_until = State.QUEUED, None, None
            entry.save(update_fields=["state", "session", "offered_until"])
            emails.take_back_offer(entry)
        session.seats_held = 0
        session.save(update_fields=["seats_held"])
        end_session(session, now=now)


def close_line(group: Session, *, now: datetime) -> None:
    """The group does not take place: nobody waits for it any more; for the caller who holds its row."""
    for entry in group.waiting.open().for_display():
        if entry.session_id:
            group.seats_held -= entry.seats
            group.save(update_fields=["seats_held"])
        _close(entry, State.CLOSED, now=now)


def _close(
    entry: WaitingEntry,
    state: State,
    *,
    now: datetime,
    actor: User | None = None,
    booking: Booking | None = None,
) -> None:
    entry.state, entry.closed_at, entry.booking = state, now, booking
    entry.session = entry.offered_until = None
    entry.save(update_fields=["state", "closed_at", "booking", "session", "offered_until"])
    if state in ENDINGS:  # a booking has its own entry
        _record(ENDINGS[state], entry, actor=actor, now=now)
    if state in MAILS:
        emails.queue_waiting(entry, MAILS[state], now=now)


def _record(action: str, entry: WaitingEntry, *, now: datetime, actor: User | None = None, after=None) -> None:
    facts = {"topic": entry.topic.name, **(after or {})}  # never the question
    record(action, entry, actor=actor, area=entry.area.slug, after=facts, now=now)


# --- By the clock ------------------------------------------------------------------------------------------------
def serve_waiting(*, now: datetime) -> int:
    """End what is over and offer what has become free elsewhere (new hours, a closure taken back); count the offers."""
    for pk in WaitingEntry.objects.lapsed(now=now).values_list("pk", flat=True):
        _lapse(pk, now=now)
    over = WaitingEntry.objects.queued().filter(Q(asked_at__lte=now - LONGEST_WAIT) | Q(group__starts_at__lte=now))
    for entry in over.for_display():
        _give_up(entry, now=now)
    return _offer_free_times(now=now)


@transaction.atomic
def _lapse(pk: int, *, now: datetime) -> None:
    entry, session = _lock(WaitingEntry.objects.get(pk=pk))
    if session and entry.state == State.OFFERED and entry.offered_until <= now:
        _pass_on(entry, session, State.LAPSED, now=now)


@transaction.atomic
def _give_up(entry: WaitingEntry, *, now: datetime) -> None:
    entry = WaitingEntry.objects.select_for_update(of=("self",)).for_display().get(pk=entry.pk)
    if entry.state == State.QUEUED:
        _close(entry, State.CLOSED, now=now)


def _offer_free_times(*, now: datetime) -> int:
    """In order of the line; once nothing is free for one, nothing is for the others who want the same."""
    offered, nothing_for = 0, set()
    for entry in WaitingEntry.objects.queued().for_any_time().for_display():
        wish = (entry.area_id, entry.topic_id, entry.service_id, entry.wants_town_hall and entry.employment.body_id)
        if wish in nothing_for:
            continue
        if _offer_first(entry, now=now):
            offered += 1
        else:
            nothing_for.add(wish)
    return offered


@transaction.atomic
def _offer_first(entry: WaitingEntry, *, now: datetime) -> bool:
    search = entry.search(now=now)
    first = next(iter(search.offers(entry.area)), None)
    if first is None or not _can_be_served(entry, now=now):
        return False
    lock_people(first.tutor.pk)
    return search.can_book(first.tutor, entry.area, first.start) and _hold(entry, first.tutor, first.start, now=now)
