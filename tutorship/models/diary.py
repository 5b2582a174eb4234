"""What the slot engine needs to know about tutors and learners, read in a few queries however many they are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
from django.utils import timezone

from courses.models import LiveSession
from tutorship import slots
from tutorship.models.availability import (
    AvailabilityException,
    AvailabilityRule,
    Closure,
    PatronSaint,
    TutorPreference,
)
from tutorship.models.coverage import ZONE
from tutorship.models.session import Occupancy, Session
from tutorship.slots import Busy, Terms, Window


@lru_cache(maxsize=16)
def national_holidays(year: int) -> dict[date, str]:
    """The public holidays of Italy with their Italian names."""
    return dict(holidays.country_holidays("IT", years=year, language="it_IT"))


def holiday_windows(within: Window) -> list[Window]:
    first, last = within.start.astimezone(ZONE).date(), within.end.astimezone(ZONE).date()
    days = [day for year in range(first.year, last.year + 1) for day in national_holidays(year)]
    return [slots.day_window(day, day, ZONE) for day in sorted(days) if first <= day <= last]


def _grouped(pairs: Iterable[tuple]) -> dict[int, list]:
    groups = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


@dataclass(frozen=True)
class Diary:
    """Hours, closures and appointments of some people within a stretch of time."""

    within: Window
    rules: dict[int, list[slots.Rule]] = field(default_factory=dict)
    changes: dict[int, list[slots.Change]] = field(default_factory=dict)
    closures: dict[int | None, list[Window]] = field(default_factory=dict)  # by area; None is all areas
    busy: dict[int, list[Busy]] = field(default_factory=dict)
    rooms: dict[int, list[Busy]] = field(default_factory=dict)  # by the body whose town hall it is
    at_work_on_holidays: frozenset[int] = frozenset()
    patron_days: list[Window] = field(default_factory=list)  # of the town hall that hosts

    @classmethod
    def read(
        cls,
        tutor_ids: Iterable[int],
        *,
        within: Window,
        others: Iterable[int] = (),
        host_id: int | None = None,
        without: Session | None = None,
        at_work_on_holidays: Iterable[int] | None = None,
    ) -> "Diary":
        """The diaries of these tutors, what keeps `others` busy, and the town hall that would host the meeting.

        `without` is a session that is about to be moved: it stands in nobody's way. `at_work_on_holidays` are those of
        the tutors of whom it is known already; without it they are looked up.
        """
        tutor_ids = set(tutor_ids)
        first, last = within.start.astimezone(ZONE).date(), within.end.astimezone(ZONE).date()
        rules = AvailabilityRule.objects.valid(on=first).filter(tutor__in=tutor_ids)
        changes = AvailabilityException.objects.filter(tutor__in=tutor_ids, on__range=(first, last))
        closures = Closure.objects.overlapping(first, last)
        people = Occupancy.objects.of_people(tutor_ids | set(others))
        busy = (people | Occupancy.objects.of_rooms([host_id] if host_id else [])).within(within)
        occupancies = list(busy.exclude(session=without) if without else busy)
        teaching = LiveSession.objects.taught_by(tutor_ids | set(others)).filter(
            starts_at__lt=within.end, ends_at__gt=within.start
        )
        lessons = [(tutor_id, Busy(start, end)) for tutor_id, start, end in teaching.tutor_times()]
        if at_work_on_holidays is None:
            hardy = TutorPreference.objects.filter(tutor__in=tutor_ids, works_on_holidays=True)
            at_work_on_holidays = hardy.values_list("tutor_id", flat=True)
        return cls(
            within,
            _grouped((row.tutor_id, row.as_rule()) for row in rules),
            _grouped((row.tutor_id, row.as_change()) for row in changes),
            _grouped((row.area_id, row.as_window()) for row in closures),
            _grouped([*((row.resource_id, row.as_busy()) for row in occupancies if row.is_of_person), *lessons]),
            _grouped((row.resource_id, row.as_busy()) for row in occupancies if not row.is_of_person),
            frozenset(at_work_on_holidays),
            PatronSaint.objects.windows(host_id, first, last) if host_id else [],
        )

    def hours(self, tutor_id: int, area_id: int, *, within: Window | None = None) -> list[Window]:
        """When the tutor works for the area, whoever is busy then."""
        within = within or self.within
        work = slots.expand(self.rules.get(tutor_id, []), self.changes.get(tutor_id, []), within=within, zone=ZONE)
        closed = [*self.closures.get(None, []), *self.closures.get(area_id, [])]
        if tutor_id not in self.at_work_on_holidays:
            closed += holiday_windows(within)
        return slots.subtract(work, closed)

    def free(
        self,
        tutor_id: int,
        area_id: int,
        terms: Terms,
        *,
        people: Iterable[int],
        host_id: int | None = None,
        within: Window | None = None,
    ) -> list[Window]:
        """When the tutor works, and neither tutor nor people nor the room of the host are busy."""
        own = slots.free(self.hours(tutor_id, area_id, within=within), self.busy.get(tutor_id, []), terms)
        others = [block for person_id in people for block in self.busy.get(person_id, [])]
        others += self.rooms.get(host_id, [])  # buffers are the tutor's: the others come and go on time
        return slots.subtract(own, [*((block.start, block.end) for block in others), *self.patron_days])

    def is_free(self, person_id: int, window: Window) -> bool:
        return not slots.intersect(self.busy.get(person_id, []), [window])


def reach(terms: Terms, *, now: datetime) -> Window:
    """From now to the end of the last appointment that can be booked, and a day more: buffers and closures are seen."""
    return Window(now, terms.reach(now).end + terms.length + timedelta(days=1))


def weeks(within: Window) -> Iterator[Window]:
    """The stretch cut into pieces, so that whoever needs the first few free times need not look at all of them."""
    start = within.start
    while start < within.end:
        end = min(start + timedelta(days=7), within.end)
        yield Window(start, end)
        start = end


def around(start: datetime, terms: Terms) -> Window:
    """Enough of the diary to decide on one start."""
    return Window(start - timedelta(days=1), start + terms.length + timedelta(days=1))


def outside_availability(tutor, *, now: datetime) -> list[Session]:
    """Coming sessions that the tutor's hours no longer hold: they stay, and the tutor is told."""
    coming = list(Session.objects.scheduled().filter(tutor=tutor, starts_at__gt=now).for_display())
    if not coming:
        return []
    diary = Diary.read([tutor.pk], within=Window(now, max(session.ends_at for session in coming)))
    hours = {area_id: diary.hours(tutor.pk, area_id) for area_id in {session.area_id for session in coming}}
    return [
        session
        for session in coming
        if not slots.contains(hours[session.area_id], Window(session.starts_at, session.ends_at))
    ]


