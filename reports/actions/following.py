"""What a coordinator does about people who may not finish: one message, a later due date, a call of a tutor."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from courses.actions import extend_due_date, send_message
from courses.models import Edition, Enrolment
from journal.actions import record
from reports import emails
from reports.models import Call
from reports.permissions import tutors_of


@transaction.atomic
def write_to(enrolments: Sequence[Enrolment], *, subject: str, text: str, key: UUID, actor: User, now: datetime) -> int:
    """Leave one mail for each person, however many courses they are stuck in, and return how many leave."""
    by_edition: dict[Edition, list[Enrolment]] = defaultdict(list)
    for enrolment in {row.user_id: row for row in reversed(enrolments)}.values():
        by_edition[enrolment.edition].append(enrolment)
    message = {"subject": subject, "text": text, "key": key, "actor": actor, "now": now}
    return sum(send_message(edition, rows, **message) for edition, rows in by_edition.items())


@dataclass(frozen=True)
class Extended:
    done: list[Enrolment]
    refused: list[tuple[Enrolment, str]]  # with the reason


@transaction.atomic
def extend_all(enrolments: Sequence[Enrolment], *, due_on: date, reason: str, actor: User, now: datetime) -> Extended:
    """Move the due date of each; one that is due later already, or not open any more, stays and is named."""
    outcome = Extended([], [])
    for enrolment in enrolments:
        try:
            extend_due_date(enrolment, due_on=due_on, reason=reason, actor=actor, now=now)
        except ValidationError as error:
            outcome.refused.append((enrolment, " ".join(error.messages)))
        else:
            outcome.done.append(enrolment)
    return outcome


@transaction.atomic
def ask_calls(
    enrolments: Sequence[Enrolment], *, tutor: User, due_on: date, note: str, actor: User, now: datetime
) -> list[Call]:
    """Ask a tutor to call these people and return the new calls; who is to be called already stays with that tutor.

    Raise ValidationError with code "not_a_tutor" or "in_the_past".
    """
    if not tutors_of(enrolments, on=timezone.localdate(now)).filter(pk=tutor.pk).exists():
        raise ValidationError(_("Choose a tutor who serves the areas of all these people."), code="not_a_tutor")
    if due_on < timezone.localdate(now):
        raise ValidationError(
            {"due_on": ValidationError(_("This day is over: choose one to come."), code="in_the_past")}
        )
    known = set(Call.objects.open().filter(enrolment__in=enrolments).values_list("enrolment", flat=True))
    facts = {"tutor": tutor, "due_on": due_on, "note": note.strip(), "asked_by": actor, "asked_at": now}
    calls = [Call.objects.create(enrolment=row, **facts) for row in enrolments if row.pk not in known]
    for call in calls:
        after = {"tutor": str(tutor), "due_on": str(due_on)}
        record("ask_call", call.enrolment, actor=actor, area=_area(call), after=after, now=now)
    if calls:
        emails.queue_calls(calls, tutor=tutor, now=now)
    return calls


@transaction.atomic
def finish_call(call: Call, *, outcome: str, actor: User, now: datetime) -> Call:
    """Say how it went. Raise ValidationError with code "not_the_tutor", "no_outcome" or "already_done"."""
    call = Call.objects.select_for_update(of=("self",)).select_related("enrolment__area").get(pk=call.pk)
    if actor.pk != call.tutor_id:
        raise ValidationError(_("Whoever is to call says how it went."), code="not_the_tutor")
    if call.done_at:
        raise ValidationError(_("This call has been made already."), code="already_done")
    if not outcome.strip():
        raise ValidationError({"outcome": ValidationError(_("Write how it went."), code="no_outcome")})
    call.done_at, call.outcome = now, outcome.strip()
    call.save(update_fields=["done_at", "outcome"])
    record("finish_call", call.enrolment, actor=actor, area=_area(call), now=now)
    return call


def _area(call: Call) -> str:
    return call.enrolment.area.slug if call.enrolment.area else ""
