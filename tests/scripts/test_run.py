"""A bad state gets one clear sentence before anything is touched."""

import errno
import socket
import sqlite3
import subprocess
import sys

import pytest

from scripts import environment, run
from scripts.trouble import Trouble, guarded


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_named_with_a_way_out(taken_port):
    with pytest.raises(Trouble) as trouble:
        run.require_free_port(taken_port)

    assert str(trouble.value) == (
        f"La porta {taken_port} è già occupata: chiudere il programma che la usa, o sceglierne un’altra, "
        f"per esempio PORT={taken_port + 1} make run."
    )


def test_the_command_stops_with_one_sentence(taken_port, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "scripts.run", "--demo"],
        cwd=environment.ROOT,
        env={"PORT": str(taken_port), "VAR_DIR": str(tmp_path / "var"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().startswith(f"La porta {taken_port} è già occupata")


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", ""])
def test_a_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(Trouble, match="PORT deve essere un numero"):
        run.chosen_port()


def test_a_full_disk_is_seen_before_anything_is_written(tmp_path):
    with pytest.raises(Trouble, match="Lo spazio su disco è esaurito: liberare almeno 999999999 MB"):
        environment.require_space(tmp_path, megabytes=999_999_999)


def test_a_disk_that_fills_up_on_the_way_gets_the_same_sentence(capsys):
    def fills_up():
        raise OSError(errno.ENOSPC, "No space left on device")

    assert guarded(fills_up) == 1
    assert capsys.readouterr().err.strip().startswith("Lo spazio su disco è esaurito")


def test_a_step_that_fails_says_which_and_shows_its_last_lines():
    with pytest.raises(Trouble, match="Il passo «Prova» non è riuscito") as trouble:
        environment.run("Prova", sys.executable, "-c", "print('perché'); raise SystemExit(3)")

    assert str(trouble.value).startswith("    perché\n")


def test_a_step_that_fills_the_disk_is_not_blamed():
    with pytest.raises(Trouble, match="Lo spazio su disco è esaurito"):
        environment.run("Prova", sys.executable, "-c", "raise SystemExit('No space left on device')")


def test_an_old_python_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(Trouble, match=r"Serve Python 3\.11 o più recente"):
        environment.find_python()


def test_a_stamp_is_fresh_until_what_it_was_made_from_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    (tmp_path / "lock").write_text("1")
    environment.Stamp(tmp_path / "stamp", tmp_path / "lock", "x").write()

    assert environment.Stamp(tmp_path / "stamp", tmp_path / "lock", "x").is_fresh()
    assert not environment.Stamp(tmp_path / "stamp", tmp_path / "lock", "y").is_fresh()
    (tmp_path / "lock").write_text("2")
    assert not environment.Stamp(tmp_path / "stamp", tmp_path / "lock", "x").is_fresh()


def test_only_a_database_of_exactly_this_code_needs_no_preparation(tmp_path):
    assert run.is_current(tmp_path, {}) is False

    files = [(path.parent.parent.name, path.stem) for path in environment.ROOT.glob("*/migrations/[0-9]*.py")]
    with sqlite3.connect(tmp_path / "site.sqlite3") as database:
        database.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        database.executemany("INSERT INTO django_migrations VALUES (?, ?)", [*files, ("auth", "0001_initial")])
    database.close()
    assert run.is_current(tmp_path, {}) is True

    with sqlite3.connect(tmp_path / "site.sqlite3") as database:
        database.execute("INSERT INTO django_migrations VALUES ('journal', '0099_from_the_future')")
    database.close()
    assert run.is_current(tmp_path, {}) is False
