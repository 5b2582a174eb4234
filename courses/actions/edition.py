"""Offering a course."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Edition, LiveSession
from journal.actions import record
from territory.models import Area

FORM_FIELDS = [
    *("course", "code", "title", "starts_on", "ends_on", "enrol_from", "enrol_until"),
    *("capacity", "place", "video_url"),
]


@transaction.atomic
def save_edition(edition: Edition, *, areas: list[Area], tutors: list[User], actor: User, now: datetime) -> Edition:
    """Create or change an edition; a coordinator's edition stays within the own areas.

    Raises ValidationError with code "outside_areas" or "below_taken", or what the constraints say.
    """
    scope = actor.scope
    if not scope.is_anci and (not areas or not {area.pk for area in areas} <= scope.area_ids):
        raise ValidationError({"areas": ValidationError(_("Choose among the own areas."), code="outside_areas")})
    is_new = edition.pk is None
    if not is_new:
        Edition.objects.select_for_update().get(pk=edition.pk)  # nobody enrols while the seats change
    edition.full_clean()
    if not is_new and edition.capacity is not None and edition.enrolments.current().count() > edition.capacity:
        text = _("More people than that are already enrolled.")
        raise ValidationError({"capacity": ValidationError(text, code="below_taken")})
    edition.save(update_fields=None if is_new else FORM_FIELDS)
    edition.areas.set(areas)
    edition.tutors.set(tutors)
    after = {"code": edition.code, "course": edition.course.code, "areas": [area.name for area in areas]}
    action = "create_edition" if is_new else "change_edition"
    record(action, edition, actor=actor, area=only_area(edition), after=after, now=now)
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
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.enrolments.open().exists():
        raise ValidationError(_("People are enrolled: their enrolments have to end first."), code="has_enrolments")
    edition.is_cancelled = True
    edition.save(update_fields=["is_cancelled"])
    record("cancel_edition", edition, actor=actor, area=only_area(edition), reason=reason, now=now)


def only_area(edition: Edition) -> str:
    """The slug of the one area of an edition; none for several, whose entries ANCI reads."""
    slugs = list(edition.areas.values_list("slug", flat=True)[:2])
    return slugs[0] if len(slugs) == 1 else ""
