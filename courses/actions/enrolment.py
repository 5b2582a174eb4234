"""Joining and leaving a course."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Employment, User
from courses import emails
from courses.models import Edition, Enrolment
from journal.actions import record


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
    """Enrol a person for one of the own employments.

    Raises ValidationError with code "closed", "wrong_employment", "wrong_area", "full" or "already_enrolled".
    """
    edition = Edition.objects.select_for_update(of=("self",)).select_related("course").get(pk=edition.pk)
    today = timezone.localdate(now)
    _check_offer(edition, user=user, employment=employment, today=today)
    enrolment = Enrolment(
        edition=edition,
        user=user,
        employment=employment,
        body=employment.body,
        area=employment.body.area,
        enrolled_at=now,
        last_activity_at=now,
        due_on=due_on or edition.ends_on,
    )
    enrolment.save()
    after = {"edition": edition.code, "body": str(employment.body)}
    record("enrol", enrolment, actor=actor or user, area=_area_slug(enrolment), after=after, now=now)
    if not edition.is_self_paced:
        emails.queue_enrolment_confirmation(enrolment, now=now)
    return enrolment


def _check_offer(edition: Edition, *, user: User, employment: Employment, today: date) -> None:
    if not Edition.objects.open(on=today).filter(pk=edition.pk).exists():
        raise ValidationError(_("This edition takes no enrolments today."), code="closed")
    if not Employment.objects.of(user, on=today).filter(pk=employment.pk).exists():
        raise ValidationError(_("Choose one of the own bodies."), code="wrong_employment")
    areas = set(edition.areas.values_list("pk", flat=True))
    if areas and employment.body.area_id not in areas:
        raise ValidationError(_("This edition is for the staff of other inner areas."), code="wrong_area")
    if edition.enrolments.open().filter(user=user).exists():
        raise ValidationError(_("There is already an open enrolment in this edition."), code="already_enrolled")
    if edition.capacity is not None and edition.enrolments.current().count() >= edition.capacity:
        raise ValidationError(_("All the seats of this edition are taken."), code="full")


@transaction.atomic
def leave(enrolment: Enrolment, *, actor: User, now: datetime, reason: str = "") -> None:
    """End an open enrolment. What was done stays on record; a new enrolment starts afresh."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if not enrolment.is_open:
        raise ValidationError(_("This enrolment is not open."), code="not_open")
    enrolment.left_at = now
    enrolment.save(update_fields=["left_at"])
    record("leave", enrolment, actor=actor, area=_area_slug(enrolment), reason=reason, now=now)


@transaction.atomic
def extend_due_date(enrolment: Enrolment, *, due_on: date, actor: User, reason: str, now: datetime) -> None:
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if due_on < max(timezone.localdate(now), enrolment.due_on or date.min):
        text = _("Choose a day from today on, and after the present due date.")
        raise ValidationError({"due_on": ValidationError(text, code="not_later")})
    before = {"due_on": enrolment.due_on and enrolment.due_on.isoformat()}
    enrolment.due_on = due_on
    enrolment.save(update_fields=["due_on"])
    after = {"due_on": due_on.isoformat()}
    record(
        "extend", enrolment, actor=actor, area=_area_slug(enrolment), before=before, after=after, reason=reason, now=now
    )


def _area_slug(enrolment: Enrolment) -> str:
    return enrolment.area.slug if enrolment.area else ""
