"""Who is let into an edition, and by whom: oneself, a referent, a coordinator, an invitation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Employment, User
from accounts.permissions import can_invite_for
from courses import emails
from courses.actions.edition import only_area
from courses.actions.seat import can_still_be_seated, check_offer, lock_edition, take_seat
from courses.actions.waiting import (
    call_next,
    close_request,
    give_seat,
    has_seat_for_newcomers,
    join_waiting_list,
    put_in_line,
)
from courses.models import Edition, Enrolment, SeatRequest
from courses.permissions import can_admit
from journal.actions import record
from territory.models import slug_of

State, Admission = SeatRequest.State, Edition.Admission
LONGEST_LIST = 500  # people enrolled in one go: the answer comes while one waits


@transaction.atomic
def request_seat(
    edition: Edition,
    *,
    user: User,
    employment: Employment,
    now: datetime,
    actor: User | None = None,
    is_invited: bool = False,
) -> Enrolment | SeatRequest:
    """Enrol a person, or leave a request where the coordination decides or every seat is taken.

    Raises ValidationError with one of the codes of `check_offer`, or "by_invitation".
    """
    edition, actor = lock_edition(edition.pk), actor or user
    wish = {"user": user, "employment": employment, "actor": actor}
    check_offer(edition, user=user, employment=employment, today=timezone.localdate(now))
    if edition.admission == Admission.INVITATION and not (is_invited or _is_for_staff(actor, user, employment)):
        raise ValidationError(_("This edition is by invitation."), code="by_invitation")
    if edition.admission == Admission.APPROVAL and not (is_invited or can_admit(actor, employment.body)):
        return _ask_for_approval(edition, **wish, now=now)
    call_next(edition, now=now)  # an offer that is over holds no seat, and nobody overtakes
    if has_seat_for_newcomers(edition):
        return take_seat(edition, **wish, now=now)
    return join_waiting_list(edition, **wish, now=now)


def _is_for_staff(actor: User, user: User, employment: Employment) -> bool:
    return actor.pk != user.pk and can_invite_for(actor, employment.body)


def _ask_for_approval(
    edition: Edition, *, user: User, employment: Employment, actor: User, now: datetime
) -> SeatRequest:
    request = SeatRequest.objects.create(
        edition=edition, user=user, employment=employment, state=State.TO_APPROVE, asked_at=now
    )
    after = {"edition": edition.code, "body": str(employment.body)}
    record("request_seat", request, actor=actor, area=slug_of(employment.body.area), after=after, now=now)
    return request


def _lock_request(request: SeatRequest) -> tuple[Edition, SeatRequest]:
    """The edition and its request to be approved, both held. Raises ValidationError "decided"."""
    edition = lock_edition(request.edition_id)
    request = edition.seat_requests.select_related("user", "employment__body__area").get(pk=request.pk)
    if request.state != State.TO_APPROVE:
        raise ValidationError(_("This request has been decided already."), code="decided")
    return edition, request


@transaction.atomic
def approve_request(request: SeatRequest, *, actor: User, now: datetime) -> Enrolment | SeatRequest:
    """Give the seat, or the last turn in the waiting list. Raises ValidationError "decided", "closed" or "left"."""
    edition, request = _lock_request(request)
    if edition.is_cancelled:
        raise ValidationError(_("This edition is cancelled."), code="closed")
    if not can_still_be_seated(request, now=now):
        text = _("This person has a seat already, or no longer works for the body of the request.")
        raise ValidationError(text, code="left")
    call_next(edition, now=now)
    if has_seat_for_newcomers(edition):
        return give_seat(request, edition, actor=actor, why="approved", now=now)
    put_in_line(request, actor=actor, now=now)
    return request


@transaction.atomic
def refuse_request(request: SeatRequest, *, actor: User, reason: str, now: datetime) -> None:
    _edition, request = _lock_request(request)
    request.reason = reason
    close_request(request, State.REFUSED, actor=actor, reason=reason, now=now)
    emails.queue_request_refused(request, now=now)


@dataclass(frozen=True)
class Outcome:
    """What came of one row of a list: a seat or a request, or the reason why not."""

    employment: Employment
    seat: Enrolment | SeatRequest | None = None
    refusal: str = ""

    @property
    def state(self) -> str:
        """ "enrolled", "queued", "to_approve" or "refused"."""
        if self.seat is None:
            return "refused"
        return "enrolled" if isinstance(self.seat, Enrolment) else self.seat.state


def enrol_many(edition: Edition, *, employments: Iterable[Employment], actor: User, now: datetime) -> list[Outcome]:
    """Ask for a seat for each person in turn; every row stands on its own, twice changes nothing."""
    return [_enrol_one(edition, employment, actor, now) for employment in employments]


def _enrol_one(edition: Edition, employment: Employment, actor: User, now: datetime) -> Outcome:
    try:
        seat = request_seat(edition, user=employment.user, employment=employment, actor=actor, now=now)
    except ValidationError as refused:
        return Outcome(employment, refusal=" ".join(refused.messages))
    return Outcome(employment, seat)


@transaction.atomic
def renew_invitation(edition: Edition, *, until: date | None, actor: User, now: datetime) -> Edition:
    """Make a new link that opens this edition until a day; the ones before open nothing. None: no link any more."""
    edition = lock_edition(edition.pk)
    if until and until < timezone.localdate(now):
        raise ValidationError({"until": ValidationError(_("Choose a day from today on."), code="past")})
    edition.invitation_until, edition.invitation_number = until, edition.invitation_number + 1
    edition.save(update_fields=["invitation_until", "invitation_number"])
    after = {"until": until and until.isoformat()}
    record("renew_invitation", edition, actor=actor, area=only_area(edition), after=after, now=now)
    return edition
