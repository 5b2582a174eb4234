"""The database itself keeps the audit entries as they were written."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import QuerySet

from journal import guards
from journal.actions import record
from journal.models import AuditEntry


@pytest.fixture
def entries(learner, now) -> QuerySet:
    """The entries behind the back of the model that refuses changes."""
    record("enrol", learner, now=now)
    return QuerySet(AuditEntry)


def installed() -> set[str]:
    with connection.cursor() as cursor:
        return guards.installed(connection, cursor)


def test_database_refuses_an_update(entries):
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        entries.update(action="leave")

    assert AuditEntry.objects.get().action == "enrol"


def test_database_refuses_a_deletion(entries):
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        entries.delete()

    assert AuditEntry.objects.count() == 1


def test_migrating_puts_back_what_was_lost(db):
    table = f" ON {guards.TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in guards.TRIGGERS:
            cursor.execute(f"DROP TRIGGER {name}{table}")
    assert installed() == set()

    call_command("migrate", "journal", verbosity=0)

    assert installed() == set(guards.TRIGGERS)
