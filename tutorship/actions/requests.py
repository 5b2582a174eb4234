"""Asking for a session, and what a coordinator makes of it: an appointment or an answer. Never a dead end."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import RoleAssignment, User
from journal.actions import record
from tutorship import emails
from tutorship.actions.booking import Ask, book_new_session, lock_people, require_own_employment
from tutorship.models import Booking, Occupancy, PreferredWindow, Search, SessionRequest
from tutorship.models.request import MOST_WINDOWS, answer_due
from tutorship.permissions import can_plan_for

FARTHEST = timedelta(days=120)
EARLIEST, LATEST = time(7), time(20)  # whatever the two have agreed on


@transaction.atomic
def ask_for_session(request: SessionRequest, *, windows: Sequence[tuple[date, str]], now: datetime) -> SessionRequest:
    """Put the request into the queue of its area. The second click finds the first one's.

    Raise ValidationError with code "already_asked" (`params["open"]` is the other request), "wrong_employment",
    "no_window", "window_twice" or "window_out_of_reach".
    """
    lock_people(request.learner_id)
    same = {"learner": request.learner, "topic": request.topic, "area": request.area}
    waiting = SessionRequest.objects.open().filter(**same).first()
    if waiting and _is_same(waiting, request, windows):
        return waiting
    if waiting:
        message = _("There is already an open request on this topic: what is written here has not been sent.")
        raise ValidationError(message, code="already_asked", params={"open": waiting})
    require_own_employment(request.learner, request.employment, now=now)
    _check_windows(windows, today=timezone.localdate(now))
    request.body, request.asked_at, request.answer_due_on = request.employment.body, now, answer_due(now)
    request.full_clean(exclude=["body"])
    request.save()
    for on, part in windows:
        PreferredWindow.objects.create(request=request, on=on, part=part)
    record("ask_for_session", request, actor=request.learner, area=request.area.slug, after=_facts(request), now=now)
    emails.queue_request(request, coordinators=coordinators_of(request, now=now), now=now)
    return request


def _is_same(waiting: SessionRequest, request: SessionRequest, windows: Sequence[tuple[date, str]]) -> bool:
    return waiting.question == request.question and set(waiting.windows.values_list("on", "part")) == set(windows)


def _check_windows(windows: Sequence[tuple[date, str]], *, today: date) -> None:
    if not 0 < len(windows) <= MOST_WINDOWS:
        raise ValidationError(_("Choose from one to three days."), code="no_window")
    if len(set(windows)) < len(windows):
        raise ValidationError(_("The same window stands there twice."), code="window_twice")
    if any(not today < on <= today + FARTHEST for on, _part in windows):
        message = _("Choose days from tomorrow on, at most four months ahead.")
        raise ValidationError(message, code="window_out_of_reach")


def coordinators_of(request: SessionRequest, *, now: datetime) -> list[User]:
    """Who is told of the request: the area's coordinators, and ANCI where there is none."""
    roles = RoleAssignment.objects.current(on=timezone.localdate(now)).filter(user__is_active=True)
    own = roles.filter(role=RoleAssignment.Role.COORDINATOR, area=request.area).select_related("user")
    found = own or roles.filter(role=RoleAssignment.Role.ANCI).select_related("user")
    return list({role.user for role in found})


@transaction.atomic
def match_request(request: SessionRequest, *, tutor: User, starts_at: datetime, actor: User, now: datetime) -> Booking:
    """Make the appointment that was asked for, also outside the tutor's usual hours: the two have agreed on it.

    Raise ValidationError with code "not_entitled", "already_answered", "not_a_tutor", "in_the_past", "at_night",
    "slot_taken" or "own_session".
    """
    lock_people(tutor.pk, request.learner_id)
    request = _lock_open(request, actor=actor)
    _check_match(request, tutor=tutor, starts_at=starts_at, now=now)
    search = Search(request.learner, request.topic, request.service, now, body=request.body)
    ask = Ask(request.employment, request.question)
    try:
        booking = book_new_session(search, ask, tutor=tutor, area=request.area, starts_at=starts_at)
    except ValidationError as refused:
        if refused.code != "slot_taken":
            raise
        raise _who_is_busy(search, refused, starts_at=starts_at) from refused
    _close(request, SessionRequest.State.MATCHED, actor=actor, now=now, booking=booking)
    record("match_request", request, actor=actor, area=request.area.slug, after=_facts(request), now=now)
    return booking


