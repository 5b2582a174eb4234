"""Topic, area, time, question, review: one question a page. The answers travel in the address, the question not."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import RoleAssignment, User
from territory.models import Area
from tutorship.actions.booking import Ask, book_first_free, find_booking
from tutorship.actions.cases import FILE_TROUBLE
from tutorship.forms import FilesForm, QuestionForm
from tutorship.models import Booking, Offer, Search, Topic, course_meetings, nearest_offers
from tutorship.views.choices import Choices, missing_step, read_choices, to_step
from tutorship.views.times import shown_times

REQUEST_KEY = re.compile(r"[0-9a-f]{32}")
DRAFT = "booking_question"


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
        return to_step("tutorship:booking_start", choices)
    asks_employment = choices.employment is None
    if not asks_employment and choices.area is not None and "change" not in request.GET:
        return to_step("tutorship:booking_time", choices)
    context = {"choices": choices, "asks_employment": asks_employment, "areas": Area.objects.all()}
    return render(request, "tutorship/booking_area.html", context)


@require_GET
def booking_time(request):
    """The first five free times, then one week by day. Without any: other areas by video, and who can help."""
    now = timezone.now()
    choices = read_choices(request, now=now)
    missing = missing_step(choices)
    if missing:
        return to_step(missing, choices)
    search = choices.search(request.user, now=now)
    offers = search.offers(choices.area)
    context = {"choices": choices, **shown_times(offers, week=choices.week, today=timezone.localdate(now))}
    named = search.named_tutors(choices.area)
    context["tutors"] = [(tutor, choices.query_with(tutor=str(tutor.pk), slot="")) for tutor in named]
    context["anybody"] = choices.query_with(tutor="", slot="")
    context["full_groups"] = search.full_groups(choices.area)
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


def _draft(request, choices: Choices) -> dict:
    """What was written on the step of the question, if it answers what this kind of appointment asks."""
    draft = request.session.get(DRAFT) or {}
    asked = [question for question, _answer in draft.get("answers", [])]
    return draft if draft.get("question") and asked == choices.service.questions else {}


def _taken(request, search: Search, choices: Choices, *, reason: str = ""):
    """The time is gone: three near ones, and every answer is kept."""
    offers = search.offers(choices.area)
    near = nearest_offers(offers, choices.slot[1])
    context = {"choices": choices, "wanted": choices.slot[1], "near": near, "reason": reason}
    if not near:
        context |= _ways_out(search, choices)
    return render(request, "tutorship/booking_taken.html", context)


@require_http_methods(["GET", "POST"])
def booking_question(request):
    """The case in a few lines. It is kept in the session, not in the address: addresses end up in logs."""
    now = timezone.now()
    choices = read_choices(request, now=now)
    missing = missing_step(choices, needs_slot=True)
    if missing:
        return to_step(missing, choices)
    offer = _offer(choices.search(request.user, now=now), choices)
    if offer is None:
        return _already_booked(request, choices) or _taken(request, choices.search(request.user, now=now), choices)
    form = QuestionForm(request.POST or None, service=choices.service, draft=request.session.get(DRAFT) or {})
    if request.method == "POST" and form.is_valid():
        request.session[DRAFT] = {"question": form.cleaned_data["question"], "answers": form.answers}
        return to_step("tutorship:booking_review", choices)
    return render(request, "tutorship/booking_question.html", {"choices": choices, "offer": offer, "form": form})


@require_GET
def booking_review(request):
    now = timezone.now()
    choices = read_choices(request, now=now)
    missing = missing_step(choices, needs_slot=True)
    draft = _draft(request, choices) if not missing else {}
    if not missing and not draft:
        missing = "tutorship:booking_question"
    if missing:
        return to_step(missing, choices)
    return _review(request, choices, draft, FilesForm(), now=now)


def _review(request, choices: Choices, draft: dict, files: FilesForm, *, now: datetime):
    offer = _offer(choices.search(request.user, now=now), choices)
    if offer is None:
        return _already_booked(request, choices) or _taken(request, choices.search(request.user, now=now), choices)
    context = {
        "files": files,
        "choices": choices,
        "offer": offer,
        "meetings": course_meetings(request.user, offer.start, offer.end),
        "draft": draft,
        "key": uuid4().hex,
        "host": choices.search(request.user, now=now).host,
        "cancel_until": offer.start - timedelta(hours=choices.service.cancel_hours),
    }
    return render(request, "tutorship/booking_review.html", context)


@require_POST
def booking_create(request):
    now = timezone.now()
    choices = read_choices(request, now=now)
    missing = missing_step(choices, needs_slot=True)
    if missing:
        return to_step(missing, choices)
    draft = _draft(request, choices)
    if not draft:
        return _already_booked(request, choices) or to_step("tutorship:booking_question", choices)
    search = choices.search(request.user, now=now)
    tutor_id, start = choices.slot
    tutor = User.objects.filter(pk=tutor_id).first()
    if tutor is None:
        return _taken(request, search, choices)
    files = FilesForm(request.POST, request.FILES)
    if not files.is_valid():
        return _review(request, choices, draft, files, now=now)
    chosen = files.cleaned_data["files"]
    ask = Ask(choices.employment, draft["question"], draft["answers"], _request_key(request), chosen)
    try:
        booking = book_first_free(search, ask, tutor=tutor, area=choices.area, starts_at=start)
    except ValidationError as refused:
        if refused.code in FILE_TROUBLE:
            files.add_error("files", refused)
            return _review(request, choices, draft, files, now=now)
        return _taken(request, search, choices, reason=refused.messages[0] if refused.code == "body_full" else "")
    request.session.pop(DRAFT, None)
    messages.success(request, _("The appointment is confirmed. The details have been sent by e-mail."))
    if booking.session.tutor_id != tutor_id:
        words = {"before": tutor, "tutor": booking.session.tutor}
        messages.info(request, _("%(before)s has just been taken: at the same time %(tutor)s is free.") % words)
    return redirect(booking)


def _request_key(request) -> str:
    """The key that the review page carried; anything else is none."""
    key = request.POST.get("key", "")
    return key if REQUEST_KEY.fullmatch(key) else ""


def _already_booked(request, choices: Choices):
    """Back button, reload, second click: the booking of this very time is the answer."""
    tutor_id, start = choices.slot
    booking = find_booking(request.user, tutor_id=tutor_id, starts_at=start, key=_request_key(request))
    return redirect(booking) if booking else None
