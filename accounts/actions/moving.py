"""A person goes on at another body, or the whole staff at a successor; the past stays where it was."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.roles import end_role, store_role
from accounts.models import Employment, RoleAssignment, User
from accounts.permissions import can_confirm, can_invite_for
from accounts.signals import staff_left
from journal.actions import entry_about, record, record_all
from territory.models import PublicBody

CARRIED = ("user_id", "job_title", "ended_on", "share_percent", "confirmed_at", "confirmed_by_id")


@transaction.atomic
def move_staff(body: PublicBody, *, successor: PublicBody, first_on: date, actor: User | None, now: datetime) -> int:
    """End the employments on the day before and go on at the successor from `first_on`; return how many went over."""
    going_on = Q(ended_on=None) | Q(ended_on__gte=first_on)
    rows = Employment.objects.select_for_update(of=("self",)).filter(going_on, body=body, refused_at=None)
    old = list(rows.order_by("pk"))
    there = set(successor.employments.filter(ended_on=None, refused_at=None).values_list("user_id", flat=True))
    new = [_continued(row, successor, first_on) for row in old if row.user_id not in there]
    for row in old:
        row.ended_on = max(row.started_on, first_on - timedelta(days=1))
    Employment.objects.bulk_update(old, ["ended_on"], batch_size=200)
    Employment.objects.bulk_create(new, batch_size=500)
    area = successor.area.slug if successor.area else ""
    facts = {"before": {"body": body.full_name}, "after": {"body": successor.full_name}}
    record_all(entry_about("move_employment", row, actor=actor, now=now, area=area, **facts) for row in new)
    _move_referents(body, successor, actor=actor, now=now)
    return len(new)


@transaction.atomic
def move_person(
    employment: Employment,
    *,
    body: PublicBody,
    first_on: date,
    job_title: str,
    share_percent: int,
    actor: User,
    now: datetime,
) -> Employment:
    """Let a person go on at another body from `first_on`; what was learnt until then stays with the first.

    Raise ValidationError with code "not_entitled", "not_at_work", "future" or "too_early".
    """
    locked = Employment.objects.select_for_update(of=("self",)).select_related("body__area", "user")
    employment = locked.get(pk=employment.pk)
    if not (can_confirm(actor, employment) and can_invite_for(actor, body)):
        raise ValidationError(_("Both bodies have to be within one’s own areas."), code="not_entitled")
    if employment.ended_on or not employment.is_confirmed:
        raise ValidationError(_("Only a confirmed employment that goes on can be moved."), code="not_at_work")
    if first_on > timezone.localdate(now):
        raise ValidationError({"first_on": ValidationError(_("The first day is in the future."), code="future")})
    if first_on <= employment.started_on:
        message = _("The first day at the new body comes before the first day at the old one.")
        raise ValidationError({"first_on": ValidationError(message, code="too_early")})
    employment.ended_on = first_on - timedelta(days=1)
    employment.save(update_fields=["ended_on"])
    new = Employment(user=employment.user, body=body, job_title=job_title.strip(), started_on=first_on)
    new.share_percent, new.confirmed_at, new.confirmed_by = share_percent, now, actor
    new.full_clean()
    new.save()
    facts = {"before": {"body": employment.body.full_name}, "after": {"body": body.full_name}}
    record("move_employment", new, actor=actor, now=now, area=body.area.slug if body.area else "", **facts)
    _end_referent(employment, actor=actor, now=now)
    staff_left.send(Employment, employments=[employment], now=now)
    return new


def _end_referent(employment: Employment, *, actor: User, now: datetime) -> None:
    """Whoever leaves a body no longer answers for it."""
    roles = employment.user.roles.filter(role=RoleAssignment.Role.REFERENT, body=employment.body, ended_at=None)
    for role in roles:
        end_role(role, actor=actor, now=now, reason=_("The person has moved to another body."))


def _continued(row: Employment, successor: PublicBody, first_on: date) -> Employment:
    carried = {name: getattr(row, name) for name in CARRIED}
    return Employment(body=successor, started_on=max(row.started_on, first_on), **carried)


def _move_referents(body: PublicBody, successor: PublicBody, *, actor: User | None, now: datetime) -> None:
    role = RoleAssignment.Role.REFERENT
    there = set(successor.roles.filter(role=role, ended_at=None).values_list("user_id", flat=True))
    for old in body.roles.filter(role=role, ended_at=None).select_related("user"):
        old.ended_at = now
        old.save(update_fields=["ended_at"])
        area = body.area.slug if body.area else ""
        record("end_role", old, actor=actor, now=now, area=area, reason=successor.full_name)
        if old.user_id not in there:
            store_role(old.user, role=role, area=None, body=successor, until=old.until, actor=actor, now=now)
