"""A coordinator's word about a completion: set or undone, always with the reason."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from courses import emails
from courses.actions.progress import complete, lock
from courses.models import CompletionDecision, Enrolment
from courses.signals import completion_undone
from journal.actions import record


@transaction.atomic
def set_completion(enrolment: Enrolment, *, actor: User, reason: str, now: datetime) -> Enrolment:
    """Complete a course although something is missing; the certificate follows as after any completion.

    Raises ValidationError with code "own_completion", "no_reason", "not_open" or "already_completed".
    """
    enrolment = lock(enrolment)
    _check(enrolment, actor=actor, reason=reason)
    if enrolment.completed_at:
        raise ValidationError(_("This course is completed already."), code="already_completed")
    _decide(enrolment, is_complete=True, actor=actor, reason=reason, now=now)
    complete(enrolment, actor=actor, reason=reason.strip(), now=now)
    return enrolment


@transaction.atomic
def undo_completion(enrolment: Enrolment, *, actor: User, reason: str, now: datetime) -> Enrolment:
    """Take a completion back; the certificate is revoked with it. What was done stays, and completes nothing by itself.

    Raises ValidationError with code "own_completion", "no_reason", "not_completed" or "open_again".
    """
    enrolment = lock(enrolment)
    _check(enrolment, actor=actor, reason=reason)
    if not enrolment.completed_at:
        raise ValidationError(_("This course is not completed."), code="not_completed")
    if enrolment.edition.enrolments.open().filter(user=enrolment.user_id).exists():
        raise ValidationError(_("The person is taking this edition again: that enrolment counts."), code="open_again")
    _decide(enrolment, is_complete=False, actor=actor, reason=reason, now=now)
    before = {"credit_minutes": enrolment.credit_minutes}
    enrolment.completed_at, enrolment.credit_minutes = None, 0
    enrolment.save(update_fields=["completed_at", "credit_minutes"])
    area = enrolment.area.slug if enrolment.area else ""
    record("undo_completion", enrolment, actor=actor, area=area, before=before, reason=reason.strip(), now=now)
    completion_undone.send(sender=Enrolment, enrolment=enrolment, actor=actor, reason=reason.strip(), now=now)
    return enrolment


def _check(enrolment: Enrolment, *, actor: User, reason: str) -> None:
    if enrolment.user_id == actor.pk:
        raise ValidationError(_("Nobody decides about the own completion."), code="own_completion")
    if not reason.strip():
        raise ValidationError(_("Say why: the person reads it."), code="no_reason")


def _decide(enrolment: Enrolment, *, is_complete: bool, actor: User, reason: str, now: datetime) -> None:
    decision = CompletionDecision.objects.create(
        enrolment=enrolment, is_complete=is_complete, reason=reason.strip(), decided_by=actor, decided_at=now
    )
    emails.queue_completion_decided(decision, now=now)
