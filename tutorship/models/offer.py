"""The times that a person can book: free tutors, and seats in groups that are already planned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from territory.models import Area, PublicBody
from tutorship import slots
from tutorship.models.availability import preference_of
from tutorship.models.coverage import Coverage, Service, Topic
from tutorship.models.diary import Diary, around, local_day, reach, weeks
from tutorship.models.session import Session
from tutorship.slots import Terms, Window

STAMP = "%Y%m%dT%H%MZ"
LOAD_DAYS = 28
MARGIN = timedelta(days=1)
ID_DIGITS = 18
YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Offer:
    start: datetime
    end: datetime
    tutor: User
    area: Area
    seats: int  # still free
    is_group: bool = False

    @property
    def key(self) -> str:
        """What stands in a form: "12-20261126T0900Z"."""
        return f"{self.tutor.pk}-{self.start.astimezone(UTC).strftime(STAMP)}"


def read_key(key: str) -> tuple[int, datetime] | None:
    """Tutor id and start out of an offer's key; None when it is not one."""
    tutor_id, _dash, stamp = key.partition("-")
    try:
        start = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    is_id = tutor_id.isascii() and tutor_id.isdigit() and len(tutor_id) <= ID_DIGITS
    return (int(tutor_id), start) if is_id and start.year in YEARS else None


