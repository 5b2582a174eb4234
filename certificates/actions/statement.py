"""Statements that a person asks for: the hours of a year, of tutoring, of teaching, and the training booklet."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from certificates.actions.issue import has_name, lock_register, number, snapshot
from certificates.models import Certificate, CertificateEvent, Register
from journal.actions import record

Kind = Register.Kind
TITLES = {
    Kind.TUTORING: gettext_noop("Hours of tutoring in %(year)d"),
    Kind.TEACHING: gettext_noop("Sessions held in %(year)d"),
    Kind.YEAR: gettext_noop("Hours of training in %(year)d"),
    Kind.BOOKLET: gettext_noop("Training booklet, %(year)d"),
}


@transaction.atomic
def issue_statement(user: User, *, kind: str, year: int, now: datetime) -> Certificate:
    """Enter a statement in its register. Asked for again it is the same one, unless its lines or the name have changed:
    then a new number replaces it.

    Raises ValidationError with code "no_such_statement", "no_name" or "nothing_to_state".
    """
    if kind not in Kind.statements() or not 2000 <= year <= timezone.localdate(now).year:
        raise ValidationError(_("There is no such statement."), code="no_such_statement")
    register = lock_register(kind, now)
    last = _last(user, kind, year)
    new = Certificate(kind=kind, user=user, year=year, title=_title(kind, year), created_at=now, supersedes=last)
    if not has_name(new):
        raise ValidationError(_("First name or last name is missing."), code="no_name")
    new.issued_at = now
    content = snapshot(new)
    if not content["lines"]:
        raise ValidationError(_("There are no hours to be stated for this year yet."), code="nothing_to_state")
    if last and last.may_be_revoked() and _says_the_same(last.snapshot, content):
        return last
    _retire(last, now=now)
    return number(new, register, now=now)


def _last(user: User, kind: str, year: int) -> Certificate | None:
    statements = Certificate.objects.select_for_update(of=("self",)).filter(user=user, kind=kind, year=year)
    return statements.filter(superseded_by=None).first()


def _says_the_same(before: dict, now: dict) -> bool:
    """Names and lines, as far as the older format has them: a new release is no reason for new numbers."""
    if any(before[name] != now[name] for name in ("first_name", "last_name")):
        return False
    keys = before["lines"][0].keys() if before["lines"] else ()
    return before["lines"] == [{key: line[key] for key in keys} for line in now["lines"]]


def _title(kind: str, year: int) -> str:
    with translation.override("it"):
        return _(TITLES[Kind(kind)]) % {"year": year}


def _retire(last: Certificate | None, *, now: datetime) -> None:
    """A statement that stands is replaced; a revoked one stays revoked."""
    if last is None or not last.may_be_revoked():
        return
    last.state, last.claimed_at, last.last_error = Certificate.State.SUPERSEDED, None, ""
    last.save(update_fields=["state", "claimed_at", "last_error"])
    last.events.create(kind=CertificateEvent.Kind.SUPERSEDED, at=now, actor=last.user)
    record("replace_statement", last, actor=last.user, after={"state": last.state}, now=now)
