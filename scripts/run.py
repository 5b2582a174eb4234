"""Start the platform: `make run` with demo people, `make start` without."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from scripts import environment
from scripts.environment import BIN, PYTHON, ROOT, Stamp, run
from scripts.trouble import Trouble, guarded

MANAGE = [PYTHON, "-W", "ignore", "manage.py"]
ANSWERS_WITHIN_SECONDS = 60
LOADED = ["migrations", "data", "content", "management", "demo.py", "guards.py"]  # in each app: what fills the database
STATIC = ["static", "templates", "package-lock.json", "requirements.txt", "lib/front_files.py"]


def main() -> int:
    demo = "--demo" in sys.argv
    port = chosen_port()
    folder = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    environment.require_space(folder, megabytes=200)
    require_free_port(port)
    install()
    env = site_environment(port, demo=demo)
    prepare(folder, env, demo=demo)
    return serve(port, env, folder / "demo.json" if demo else None)


def chosen_port() -> int:
    given = os.environ.get("PORT", "8000")
    if not given.isdecimal() or not 0 < int(given) < 65_536:
        raise Trouble(f"PORT deve essere un numero fra 1 e 65535, non «{given}».")
    return int(given)


def require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("HOST", "127.0.0.1"), port))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            raise Trouble(
                f"La porta {port} è già occupata: chiudere il programma che la usa, o sceglierne un’altra, "
                f"per esempio PORT={port + 1} make run."
            ) from error


def install() -> None:
    environment.make_environment()
    environment.install_front_packages()
    environment.install_pango()
    environment.compile_translations()


def site_environment(port: int, *, demo: bool) -> dict[str, str]:
    """With demo people the site lives on this machine only; without, `.env` may say where."""
    address = {"SITE_URL": f"http://localhost:{port}"} if demo or not has_own_address() else {}
    return environment.with_path(PORT=str(port), DEMO="1" if demo else "0", PYTHONUNBUFFERED="1", **address)


def has_own_address() -> bool:
    settings = ROOT / ".env"
    return "SITE_URL" in os.environ or (settings.exists() and "SITE_URL=" in settings.read_text())


def prepare(folder: Path, env: dict[str, str], *, demo: bool) -> None:
    """The database and the static files, side by side; each only when what it is made from has changed."""
    broken: list[BaseException] = []
    static = threading.Thread(target=collect, args=(folder, env, broken))
    static.start()
    try:
        load(folder, env, demo=demo)
    finally:
        static.join()
    if broken:
        raise broken[0]


def collect(folder: Path, env: dict[str, str], broken: list[BaseException]) -> None:
    apps = sorted(path.parent for path in ROOT.glob("*/apps.py"))
    pages = [app / name for app in apps for name in ("static", "templates") if (app / name).exists()]
    stamp = Stamp(folder / "stamps" / "static", *(ROOT / name for name in STATIC), *pages)
    try:
        if not stamp.is_fresh():
            run("Preparazione di stili, caratteri e icone", *MANAGE, "build_front", env=env)
            run("Raccolta dei file statici", *MANAGE, "collectstatic", "--noinput", "--clear", env=env)
            stamp.write()
    except Exception as error:  # raised again in the main thread
        broken.append(error)


def load(folder: Path, env: dict[str, str], *, demo: bool) -> None:
    address = "".join(env.get(name, "") + "|" for name in ("SITE_URL", "DATABASE_URL", "DEMO"))
    sources = [
        path for app in sorted(ROOT.glob("*/apps.py")) for name in LOADED if (path := app.parent / name).exists()
    ]
    stamp = Stamp(folder / "stamps" / "data", address, *sources)
    if not (stamp.is_fresh() and is_current(folder, env)):
        run("Base dati, territorio, corsi e pagine", *MANAGE, "prepare_site", env=env)
        if demo:
            write_privately(folder / "demo.json", run("Persone di prova", *MANAGE, "seed_demo", "--json", env=env))
        stamp.write()
    if not demo:
        subprocess.run([*MANAGE, "create_administrator", "--if-none"], cwd=ROOT, env=env, check=False)


def is_current(folder: Path, env: dict[str, str]) -> bool:
    """Whether the SQLite file holds exactly the migrations of this code; of another database only Django can tell."""
    path = folder / "site.sqlite3"
    if "DATABASE_URL" in env or not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        try:
            applied = set(database.execute("SELECT app, name FROM django_migrations"))
        except sqlite3.DatabaseError:
            return False
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    files = {(path.parent.parent.name, path.stem) for path in ROOT.glob("*/migrations/[0-9]*.py")}
    return {row for row in applied if row[0] in apps} == files


def write_privately(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def serve(port: int, env: dict[str, str], people: Path | None) -> int:
    """Run web and worker until one of them ends; say where the site is as soon as it answers."""
    processes = subprocess.Popen([BIN / "honcho", "--procfile", ROOT / "Procfile", "start"], cwd=ROOT, env=env)
    signal.signal(signal.SIGTERM, lambda *_: processes.terminate())
    if answers(port, processes):
        print(welcome(env.get("SITE_URL") or f"http://localhost:{port}", people), flush=True)
    try:
        return processes.wait()
    except KeyboardInterrupt:
        return processes.wait()


def answers(port: int, processes: subprocess.Popen) -> bool:
    for _ in range(ANSWERS_WITHIN_SECONDS * 5):
        if processes.poll() is not None:
            raise Trouble("Il sito non è partito: il motivo è nelle righe qui sopra.")
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=30):
                return True
        except HTTPError:
            return True  # a refusal is an answer too: of another host name, for example
        except (URLError, OSError):
            time.sleep(0.2)
    raise Trouble(f"Il sito non risponde dopo {ANSWERS_WITHIN_SECONDS} secondi: il motivo è nelle righe qui sopra.")


def welcome(address: str, people: Path | None) -> str:
    lines = ["", f"Il sito è pronto: {address}", "Per fermarlo: Ctrl+C", ""]
    if people:
        lines += ["Persone di prova (la pagina di accesso le offre anche con un clic):"]
        rows = json.loads(people.read_text())
        first = {row["role"]: row for row in reversed(rows)}  # one for each role
        lines += [f"  {row['role']:<24} {row['email']:<40} {row['password']}" for row in reversed(first.values())]
        lines += ["  Codice a sei cifre, dove serve: .venv/bin/python manage.py demo_code INDIRIZZO", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(guarded(main))