@dataclass(frozen=True)
class Search:
    """A learner looks for a time on a topic. The same search makes the list and checks the booking."""

    learner: User
    topic: Topic
    service: Service
    now: datetime
    body: PublicBody | None = None  # for whom; its town hall hosts a meeting on site
    wants_town_hall: bool = False  # where the service leaves it to the person
    tutor_id: int | None = None  # somebody by name; None is whoever is free first
    seats: int = 1  # all of them or none

    @property
    def on_site(self) -> bool:
        chosen = self.wants_town_hall and self.service.modality == Service.Modality.BOTH
        return chosen or self.service.modality == Service.Modality.TOWN_HALL

    @property
    def terms(self) -> Terms:
        return self.service.terms(on_site=self.on_site)

    @property
    def host(self) -> PublicBody | None:
        return self.body if self.on_site else None

    @property
    def host_id(self) -> int | None:
        return self.host.pk if self.host else None

    def diary(self, tutor_ids: Iterable[int], *, within: Window, **known) -> Diary:
        return Diary.read(tutor_ids, within=within, others=[self.learner.pk], host_id=self.host_id, **known)

    def free(self, diary: Diary, tutor: User, area: Area, *, within: Window | None = None) -> list[Window]:
        people = [self.learner.pk]
        return diary.free(tutor.pk, area.pk, self.terms, people=people, host_id=self.host_id, within=within)

    def coverages(self) -> list[Coverage]:
        """Who answers on this topic, never the learner. First whoever has already helped this person; then the fewest
        hours of the last and the coming weeks, by the share of the work; then the longest without.
        """
        today, since = local_day(self.now), self.now - timedelta(days=LOAD_DAYS)
        found = Coverage.objects.current(on=today).filter(topic=self.topic).exclude(tutor=self.learner)
        if self.tutor_id:
            found = found.filter(tutor=self.tutor_id)
        helped = Session.objects.filter(bookings__learner=self.learner, bookings__cancelled_at=None)
        found = found.annotate(is_known=Exists(helped.filter(tutor=OuterRef("tutor"))))
        return sorted(found.with_load(since=since).select_related("tutor__tutor_preference", "area"), key=_turn)

    def offers(self, area: Area) -> list[Offer]:
        """One offer per start in this area, in order of time."""
        return self._offers([row for row in self.coverages() if row.area_id == area.pk])

    def elsewhere(self, area: Area) -> list[Offer]:
        """The first free time by video of every other area that answers on the topic, in order of time."""
        if self.on_site:
            return []
        areas: dict[Area, list[Coverage]] = {}
        for row in self.coverages():
            if row.area_id != area.pk:
                areas.setdefault(row.area, []).append(row)
        diary = self.diary({row.tutor_id for rows in areas.values() for row in rows}, within=self._reach())
        found = [offer for rows in areas.values() for offer in self.first_offers(rows, diary, count=1)]
        return sorted(found, key=lambda offer: offer.start)

    def first_offers(self, coverages: list[Coverage], diary: Diary, *, count: int) -> list[Offer]:
        """The earliest times with these tutors: the engine stops in the week in which it has found enough."""
        found: list[Offer] = []
        for week in weeks(diary.within):
            found += self._free_starts(coverages, diary, within=week)
            if len({offer.start for offer in found}) >= count:
                break
        return _first_of_each_start(found)[:count]

    def can_book(self, tutor: User, area: Area, start: datetime) -> bool:
        """Whether this tutor is free for the learner at this start: the check behind every booking."""
        preference = preference_of(tutor)
        hardy = [tutor.pk] if preference and preference.works_on_holidays else []
        diary = self.diary([tutor.pk], within=around(start, self.terms), at_work_on_holidays=hardy)
        free = self.free(diary, tutor, area)
        return slots.can_start(start, free, self.terms, now=self.now)

    def named_tutors(self, area: Area) -> list[User]:
        """Everybody of the area who can be asked for by name."""
        found = Coverage.objects.current(on=local_day(self.now)).filter(topic=self.topic, area=area)
        rows = found.exclude(tutor=self.learner).select_related("tutor").order_by("tutor__last_name", "tutor_id")
        return [row.tutor for row in rows]

    def first_start(self, tutor: User, area: Area, within: Window) -> datetime | None:
        """The first start of this tutor in a stretch that has become free."""
        diary = self.diary([tutor.pk], within=Window(within.start - MARGIN, within.end + MARGIN))
        found = slots.starts(self.free(diary, tutor, area), self.terms, now=self.now)
        return next((start for start in found if within.start <= start < within.end), None)

    def full_groups(self, area: Area) -> list[Session]:
        """Planned groups of the area that have no seat for this person, who may wait for one."""
        if not self.service.is_group:
            return []
        planned = Session.objects.scheduled().filter(
            area=area, topic=self.topic, service=self.service, starts_at__range=self.terms.reach(self.now)
        )
        is_free = Session.objects.with_free_seats(self.seats).exclude(waiting__state="queued")
        own = planned.filter(bookings__learner=self.learner, bookings__cancelled_at=None)
        found = planned.exclude(pk__in=is_free.values("pk")).exclude(pk__in=own.values("pk"))
        return list(found.exclude(tutor=self.learner).for_display())

    def free_tutors(self, area: Area, start: datetime) -> list[User]:
        """Everybody who could take this start, in turn."""
        rows = [row for row in self.coverages() if row.area_id == area.pk]
        diary = self.diary({row.tutor_id for row in rows}, within=around(start, self.terms))
        free = {row.tutor: self.free(diary, row.tutor, area) for row in rows}
        return [tutor for tutor, windows in free.items() if slots.can_start(start, windows, self.terms, now=self.now)]

    def groups(self, coverages: Iterable[Coverage]) -> list[Session]:
        """Planned groups with enough free seats that this person has not joined."""
        if not self.service.is_group:
            return []
        planned = Session.objects.with_free_seats(self.seats).filter(
            tutor__in={row.tutor_id for row in coverages},
            area__in={row.area_id for row in coverages},
            topic=self.topic,
            service=self.service,
            starts_at__range=self.terms.reach(self.now),
        )
        planned = planned.exclude(waiting__state="queued")  # its seats go to them first
        joined = planned.filter(bookings__learner=self.learner, bookings__cancelled_at=None)
        return list(planned.exclude(pk__in=joined.values("pk")).select_related("tutor", "area"))

    def _reach(self) -> Window:
        return reach(self.terms, now=self.now)

    def _free_starts(self, coverages: list[Coverage], diary: Diary, *, within: Window) -> list[Offer]:
        """Every start of every tutor in this stretch; a day more on both sides keeps hours over midnight whole."""
        terms, service = self.terms, self.service
        wider = Window(within.start - MARGIN, within.end + MARGIN)
        return [
            Offer(start, start + terms.length, row.tutor, row.area, service.capacity, service.is_group)
            for row in coverages
            for start in slots.starts(self.free(diary, row.tutor, row.area, within=wider), terms, now=self.now)
            if within.start <= start < within.end
        ]

    def _offers(self, coverages: list[Coverage]) -> list[Offer]:
        learner_id = self.learner.pk
        diary = self.diary({row.tutor_id for row in coverages}, within=self._reach())
        found = self._free_starts(coverages, diary, within=diary.within)
        found += [
            Offer(session.starts_at, session.ends_at, session.tutor, session.area, session.seats_left, is_group=True)
            for session in self.groups(coverages)
            if diary.is_free(learner_id, Window(session.starts_at, session.ends_at))
        ]
        return _first_of_each_start(found)


def _turn(row: Coverage) -> tuple:
    busy_time = row.busy_time or timedelta()
    return not row.is_known, busy_time / row.weight, row.latest or datetime.min.replace(tzinfo=UTC), row.tutor_id


def _first_of_each_start(offers: Iterable[Offer]) -> list[Offer]:
    """A planned group before a new one, then the order given: the least busy tutor."""
    chosen: dict[datetime, Offer] = {}
    for offer in offers:
        held = chosen.get(offer.start)
        if held is None or offer.seats < held.seats:
            chosen[offer.start] = offer
    return [chosen[start] for start in sorted(chosen)]


def nearest_offers(offers: list[Offer], wanted: datetime, *, count: int = 3) -> list[Offer]:
    by_start = {offer.start: offer for offer in offers}
    return [by_start[start] for start in slots.nearest(by_start, wanted, count=count)]


def by_day(offers: Iterable[Offer]) -> dict:
    """Local day -> its offers, in order."""
    days: dict = {}
    for offer in offers:
        days.setdefault(timezone.localtime(offer.start).date(), []).append(offer)
    return days
