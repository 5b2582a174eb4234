"""The time inside a long run."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone


def running_from(now: datetime) -> Callable[[], datetime]:
    """A clock that begins at `now` and goes on: each row of a batch is claimed at its own moment."""
    started = timezone.now()
    return lambda: now + (timezone.now() - started)
