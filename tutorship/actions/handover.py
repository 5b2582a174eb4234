"""The sessions of a tutor who leaves: the same hour with another tutor, or a list for the coordinator."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal.actions import record
from tutorship import emails, slots
from tutorship.actions import waiting
from tutorship.actions.booking import lock_people, lock_session, slot_taken
from tutorship.actions.planning import end_coverage
from tutorship.models import (
    Booking,
    Case,
    Coverage,
    Diary,
    Search,
    Session,
    SessionHandover,
    TutorPreference,
)
from tutorship.models.diary import around
from tutorship.permissions import can_plan_for
from tutorship.slots import Window


@dataclass(frozen=True)
class Outlook:
    """What a handover would do, read before it is done."""

    rows: list[tuple[Session, list[User]]]  # each coming session with who could take it now
    ends_coverage: bool  # the tutor still answers in these areas

    @property
    def left(self) -> int:
        return sum(not found for _session, found in self.rows)


@dataclass(frozen=True)
class Handover:
    placed: list[Session]
    left: list[Session]  # nobody else is free: for the coordinator to move or to cancel


def hand_over_all(tutor: User, *, actor: User, reason: str, now: datetime) -> Handover:
    """End what the tutor covers in the areas of the actor, and give every coming session there to somebody else.

    Each session is a transaction of its own: one that finds nobody keeps no other from being placed.
    Raise ValidationError with code "no_reason".
    """
    if not reason.strip():
        raise ValidationError(_("Write why: the people and the new tutors read it."), code="no_reason")
    for coverage in _to_end(tutor, actor=actor):
        end_coverage(coverage, actor=actor, now=now)
    waiting.take_back_offers(tutor, now=now)
    found = Handover([], [])
    for session in _to_give(tutor, actor=actor, now=now):
        is_placed = any(
            _try(session, other, actor=actor, reason=reason, now=now) for other in successors(session, now=now)
        )
        (found.placed if is_placed else found.left).append(session)
    return found


def foresee_handover(tutor: User, *, actor: User, now: datetime) -> Outlook:
    """What `hand_over_all` would find now; nothing is written."""
    rows = [(session, successors(session, now=now)) for session in _to_give(tutor, actor=actor, now=now)]
    return Outlook(rows, ends_coverage=bool(_to_end(tutor, actor=actor)))


def _to_end(tutor: User, *, actor: User) -> list[Coverage]:
    rows = Coverage.objects.visible_to(actor).filter(tutor=tutor, ended_at=None).select_related("area")
    return [row for row in rows if can_plan_for(actor, row.area)]


def _to_give(tutor: User, *, actor: User, now: datetime) -> list[Session]:
    rows = Session.objects.coming_of(tutor, now=now).visible_to(actor).for_display()
    return [row for row in rows if can_plan_for(actor, row.area)]


def successors(session: Session, *, now: datetime) -> list[User]:
    """Who could take the session as it stands, in turn: who knows the person first, then who has the fewest hours."""
    bookings = list(session.bookings.active().select_related("learner"))
    if not bookings:
        return []
    busy = {session.tutor_id, *(row.learner_id for row in bookings)}
    search = Search(bookings[0].learner, session.topic, session.service, now)
    rows = [row for row in search.coverages() if row.area_id == session.area_id and row.tutor_id not in busy]
    terms = session.service.terms(on_site=session.is_on_site)
    terms = replace(terms, length=session.length, notice=timedelta())
    diary = Diary.read([row.tutor_id for row in rows], within=around(session.starts_at, terms))
    window = Window(session.starts_at, session.ends_at)
    return [
        row.tutor for row in rows if slots.contains(diary.free(row.tutor_id, row.area_id, terms, people=[]), window)
    ]


def _try(session: Session, tutor: User, *, actor: User, reason: str, now: datetime) -> bool:
    try:
        hand_over(session, tutor=tutor, actor=actor, reason=reason, now=now)
    except ValidationError as refused:
        if refused.code != "slot_taken":
            raise
        return False
    return True


@transaction.atomic
def hand_over(session: Session, *, tutor: User, actor: User, reason: str, now: datetime) -> Session:
    """Give one session, its cases and its place in the calendars to another tutor; the time stays.

    Raise ValidationError with code "not_entitled", "not_movable" or "slot_taken"; then nothing has changed.
    """
    if not can_plan_for(actor, session.area):
        raise ValidationError(_("This is decided by a coordinator of the area."), code="not_entitled")
    lock_people(session.tutor_id, tutor.pk)
    session = lock_session(session.pk)
    if not session.can_be_changed(now=now):
        raise ValidationError(_("This appointment can no longer be moved."), code="not_movable")
    before = session.tutor
    if before == tutor:
        return session  # the second click
    _occupy_instead(session, tutor)
    _write(session, tutor)
    SessionHandover.objects.create(
        session=session, from_tutor=before, to_tutor=tutor, given_by=actor, given_at=now, reason=reason.strip()
    )
    facts = {"topic": session.topic.name, "starts_at": session.starts_at.isoformat()}
    change = {"before": {**facts, "tutor": str(before)}, "after": {**facts, "tutor": str(tutor)}}
    record("hand_over_session", session, actor=actor, area=session.area.slug, reason=reason.strip(), now=now, **change)
    bookings = list(Booking.objects.active().filter(session=session).for_display())
    Case.objects.filter(pk__in=[row.case_id for row in bookings], tutor=before).update(tutor=tutor)
    emails.queue_handover(session, bookings, before, reason=reason.strip(), now=now)
    return session


def _occupy_instead(session: Session, tutor: User) -> None:
    """The guard of the database stands behind the look into the diary."""
    try:
        with transaction.atomic():
            session.occupancies.of_people([session.tutor_id]).update(resource_id=tutor.pk)
    except IntegrityError as clash:
        raise slot_taken() from clash


def _write(session: Session, tutor: User) -> None:
    session.tutor = tutor
    session.ical_sequence += 1
    if not session.is_on_site:
        preference = TutorPreference.objects.filter(tutor=tutor).first()
        session.video_url = preference.video_url if preference else ""
    session.save(update_fields=["tutor", "ical_sequence", "video_url"])
