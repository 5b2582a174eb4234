"""The answers on the way to an appointment, as they travel in the address; what is missing is asked by its step."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import Employment, User
from territory.models import Area
from tutorship.forms import ChoicesForm
from tutorship.models import Search, Service, Topic

MOST_SEATS = 6  # that one person asks for at once


class Kind(NamedTuple):
    service: Service
    way: str
    query: str
    is_current: bool


@dataclass(frozen=True)
class Choices:
    """What the person has answered so far."""

    topic: Topic | None
    employment: Employment | None
    employments: list[Employment]
    area: Area | None
    service: Service | None
    services: list[Service]
    wants_town_hall: bool
    tutor_id: int | None
    seats: int
    week: date | None
    slot: tuple[int, datetime] | None
    slot_key: str

    @property
    def answers(self) -> dict[str, str]:
        """The part of the address that repeats the answers."""
        found = {
            "topic": self.topic and self.topic.slug,
            "employment": self.employment and self.employment.pk,
            "area": self.area and self.area.slug,
            "service": self.service and self.service.slug,
            "town_hall": "1" if self.wants_town_hall else "",
            "tutor": self.tutor_id,
            "seats": self.seats if self.seats > 1 else "",
            "slot": self.slot_key if self.slot else "",
        }
        return {key: str(value) for key, value in found.items() if value}

    @property
    def query(self) -> str:
        return urlencode(self.answers)

    def query_with(self, **changes: str) -> str:
        return urlencode({key: value for key, value in {**self.answers, **changes}.items() if value})

    @property
    def kinds(self) -> list[Kind]:
        """Every kind of appointment; one that can be had in two ways stands there twice."""
        both, found = Service.Modality.BOTH, []
        for service in self.services:
            for town_hall in (False, True) if service.modality == both else (False,):
                way = Service.Modality.TOWN_HALL if town_hall else Service.Modality.ONLINE
                query = self.query_with(service=service.slug, town_hall="1" if town_hall else "", slot="", seats="")
                is_current = service == self.service and town_hall == self.wants_town_hall
                found.append(Kind(service, way.label if service.modality == both else "", query, is_current))
        return found

    @property
    def seat_choices(self) -> list[tuple[int, str]]:
        """How many may come from one body, each with its address; nothing to choose outside a group."""
        numbers = range(1, min(self.service.max_seats, MOST_SEATS) + 1) if self.service else []
        return [(number, self.query_with(seats=str(number), slot="")) for number in numbers]

    def search(self, learner: User, *, now: datetime) -> Search:
        return Search(
            learner=learner,
            topic=self.topic,
            service=self.service,
            now=now,
            body=self.employment.body,
            wants_town_hall=self.wants_town_hall,
            tutor_id=self.tutor_id,
            seats=self.seats,
        )

    @property
    def asks_area(self) -> bool:
        """Whether the area is a question of its own, or follows from the one employment."""
        return len(self.employments) != 1 or self.employments[0].body.area_id is None

    @property
    def steps(self) -> int:
        return 5 if self.asks_area else 4


def own_employments(learner: User, *, now: datetime):
    rows = Employment.objects.current(on=timezone.localdate(now)).filter(user=learner, refused_at=None)
    return rows.select_related("body__area").order_by("pk")


def read_choices(request: HttpRequest, *, now: datetime) -> Choices:
    """The answers in the address; a single employment and its area answer for themselves."""
    source = request.POST if request.method == "POST" else request.GET
    employments = list(own_employments(request.user, now=now))
    by_key = {str(row.pk): row for row in employments}
    employment = by_key.get(source.get("employment", "")) or (employments[0] if len(employments) == 1 else None)
    form = ChoicesForm(source)
    form.is_valid()
    data = form.cleaned_data
    services = list(Service.objects.active())
    service = next((row for row in services if row.slug == source.get("service")), services[0] if services else None)
    return Choices(
        topic=data.get("topic"),
        employment=employment,
        employments=employments,
        area=_area(data.get("area"), employment),
        service=service,
        services=services,
        wants_town_hall=bool(service and service.modality == Service.Modality.BOTH and source.get("town_hall")),
        tutor_id=data.get("tutor"),
        seats=min(data.get("seats") or 1, service.max_seats if service else 1, MOST_SEATS),
        week=data.get("week"),
        slot=data.get("slot"),
        slot_key=source.get("slot", ""),
    )


def _area(slug: str | None, employment: Employment | None) -> Area | None:
    """The one asked for; the employment's own needs no question."""
    own = employment.body.area if employment else None
    if not slug or (own and own.slug == slug):
        return own
    return Area.objects.filter(slug=slug).first() or own


def missing_step(choices: Choices, *, needs_slot: bool = False) -> str:
    """The name of the first step that has no answer yet."""
    if choices.topic is None or not choices.employments:
        return "tutorship:booking_start"
    if choices.employment is None or choices.area is None:
        return "tutorship:booking_area"
    return "tutorship:booking_time" if needs_slot and choices.slot is None else ""


def to_step(name: str, choices: Choices):
    return redirect(f"{reverse(name)}?{choices.query}")
