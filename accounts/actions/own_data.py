"""The copy of all that is kept about a person: one JSON and a CSV for each kind of row."""

import json
from datetime import date, datetime

from django.db import models, transaction
from django.utils.timezone import localtime

from accounts.models import User
from accounts.signals import person_copied
from journal.actions import record
from journal.models import AuditEntry, OutgoingMail
from lib.archives import write_zip
from lib.spreadsheets import csv_text
from territory.models import BodyProposal

NOT_COPIED = {  # secrets, keys of machines, and papers with the right answers in them
    *("password", "digest", "request_key", "paper", "claimed_at", "last_error", "proof_sha256", "snapshot", "key"),
    *("calendar", "calendar_method", "is_superuser", "path", "not_before", "tries"),
}

ONLY = {AuditEntry: ("at", "action", "area")}  # an entry also names whom something was done to


@transaction.atomic
def copy_own_data(person: User, *, now: datetime) -> bytes:
    """The zip. Nobody else's name is in it but the ones in texts that the person may read anyway."""
    tables = dict(sorted(_tables(person)))
    as_json = json.dumps(tables, ensure_ascii=False, indent=1, default=str).encode()
    files = {"dati.json": as_json} | {f"{name}.csv": _csv(rows) for name, rows in tables.items()}
    record("copy_own_data", person, actor=person, now=now)
    return write_zip(files)


def _tables(person: User):
    """Name and rows of each kind; kinds without rows are left out."""
    answers = person_copied.send(User, person=person)
    of_the_apps = [rows for _receiver, found in answers for rows in found]
    for rows in [*_own_rows(person), *of_the_apps]:
        if table := [_row(each, person) for each in rows.select_related(*_parents(rows.model))]:
            yield rows.model._meta.label_lower, table


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


def _row(row: models.Model, person: User) -> dict:
    return {field.name: _plain(getattr(row, field.name)) for field in _shown(type(row))}


def _plain(value):
    if isinstance(value, datetime):
        return localtime(value).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, models.Model) or hasattr(value, "storage") else value


def _csv(table: list[dict]) -> bytes:
    rows = ([_cell(value) for value in row.values()] for row in table)
    return csv_text(list(table[0]), rows).encode("utf-8-sig")


def _cell(value):
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
