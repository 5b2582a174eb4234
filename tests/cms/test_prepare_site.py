import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder

from lib.database_state import unknown_migrations


def test_a_database_of_a_newer_version_is_refused(db):
    MigrationRecorder.Migration.objects.create(app="journal", name="0099_from_the_future")

    with pytest.raises(CommandError, match=r"versione più recente del programma \(journal\.0099_from_the_future\)"):
        call_command("prepare_site")


def test_a_database_of_this_version_holds_nothing_unknown(db):
    assert unknown_migrations(["journal", "accounts"]) == []
