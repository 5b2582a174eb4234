"""Offering a course."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from courses import emails
from courses.actions.seat import lock_edition
from courses.actions.waiting import call_next, close_requests
from courses.models import Edition, LiveSession
from courses.signals import meeting_planned
from journal.actions import record
from lib.calendar_entry import CANCEL, REQUEST
from territory.models import Area, PublicBody

FORM_FIELDS = [
    *("course", "code", "title", "starts_on", "ends_on", "enrol_from", "enrol_until"),
    *("due_on", "due_days", "admission", "minimum", "capacity", "offer_hours", "place", "video_url"),
]
MEETING_FIELDS = ["title", "starts_at", "ends_at", "place"]


@transaction.atomic
def save_edition(
    edition: Edition,
    *,
    areas: list[Area],
    tutors: list[User],
    actor: User,
    now: datetime,
    bodies: Sequence[PublicBody] = (),
) -> Edition:
    """Create or change an edition; a coordinator's edition stays within the own areas.

    Raises ValidationError with code "outside_areas" or "below_taken", or what the constraints say.
    """
    reached = {area.pk for area in areas} | {body.area_id for body in bodies}
    if not actor.scope.is_anci and (not reached or not reached <= actor.scope.area_ids):
        raise ValidationError({"areas": ValidationError(_("Choose among the own areas."), code="outside_areas")})
    is_new = edition.pk is None
    if not is_new:
        lock_edition(edition.pk)  # nobody enrols while the seats change
    edition.full_clean()
    if not is_new and edition.capacity is not None and edition.enrolments.current().count() > edition.capacity:
        text = _("More people than that are already enrolled.")
        raise ValidationError({"capacity": ValidationError(text, code="below_taken")})
    edition.save(update_fields=None if is_new else FORM_FIELDS)
    edition.areas.set(areas)
    edition.bodies.set(bodies)
    before = {} if is_new else {tutor.pk: tutor for tutor in edition.tutors.all()}
    edition.tutors.set(tutors)
    after = {"code": edition.code, "course": edition.course.code, "areas": [area.name for area in areas]}
    action = "create_edition" if is_new else "change_edition"
    record(action, edition, actor=actor, area=only_area(edition), after=after, now=now)
    _tell_tutors(edition, before, {tutor.pk: tutor for tutor in tutors}, now=now)
    call_next(edition, now=now)  # more seats: whoever waits comes first
    return edition


def _tell_tutors(edition: Edition, before: Mapping[int, User], after: Mapping[int, User], *, now: datetime) -> None:
    """The planned meetings go into the calendars of who comes, and out of those of who leaves."""
    edition.clashes = []
    come = [after[pk] for pk in sorted(after.keys() - before.keys())]
    gone = [before[pk] for pk in sorted(before.keys() - after.keys())]
    for session in edition.live_sessions.filter(ends_at__gt=now) if come or gone else []:
        clashes = _clashes(session, come)
        edition.clashes += [clash for several in clashes.values() for clash in several]
        for tutor in come:
            about = clashes.get(tutor.pk, [])
            emails.queue_meeting_for_tutor(session, tutor, REQUEST, clashes=about, now=now)
        for tutor in gone:
            emails.queue_meeting_for_tutor(session, tutor, CANCEL, now=now)


def _clashes(session: LiveSession, tutors: list[User]) -> dict[int, list[str]]:
    """What these tutors have to do during the meeting; locks them, so that nobody books them meanwhile."""
    keys = sorted(tutor.pk for tutor in tutors)
    list(User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
    answers = meeting_planned.send(LiveSession, session=session, tutors=tutors)
    return {pk: sentences for _receiver, answer in answers for pk, sentences in answer.items()}


def _plan(session: LiveSession, *, now: datetime) -> LiveSession:
    """Tell everybody; `clashes` says on the way back what lies at the same time."""
    clashes = _clashes(session, list(session.edition.tutors.all()))
    session.clashes = [clash for several in clashes.values() for clash in several]
    emails.queue_meeting_news(session, REQUEST, clashes=clashes, now=now)
    return session


@transaction.atomic
def add_live_session(session: LiveSession, *, actor: User, now: datetime) -> LiveSession:
    session.full_clean()
    session.save()
    after = {"starts_at": session.starts_at.isoformat()}
    record("add_live_session", session, actor=actor, area=only_area(session.edition), after=after, now=now)
    return _plan(session, now=now)


@transaction.atomic
def change_live_session(session: LiveSession, *, actor: User, now: datetime) -> LiveSession:
    """Move or rename a meeting that has no presences yet, and tell everybody. Raises ValidationError "held"."""
    stored = LiveSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    _refuse_if_held(stored)
    session.full_clean()
    changed = [name for name in MEETING_FIELDS if getattr(session, name) != getattr(stored, name)]
    if not changed:
        stored.clashes = []
        return stored
    session.ical_sequence = stored.ical_sequence + 1
    session.save(update_fields=[*changed, "ical_sequence"])
    before, after = ({"starts_at": each.starts_at.isoformat()} for each in (stored, session))
    area = only_area(session.edition)
    record("change_live_session", session, actor=actor, area=area, before=before, after=after, now=now)
    return _plan(session, now=now)


def _refuse_if_held(session: LiveSession) -> None:
    if session.attendances.filter(Q(minutes__gt=0) | Q(presences__isnull=False)).exists():
        raise ValidationError(_("Presences are noted for this meeting: it stays as it was held."), code="held")


@transaction.atomic
def remove_live_session(session: LiveSession, *, actor: User, now: datetime) -> None:
    """Take a meeting out of the calendars of all. Raises ValidationError "held"."""
    session = LiveSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    _refuse_if_held(session)
    before = {"starts_at": session.starts_at.isoformat()}
    record("remove_live_session", session, actor=actor, area=only_area(session.edition), before=before, now=now)
    session.ical_sequence += 1
    if session.ends_at > now:
        emails.queue_meeting_news(session, CANCEL, now=now)
    session.attendances.all().delete()  # apologies for a meeting that is not held
    session.delete()


@transaction.atomic
def cancel_edition(edition: Edition, *, actor: User, reason: str, now: datetime) -> None:
    """Cancel an edition nobody is enrolled in any more. Raises ValidationError "has_enrolments"."""
    edition = lock_edition(edition.pk)
    if edition.enrolments.open().exists():
        raise ValidationError(_("People are enrolled: their enrolments have to end first."), code="has_enrolments")
    edition.is_cancelled = True
    edition.save(update_fields=["is_cancelled"])
    close_requests(edition, now=now)
    record("cancel_edition", edition, actor=actor, area=only_area(edition), reason=reason, now=now)


def only_area(edition: Edition) -> str:
    """The slug of the one area of an edition; none for several, whose entries ANCI reads."""
    pairs = Edition.objects.filter(pk=edition.pk).values_list("areas__slug", "bodies__area__slug")
    slugs = {slug for pair in pairs for slug in pair if slug}
    return slugs.pop() if len(slugs) == 1 else ""
