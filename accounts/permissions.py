"""Who may decide what about whom; views and templates ask the same questions."""

from accounts.models import Employment, RoleAssignment, User
from territory.models import Area, PublicBody

Role = RoleAssignment.Role
OF_THE_AREA = {Role.TUTOR, Role.REFERENT}  # roles that an area coordinator may give


def can_confirm(actor: User, employment: Employment) -> bool:
    return actor.pk != employment.user_id and can_invite_for(actor, employment.body)


def can_invite_for(actor: User, body: PublicBody) -> bool:
    """ANCI for every body, a coordinator for the ones of the area, a referent for the own."""
    scope = actor.scope
    return scope.is_anci or body.pk in scope.body_ids or (body.area_id is not None and body.area_id in scope.area_ids)


def can_give_role(actor: User, user: User, *, role: str, area: Area | None, body: PublicBody | None) -> bool:
    """Never to oneself; coordinators only tutors and referents of their areas."""
    if actor.pk == user.pk:
        return False
    if actor.scope.is_anci:
        return True
    area_id = area.pk if area else body.area_id if body else None
    return role in OF_THE_AREA and area_id is not None and area_id in actor.scope.area_ids


def can_end_role(actor: User, assignment: RoleAssignment) -> bool:
    return can_give_role(actor, assignment.user, role=assignment.role, area=assignment.area, body=assignment.body)


def can_correct_name(actor: User, user: User) -> bool:
    """The own name; anybody's for ANCI; for a coordinator the confirmed staff without a role above tutor."""
    if actor.pk == user.pk or actor.scope.is_anci:
        return True
    scope = user.scope
    if scope.is_anci or scope.is_editor or scope.area_ids:
        return False
    works_here = user.employments.confirmed().filter(ended_on=None, body__area__in=actor.scope.area_ids)
    return works_here.exists()


def opens_people_pages(user: User) -> bool:
    return user.scope.is_coordinator


def opens_confirmations(user: User) -> bool:
    return user.scope.is_coordinator or user.scope.is_referent


def can_import_staff(user: User) -> bool:
    """Coordinators for the bodies of their areas; a referent invites one person at a time."""
    return user.scope.is_coordinator
