"""A queue for scarce seats: strict order, nobody overtakes, an offer holds its seat until it lapses. Pure."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate


@dataclass(frozen=True)
class Place:
    """One person who waits. `number` is the turn; `offered_until` is set while a seat is held for this person."""

    key: Hashable
    number: int
    offered_until: datetime | None = None
    seats: int = 1  # all of them or none


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
    held = sum(place.seats for place in places if place.offered_until and place.offered_until > now)
    waiting = [place for place in places if place.offered_until is None]
    taken = accumulate(place.seats for place in waiting)
    called = [place.key for place, seats in zip(waiting, taken, strict=True) if free is None or seats <= free - held]
    return Turns([place.key for place in lapsed], called)
