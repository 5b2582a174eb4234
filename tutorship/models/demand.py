"""What is asked of the tutors and what they offer, by area and topic; in as many queries for one area as for all."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from accounts.models import User
from territory.models import Area
from tutorship import slots
from tutorship.models.availability import preference_of
from tutorship.models.booking import Booking
from tutorship.models.coverage import Coverage, Service, Topic
from tutorship.models.diary import Diary, local_day, reach, weeks
from tutorship.models.request import SessionRequest
from tutorship.models.session import Session
from tutorship.models.waiting import WaitingEntry
from tutorship.slots import Terms, Window

PERIODS = (30, 90, 365)  # days back
Place = tuple[int, int]  # area, topic
LEVELS = ((0.25, "low"), (0.6, "fair"), (1.0, "high"))


def in_minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


@dataclass
class Cell:
    """One topic in one area."""

    asked: int = 0  # minutes: sessions of the period, requests and waiting lists without an appointment
    offered: int = 0  # minutes that tutors of the topic were there for the area
    unserved: int = 0  # requests without an appointment, people in waiting lists
    first_in: int | None = None  # days to the first free time
    is_covered: bool = False

    @property
    def level(self) -> str:
        """How much of what is offered is asked for, in steps."""
        if not self.asked and not self.is_covered:
            return "none"
        if self.asked > self.offered:
            return "beyond"
        share = self.asked / self.offered if self.offered else 0
        return next(name for limit, name in LEVELS if share <= limit)


@dataclass
class Load:
    tutor: User
    given: int = 0  # minutes of the period and of what is coming
    target: int = 0  # the share of the same hours that falls to this tutor by weight


@dataclass
class Demand:
    days: int
    areas: list[Area]
    topics: list[Topic]
    cells: dict[Place, Cell] = field(default_factory=lambda: defaultdict(Cell))
    loads: dict[int, Load] = field(default_factory=dict)
    waits: list[int] = field(default_factory=list)  # days from booking to session
    held: int = 0
    no_shows: int = 0

    @classmethod
    def read(cls, user: User, *, days: int, now: datetime) -> "Demand":
        areas = Area.objects.order_by("number")
        areas = list(areas if user.scope.is_anci else areas.filter(pk__in=user.scope.area_ids))
        found = cls(days, areas, list(Topic.objects.active()))
        area_ids = [area.pk for area in areas]
        coverages = Coverage.objects.current(on=local_day(now)).filter(area__in=area_ids)
        rows = list(coverages.select_related("tutor__tutor_preference", "area", "topic"))
        period = Window(now - timedelta(days=days), now)
        found._count_offers(rows, period, now=now)
        found._count_sessions(area_ids, period)
        found._count_bookings(area_ids, period)
        found._count_unserved(area_ids, period)
        found._share_out(rows)
        return found

    # --- Figures for the page ---
    @property
    def unserved(self) -> int:
        return sum(cell.unserved for cell in self.cells.values())

    @property
    def median_first(self) -> float | None:
        """Over everything that is covered and has a free time."""
        found = [cell.first_in for cell in self.cells.values() if cell.first_in is not None]
        return median(found) if found else None

    @property
    def median_wait(self) -> float | None:
        return median(self.waits) if self.waits else None

    @property
    def rows(self) -> list[tuple[Topic, list[tuple[Area, Cell]]]]:
        """The table: a row for each topic, a column for each area."""
        return [(topic, [(area, self.cells[area.pk, topic.pk]) for area in self.areas]) for topic in self.topics]

    @property
    def by_tutor(self) -> list[Load]:
        return sorted(self.loads.values(), key=lambda row: (row.target - row.given, row.tutor.last_name, row.tutor.pk))

    # --- Counting ---
    def _count_offers(self, rows: list[Coverage], period: Window, *, now: datetime) -> None:
        """A tutor of several topics is there for each of them: the hours of a column do not add up."""
        service = Service.objects.active().filter(capacity=1).first()
        terms = service.terms(on_site=False) if service else None
        ahead = reach(terms, now=now) if terms else period
        hardy = {row.tutor_id for row in rows if (chosen := preference_of(row.tutor)) and chosen.works_on_holidays}
        within = Window(period.start, ahead.end)
        diary = Diary.read({row.tutor_id for row in rows}, within=within, at_work_on_holidays=hardy)
        hours: dict[tuple[int, int], int] = {}
        firsts: dict[tuple[int, int], int | None] = {}
        for row in rows:
            key = (row.tutor_id, row.area_id)
            if key not in hours:
                work = diary.hours(*key, within=period)
                hours[key] = in_minutes(sum((window.end - window.start for window in work), timedelta()))
                firsts[key] = _first_in(diary, row, terms, ahead, now=now) if terms else None
            cell = self.cells[row.area_id, row.topic_id]
            cell.is_covered = True
            cell.offered += hours[key]
            known = [days for days in (cell.first_in, firsts[key]) if days is not None]
            cell.first_in = min(known, default=None)

    def _count_sessions(self, area_ids: list[int], period: Window) -> None:
        columns = ("area", "topic", "tutor", "starts_at", "ends_at")
        sessions = Session.objects.agreed().filter(area__in=area_ids, starts_at__gte=period.start)
        self._given: Counter = Counter()
        for area_id, topic_id, tutor_id, start, end in sessions.order_by().values_list(*columns):
            minutes = in_minutes(end - start)
            self._given[tutor_id, area_id, topic_id] += minutes
            if start < period.end:
                self.cells[area_id, topic_id].asked += minutes

    def _count_bookings(self, area_ids: list[int], period: Window) -> None:
        kept = Booking.objects.active().filter(session__area__in=area_ids, session__starts_at__range=period)
        columns = ("booked_at", "session__starts_at", "session__state", "attendance")
        for booked_at, starts_at, state, attendance in kept.order_by().values_list(*columns):
            self.waits.append((starts_at - booked_at).days)
            self.held += state == Session.State.CLOSED
            self.no_shows += attendance == Booking.Attendance.NO_SHOW

    def _count_unserved(self, area_ids: list[int], period: Window) -> None:
        columns = ("area", "topic", "service__length_minutes")
        asked = SessionRequest.objects.filter(area__in=area_ids, asked_at__gte=period.start)
        asked = asked.filter(state__in=[SessionRequest.State.OPEN, SessionRequest.State.ANSWERED])
        state = WaitingEntry.State
        waited = WaitingEntry.objects.filter(area__in=area_ids, asked_at__gte=period.start)
        waited = waited.exclude(state__in=[state.BOOKED, state.WITHDRAWN])
        lines = (found.order_by().values_list(*columns) for found in (asked, waited))
        for area_id, topic_id, minutes in next(lines).union(*lines, all=True):
            cell = self.cells[area_id, topic_id]
            cell.unserved += 1
            cell.asked += minutes

    def _share_out(self, rows: Iterable[Coverage]) -> None:
        """The hours of each cell by the weights of who covers it: the target of each tutor."""
        pools: dict[Place, list[Coverage]] = defaultdict(list)
        for row in rows:
            self.loads.setdefault(row.tutor_id, Load(row.tutor))
            pools[row.area_id, row.topic_id].append(row)
        totals: Counter = Counter()
        for (tutor_id, area_id, topic_id), minutes in self._given.items():
            totals[area_id, topic_id] += minutes
            if tutor_id in self.loads:
                self.loads[tutor_id].given += minutes
        for place, pool in pools.items():
            weights = sum(row.weight for row in pool)
            for row in pool:
                self.loads[row.tutor_id].target += round(totals[place] * row.weight / weights)


def _first_in(diary: Diary, row: Coverage, terms: Terms, ahead: Window, *, now: datetime) -> int | None:
    """Days to the tutor's first free time; the engine stops in the week that has one."""
    for week in weeks(ahead):
        found = slots.starts(diary.free(row.tutor_id, row.area_id, terms, people=[], within=week), terms, now=now)
        if found:
            return (local_day(found[0]) - local_day(now)).days
    return None