def _check_match(request: SessionRequest, *, tutor: User, starts_at: datetime, now: datetime) -> None:
    if tutor.pk == request.learner_id:
        raise ValidationError(_("Nobody books a session with oneself."), code="own_session")
    roles = RoleAssignment.objects.current(on=timezone.localdate(now)).filter(role=RoleAssignment.Role.TUTOR)
    if not roles.filter(user=tutor, area=request.area).exists():
        raise ValidationError(_("This person is not a tutor of the area."), code="not_a_tutor")
    if starts_at <= now:
        raise ValidationError(_("Choose a time that is still to come."), code="in_the_past")
    begin, end = (
        timezone.localtime(moment)
        for moment in (starts_at, starts_at + timedelta(minutes=request.service.length_minutes))
    )
    if begin.time() < EARLIEST or end.time() > LATEST or begin.date() != end.date():
        raise ValidationError(_("The appointment has to lie between 7:00 and 20:00."), code="at_night")


def _who_is_busy(search: Search, refused: ValidationError, *, starts_at: datetime) -> ValidationError:
    """Where the database has refused: the person, the room, or else the tutor."""
    then = Occupancy.objects.within((starts_at, starts_at + search.terms.length))
    if then.of_people([search.learner.pk]).exists():
        return ValidationError(_("The person already has an appointment at that hour."), code="slot_taken")
    if search.host_id and then.of_rooms([search.host_id]).exists():
        return refused
    return ValidationError(_("The tutor already has an appointment at that hour."), code="slot_taken")


@transaction.atomic
def answer_request(request: SessionRequest, *, answer: str, actor: User, now: datetime) -> SessionRequest:
    """Close the request in words: another tutor, a course, why not. Raises as `match_request`, or code "no_answer"."""
    request = _lock_open(request, actor=actor)
    if not answer.strip():
        raise ValidationError(_("Write the answer: the person reads it."), code="no_answer")
    _close(request, SessionRequest.State.ANSWERED, actor=actor, now=now, answer=answer.strip())
    record("answer_request", request, actor=actor, area=request.area.slug, after=_facts(request), now=now)
    emails.queue_answer(request, now=now)
    return request


@transaction.atomic
def withdraw_request(request: SessionRequest, *, now: datetime) -> SessionRequest:
    """By the person who asked. Raises ValidationError with code "already_answered"."""
    request = _locked(request)
    _close(request, SessionRequest.State.WITHDRAWN, actor=request.learner, now=now)
    area = request.area.slug
    record("withdraw_request", request, actor=request.learner, area=area, after=_facts(request), now=now)
    return request


def _lock_open(request: SessionRequest, *, actor: User) -> SessionRequest:
    if not can_plan_for(actor, request.area):
        raise ValidationError(_("This is decided by a coordinator of the area."), code="not_entitled")
    return _locked(request)


def _locked(request: SessionRequest) -> SessionRequest:
    rows = SessionRequest.objects.select_for_update(of=("self",)).for_display()
    request = rows.get(pk=request.pk)
    if not request.is_open:
        raise ValidationError(_("This request has already been answered."), code="already_answered")
    return request


def _close(request: SessionRequest, state: str, *, actor: User, now: datetime, **fields) -> None:
    for name, value in {"state": state, "answered_by": actor, "answered_at": now, **fields}.items():
        setattr(request, name, value)
    request.save(update_fields=["state", "answered_by", "answered_at", *fields])


def _facts(request: SessionRequest) -> dict:
    """What the journal keeps of a request. Never the question."""
    return {"topic": request.topic.name, "body": str(request.body), "state": request.state}
