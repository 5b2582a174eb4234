"""Seats of an edition. Whoever counts or takes one holds the edition's row until the transaction ends."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Employment, User
from courses import emails
from courses.models import CoursePage, Edition, Enrolment, Prerequisite, SeatRequest, Step
from courses.models.prerequisite import why_locked
from journal.actions import record
from territory.models import slug_of


def lock_edition(pk: int) -> Edition:
    """Take the edition's row: seats and waiting list of one edition change one after the other."""
    return Edition.objects.select_for_update(of=("self",)).select_related("course").get(pk=pk)


def free_seats(edition: Edition) -> int | None:
    """Seats that nobody has taken; the ones held by offers are among them. None without a limit."""
    return None if edition.capacity is None else edition.capacity - edition.enrolments.current().count()


def check_offer(edition: Edition, *, user: User, employment: Employment, today: date) -> None:
    """Raise ValidationError with one of these codes.

    "closed", "wrong_employment", "wrong_area", "already_enrolled", "already_waiting" or "locked".
    """
    if not Edition.objects.open(on=today).filter(pk=edition.pk).exists():
        raise ValidationError(_("This edition takes no enrolments today."), code="closed")
    if not Employment.objects.of(user, on=today).filter(pk=employment.pk).exists():
        raise ValidationError(_("Choose one of the own bodies."), code="wrong_employment")
    if not edition.takes(employment.body):
        raise ValidationError(_("This edition is for the staff of other areas or bodies."), code="wrong_area")
    if edition.enrolments.open().filter(user=user).exists():
        raise ValidationError(_("There is already an open enrolment in this edition."), code="already_enrolled")
    if edition.seat_requests.open().filter(user=user).exists():
        raise ValidationError(_("There is already a request for a seat in this edition."), code="already_waiting")
    check_conditions(edition.course, user=user, area_id=employment.body.area_id, on=today)


def check_conditions(page: CoursePage | Step, *, user: User, area_id: int | None, on: date) -> None:
    """Raise ValidationError "locked" with what is missing before this course or step opens for a person."""
    missing = Prerequisite.objects.unmet(user, [page], on=on, areas={area_id}).get(page.pk)
    if missing:
        raise ValidationError(why_locked(page, missing), code="locked")


def take_seat(
    edition: Edition,
    *,
    user: User,
    employment: Employment,
    now: datetime,
    actor: User | None = None,
    due_on: date | None = None,
    why: str = "",
) -> Enrolment:
    """Write the enrolment, for the caller who holds the edition and has checked that there is a seat.

    `why` tells the message's first sentence: "" , "waiting" (a seat has become free) or "approved".
    """
    enrolment = Enrolment.objects.create(
        edition=edition,
        user=user,
        employment=employment,
        body=employment.body,
        area=employment.body.area,
        enrolled_at=now,
        last_activity_at=now,
        due_on=due_on or edition.due_date(enrolled_on=timezone.localdate(now)),
    )
    after = {"edition": edition.code, "body": str(employment.body)}
    record("enrol", enrolment, actor=actor, area=slug_of(employment.body.area), after=after, now=now)
    if not edition.is_self_paced:
        emails.queue_enrolment_confirmation(enrolment, why=why, now=now)
    return enrolment


def can_still_be_seated(request: SeatRequest, *, now: datetime) -> bool:
    """Whether the person still works for the body of the request, and has no seat already."""
    today = timezone.localdate(now)
    works_there = Employment.objects.of(request.user, on=today).filter(pk=request.employment_id).exists()
    is_enrolled = request.edition.enrolments.open().filter(user=request.user).exists()
    return request.user.is_active and works_there and not is_enrolled
