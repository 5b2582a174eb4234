"""Who may do what with certificates; views and templates ask the same questions. Reading is `visible_to`."""

from accounts.models import User


def opens_register(user: User) -> bool:
    return user.scope.is_coordinator


def can_retry(user: User) -> bool:
    return user.scope.is_coordinator


def can_archive(user: User) -> bool:
    """Whoever answers for others: coordinators, ANCI, and the referent of a body."""
    return user.scope.is_coordinator or user.scope.is_referent


def decides_external(user: User) -> bool:
    return user.scope.is_coordinator or user.scope.is_referent


def can_correct(user: User) -> bool:
    return user.scope.is_coordinator


def can_revoke(user: User) -> bool:
    return user.scope.is_anci
