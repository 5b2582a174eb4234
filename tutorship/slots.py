"""Free times for tutoring: rules in, starts out. Pure, without ORM and without a clock of its own.

Rules are local wall time (minutes after midnight, 1440 = the end of the day) because "every Monday at nine" means nine
in summer and in winter. Each boundary is turned into UTC once; from there on all is UTC and half-open [start, end).
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY_MINUTES = 1440
HOUR_PARTS = (60, 30, 20, 15, 10, 5)  # the marks people expect an appointment to start on
PACK_MARKS = (15, 5)
NONE = timedelta()
REMEMBERED = 8_192  # wall times: a pool shares its mornings and afternoons, a few hundred of them in eight weeks
SATURDAY = 5


class Policy(StrEnum):
    ALIGN = "align"  # start on the largest part of an hour that divides the step: 45 minutes start on quarters
    PACK = "pack"  # as ALIGN, but on quarters or five minutes where that yields more starts
    STRICT = "strict"  # start on multiples of the step after local midnight


class Kind(StrEnum):
    REPLACES = "replaces"
    ADDS = "adds"
    CLOSES = "closes"


class Window(NamedTuple):
    start: datetime
    end: datetime


class Busy(NamedTuple):
    """A stretch that is taken, with the buffers of whatever takes it. External events carry none."""

    start: datetime
    end: datetime
    before: timedelta = NONE
    after: timedelta = NONE
    blocks: bool = True  # False for events that are cancelled or transparent


@dataclass(frozen=True)
class Rule:
    """Open every `every_n_weeks` weeks on `weekday` (Monday is 0); weeks are counted from the one of `valid_from`."""

    weekday: int
    opens: int
    closes: int
    valid_from: date = date.min
    valid_until: date | None = None
    every_n_weeks: int = 1

    def applies_on(self, day: date) -> bool:
        if day.weekday() != self.weekday or day < self.valid_from or (self.valid_until and day > self.valid_until):
            return False
        weeks = (day.toordinal() - self.valid_from.toordinal() + self.valid_from.weekday()) // 7
        return weeks % self.every_n_weeks == 0


@dataclass(frozen=True)
class Change:
    """What is different on one local date."""

    on: date
    kind: Kind
    opens: int = 0
    closes: int = 0


@dataclass(frozen=True)
class Terms:
    """How appointments are cut out of free time."""

    length: timedelta
    step: timedelta
    zone: ZoneInfo
    policy: Policy = Policy.ALIGN
    notice: timedelta = NONE
    horizon: timedelta | None = None
    working_days: int | None = None  # the horizon, where it is counted so
    days_off: Container[date] = frozenset()  # public holidays: no working days
    before: timedelta = NONE
    after: timedelta = NONE
    offset: timedelta = NONE
    daily_limit: int | None = None
    buffers_inside_hours: bool = False

    @cached_property
    def grid(self) -> int:
        """The distance of the marks in minutes."""
        step = int(self.step.total_seconds() // 60)
        if self.policy == Policy.STRICT:
            return step
        return next((part for part in HOUR_PARTS if step % part == 0), 1)

    def earliest(self, now: datetime) -> datetime:
        return now + self.notice

    def reach(self, now: datetime) -> Window:
        """The stretch in which an appointment may start."""
        return Window(self.earliest(now), self._latest(now))

    def _latest(self, now: datetime) -> datetime:
        if self.working_days is not None:
            last = nth_working_day(now.astimezone(self.zone).date(), self.working_days, self.days_off)
            return moment(last, DAY_MINUTES, self.zone)
        return now + self.horizon if self.horizon is not None else datetime.max.replace(tzinfo=UTC)


def nth_working_day(day: date, number: int, days_off: Container[date]) -> date:
    """The day that lies `number` working days after `day`: Monday to Friday, without days off."""
    while number > 0:
        day += timedelta(days=1)
        number -= day.weekday() < SATURDAY and day not in days_off
    return day


# --- Wall time ---------------------------------------------------------------------------------------------------
def moments(day: date, minute: int, zone: ZoneInfo) -> list[datetime]:
    """The UTC moments at which a clock on the wall shows this time: one, none in the spring gap, two in autumn."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    found = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(moment for moment in found if moment.astimezone(zone).replace(tzinfo=None) == wall)


