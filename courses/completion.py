"""When is a course complete? Evidence in, what is missing out. Pure: no database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

IDLE_AFTER_DAYS = 14  # without activity: somebody should ask
FAILED_ATTEMPTS = 2  # at one quiz, not passed since: the same


class Reason(StrEnum):
    NOT_OPENED = "not_opened"
    TOO_SHORT = "too_short"
    NOT_PASSED = "not_passed"
    NOT_ATTENDED = "not_attended"
    NOT_WATCHED = "not_watched"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True)
class Requirement:
    """What one required step asks for: so many seconds on it, a score, or so many minutes of presence; of a lesson also
    the recordings (the share to be watched, by recording) and the checkpoint questions (by their keys)."""

    step_id: int
    seconds: int = 0
    score_percent: int | None = None
    attended_minutes: int | None = None
    watched_percent: Mapping[int, int] = field(default_factory=dict)
    checkpoints: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Evidence:
    """What is known of one step. One that was done stays done, whatever its rule has become since."""

    seconds: int = 0
    score_percent: Decimal | None = None
    attended_minutes: int = 0
    watched_percent: Mapping[int, int] = field(default_factory=dict)
    checkpoints: frozenset[str] = frozenset()
    is_done: bool = False


@dataclass(frozen=True)
class Missing:
    step_id: int
    reason: Reason


def required_seconds(minutes: int, *, seconds_per_minute: int) -> int:
    """The shortest time on a lesson of so many minutes that is believed."""
    return minutes * seconds_per_minute


def unmet(requirement: Requirement, evidence: Evidence | None) -> Reason | None:
    """Why this step is not complete, or None when it is."""
    if evidence is not None and evidence.is_done:
        return None
    if requirement.attended_minutes is not None:
        attended = evidence.attended_minutes if evidence else 0
        return Reason.NOT_ATTENDED if attended < requirement.attended_minutes else None
    if evidence is None:
        return Reason.NOT_OPENED
    if requirement.score_percent is None:
        return _unmet_lesson(requirement, evidence)
    reached = evidence.score_percent is not None and evidence.score_percent >= requirement.score_percent
    return None if reached else Reason.NOT_PASSED


def _unmet_lesson(requirement: Requirement, evidence: Evidence) -> Reason | None:
    watched = evidence.watched_percent
    if any(watched.get(recording, 0) < percent for recording, percent in requirement.watched_percent.items()):
        return Reason.NOT_WATCHED
    if not requirement.checkpoints <= evidence.checkpoints:
        return Reason.NOT_ANSWERED
    return Reason.TOO_SHORT if evidence.seconds < requirement.seconds else None


def missing(requirements: Iterable[Requirement], evidence: Mapping[int, Evidence]) -> list[Missing]:
    """Return the steps that still lack something, in their order; empty when the course is complete."""
    reasons = [(item.step_id, unmet(item, evidence.get(item.step_id))) for item in requirements]
    return [Missing(step_id, reason) for step_id, reason in reasons if reason]
