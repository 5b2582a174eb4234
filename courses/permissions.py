"""Who may do what with courses: predicates for views and templates alike."""

from accounts.models import User
from courses.models import CoursePage, Edition, Enrolment
from territory.models import PublicBody


def can_read_steps(user: User, course: CoursePage) -> bool:
    """Whether a person reads the lessons without being enrolled: ANCI, editors, coordinators, the course's tutors."""
    scope = user.scope
    if scope.is_editor or scope.is_coordinator:
        return True
    return scope.is_tutor and Edition.objects.filter(course=course, tutors=user).exists()


def can_manage_editions(user: User) -> bool:
    return user.scope.is_coordinator


def can_decide_completion(user: User, enrolment: Enrolment) -> bool:
    """Whether a person sets or undoes this completion: ANCI and the coordinators of its area, never about oneself."""
    is_own_area = user.scope.is_anci or enrolment.area_id in user.scope.area_ids
    return is_own_area and enrolment.left_at is None and enrolment.user_id != user.pk


def can_admit(user: User, body: PublicBody) -> bool:
    """Whether this person approves requests of a body's staff: the coordinators of its area, and ANCI."""
    return user.scope.is_anci or (body.area_id is not None and body.area_id in user.scope.area_ids)


def can_enrol_others(user: User) -> bool:
    """Whether the pages for enrolling others exist: a referent's for the own body, a coordinator's for the own area."""
    return user.scope.is_coordinator or user.scope.is_referent


def can_mark(user: User) -> bool:
    """Whether a person has a list of open answers: tutors, and ANCI for editions without one."""
    return user.scope.is_tutor or user.scope.is_anci
