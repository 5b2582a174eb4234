"""The measures of the comparisons: what was counted for a row of the table, and what of it may be shown.

What stands behind a measure is a number of people. Where it is below five the measure is hidden, with what would reveal
it by difference; and with the people of a row go all its other measures.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, fields

from reports.reach import OfStaff
from reports.suppression import is_small, suppress


@dataclass
class Counts:
    """One row in one stretch of time. Minutes and enrolments add up; different people do not, nor do those behind."""

    people: int = 0  # different, enrolled
    of_staff: OfStaff = field(default_factory=OfStaff)
    minutes: int = 0  # of the training record, tutoring included
    learners: int = 0  # different people behind them
    made: int = 0  # enrolments
    completed: int = 0  # of these
    asked: int = 0  # minutes of tutoring
    askers: int = 0  # different people behind them, at least
    given: int = 0  # minutes of tutoring
    tutored: int = 0  # different people behind them
    certificates: int = 0
    ratings: int = 0
    stars: int = 0  # all of them together

    def add(self, name: str, value: int) -> None:
        """Add what another kind of fact says; the same people may ask in several ways."""
        known = getattr(self, name)
        setattr(self, name, max(known, value) if name == "askers" else known + value)


def total(rows: Iterable[Counts], *, people: int, of_staff: OfStaff, overlapping: bool) -> Counts:
    """The sum of the rows; of the people behind a measure at least as many as in the largest row."""
    names = {each.name for each in fields(Counts)} - {"people", "of_staff"}
    together = {name: max if overlapping and name in {"learners", "askers", "tutored"} else sum for name in names}
    counts = [Counts(), *rows]
    sums = {name: add(getattr(row, name) for row in counts) for name, add in together.items()}
    return Counts(people=people, of_staff=of_staff, **sums)


@dataclass(frozen=True)
class Line:
    """A row, or the total, as it may be shown: None for a hidden measure."""

    key: Hashable
    label: str
    people: int | None
    of_staff: OfStaff | None
    minutes: int | None
    completion: tuple[int, int] | None  # completed, of how many enrolments
    asked: int | None
    given: int | None
    certificates: int | None
    rating: tuple[int, int] | None  # how many, all their stars


BEHIND = {  # of each measure: the number of people behind it; the counts stand for themselves
    "minutes": "learners",
    "asked": "askers",
    "given": "tutored",
    **{name: name for name in ("made", "completed", "certificates", "ratings")},
}
TOTAL = "total"


def shown(
    rows: Sequence[tuple[Hashable, str, Counts]], whole: Counts, label: str, *, overlapping: bool
) -> tuple[list[Line], Line]:
    """The lines of a table and its total. `overlapping`: a person may stand in several rows."""
    counts = [row for _key, _label, row in rows]
    people = suppress([row.people for row in counts], total=whole.people, overlapping=overlapping)
    gone = people.hidden | ({len(counts)} if people.total is None else set())
    hidden = {name: gone | _hidden(counts, behind, gone, overlapping) for name, behind in BEHIND.items()}
    hidden |= {"people": gone, "of_staff": gone | _hidden_of_staff([*counts, whole], gone)}
    lines = [
        _line(key, words, row, {name for name, places in hidden.items() if number in places})
        for number, (key, words, row) in enumerate([*rows, (TOTAL, label, whole)])
    ]
    return lines[:-1], lines[-1]


def _hidden(counts: list[Counts], behind: str, gone: set[int], overlapping: bool) -> set[int]:
    """The places where one measure is hidden, of the total the last; a zero is not, unless its row is."""
    found = suppress([getattr(row, behind) for row in counts], also=gone, overlapping=overlapping)
    return found.hidden | ({len(counts)} if found.total is None else set())


def _hidden_of_staff(counts: list[Counts], gone: set[int]) -> set[int]:
    """Neither the people of bodies with a known staff nor, by difference, of the others may be few."""
    few = {
        number
        for number, row in enumerate(counts)
        if is_small(row.of_staff.reached) or is_small(row.people - row.of_staff.reached)
    }
    found = suppress([row.of_staff.reached for row in counts[:-1]], also=gone | few)
    return few | found.hidden | ({len(counts) - 1} if found.total is None else set())


def _line(key: Hashable, label: str, row: Counts, hidden: set[str]) -> Line:
    def seen(value, *names: str):
        return None if hidden.intersection(names) else value

    return Line(
        key,
        label,
        people=seen(row.people, "people"),
        of_staff=seen(row.of_staff, "of_staff"),
        minutes=seen(row.minutes, "minutes"),
        completion=seen((row.completed, row.made), "made", "completed"),
        asked=seen(row.asked, "asked"),
        given=seen(row.given, "given"),
        certificates=seen(row.certificates, "certificates"),
        rating=seen((row.ratings, row.stars), "ratings"),
    )