@lru_cache(maxsize=REMEMBERED)
def moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first of `moments`; in the spring gap the time as if the clock had not yet moved."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def day_window(first: date, last: date, zone: ZoneInfo) -> Window:
    """From local midnight of `first` to the end of `last`."""
    return Window(moment(first, 0, zone), moment(last, DAY_MINUTES, zone))


# --- Intervals ---------------------------------------------------------------------------------------------------
def merge(windows: Iterable[Window]) -> list[Window]:
    """Sorted, without empty ones; what overlaps or touches becomes one."""
    merged: list[Window] = []
    for window in sorted(windows):
        start, end = window[0], window[1]
        if start >= end:
            continue
        if merged and start <= merged[-1].end:
            if end > merged[-1].end:
                merged[-1] = Window(merged[-1].start, end)
        else:
            merged.append(window if type(window) is Window else Window(start, end))
    return merged


def intersect(*operands: Iterable[Window]) -> list[Window]:
    """What lies in every operand."""
    common, *others = [merge(operand) for operand in operands]
    for other in others:
        common = list(_common(common, other))
    return common


def _common(left: Sequence[Window], right: Sequence[Window]) -> Iterator[Window]:
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i].start, right[j].start), min(left[i].end, right[j].end)
        if start < end:
            yield Window(start, end)
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1


def subtract(windows: Iterable[Window], taken: Iterable[Window]) -> list[Window]:
    """What is left of `windows` without `taken`, in any order given."""
    blocks, left, j = merge(taken), [], 0
    for window in merge(windows):
        start, end = window
        while j < len(blocks) and blocks[j].end <= start:
            j += 1
        if j == len(blocks) or blocks[j].start >= end:
            left.append(window)
            continue
        k = j
        while k < len(blocks) and blocks[k].start < end:
            left.append(Window(start, blocks[k].start))
            start, k = max(start, blocks[k].end), k + 1
        j = max(j, k - 1)
        left.append(Window(start, end))
    return [window for window in left if window.start < window.end]


def are_valid(windows: Iterable[tuple[datetime, datetime]], *, length: timedelta) -> bool:
    """Whether windows may stand side by side in a form: each holds a session, none overlaps; touching is fine."""
    ordered = sorted((start.astimezone(UTC), end.astimezone(UTC)) for start, end in windows)
    fits = all(end - start >= length for start, end in ordered)
    return fits and all(left[1] <= right[0] for left, right in pairwise(ordered))


# --- From rules to starts ----------------------------------------------------------------------------------------
def expand(rules: Iterable[Rule], changes: Iterable[Change], *, within: Window, zone: ZoneInfo) -> list[Window]:
    """The open windows inside `within`. A change is matched on its LOCAL date, whatever date that is in UTC."""
    by_weekday, by_date = defaultdict(list), defaultdict(list)
    for rule in rules:
        by_weekday[rule.weekday].append(rule)
    for change in changes:
        by_date[change.on].append(change)
    day, last = within.start.astimezone(zone).date(), within.end.astimezone(zone).date()
    windows: list[Window] = []
    while day <= last:
        for opens, closes in _hours(day, by_weekday[day.weekday()], by_date[day]):
            windows.append(Window(moment(day, opens, zone), moment(day, closes, zone)))
        day += timedelta(days=1)
    return [_clipped(window, within) for window in merge(windows) if _meet(window, within)]


def _meet(left: Window, right: Window) -> bool:
    return left.start < right.end and right.start < left.end


def _clipped(window: Window, within: Window) -> Window:
    if within.start <= window.start and window.end <= within.end:
        return window  # nearly always
    return Window(max(window.start, within.start), min(window.end, within.end))


