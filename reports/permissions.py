"""Who may open which overview. For everybody else the page does not exist."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import RoleAssignment, Scope, User
from courses.models import Enrolment
from territory.models import Area, PublicBody


def for_coordinators(view: Callable) -> Callable:
    """Answer 404 to whoever coordinates no area."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.scope.is_coordinator:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def coordinated_areas(scope: Scope) -> QuerySet[Area]:
    return Area.objects.all() if scope.is_anci else Area.objects.filter(pk__in=scope.area_ids)


def answered_bodies(scope: Scope) -> QuerySet[PublicBody]:
    """The bodies of the coordinated areas, the ones a referent answers for; all for ANCI."""
    if scope.is_anci:
        return PublicBody.objects.all()
    return PublicBody.objects.filter(Q(area__in=scope.area_ids) | Q(pk__in=scope.body_ids))


def may_see_steps(scope: Scope, area_id: int | None) -> bool:
    """A referent sees state and hours, a coordinator also the steps; nobody the answers."""
    return scope.is_anci or area_id in scope.area_ids


def may_see_topic(scope: Scope, area_id: int | None) -> bool:
    """What somebody asked a tutor about is no matter of the body: a referent reads day and hours only."""
    return scope.is_anci or area_id in scope.area_ids


def may_move_due_date(scope: Scope, enrolment: Enrolment) -> bool:
    """While the course is open: the coordinators of its area, and ANCI."""
    return enrolment.is_open and may_see_steps(scope, enrolment.area_id)


def may_cancel_enrolment(scope: Scope, enrolment: Enrolment) -> bool:
    """While the course is open: the referent of the body, the coordinators of the area, and ANCI."""
    return enrolment.is_open and (may_see_steps(scope, enrolment.area_id) or enrolment.body_id in scope.body_ids)


def may_follow_up(scope: Scope, enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """The open enrolments of confirmed staff about which a coordinator may write, extend or have somebody called."""
    found = enrolments.counted().open()
    return found if scope.is_anci else found.filter(area__in=scope.area_ids)


def tutors_of(enrolments: Iterable[Enrolment], *, on: date) -> QuerySet[User]:
    """Who is a tutor of every area that these enrolments belong to."""
    roles = RoleAssignment.objects.current(on=on).filter(role=RoleAssignment.Role.TUTOR)
    found = User.objects.filter(is_active=True, pk__in=roles.values("user"))
    for area_id in {row.area_id for row in enrolments}:
        found = found.filter(pk__in=roles.filter(area=area_id).values("user"))
    return found.order_by("last_name", "first_name")
