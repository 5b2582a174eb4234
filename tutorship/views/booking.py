"""Topic, area, time, question, review: one question a page. The answers travel in the address, the question not."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Employment, RoleAssignment, User
from territory.models import Area
from tutorship.actions.booking import book_session, find_booking
from tutorship.forms import ChoicesForm, QuestionForm
from tutorship.models import (
    Booking,
    Offer,
    Search,
    Service,
    Topic,
    nearest_offers,
)
from tutorship.views.times import shown_times

DRAFT = "booking_question"


@dataclass(frozen=True)
class Choices:
    """What the person has answered so far."""

    topic: Topic | None
    employment: Employment | None
    employments: list[Employment]
    area: Area | None
    service: Service | None
    services: list[Service]
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
            "slot": self.slot_key if self.slot else "",
        }
        return {key: str(value) for key, value in found.items() if value}

    @property
    def query(self) -> str:
        return urlencode(self.answers)

    def query_with(self, **changes: str) -> str:
        return urlencode({key: value for key, value in {**self.answers, **changes}.items() if value})

    @property
    def asks_area(self) -> bool:
        """Whether the area is a question of its own, or follows from the one employment."""
        return len(self.employments) != 1 or self.employments[0].body.area_id is None

    @property
    def steps(self) -> int:
        return 5 if self.asks_area else 4


def read_choices(request: HttpRequest, *, now: datetime) -> Choices:
    """The answers in the address; a single employment and its area answer for themselves."""
    source = request.POST if request.method == "POST" else request.GET
    form = ChoicesForm(source, learner=request.user, now=now)
    form.is_valid()
    data = form.cleaned_data
    employments = list(form.fields["employment"].queryset)
    employment = data.get("employment") or (employments[0] if len(employments) == 1 else None)
    services = list(Service.objects.active())
    slug = (data.get("service") or (services[0] if services else None)) and source.get("service")
    service = next((row for row in services if row.slug == slug), services[0] if services else None)
    return Choices(
        topic=data.get("topic"),
        employment=employment,
        employments=employments,
        area=data.get("area") or (employment.body.area if employment else None),
        service=service,
        services=services,
        week=data.get("week"),
        slot=data.get("slot"),
        slot_key=source.get("slot", ""),
    )


def _missing_step(choices: Choices, *, needs_slot: bool = False) -> str:
    """The name of the first step that has no answer yet."""
    if choices.topic is None or not choices.employments:
        return "tutorship:booking_start"
    if choices.employment is None or choices.area is None:
        return "tutorship:booking_area"
    return "tutorship:booking_time" if needs_slot and choices.slot is None else ""


def _to_step(name: str, choices: Choices):
    return redirect(f"{reverse(name)}?{choices.query}")


def _search(request: HttpRequest, choices: Choices, *, now: datetime) -> Search:
    body = choices.employment.body
    return Search(learner=request.user, topic=choices.topic, service=choices.service, now=now, body=body)


@login_not_required
@require_GET
def booking_start(request):
    """Step one: the topic. Also the door to the appointments that are already made; strangers read what it is."""
    if not request.user.is_authenticated:
        context = {"topics": Topic.objects.active(), "wanted": request.get_full_path()}
        return render(request, "tutorship/booking_public.html", context)
    now = timezone.now()
    choices = read_choices(request, now=now)
    upcoming = Booking.objects.upcoming(now=now).filter(learner=request.user).for_display()[:3]
    context = {"choices": choices, "topics": Topic.objects.active(), "upcoming": upcoming}
    return render(request, "tutorship/booking_start.html", context)


@require_GET
def booking_area(request):
    """Step two, for who works for several bodies or for one outside the areas."""
    choices = read_choices(request, now=timezone.now())
    if choices.topic is None or not choices.employments:
        return _to_step("tutorship:booking_start", choices)
    asks_employment = choices.employment is None
    if not asks_employment and choices.area is not None and "change" not in request.GET:
        return _to_step("tutorship:booking_time", choices)
    context = {"choices": choices, "asks_employment": asks_employment, "areas": Area.objects.all()}
    return render(request, "tutorship/booking_area.html", context)


@require_GET
def booking_time(request):
    """The first five free times, then one week by day. Without any: other areas by video, and who can help."""
    now = timezone.now()
    choices = read_choices(request, now=now)
    missing = _missing_step(choices)
    if missing:
        return _to_step(missing, choices)
    search = _search(request, choices, now=now)
    offers = search.offers(choices.area)
    context = {"choices": choices, **shown_times(offers, week=choices.week, today=timezone.localdate(now))}
    if not offers:
        context |= _ways_out(search, choices)
    return render(request, "tutorship/booking_time.html", context)


def _ways_out(search: Search, choices: Choices) -> dict:
    """Never a dead end: other kinds of appointment, other areas by video, and the coordinator's address."""
    roles = RoleAssignment.objects.current(on=timezone.localdate(search.now)).filter(role="coordinator")
    coordinators = User.objects.filter(roles__in=roles.filter(area=choices.area)).distinct()
    return {"elsewhere": search.elsewhere(choices.area), "coordinators": coordinators}