def sessions_inside(row: AvailabilityRule | AvailabilityException, *, now: datetime) -> list[Session]:
    """Coming sessions that lie in the hours of one rule, or on the day of one exception."""
    coming = list(Session.objects.scheduled().filter(tutor=row.tutor_id, starts_at__gt=now).for_display())
    if isinstance(row, AvailabilityException):
        return [session for session in coming if local_day(session.starts_at) == row.on]
    within = Window(now, max((session.ends_at for session in coming), default=now))
    hours = slots.expand([row.as_rule()], [], within=within, zone=ZONE)
    return [session for session in coming if slots.contains(hours, Window(session.starts_at, session.ends_at))]


def sessions_closed_by(closure: Closure, *, now: datetime) -> list[Session]:
    """Coming sessions on the days of a closure, in its area."""
    start, end = closure.as_window()
    inside = Session.objects.scheduled().filter(starts_at__gt=now, starts_at__lt=end, ends_at__gt=start)
    return list((inside.filter(area=closure.area) if closure.area_id else inside).for_display())


def sessions_hosted_on(saint: PatronSaint, *, now: datetime) -> list[Session]:
    """Coming sessions at the town hall on the feast of its municipality."""
    coming = Session.objects.scheduled().filter(host=saint.body, starts_at__gt=now).for_display()
    days = {session: local_day(session.starts_at) for session in coming}
    return [session for session, day in days.items() if day == saint.on(day.year)]


def local_day(moment: datetime) -> date:
    return timezone.localtime(moment, ZONE).date()
