"""A body that is not listed: a person proposes it, a coordinator of the area or ANCI decides."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from journal.actions import record
from territory import emails
from territory.models import Area, BodyProposal, PublicBody


@transaction.atomic
def propose_body(
    *, actor, kind: str, name: str, province_code: str, area: Area | None, note: str, now: datetime
) -> BodyProposal:
    """Put a body on the list of the proposed ones; who proposes one that waits already joins its proposal.

    Raise ValidationError with code "already_listed" for a body that is listed, "proposed_twice" for one's own.
    """
    name, province_code = " ".join(name.split()), province_code.upper()
    same = PublicBody.objects.filter(name__iexact=name, kind=kind, province_code=province_code, ceased_on=None)
    body = same.select_for_update().first()
    if body and not body.is_proposed:
        raise ValidationError(_("This body is already listed: choose it by its name."), code="already_listed")
    if body is None:
        body = PublicBody(name=name, kind=kind, province_code=province_code, is_proposed=True)
        body.full_clean()
        body.save()
    if body.proposals.pending().filter(proposed_by=actor).exists():
        raise ValidationError(_("This proposal is already waiting for an answer."), code="proposed_twice")
    proposal = BodyProposal.objects.create(body=body, proposed_by=actor, area=area, note=note, proposed_at=now)
    record("propose_body", body, actor=actor, now=now, area=area.slug if area else "", after={"name": body.full_name})
    return proposal


@transaction.atomic
def accept_proposal(proposal: BodyProposal, *, actor, area: Area | None, now: datetime) -> PublicBody:
    """List the body in `area`, and answer everybody who proposed it."""
    proposal = _pending(proposal)
    body = proposal.body
    body.is_proposed, body.area = False, area
    body.save(update_fields=["is_proposed", "area"])
    for each in body.proposals.pending().select_related("proposed_by"):
        _decide(each, actor=actor, accepted=True, reason="", now=now)
        emails.queue_proposal_accepted(each, now=now)
    record("accept_body", body, actor=actor, now=now, area=area.slug if area else "", after={"name": body.full_name})
    return body


@transaction.atomic
def refuse_proposal(proposal: BodyProposal, *, actor, reason: str, now: datetime) -> None:
    """Leave the body off the list and tell the person why."""
    proposal = _pending(proposal)
    if not reason.strip():
        raise ValidationError(_("Say why: the person reads it."), code="reason_needed")
    _decide(proposal, actor=actor, accepted=False, reason=reason, now=now)
    emails.queue_proposal_refused(proposal, now=now)
    area = proposal.area.slug if proposal.area else ""
    record("refuse_body", proposal.body, actor=actor, now=now, area=area, reason=reason)


def _pending(proposal: BodyProposal) -> BodyProposal:
    """The row, under the lock of its body, which all proposals of it share: two coordinators, one answer to each."""
    PublicBody.objects.select_for_update().get(pk=proposal.body_id)
    proposal = BodyProposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.decided_at:
        raise ValidationError(_("Somebody has already answered this proposal."), code="decided")
    return proposal


def _decide(proposal: BodyProposal, *, actor, accepted: bool, reason: str, now: datetime) -> None:
    proposal.decided_at, proposal.decided_by = now, actor
    proposal.is_accepted, proposal.reason = accepted, reason
    proposal.save(update_fields=["decided_at", "decided_by", "is_accepted", "reason"])
