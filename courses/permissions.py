"""Who may do what with courses: predicates for views and templates alike."""

from accounts.models import User
from courses.models import CoursePage, Edition


def can_read_steps(user: User, course: CoursePage) -> bool:
    """Whether a person reads the lessons without being enrolled: ANCI, editors, coordinators, the course's tutors."""
    scope = user.scope
    if scope.is_editor or scope.is_coordinator:
        return True
    return scope.is_tutor and Edition.objects.filter(course=course, tutors=user).exists()


def can_manage_editions(user: User) -> bool:
    return user.scope.is_coordinator
