"""Joining and leaving a course."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Employment, User
from courses import emails
from courses.actions.seat import check_offer, lock_edition, take_seat
from courses.actions.waiting import call_next, has_seat_for_newcomers
from courses.models import Edition, Enrolment
from journal.actions import record
from territory.models import slug_of

LONGEST_EXTENSION = timedelta(days=366)


@transaction.atomic
def enrol(
    edition: Edition,
    *,
    user: User,
    employment: Employment,
    now: datetime,
    actor: User | None = None,
    due_on: date | None = None,
) -> Enrolment:
    """Enrol a person for one of the own employments, where a seat is free and nobody waits for it.

    Raises ValidationError with code "full" or one of `check_offer`.
    """
    edition = lock_edition(edition.pk)
    check_offer(edition, user=user, employment=employment, today=timezone.localdate(now))
    call_next(edition, now=now)  # an offer that is over holds no seat, and nobody overtakes
    if not has_seat_for_newcomers(edition):
        raise ValidationError(_("All the seats of this edition are taken."), code="full")
    return take_seat(edition, user=user, employment=employment, actor=actor or user, due_on=due_on, now=now)


@transaction.atomic
def leave(enrolment: Enrolment, *, actor: User, now: datetime, reason: str = "") -> None:
    """End an open enrolment; its seat goes to whoever waits. What was done stays, a new enrolment starts afresh."""
    edition = lock_edition(enrolment.edition_id)  # always before the enrolment's own row
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if not enrolment.is_open:
        raise ValidationError(_("This enrolment is not open."), code="not_open")
    enrolment.left_at = now
    enrolment.save(update_fields=["left_at"])
    record("leave", enrolment, actor=actor, area=slug_of(enrolment.area), reason=reason, now=now)
    emails.queue_withdrawals(enrolment, now=now)
    if actor.pk != enrolment.user_id:
        emails.queue_enrolment_cancelled(enrolment, reason=reason, now=now)
    call_next(edition, now=now)


@transaction.atomic
def extend_due_date(enrolment: Enrolment, *, due_on: date, actor: User, reason: str, now: datetime) -> None:
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if due_on < max(timezone.localdate(now), enrolment.due_on or date.min):
        text = _("Choose a day from today on, and after the present due date.")
        raise ValidationError({"due_on": ValidationError(text, code="not_later")})
    if due_on > timezone.localdate(now) + LONGEST_EXTENSION:
        text = _("That is more than a year from now.")
        raise ValidationError({"due_on": ValidationError(text, code="too_late")})
    before = {"due_on": enrolment.due_on and enrolment.due_on.isoformat()}
    enrolment.due_on = due_on
    enrolment.save(update_fields=["due_on"])
    after = {"due_on": due_on.isoformat()}
    record(
        "extend",
        enrolment,
        actor=actor,
        area=slug_of(enrolment.area),
        before=before,
        after=after,
        reason=reason,
        now=now,
    )
