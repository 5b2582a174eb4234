"""Offering a course."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Edition, LiveSession
from journal.actions import record
from territory.models import Area


@transaction.atomic
def save_edition(edition: Edition, *, areas: list[Area], tutors: list[User], actor: User, now: datetime) -> Edition:
    """Create or change an edition; a coordinator's edition stays within the own areas.

    Raises ValidationError with code "outside_areas" or "below_taken", or what the constraints say.
    """
    scope = actor.scope
    if not scope.is_anci and (not areas or not {area.pk for area in areas} <= scope.area_ids):
        raise ValidationError({"areas": ValidationError(_("Choose among the own areas."), code="outside_areas")})
    is_new = edition.pk is None
    edition.full_clean()
    if not is_new and edition.capacity is not None and edition.enrolments.current().count() > edition.capacity:
        text = _("More people than that are already enrolled.")
        raise ValidationError({"capacity": ValidationError(text, code="below_taken")})
    edition.save()
    edition.areas.set(areas)
    edition.tutors.set(tutors)
    after = {"code": edition.code, "course": edition.course.code, "areas": [area.slug for area in areas]}
    area = areas[0].slug if len(areas) == 1 else ""
    record("create_edition" if is_new else "change_edition", edition, actor=actor, area=area, after=after, now=now)
    return edition


@transaction.atomic
def add_live_session(session: LiveSession, *, actor: User, now: datetime) -> LiveSession:
    session.full_clean()
    session.save()
    record("add_live_session", session, actor=actor, after={"starts_at": session.starts_at.isoformat()}, now=now)
    return session


@transaction.atomic
def cancel_edition(edition: Edition, *, actor: User, reason: str, now: datetime) -> None:
    """Cancel an edition nobody is enrolled in any more. Raises ValidationError "has_enrolments"."""
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.enrolments.open().exists():
        raise ValidationError(_("People are enrolled: their enrolments have to end first."), code="has_enrolments")
    edition.is_cancelled = True
    edition.save(update_fields=["is_cancelled"])
    record("cancel_edition", edition, actor=actor, reason=reason, now=now)
