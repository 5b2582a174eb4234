"""A person goes on at another body, or the whole staff at a successor; the past stays where it was.

What is open goes along (docs/decisions/0013): the apps above are told by `staff_moved` and use `carry_over`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.roles import end_role, store_role
from accounts.models import Employment, RoleAssignment, User
from accounts.permissions import can_confirm, can_invite_for
from accounts.signals import staff_left, staff_moved
from journal.actions import entry_about, record, record_all
from territory.models import PublicBody

CARRIED = ("user_id", "job_title", "ended_on", "share_percent", "confirmed_at", "confirmed_by_id")


@transaction.atomic
def move_staff(body: PublicBody, *, successor: PublicBody, first_on: date, actor: User | None, now: datetime) -> int:
    """End the employments on the day before and go on at the successor from `first_on`; return how many went over."""
    going_on = Q(ended_on=None) | Q(ended_on__gte=first_on)
    rows = Employment.objects.select_for_update(of=("self",)).filter(going_on, body=body, refused_at=None)
    old = list(rows.order_by("pk"))
    there = _already_there(successor, old)
    new = {row.pk: _continued(row, successor, first_on) for row in old if row.user_id not in there}
    for row in old:
        row.ended_on = max(row.started_on, first_on - timedelta(days=1))
    Employment.objects.bulk_update(old, ["ended_on"], batch_size=200)
    Employment.objects.bulk_create(new.values(), batch_size=500)
    confirmed = _confirm_waiting(there, old)
    area = successor.area.slug if successor.area else ""
    facts = {"before": {"body": body.full_name}, "after": {"body": successor.full_name}}
    went_over = [*new.values(), *confirmed]
    record_all(entry_about("move_employment", row, actor=actor, now=now, area=area, **facts) for row in went_over)
    _move_referents(body, successor, actor=actor, now=now)
    moves = new | {row.pk: there[row.user_id] for row in old if row.user_id in there}
    staff_moved.send(Employment, moves=moves, first_on=first_on, now=now)
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
    staff_moved.send(Employment, moves={employment.pk: new}, first_on=first_on, now=now)
    staff_left.send(Employment, employments=[employment], now=now)
    return new


def carry_over(rows: QuerySet, moves: Mapping[int, Employment], *fields: str) -> int:
    """Let the rows of employments that ended go on with the ones in their place; return how many. Idempotent.

    `fields` are those of "employment", "body" and "area" that the rows have as a snapshot.
    """
    found: list[Model] = list(rows.select_for_update(of=("self",)).filter(employment__in=list(moves)).order_by("pk"))
    for row in found:
        work = moves[row.employment_id]
        values = {"employment": work, "body": work.body, "area": work.body.area}
        for name in fields:
            setattr(row, name, values[name])
    rows.model.objects.bulk_update(found, fields, batch_size=200)
    return len(found)


def _already_there(successor: PublicBody, old: Iterable[Employment]) -> dict[int, Employment]:
    """Who of them has an open employment at the successor, by person."""
    rows = Employment.objects.select_for_update(of=("self",)).filter(body=successor, ended_on=None, refused_at=None)
    found = {row.user_id: row for row in rows.filter(user__in=[row.user_id for row in old]).order_by("pk")}
    for row in found.values():
        row.body = successor  # one object for all of them: no query for each
    return found


def _confirm_waiting(there: Mapping[int, Employment], old: Iterable[Employment]) -> list[Employment]:
    """Whoever was confirmed at the old body stays confirmed where the employment at the successor still waits."""
    confirmed = []
    for row in old:
        waiting = there.get(row.user_id)
        if row.is_confirmed and waiting and not waiting.is_confirmed:
            waiting.confirmed_at, waiting.confirmed_by_id = row.confirmed_at, row.confirmed_by_id
            confirmed.append(waiting)
    Employment.objects.bulk_update(confirmed, ["confirmed_at", "confirmed_by"], batch_size=200)
    return confirmed


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