def _offer(search: Search, choices: Choices) -> Offer | None:
    """The chosen time, if it is still on offer with this tutor."""
    tutor_id, start = choices.slot
    row = next((row for row in search.coverages() if row.tutor_id == tutor_id and row.area_id == choices.area.pk), None)
    if row is None:
        return None
    group = next((group for group in search.groups([row]) if group.starts_at == start), None)
    if group:
        return Offer(group.starts_at, group.ends_at, row.tutor, choices.area, group.seats_left)
    if search.can_book(row.tutor, choices.area, start):
        return Offer(start, start + search.terms.length, row.tutor, choices.area, search.service.capacity)
    return None


def _taken(request, search: Search, choices: Choices, *, status: int = 200):
    """The time is gone: three near ones, and every answer is kept."""
    offers = search.offers(choices.area)
    near = nearest_offers(offers, choices.slot[1])
    context = {"choices": choices, "wanted": choices.slot[1], "near": near}
    if not near:
        context |= _ways_out(search, choices)
    return render(request, "tutorship/booking_taken.html", context, status=status)


@require_http_methods(["GET", "POST"])
def booking_question(request):
    """The case in a few lines. It is kept in the session, not in the address: addresses end up in logs."""
    now = timezone.now()
    choices = read_choices(request, now=now)
    missing = _missing_step(choices, needs_slot=True)
    if missing:
        return _to_step(missing, choices)
    offer = _offer(_search(request, choices, now=now), choices)
    if offer is None:
        return _already_booked(request, choices) or _taken(request, _search(request, choices, now=now), choices)
    form = QuestionForm(request.POST or None, initial={"question": request.session.get(DRAFT, "")})
    if request.method == "POST" and form.is_valid():
        request.session[DRAFT] = form.cleaned_data["question"]
        return _to_step("tutorship:booking_review", choices)
    return render(request, "tutorship/booking_question.html", {"choices": choices, "offer": offer, "form": form})


@require_GET
def booking_review(request):
    now = timezone.now()
    choices = read_choices(request, now=now)
    missing = _missing_step(choices, needs_slot=True)
    if not missing and not request.session.get(DRAFT):
        missing = "tutorship:booking_question"
    if missing:
        return _to_step(missing, choices)
    offer = _offer(_search(request, choices, now=now), choices)
    if offer is None:
        return _already_booked(request, choices) or _taken(request, _search(request, choices, now=now), choices)
    context = {
        "choices": choices,
        "offer": offer,
        "question": request.session[DRAFT],
        "cancel_until": offer.start - timedelta(hours=choices.service.cancel_hours),
    }
    return render(request, "tutorship/booking_review.html", context)


@require_POST
def booking_create(request):
    now = timezone.now()
    choices = read_choices(request, now=now)
    missing = _missing_step(choices, needs_slot=True)
    if missing:
        return _to_step(missing, choices)
    question = request.session.get(DRAFT, "")
    if not question:
        return _already_booked(request, choices) or _to_step("tutorship:booking_question", choices)
    search = _search(request, choices, now=now)
    tutor_id, start = choices.slot
    tutor = User.objects.filter(pk=tutor_id).first()
    if tutor is None:
        return _taken(request, search, choices)
    try:
        booking = book_session(
            search,
            tutor=tutor,
            area=choices.area,
            starts_at=start,
            employment=choices.employment,
            question=question,
        )
    except ValidationError:
        return _taken(request, search, choices)
    request.session.pop(DRAFT, None)
    messages.success(request, _("The appointment is confirmed. The details have been sent by e-mail."))
    return redirect(booking)


def _already_booked(request, choices: Choices):
    """Back button, reload, second click: the booking of this very time is the answer."""
    tutor_id, start = choices.slot
    tutor = User.objects.filter(pk=tutor_id).first()
    booking = tutor and find_booking(request.user, tutor=tutor, starts_at=start)
    return redirect(booking) if booking else None
