"""Training done elsewhere: sent with its proof, approved or refused. Approved, its hours stand in the record once."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import carry_over
from accounts.models import Employment, User
from certificates import emails
from certificates.actions.training import journal_line
from certificates.models import ExternalTraining, TrainingRecord
from journal.actions import record
from territory.models import slug_of

State = ExternalTraining.State


@transaction.atomic
def submit_external(
    employment: Employment, *, proof: ContentFile, finished_on: date, now: datetime, **facts
) -> ExternalTraining:
    """Keep what a person says to have done for one of the own bodies; nothing counts before the decision.

    `facts`: title, provider, theme, is_mandatory, minutes. Raises ValidationError "not_yet", "too_old" or, for a proof
    that was sent before, the constraint's message.
    """
    _check_day(finished_on, today=timezone.localdate(now))
    body = employment.body
    external = ExternalTraining(
        user=employment.user, employment=employment, body=body, area=body.area, finished_on=finished_on, **facts
    )
    external.submitted_at, external.proof = now, proof
    external.proof_sha256 = hashlib.sha256(proof.read()).hexdigest()
    proof.seek(0)
    external.full_clean()
    external.save()
    record(
        "submit_external", external, actor=external.user, area=slug_of(external.area), after=_facts(external), now=now
    )
    return external


def _check_day(finished_on: date, *, today: date) -> None:
    if finished_on > today:
        raise ValidationError({"finished_on": ValidationError(_("This day is still to come."), code="not_yet")})
    if finished_on.year < today.year - 1:
        text = _("Only this year and the one before are taken.")
        raise ValidationError({"finished_on": ValidationError(text, code="too_old")})


@transaction.atomic
def approve_external(external: ExternalTraining, *, actor: User, now: datetime) -> TrainingRecord:
    """Let the hours count. Raises ValidationError "decided" or "not_yours"."""
    external = _decide(external, State.APPROVED, actor=actor, now=now)
    line = TrainingRecord.objects.create(
        kind=TrainingRecord.Kind.EXTERNAL,
        external=external,
        user=external.user,
        employment=external.employment,
        body=external.body,
        area=external.area,
        title=str(external)[:255],
        theme=external.theme,
        is_mandatory=external.is_mandatory,
        minutes=external.minutes,
        earned_on=external.finished_on,
    )
    journal_line("record_training", line, now=now, actor=actor)
    record("approve_external", external, actor=actor, area=slug_of(external.area), after=_facts(external), now=now)
    emails.queue_external_decided(external, now=now)
    return line


@transaction.atomic
def refuse_external(external: ExternalTraining, *, reason: str, actor: User, now: datetime) -> ExternalTraining:
    """Say why the hours do not count. Raises ValidationError "no_reason", "decided" or "not_yours"."""
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Say why the training is not approved."), code="no_reason")
    external = _decide(external, State.REFUSED, actor=actor, now=now, reason=reason)
    after = {"state": external.state}
    record("refuse_external", external, actor=actor, area=slug_of(external.area), after=after, reason=reason, now=now)
    emails.queue_external_decided(external, now=now)
    return external


@transaction.atomic
def carry_claims_over(moves: Mapping[int, Employment], *, first_on: date) -> int:
    """Let what waits for a decision go on with the new employments; return how many. Idempotent.

    Training that ended before `first_on` stays with the old body, whose referent decides, unless it has ended.
    """
    theirs = Q(finished_on__gte=first_on) | Q(body__ceased_on__isnull=False)
    return carry_over(ExternalTraining.objects.waiting().filter(theirs), moves, "employment", "body", "area")


def _decide(
    external: ExternalTraining, state: str, *, actor: User, now: datetime, reason: str = ""
) -> ExternalTraining:
    locked = ExternalTraining.objects.select_for_update(of=("self",)).select_related("user", "body", "area")
    external = locked.get(pk=external.pk)
    if not external.is_waiting:
        raise ValidationError(_("Somebody has decided about this already."), code="decided")
    if not ExternalTraining.objects.ones_to_decide(actor).filter(pk=external.pk).exists():
        raise ValidationError(_("This decision belongs to somebody else."), code="not_yours")
    external.state, external.decided_at, external.decided_by = state, now, actor
    external.refusal_reason = reason
    external.save(update_fields=["state", "decided_at", "decided_by", "refusal_reason"])
    return external


def _facts(external: ExternalTraining) -> dict:
    return {"minutes": external.minutes, "finished_on": str(external.finished_on), "person": external.user_id}
