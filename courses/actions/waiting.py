"""The waiting list of an edition: joined at the end, served from the front, in the transaction that frees a seat."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Employment, User
from courses import emails
from courses.actions.seat import can_still_be_seated, free_seats, lock_edition, take_seat
from courses.models import Edition, Enrolment, SeatRequest
from journal.actions import record
from lib.waiting_list import turns
from territory.models import slug_of

State = SeatRequest.State
ENDINGS = {
    State.REFUSED: "refuse_request",
    State.WITHDRAWN: "withdraw_seat_request",
    State.LAPSED: "lapse_offer",
    State.CLOSED: "close_request",
}


def join_waiting_list(
    edition: Edition, *, user: User, employment: Employment, actor: User, now: datetime
) -> SeatRequest:
    """Put a person at the end, for the caller who holds the edition and has checked the offer."""
    request = SeatRequest(edition=edition, user=user, employment=employment, asked_at=now)
    put_in_line(request, actor=actor, now=now)
    return request


def put_in_line(request: SeatRequest, *, actor: User, now: datetime) -> None:
    """Give a new or an approved request the last turn, for the caller who holds the edition."""
    edition, employment = request.edition, request.employment
    last = edition.seat_requests.aggregate(last=Max("number"))["last"] or 0
    request.state, request.number = State.QUEUED, last + 1
    request.save()
    after = {"edition": edition.code, "body": str(employment.body)}
    record("join_waiting_list", request, actor=actor, area=slug_of(employment.body.area), after=after, now=now)
    emails.queue_waiting(SeatRequest.objects.with_position().get(pk=request.pk), now=now)


def call_next(edition: Edition, *, now: datetime) -> int:
    """Give every free seat to whoever is next, for the caller who holds the edition; return how many were called.

    An offer that is over ends first. Who no longer works where the request says is passed over, with a message.
    """
    called = 0
    line = list(edition.seat_requests.in_line().select_related("user", "employment__body__area"))
    if not line or edition.is_cancelled:
        return called
    free = free_seats(edition)
    found = turns([row.as_place() for row in line], free=free, now=now)
    for request in found.lapsed:
        close_request(request, State.LAPSED, now=now)
        emails.queue_offer_lapsed(request, now=now)
    for request in found.called:
        if can_still_be_seated(request, now=now):
            _call(request, edition, now=now)
            called += 1
        else:
            close_request(request, State.CLOSED, now=now)
            emails.queue_request_closed(request, now=now)
            return called + call_next(edition, now=now)  # the seat is still free: count again
    return called


def _call(request: SeatRequest, edition: Edition, *, now: datetime) -> None:
    """The seat itself, or where the edition asks for an answer, an offer that holds it."""
    if edition.offer_hours is None:
        give_seat(request, edition, actor=None, now=now)
        return
    request.state, request.offered_until = State.OFFERED, now + timedelta(hours=edition.offer_hours)
    request.save(update_fields=["state", "offered_until"])
    after = {"offered_until": request.offered_until.isoformat()}
    record("offer_seat", request, area=slug_of(request.employment.body.area), after=after, now=now)
    emails.queue_seat_offer(request, now=now)


def give_seat(
    request: SeatRequest, edition: Edition, *, actor: User | None, now: datetime, why: str = "waiting"
) -> Enrolment:
    """Turn a request into the enrolment, for the caller who holds the edition and has found the seat."""
    close_request(request, State.ENROLLED, now=now)
    return take_seat(edition, user=request.user, employment=request.employment, actor=actor, why=why, now=now)


def close_request(
    request: SeatRequest, state: State, *, now: datetime, actor: User | None = None, reason: str = ""
) -> None:
    request.state, request.closed_at, request.offered_until = state, now, None
    request.save(update_fields=["state", "closed_at", "offered_until", "reason"])
    if action := ENDINGS.get(state):  # an enrolment has its own entry
        record(action, request, actor=actor, area=slug_of(request.employment.body.area), reason=reason, now=now)


def has_seat_for_newcomers(edition: Edition) -> bool:
    """Whether a seat is left once everybody in the waiting list has had one."""
    free = free_seats(edition)
    return free is None or free > edition.seat_requests.in_line().count()


@transaction.atomic
def accept_offer(request: SeatRequest, *, now: datetime) -> Enrolment:
    """Turn the offer into the enrolment. Raises ValidationError "offer_over" when its time is up."""
    edition = lock_edition(request.edition_id)
    request = edition.seat_requests.select_related("user", "employment__body__area").get(pk=request.pk)
    is_live = request.state == State.OFFERED and request.offered_until > now
    if not is_live or edition.is_cancelled or not can_still_be_seated(request, now=now):
        raise ValidationError(_("This offer is over: the seat has gone to the next person."), code="offer_over")
    return give_seat(request, edition, actor=request.user, now=now)


@transaction.atomic
def withdraw_request(request: SeatRequest, *, actor: User, now: datetime, reason: str = "") -> None:
    """Leave the waiting list, or decline the offer: its seat goes to the next. Raises ValidationError "not_open"."""
    edition = lock_edition(request.edition_id)
    request = edition.seat_requests.select_related("user", "employment__body__area").get(pk=request.pk)
    if not request.is_open:
        raise ValidationError(_("This request is closed already."), code="not_open")
    close_request(request, State.WITHDRAWN, actor=actor, reason=reason, now=now)
    call_next(edition, now=now)


def close_requests(edition: Edition, *, now: datetime) -> None:
    """Nobody gets a seat any more, and everybody is told; for the caller who holds the edition."""
    for request in edition.seat_requests.open().select_related("user", "employment__body__area"):
        close_request(request, State.CLOSED, now=now)
        emails.queue_request_closed(request, now=now)


def end_lapsed_offers(*, now: datetime) -> int:
    """End the offers whose time is up and the lists of editions that are over; return how many editions moved."""
    today, moved = timezone.localdate(now), 0
    due = Q(seat_requests__state=State.OFFERED, seat_requests__offered_until__lte=now)
    over = Q(ends_on__lt=today, seat_requests__closed_at=None, seat_requests__isnull=False)
    for pk in Edition.objects.filter(due | over).order_by("pk").values_list("pk", flat=True).distinct():
        with transaction.atomic():
            edition = lock_edition(pk)
            if edition.ends_on and edition.ends_on < today:
                close_requests(edition, now=now)
            else:
                call_next(edition, now=now)
        moved += 1
    return moved
