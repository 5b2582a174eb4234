"""How far training has reached a body: the counts of one body, how they add up, and the state they mean. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import IntEnum


class Reach(IntEnum):
    """The five states of a municipality on the map, in the year that is looked at."""

    NO_CONTACT = 0  # nobody of the staff is known
    INVITED = 1  # somebody was invited or has signed up; nobody enrolled
    ENROLLED = 2  # somebody enrolled, nobody is going on
    ACTIVE = 3  # somebody went on with a course, or has hours of training, lately
    CERTIFIED = 4  # at least one certificate, not revoked


@dataclass(frozen=True, slots=True)
class OfStaff:
    """People reached beside the staff, of the bodies whose staff somebody has counted; the others give no number."""

    reached: int = 0
    staff: int = 0
    known: int = 0  # bodies with a count
    bodies: int = 0

    def __add__(self, other: "OfStaff") -> "OfStaff":
        return OfStaff(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @classmethod
    def of_body(cls, people: int, staff: int | None) -> "OfStaff":
        return cls(bodies=1) if staff is None else cls(people, staff, 1, 1)

    @property
    def share(self) -> float:
        """To sort by: what is not known comes last."""
        return self.reached / self.staff if self.known else -1

    @property
    def is_beyond(self) -> bool:
        """More people reached than counted: somebody has left within the year, or the count is old. Nothing is cut."""
        return self.reached > self.staff


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened for one body, or for many: the numbers are sums, so a total is the sum of its rows.

    A person who works for two bodies counts once in each, and once in their area: `of_people` sets that number. The
    `earlier_` fields hold the part that was there before the month whose change the page tells.
    """

    people: int = 0  # with an enrolment
    earlier_people: int = 0
    learning: int = 0  # people who went on after enrolling
    completed: int = 0  # completed enrolments
    minutes: int = 0  # of the training record, tutoring included
    earlier_minutes: int = 0
    tutoring_minutes: int = 0
    appointments: int = 0  # tutoring that was attended, one a person
    earlier_appointments: int = 0
    tutored: int = 0  # people with at least one of them
    certificates: int = 0  # not revoked
    over_target: int = 0  # people with the hours of the yearly target
    last_enrolled_on: date | None = None  # the one field that is not a sum: the latest day

    def __add__(self, other: "Tally") -> "Tally":
        days = [day for day in (self.last_enrolled_on, other.last_enrolled_on) if day]
        sums = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return Tally(**sums, last_enrolled_on=max(days, default=None))

    def of_people(self, different: "People | None") -> "Tally":
        """The same with the number of different people."""
        different = different or People()
        return replace(self, people=different.people, earlier_people=different.earlier_people)

    def reach(self, *, has_staff: bool, is_active: bool) -> Reach:
        """The furthest state whose condition holds; `is_active` says whether anything happened lately."""
        if self.certificates:
            return Reach.CERTIFIED
        if is_active and (self.learning or self.completed or self.minutes):
            return Reach.ACTIVE
        if self.is_reached:
            return Reach.ENROLLED
        return Reach.INVITED if has_staff else Reach.NO_CONTACT

    @property
    def is_reached(self) -> bool:
        """Whether anything happened in the year."""
        return bool(self.people or self.completed or self.minutes or self.certificates)

    @property
    def is_newly_reached(self) -> bool:
        """Whether nothing was there before the month of the change."""
        return bool(self.people or self.minutes) and not self.earlier_people and not self.earlier_minutes

    def is_silent(self, *, on: date, after_days: int) -> bool:
        """Whether there was no enrolment in the `after_days` days that end with `on`."""
        return self.last_enrolled_on is None or self.last_enrolled_on <= on - timedelta(days=after_days)


@dataclass(frozen=True, slots=True)
class People:
    """Different people: who works for two bodies is one."""

    people: int = 0
    earlier_people: int = 0


COUNTS = [field.name for field in fields(Tally) if field.name != "last_enrolled_on"]


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, start=Tally())


def merged(parts: Iterable[dict]) -> dict:
    """Join the tallies of several counts, key by key."""
    found: dict = {}
    for part in parts:
        for key, values in part.items():
            found[key] = replace(found.get(key, Tally()), **values)
    return found