def _hours(day: date, rules: Sequence[Rule], changes: Sequence[Change]) -> Iterator[tuple[int, int]]:
    kinds = {change.kind for change in changes}
    if Kind.CLOSES in kinds:
        return
    if Kind.REPLACES not in kinds:
        yield from ((rule.opens, rule.closes) for rule in rules if rule.applies_on(day))
    yield from ((change.opens, change.closes) for change in changes)


def free(work: Iterable[Window], busy: Iterable[Busy], terms: Terms) -> list[Window]:
    """Where a whole appointment may lie. Buffers add up, and may spill past the working hours unless told otherwise."""
    if terms.buffers_inside_hours:
        work = [Window(start + terms.before, end - terms.after) for start, end in merge(work)]
    busy = [block for block in busy if block.blocks]
    padded = [Window(b.start - b.before - terms.after, b.end + b.after + terms.before) for b in busy]
    return subtract(work, [*padded, *_full_days(busy, terms)])


def _full_days(busy: Iterable[Busy], terms: Terms) -> list[Window]:
    if terms.daily_limit is None:
        return []
    counts = Counter(block.start.astimezone(terms.zone).date() for block in busy)
    return [day_window(day, day, terms.zone) for day, count in counts.items() if count >= terms.daily_limit]


def starts(open_windows: Iterable[Window], terms: Terms, *, now: datetime) -> list[datetime]:
    """Every start on offer, chronological and unique."""
    reach = terms.reach(now)
    found: list[datetime] = []
    for window in merge(open_windows):
        within = window if window.start >= reach.start else Window(reach.start, window.end)
        if within.start <= reach.end:
            found += _starts_within(within, terms)
    while found and found[-1] > reach.end:
        found.pop()
    return found


def _starts_within(window: Window, terms: Terms) -> list[datetime]:
    if terms.policy != Policy.PACK:
        return _row(window, terms.grid, terms)
    marks = (terms.grid, *PACK_MARKS)
    rows = [_row(window, mark, terms) for mark in marks]
    return max(rows, key=len)  # the first, coarsest marks win a tie


def _row(window: Window, mark: int, terms: Terms) -> list[datetime]:
    begin = next_mark(window.start - terms.offset, mark, terms.zone) + terms.offset
    count = (window.end - terms.length - begin) // terms.step + 1
    return [begin + n * terms.step for n in range(count)]


@lru_cache(maxsize=REMEMBERED)
def next_mark(at: datetime, minutes: int, zone: ZoneInfo) -> datetime:
    """`at` rounded up to a multiple of `minutes` after local midnight."""
    return at + (-_since_midnight(at, zone)) % timedelta(minutes=minutes)


def _since_midnight(at: datetime, zone: ZoneInfo) -> timedelta:
    wall = at.astimezone(zone)
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)


def can_start(at: datetime, open_windows: Iterable[Window], terms: Terms, *, now: datetime) -> bool:
    """Whether an appointment may start here. Accepts everything that `starts` lists, and keeps accepting it while it is
    free and in reach: a start that was shown is not refused because the notice has moved the row by a few minutes.
    """
    reach = terms.reach(now)
    finest = min(terms.grid, *PACK_MARKS) if terms.policy == Policy.PACK else terms.grid
    on_mark = next_mark(at - terms.offset, finest, terms.zone) + terms.offset == at
    return on_mark and reach.start <= at <= reach.end and contains(merge(open_windows), Window(at, at + terms.length))


def contains(windows: Sequence[Window], wanted: Window) -> bool:
    """Whether one of the merged `windows` holds all of `wanted`."""
    place = bisect_right(windows, wanted.start, key=lambda window: window.start) - 1
    return place >= 0 and windows[place].end >= wanted.end


def nearest(offered: Iterable[datetime], wanted: datetime, *, count: int) -> list[datetime]:
    """The `count` moments closest to `wanted`, in order of time."""
    return sorted(sorted(offered, key=lambda at: (abs(at - wanted), at))[:count])
