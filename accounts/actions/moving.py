"""The staff of a body that ends goes over to its successor; the past stays where it was."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.actions.roles import store_role
from accounts.models import Employment, RoleAssignment, User
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
