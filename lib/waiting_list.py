"""A queue for scarce seats: strict order, nobody overtakes, an offer holds its seat until it lapses. Pure."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Place:
    """One person who waits. `number` is the turn; `offered_until` is set while a seat is held for this person."""

    key: Hashable
    number: int
    offered_until: datetime | None = None


@dataclass(frozen=True)
class Turns:
    """What has to happen now, in this order."""

    lapsed: list[Hashable]  # their offers are over, the seats go to the next
    called: list[Hashable]  # their turn has come


def turns(queue: Iterable[Place], *, free: int | None, now: datetime) -> Turns:
    """Say whose offer is over and whose turn it is.

    `free` counts the seats that nobody has taken, the ones held by offers included; None is no limit.
    """
    places = sorted(queue, key=lambda place: place.number)
    lapsed = [place for place in places if place.offered_until and place.offered_until <= now]
    held = sum(1 for place in places if place.offered_until and place.offered_until > now)
    waiting = [place.key for place in places if place.offered_until is None]
    calls = len(waiting) if free is None else max(0, free - held)
    return Turns([place.key for place in lapsed], waiting[:calls])
