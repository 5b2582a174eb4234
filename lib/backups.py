"""Copy everything that people entered into one folder, and put it back.

The database comes first: a file that is written meanwhile is in the copy without its row, never the other way round.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

FOLDERS = {"media": Path(settings.MEDIA_ROOT), "private": Path(settings.PRIVATE_ROOT)}
MANIFEST = "manifest.json"


class BackupError(Exception):
    """What is wrong with a copy, in words for the person who wants it back."""


def back_up(target: Path, *, now: datetime) -> Path:
    """Write a copy into a new folder of `target` and return it; a copy that is cut short never gets its name."""
    folder = target / f"{now:%Y-%m-%dT%H%M%S}"
    draft = folder.with_name(f"{folder.name}.part")
    draft.mkdir(parents=True, mode=0o700)
    DUMP[connection.vendor](draft / "database")
    for name, source in FOLDERS.items():
        with tarfile.open(draft / f"{name}.tar", "w") as archive:
            if source.exists():
                archive.add(source, arcname=".")
    manifest = {"vendor": connection.vendor, "files": {path.name: _digest(path) for path in sorted(draft.iterdir())}}
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1))
    return draft.rename(folder)


def restore(folder: Path) -> None:
    """Replace database and files by the copy in `folder`, once all of it is proved whole."""
    _verify(folder)
    connections.close_all()
    LOAD[connection.vendor](folder / "database")
    for name, target in FOLDERS.items():
        fresh = target.with_name(f"{target.name}.restored")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        with tarfile.open(folder / f"{name}.tar") as archive:
            archive.extractall(fresh, filter="data")
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)


def _verify(folder: Path) -> None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} holds no whole copy.") from error
    if manifest["vendor"] != connection.vendor:
        raise BackupError(f"The copy is of a {manifest['vendor']} database, this one is {connection.vendor}.")
    for name, digest in manifest["files"].items():
        if not (folder / name).exists() or _digest(folder / name) != digest:
            raise BackupError(f"{folder / name} is damaged or missing.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_sqlite(source: str | Path, target: str | Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target, timeout=30)) as write:
        read.backup(write)


def _postgresql(program: str, *arguments: object) -> None:
    database = connection.settings_dict
    options = {"host": database["HOST"], "port": database["PORT"], **database.get("OPTIONS", {})}
    env = {
        "PGHOST": options["host"],
        "PGPORT": options["port"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
    }
    filled = {name: str(value) for name, value in env.items() if value}
    command = [program, "--dbname", database["NAME"], "--no-owner", *map(str, arguments)]
    done = subprocess.run(command, env=os.environ | filled, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()[-500:]}")


def _load_postgresql(source: Path) -> None:
    _postgresql("pg_restore", "--clean", "--if-exists", "--single-transaction", source)


DUMP = {
    "sqlite": lambda path: _copy_sqlite(connection.settings_dict["NAME"], path),
    "postgresql": lambda path: _postgresql("pg_dump", "--format=custom", "--file", path),
}
LOAD = {
    "sqlite": lambda path: _copy_sqlite(path, connection.settings_dict["NAME"]),
    "postgresql": _load_postgresql,
}
