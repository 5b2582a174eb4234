import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder

from lib.database_state import unknown_migrations
from tests.factories import UserFactory


def test_a_database_of_a_newer_version_is_refused(db):
    MigrationRecorder.Migration.objects.create(app="journal", name="0099_from_the_future")

    with pytest.raises(CommandError, match=r"versione più recente del programma \(journal\.0099_from_the_future\)"):
        call_command("prepare_site")


def test_a_database_of_the_demonstration_never_becomes_a_real_site(db, settings):
    settings.DEMO = False
    UserFactory(is_demo=True)

    with pytest.raises(CommandError, match=r"^La base dati contiene le persone inventate .* un altro VAR_DIR"):
        call_command("prepare_site")


def test_a_database_of_this_version_holds_nothing_unknown(db):
    assert unknown_migrations(["journal", "accounts"]) == []
