"""Availability, coverage and closures. Appointments that are already made always stay.

A change that leaves appointments outside the hours is refused with code "touches_sessions" until the person has agreed
to each of them; `params["sessions"]` names them.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import RoleAssignment, User
from journal.actions import record
from territory.models import Area, slug_of
from tutorship.models import (
    AvailabilityException,
    AvailabilityRule,
    Closure,
    Coverage,
    PatronSaint,
    Session,
    Topic,
    TutorPreference,
    outside_availability,
    sessions_closed_by,
    sessions_hosted_on,
)
from tutorship.permissions import can_change_availability, can_plan_for

Availability = AvailabilityRule | AvailabilityException | TutorPreference
Agreed = Collection[str]  # keys of sessions, as a form sends them back


@transaction.atomic
def save_availability(row: Availability, *, actor: User, now: datetime, agreed: Agreed = frozenset()) -> Availability:
    """Write a rule, an exception or the preferences of a tutor.

    Raise ValidationError with code "not_entitled", "no_day", "in_the_past" or one of the hours.
    """
    _require(can_change_availability(actor, row.tutor))
    row.full_clean()
    if not isinstance(row, TutorPreference):
        row.require_use(today=timezone.localdate(now))
    before = outside_availability(row.tutor, now=now)
    row.save()
    require_agreement(outside_availability(row.tutor, now=now), agreed={*agreed, *_keys(before)})
    record("save_availability", row, actor=actor, area=_area_of(row.tutor, now=now), after=_fields(row), now=now)
    return row


@transaction.atomic
def delete_availability(row: Availability, *, actor: User, now: datetime, agreed: Agreed = frozenset()) -> None:
    _require(can_change_availability(actor, row.tutor))
    record("delete_availability", row, actor=actor, area=_area_of(row.tutor, now=now), before=_fields(row), now=now)
    before = outside_availability(row.tutor, now=now)
    row.delete()
    require_agreement(outside_availability(row.tutor, now=now), agreed={*agreed, *_keys(before)})


def _keys(sessions: Iterable[Session]) -> set[str]:
    return {str(session.pk) for session in sessions}


def require_agreement(touched: Iterable[Session], *, agreed: Agreed) -> None:
    """Undo and ask, if the change touches an appointment that the person has not been shown."""
    new = [session for session in touched if str(session.pk) not in agreed]
    if new:
        message = ngettext(
            "%(number)s appointment lies outside. It stays as it is: confirm, or move it first.",
            "%(number)s appointments lie outside. They stay as they are: confirm, or move them first.",
            len(new),
        )
        params = {"number": len(new), "sessions": new}
        raise ValidationError(message, code="touches_sessions", params=params)


@transaction.atomic
def add_coverage(*, tutor: User, area: Area, topic: Topic, actor: User, now: datetime, weight: int = 1) -> Coverage:
    """Let a tutor answer on a topic in an area where the tutor has the role.

    Raise ValidationError with code "not_entitled", "not_a_tutor" or "unique_together".
    """
    _require(can_plan_for(actor, area))
    roles = RoleAssignment.objects.current(on=timezone.localdate(now)).filter(role=RoleAssignment.Role.TUTOR)
    if not roles.filter(user=tutor, area=area).exists():
        raise ValidationError(_("This person is not a tutor of the area."), code="not_a_tutor")
    coverage = Coverage(tutor=tutor, area=area, topic=topic, weight=weight, started_at=now)
    coverage.full_clean()
    coverage.save()
    record("add_coverage", coverage, actor=actor, area=area.slug, now=now)
    return coverage


@transaction.atomic
def end_coverage(coverage: Coverage, *, actor: User, now: datetime) -> Coverage:
    """No new appointments from now on; the ones that are made stay. Ending it twice changes nothing."""
    coverage = (
        Coverage.objects.select_for_update(of=("self",)).select_related("area", "tutor", "topic").get(pk=coverage.pk)
    )
    _require(can_plan_for(actor, coverage.area))
    if coverage.ended_at is None:
        coverage.ended_at = now
        coverage.save(update_fields=["ended_at"])
        record("end_coverage", coverage, actor=actor, area=coverage.area.slug, now=now)
    return coverage


@transaction.atomic
def add_closure(closure: Closure, *, actor: User, now: datetime, agreed: Agreed = frozenset()) -> Closure:
    _require(can_plan_for(actor, closure.area))
    closure.full_clean()
    require_agreement(sessions_closed_by(closure, now=now), agreed=agreed)
    closure.save()
    record("add_closure", closure, actor=actor, area=slug_of(closure.area), after=_fields(closure), now=now)
    return closure


@transaction.atomic
def delete_closure(closure: Closure, *, actor: User, now: datetime) -> None:
    _require(can_plan_for(actor, closure.area))
    record("delete_closure", closure, actor=actor, area=slug_of(closure.area), before=_fields(closure), now=now)
    closure.delete()


@transaction.atomic
def add_patron_saint(saint: PatronSaint, *, actor: User, now: datetime, agreed: Agreed = frozenset()) -> PatronSaint:
    """The day on which the town hall of a municipality hosts nobody, every year."""
    _require(can_plan_for(actor, saint.body.area))
    saint.full_clean()
    require_agreement(sessions_hosted_on(saint, now=now), agreed=agreed)
    saint.save()
    record("add_patron_saint", saint, actor=actor, area=slug_of(saint.body.area), after=_fields(saint), now=now)
    return saint


@transaction.atomic
def delete_patron_saint(saint: PatronSaint, *, actor: User, now: datetime) -> None:
    _require(can_plan_for(actor, saint.body.area))
    record("delete_patron_saint", saint, actor=actor, area=slug_of(saint.body.area), before=_fields(saint), now=now)
    saint.delete()


def _require(is_entitled: bool) -> None:
    if not is_entitled:
        raise ValidationError(_("This is decided by the tutor, or by a coordinator of the area."), code="not_entitled")


def _area_of(tutor: User, *, now: datetime) -> str:
    """The first area of the tutor, whose coordinators may read the audit entry."""
    roles = RoleAssignment.objects.current(on=timezone.localdate(now)).filter(user=tutor, role="tutor")
    return roles.order_by("pk").values_list("area__slug", flat=True).first() or ""


def _fields(row: models.Model) -> dict:
    """What the journal keeps of a row: other rows by their names, nothing that is empty."""
    fields = [field for field in row._meta.concrete_fields if field.name not in {"id", "video_url"}]
    return {field.name: str(getattr(row, field.name)) for field in fields if field.value_from_object(row) is not None}
