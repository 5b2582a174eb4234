"""Municipalities that become one: what was done before stays under their names, what comes counts for the successor."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from journal.actions import record
from territory.models import PublicBody
from territory.signals import body_merged

OLD_AFTER_DAYS = 366
EARLIEST = date(2000, 1, 1)  # a first day before it is a slip of the pen


@transaction.atomic
def merge_bodies(
    bodies: Iterable[PublicBody], *, successor: PublicBody, first_on: date, actor, now: datetime
) -> list[PublicBody]:
    """Let the bodies end on the day before `first_on`; staff and referents go over. Return the ones that end now.

    One that was merged into the same successor before ends no second time; whoever has come since goes over.
    `actor` is None at the console. Raise ValidationError with code "not_entitled", "future", "too_early", "itself",
    "no_successor" or "already_ceased".
    """
    keys = {body.pk for body in bodies}
    locked = PublicBody.objects.select_for_update(of=("self",)).select_related("area").order_by("pk")
    rows = {body.pk: body for body in locked.filter(pk__in={*keys, successor.pk})}
    successor, ending = rows[successor.pk], [rows[key] for key in sorted(keys)]
    refuse_merge(ending, successor, first_on, actor=actor, now=now)
    new = [body for body in ending if body.ceased_on is None or body.successor_id != successor.pk]
    for body in new:
        _end(body, successor, first_on, actor=actor, now=now)
    for body in ending:
        body_merged.send(PublicBody, body=body, successor=successor, first_on=first_on, actor=actor, now=now)
    return new


def refuse_merge(ending: list[PublicBody], successor: PublicBody, first_on: date, *, actor, now: datetime) -> None:
    """Raise what `merge_bodies` would, before anything is written."""
    if actor is not None and not actor.scope.is_anci:
        raise ValidationError(_("This is done by ANCI."), code="not_entitled")
    if first_on > timezone.localdate(now):
        raise ValidationError(_("The first day of the new body is in the future: do it on that day."), code="future")
    if first_on < EARLIEST:
        raise ValidationError(_("The first day of the new body is too long ago to be right."), code="too_early")
    if successor in ending:
        raise ValidationError(_("A body cannot be merged into itself."), code="itself")
    if successor.ceased_on or successor.is_proposed:
        raise ValidationError(_("The successor is not a body of today."), code="no_successor")
    for body in ending:
        if body.ceased_on and body.successor_id not in {None, successor.pk}:
            message = _("%(body)s has already been merged into another body.") % {"body": body}
            raise ValidationError(message, code="already_ceased")


def doubts(ending: Iterable[PublicBody], successor: PublicBody, first_on: date, *, today: date) -> list[str]:
    """What is allowed, and may be a slip all the same: to be read before it is confirmed."""
    found = []
    if first_on < today - timedelta(days=OLD_AFTER_DAYS):
        text = _("The first day, %(day)s, is long ago: whoever has left since goes over as well, with these days.")
        found.append(text % {"day": date_format(first_on, "j F Y")})
    names = {"successor": successor, "area": successor.area or _("no inner area")}
    for body in ending:
        if body.area_id != successor.area_id:
            text = _("%(body)s is in another area than %(successor)s (%(area)s): what comes counts there.")
            found.append(text % {"body": body, **names})
    return found


def _end(body: PublicBody, successor: PublicBody, first_on: date, *, actor, now: datetime) -> None:
    before = {"ceased_on": body.ceased_on and body.ceased_on.isoformat()}
    body.ceased_on, body.successor = body.ceased_on or first_on - timedelta(days=1), successor
    body.save(update_fields=["ceased_on", "successor"])
    after = {"ceased_on": body.ceased_on.isoformat(), "successor": successor.full_name}
    area = body.area.slug if body.area else ""
    record("merge_body", body, actor=actor, now=now, area=area, before=before, after=after)
