"""Who may do what with certificates; views and templates ask the same questions. Reading is `visible_to`."""

from accounts.models import User


def opens_register(user: User) -> bool:
    return user.scope.is_coordinator


def can_retry(user: User) -> bool:
    return user.scope.is_coordinator


def can_correct(user: User) -> bool:
    return user.scope.is_coordinator


def can_revoke(user: User) -> bool:
    return user.scope.is_anci
