"""Offering a course."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from courses.actions.seat import lock_edition
from courses.actions.waiting import call_next, close_requests
from courses.models import Edition, LiveSession
from journal.actions import record
from territory.models import Area, PublicBody

FORM_FIELDS = [
    *("course", "code", "title", "starts_on", "ends_on", "enrol_from", "enrol_until"),
    *("due_on", "due_days", "admission", "minimum", "capacity", "offer_hours", "place", "video_url"),
]


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
    edition.tutors.set(tutors)
    after = {"code": edition.code, "course": edition.course.code, "areas": [area.name for area in areas]}
    action = "create_edition" if is_new else "change_edition"
    record(action, edition, actor=actor, area=only_area(edition), after=after, now=now)
    call_next(edition, now=now)  # more seats: whoever waits comes first
    return edition


@transaction.atomic
def add_live_session(session: LiveSession, *, actor: User, now: datetime) -> LiveSession:
    session.full_clean()
    session.save()
    after = {"starts_at": session.starts_at.isoformat()}
    record("add_live_session", session, actor=actor, area=only_area(session.edition), after=after, now=now)
    return session


@transaction.atomic
def remove_live_session(session: LiveSession, *, actor: User, now: datetime) -> None:
    before = {"starts_at": session.starts_at.isoformat()}
    record("remove_live_session", session, actor=actor, area=only_area(session.edition), before=before, now=now)
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
