"""Why somebody may not finish a course, and since when. Pure; models/at_risk.py selects the rows by the same limits."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from courses.completion import IDLE_AFTER_DAYS

DUE_WITHIN_DAYS = 7


class Reason(StrEnum):
    """The values stand in addresses."""

    LATE = "in-ritardo"
    FAILED = "prova-non-superata"
    DUE_SOON = "in-scadenza"
    MISSED = "presenze-insufficienti"
    IDLE = "senza-attivita"


@dataclass(frozen=True)
class Risk:
    reason: Reason
    since: date  # the due day, or the day of the last activity, of the attempt that failed or of the meeting missed
    is_to_come: bool = False  # the meeting: whoever is excused beforehand misses one that has not been held


def risks(
    *, due_on: date | None, active_on: date, failed_on: date | None, missed_on: date | None = None, today: date
) -> list[Risk]:
    """Return the reasons of one open enrolment, the gravest first.

    `active_on` is the day of the last activity, `failed_on` the day of the second failed attempt at a quiz that is
    still not passed, `missed_on` the day of the last meeting missed when the presence can no longer be reached.
    """
    found = []
    if due_on and due_on < today:
        found.append(Risk(Reason.LATE, due_on))
    if failed_on:
        found.append(Risk(Reason.FAILED, failed_on))
    if missed_on:
        found.append(Risk(Reason.MISSED, missed_on, is_to_come=missed_on > today))
    if due_on and today <= due_on <= today + timedelta(days=DUE_WITHIN_DAYS):
        found.append(Risk(Reason.DUE_SOON, due_on))
    if active_on <= today - timedelta(days=IDLE_AFTER_DAYS):
        found.append(Risk(Reason.IDLE, active_on))
    return found
