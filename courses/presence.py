"""How long was somebody there? Stays in, minutes out. Pure: no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple


class Stay(NamedTuple):
    """From one moment to another, the end not included."""

    joined: datetime
    left: datetime


@dataclass(frozen=True)
class Meeting:
    """One live session as one person sees it; `attended` is None until the register of it has been counted."""

    minutes: int
    attended: int | None = None
    is_excused: bool = False


def union(stays: Iterable[Stay]) -> list[Stay]:
    """The stretches covered by at least one stay, in order; stays that touch become one."""
    merged: list[Stay] = []
    for stay in sorted(stay for stay in stays if stay.joined < stay.left):
        if merged and stay.joined <= merged[-1].left:
            merged[-1] = Stay(merged[-1].joined, max(merged[-1].left, stay.left))
        else:
            merged.append(stay)
    return merged


def minutes_present(stays: Iterable[Stay], *, within: Stay) -> int:
    """Whole minutes of the meeting `within` that the stays cover, each counted once; what is outside counts nothing."""
    inside = (Stay(max(stay.joined, within.joined), min(stay.left, within.left)) for stay in stays)
    covered = sum((stay.left - stay.joined for stay in union(inside)), timedelta())
    return covered // timedelta(minutes=1)


def needed_minutes(*, total: int, percent: int) -> int:
    """The minutes that a percentage asks for, rounded up: 70 % of 361 is 253."""
    return -(-total * percent // 100)


def best_possible(meetings: Iterable[Meeting]) -> int:
    """The minutes that can still be reached: what has been counted, and all of what is to come and is not excused."""
    return sum(
        meeting.attended if meeting.attended is not None else 0 if meeting.is_excused else meeting.minutes
        for meeting in meetings
    )
