"""Whoever leaves may take along what nobody else of the body is trained on: the body and the area hear of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import Employment, RoleAssignment, User
from reports import emails
from reports.models.holders import themes_lost
from territory.models import PublicBody


def tell_of_lost_themes(employments: Iterable[Employment], *, now: datetime) -> int:
    """Queue one message for each body that loses its last person on a theme and each reader; return how many bodies.

    The rows have got their last day already. A body that has ceased loses nothing: its staff goes on elsewhere. The
    same last day set again, or corrected, tells nothing again.
    """
    by_body: dict[PublicBody, list[Employment]] = defaultdict(list)
    for row in employments:
        if row.is_confirmed and not row.body.ceased_on:
            by_body[row.body].append(row)
    return sum(_tell(body, rows, now=now) for body, rows in by_body.items())


def _tell(body: PublicBody, left: Sequence[Employment], *, now: datetime) -> bool:
    last_day = max(row.ended_on for row in left)
    after = max(timezone.localdate(now), last_day + timedelta(days=1))
    themes = themes_lost(body, {row.user_id for row in left}, on=after)
    if themes:
        readers = _answering_for(body, now=now).exclude(pk__in=[row.user_id for row in left])
        emails.queue_theme_lost(body, themes, readers, key=left[0].pk, last_day=last_day, now=now)
    return bool(themes)


def _answering_for(body: PublicBody, *, now: datetime):
    """The referents of the body and the coordinators of its area."""
    referents = Q(role=RoleAssignment.Role.REFERENT, body=body)
    coordinators = Q(role=RoleAssignment.Role.COORDINATOR, area=body.area_id, area__isnull=False)
    roles = RoleAssignment.objects.current(on=timezone.localdate(now)).filter(referents | coordinators)
    return User.objects.filter(is_active=True, pk__in=roles.values("user")).order_by("pk")
