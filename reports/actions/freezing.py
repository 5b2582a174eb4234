"""Freezing figures for the funder, and counting them again."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Scope, User
from journal.actions import record
from reports.models import Snapshot, territory
from reports.models.period import Period
from reports.models.snapshot import figures_of
from reports.permissions import coordinated_areas
from territory.models import Area


@transaction.atomic
def freeze_figures(*, title: str, period: Period, areas: Sequence[Area], actor: User, now: datetime) -> Snapshot:
    """Keep the figures of a year for these areas; without areas, of everything within the actor's reach.

    Raise ValidationError with code "not_allowed" or "no_title".
    """
    reach = set(coordinated_areas(actor.scope))
    chosen = list(areas) or sorted(reach, key=lambda area: area.number)
    if not actor.scope.is_coordinator or not set(chosen) <= reach:
        raise ValidationError(_("These areas are not within your reach."), code="not_allowed")
    if not title.strip():
        raise ValidationError({"title": ValidationError(_("Give it a title."), code="no_title")})
    is_whole = actor.scope.is_anci and not areas
    snapshot = Snapshot(
        title=title.strip(),
        year=period.year,
        as_of=period.as_of,
        is_whole=is_whole,
        figures=figures_of(_counted(chosen, period, is_whole=is_whole)),
        taken_by=actor,
        taken_at=now,
    )
    snapshot.sha256 = snapshot.fingerprint()
    snapshot.save()
    snapshot.areas.set(chosen)
    record("freeze_figures", snapshot, actor=actor, area=_only(chosen), after={"sha256": snapshot.sha256}, now=now)
    return snapshot


def count_again(snapshot: Snapshot, *, period: Period) -> dict:
    """What the same choice gives now."""
    return figures_of(_counted(list(snapshot.areas.all()), period, is_whole=snapshot.is_whole))


def _counted(areas: list[Area], period: Period, *, is_whole: bool) -> territory.Overview:
    scope = Scope(is_anci=True) if is_whole else Scope(area_ids=frozenset(area.pk for area in areas))
    return territory.overview(scope, period)


def _only(areas: list[Area]) -> str:
    return areas[0].slug if len(areas) == 1 else ""
