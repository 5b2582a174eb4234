"""The copy of all that is kept about a person: one JSON for programs, and a CSV in words for each kind of row."""

import json
from collections.abc import Iterator
from datetime import date, datetime

from django.db import models, transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actions.copy_labels import column_name, table_name
from accounts.models import User
from accounts.signals import person_copied
from journal.actions import record
from journal.models import AuditEntry, OutgoingMail
from lib.archives import write_zip
from lib.spreadsheets import csv_text
from territory.models import BodyProposal

NOT_COPIED = {  # secrets, keys of machines, and papers with the right answers in them
    *("password", "digest", "request_key", "paper", "claimed_at", "last_error", "proof_sha256", "snapshot", "key"),
    *("calendar", "calendar_method", "is_superuser", "path", "not_before", "tries", "is_demo"),
}

ONLY = {AuditEntry: ("at", "action", "area")}  # an entry also names whom something was done to


@transaction.atomic
def copy_own_data(person: User, *, now: datetime) -> bytes:
    """The zip. Nobody else's name is in it but the ones in texts that the person may read anyway."""
    tables = sorted(_tables(person), key=lambda rows: rows[0]._meta.label_lower)
    for_programs = {rows[0]._meta.label_lower: [_row(row) for row in rows] for rows in tables}
    as_json = json.dumps(for_programs, ensure_ascii=False, indent=1, default=str).encode()
    with translation.override("it"):
        files = {"dati.json": as_json} | {f"{table_name(type(rows[0]))}.csv": _csv(rows) for rows in tables}
    record("copy_own_data", person, actor=person, now=now)
    return write_zip(files)


def _tables(person: User) -> Iterator[list[models.Model]]:
    """The rows of each kind; kinds without rows are left out."""
    answers = person_copied.send(User, person=person)
    of_the_apps = [rows for _receiver, found in answers for rows in found]
    for rows in [*_own_rows(person), *of_the_apps]:
        if table := list(rows.select_related(*_parents(rows.model))):
            yield table


def _own_rows(person: User) -> list[models.QuerySet]:
    return [
        User.objects.filter(pk=person.pk),
        person.emailaddress_set.all(),
        person.employments.all(),
        person.roles.all(),
        person.policy_acceptances.all(),
        person.erasure_requests.all(),
        person.unwanted_mails.all(),
        BodyProposal.objects.filter(proposed_by=person),
        OutgoingMail.objects.filter(recipient__iexact=person.email),
        AuditEntry.objects.filter(actor=person),
    ]


def _parents(model: type[models.Model]) -> list[str]:
    return [field.name for field in _shown(model) if field.is_relation]


def _shown(model: type[models.Model]) -> list[models.Field]:
    """Columns without secrets; of other people (who confirmed, who decided) nothing is copied."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.name in ONLY.get(model, [field.name])
        and field.name not in NOT_COPIED
        and not (field.is_relation and field.related_model is User)
    ]


def _row(row: models.Model) -> dict:
    """For programs: the names of the columns."""
    return {field.name: _plain(getattr(row, field.name)) for field in _shown(type(row))}


def _plain(value):
    if isinstance(value, datetime):
        return localtime(value).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, models.Model) or hasattr(value, "storage") else value


def _csv(table: list[models.Model]) -> bytes:
    """For people: headings and choices in words."""
    fields = _shown(type(table[0]))
    rows = ([_cell(row, field) for field in fields] for row in table)
    return csv_text([column_name(field) for field in fields], rows).encode("utf-8-sig")


def _cell(row: models.Model, field: models.Field):
    value = _plain(getattr(row, field.name))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(dict(field.flatchoices).get(value, value)) if field.flatchoices else value
