"""The times that a person can book: free tutors, and seats in groups that are already planned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from territory.models import Area, PublicBody
from tutorship import slots
from tutorship.models.coverage import Coverage, Service, Topic
from tutorship.models.diary import Diary, around, local_day, reach
from tutorship.models.session import Session
from tutorship.slots import Terms, Window

STAMP = "%Y%m%dT%H%MZ"
LOAD_DAYS = 28
ID_DIGITS = 18
YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Offer:
    start: datetime
    end: datetime
    tutor: User
    area: Area
    seats: int

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

    @property
    def terms(self) -> Terms:
        return self.service.terms

    @property
    def host(self) -> PublicBody | None:
        return self.body if self.service.modality == Service.Modality.TOWN_HALL else None

    def diary(self, tutor_ids: Iterable[int], *, within: Window) -> Diary:
        return Diary.read(tutor_ids, within=within, others=[self.learner.pk], rooms=[self.host.pk] if self.host else [])

    def free(self, diary: Diary, tutor: User, area: Area) -> list[Window]:
        host_id = self.host.pk if self.host else None
        return diary.free(tutor.pk, area.pk, self.terms, people=[self.learner.pk], host_id=host_id)

    def coverages(self) -> list[Coverage]:
        """Who answers on this topic, the least busy first; never the learner."""
        today, since = local_day(self.now), self.now - timedelta(days=LOAD_DAYS)
        found = Coverage.objects.current(on=today).filter(topic=self.topic).exclude(tutor=self.learner)
        return list(found.least_busy_first(since=since).select_related("tutor", "area"))

    def offers(self, area: Area) -> list[Offer]:
        """One offer per start in this area, in order of time."""
        return self._offers([row for row in self.coverages() if row.area_id == area.pk])

    def elsewhere(self, area: Area) -> list[Offer]:
        """The first free time by video of every other area that answers on the topic."""
        if self.service.modality != Service.Modality.ONLINE:
            return []
        others = [row for row in self.coverages() if row.area_id != area.pk]
        first: dict[int, Offer] = {}
        for offer in self._offers(others, one_per_start=False):
            first.setdefault(offer.area.pk, offer)
        return list(first.values())

    def can_book(self, tutor: User, area: Area, start: datetime) -> bool:
        """Whether this tutor is free for the learner at this start: the check behind every booking."""
        free = self.free(self.diary([tutor.pk], within=around(start, self.terms)), tutor, area)
        return slots.can_start(start, free, self.terms, now=self.now)

    def groups(self, coverages: Iterable[Coverage]) -> list[Session]:
        """Planned groups with a free seat that this person has not joined."""
        if not self.service.is_group:
            return []
        planned = Session.objects.with_free_seats().filter(
            tutor__in={row.tutor_id for row in coverages},
            area__in={row.area_id for row in coverages},
            topic=self.topic,
            service=self.service,
            starts_at__range=self.terms.reach(self.now),
        )
        joined = planned.filter(bookings__learner=self.learner, bookings__cancelled_at=None)
        return list(planned.exclude(pk__in=joined.values("pk")).select_related("tutor", "area"))

    def _offers(self, coverages: list[Coverage], *, one_per_start: bool = True) -> list[Offer]:
        terms, learner_id = self.terms, self.learner.pk
        diary = self.diary({row.tutor_id for row in coverages}, within=reach(terms, now=self.now))
        found = [
            Offer(start, start + terms.length, row.tutor, row.area, self.service.capacity)
            for row in coverages
            for start in slots.starts(self.free(diary, row.tutor, row.area), terms, now=self.now)
        ]
        found += [
            Offer(session.starts_at, session.ends_at, session.tutor, session.area, session.seats_left)
            for session in self.groups(coverages)
            if diary.is_free(learner_id, Window(session.starts_at, session.ends_at))
        ]
        return _first_of_each_start(found) if one_per_start else sorted(found, key=lambda offer: offer.start)


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
