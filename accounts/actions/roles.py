"""Roles are given and ended here, and nowhere else; they act on the very next request."""

from datetime import date, datetime

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import RoleAssignment, User
from accounts.permissions import can_end_role, can_give_role
from journal.actions import record
from territory.models import Area, PublicBody

Role = RoleAssignment.Role
CMS_GROUPS = {Role.EDITOR: "Editors", Role.ANCI: "Moderators"}  # the names that Wagtail gives


@transaction.atomic
def grant_role(
    user: User,
    *,
    role: str,
    area: Area | None = None,
    body: PublicBody | None = None,
    until: date | None = None,
    actor: User,
    now: datetime,
) -> RoleAssignment:
    """Give a role with its scope.

    Raise ValidationError with code "own_role", "not_entitled", or "not_employed" for the referent of another body.
    """
    if actor.pk == user.pk:
        raise ValidationError(_("Nobody gives a role to oneself: another coordinator does."), code="own_role")
    if not can_give_role(actor, user, role=role, area=area, body=body):
        raise ValidationError(_("This role is given by ANCI, or within one’s own areas."), code="not_entitled")
    if body and not _works_for(user, body, on=timezone.localdate(now)):
        raise ValidationError(_("A referent works for the body, with a confirmed employment."), code="not_employed")
    return store_role(user, role=role, area=area, body=body, until=until, actor=actor, now=now)


@transaction.atomic
def end_role(assignment: RoleAssignment, *, actor: User, now: datetime, reason: str = "") -> RoleAssignment:
    """Take a role back. Ending it twice changes nothing."""
    locked = RoleAssignment.objects.select_for_update(of=("self",)).select_related("user", "area", "body__area")
    assignment = locked.get(pk=assignment.pk)
    if actor.pk == assignment.user_id:
        raise ValidationError(_("Nobody ends an own role: another coordinator does."), code="own_role")
    if not can_end_role(actor, assignment):
        raise ValidationError(_("This role is ended by ANCI, or within one’s own areas."), code="not_entitled")
    if assignment.ended_at is None:
        assignment.ended_at = now
        assignment.save(update_fields=["ended_at"])
        sync_cms_groups(assignment.user)
        _record("end_role", assignment, actor=actor, now=now, reason=reason)
    return assignment


def store_role(
    user: User,
    *,
    role: str,
    area: Area | None,
    body: PublicBody | None,
    until: date | None,
    actor: User | None,
    now: datetime,
) -> RoleAssignment:
    """Write the row without asking who gives it: for the console and the demonstration people."""
    assignment = RoleAssignment(user=user, role=role, area=area, body=body, until=until)
    assignment.full_clean()
    assignment.save()
    sync_cms_groups(user)
    _record("grant_role", assignment, actor=actor, now=now)
    return assignment


def sync_cms_groups(user: User) -> None:
    """Put the person into Wagtail's groups of the roles in force, and out of the others."""
    vars(user).pop("scope", None)  # the scope of this object was read before the change
    roles = set(user.roles.current(on=timezone.localdate()).values_list("role", flat=True))
    for role, name in CMS_GROUPS.items():
        group, _created = Group.objects.get_or_create(name=name)
        (user.groups.add if role in roles else user.groups.remove)(group)


def _works_for(user: User, body: PublicBody, *, on: date) -> bool:
    return user.employments.current(on=on).confirmed().filter(body=body).exists()


def _record(action: str, assignment: RoleAssignment, *, actor: User | None, now: datetime, reason: str = "") -> None:
    area = assignment.area or (assignment.body.area if assignment.body else None)
    facts = {
        "user": assignment.user_id,
        "role": assignment.role,
        "scope": str(assignment.area or assignment.body or ""),
    }
    change = {"after": facts} if action == "grant_role" else {"before": facts}
    record(action, assignment, actor=actor, now=now, area=area.slug if area else "", reason=reason, **change)
