"""Make everything that the site needs to run: Python packages, front-end packages, Pango, translations.

Only the standard library, because it runs before anything is installed. Each step keeps a stamp with a hash of what it
was made from, and does nothing while that stays the same.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.trouble import NO_SPACE, Trouble

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
OLDEST_PYTHON = (3, 11)
PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


class Stamp:
    """Remembers, in a file, what a step was last made from."""

    def __init__(self, path: Path, *inputs: Path | str):
        self.path = path
        self.digest = digest(*inputs)

    def is_fresh(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.digest

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.digest)


def digest(*inputs: Path | str) -> str:
    """One hash of texts and of files; a folder stands for every file in it."""
    total = hashlib.sha256()
    for entry in inputs:
        if isinstance(entry, str):
            total.update(entry.encode() + b"\0")
            continue
        for path in sorted(entry.rglob("*")) if entry.is_dir() else [entry]:
            if path.is_file() and path.suffix != ".pyc":
                total.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return total.hexdigest()


def run(title: str, *command: object, env: dict | None = None) -> str:
    """Run one step quietly; its output is shown only when it fails."""
    print(f"· {title} …", flush=True)
    words = [str(word) for word in command]
    done = subprocess.run(
        words, check=False, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise Trouble(failure(title, words, done.stdout))
    return done.stdout


def failure(title: str, words: list[str], output: str) -> str:
    if "No space left on device" in output or "database or disk is full" in output:
        return NO_SPACE.format(megabytes=500)
    last = "\n".join(f"    {line}" for line in output.strip().splitlines()[-15:])
    return f"{last}\n\nIl passo «{title}» non è riuscito. Comando: {' '.join(words)}"


def require_space(folder: Path, *, megabytes: int) -> None:
    if shutil.disk_usage(folder).free < megabytes * 1_000_000:
        raise Trouble(NO_SPACE.format(megabytes=megabytes))


def find_python() -> str:
    """The Python that makes the environment: this one, or a newer one on the PATH."""
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    found = (shutil.which(f"python3.{minor}") for minor in range(14, OLDEST_PYTHON[1] - 1, -1))
    python = next(filter(None, found), None)
    if python is None:
        raise Trouble(
            "Serve Python 3.11 o più recente. Su Debian e Ubuntu: sudo apt-get install python3 python3-venv; "
            "su altri sistemi: https://www.python.org/downloads/"
        )
    return python


def make_environment(*, development: bool = False) -> None:
    """The virtual environment with the locked packages, each checked against its hash."""
    locked = [ROOT / "requirements.txt", *([ROOT / "requirements-dev.txt"] if development else [])]
    stamps = [Stamp(VENV / "stamps" / path.name, path, ROOT / "scripts" / "uv.txt") for path in locked]
    if PYTHON.exists() and all(stamp.is_fresh() for stamp in stamps):
        return
    require_space(ROOT, megabytes=1_500)
    uv = find_uv()
    files = [word for path in locked for word in ("--requirements", path)]
    install = [uv, "pip", "install", "--python", PYTHON, "--require-hashes", *files]
    run("Installazione dei pacchetti Python", *install)
    for stamp in stamps:
        stamp.write()


def find_uv() -> Path:
    """The pinned uv, in the environment itself."""
    pin = ROOT / "scripts" / "uv.txt"
    stamp = Stamp(VENV / "stamps" / "uv", pin)
    if not PYTHON.exists():
        run("Creazione dell’ambiente Python", find_python(), "-m", "venv", VENV)
    if not stamp.is_fresh():
        run("Installazione di uv", PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", pin)
        stamp.write()
    return BIN / "uv"


def install_front_packages() -> None:
    """The design system, from the lock file and without install scripts; Node comes from PyPI where it is missing."""
    stamp = Stamp(ROOT / "node_modules" / ".stamp", ROOT / "package-lock.json")
    if stamp.is_fresh():
        return
    if not shutil.which("npm") and not (BIN / "npm").exists():
        pin = ROOT / "scripts" / "node.txt"
        run("Installazione di Node.js", BIN / "uv", "pip", "install", "--python", PYTHON, "--require-hashes", "-r", pin)
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    run("Installazione dei pacchetti per le pagine", "npm", "ci", *flags, env=with_path())
    stamp.write()


def install_from_apt(title: str, packages: list[str]) -> None:
    """Install system packages where that is allowed, or say the exact command."""
    if os.geteuid() or not shutil.which("apt-get"):
        raise Trouble(f"Serve un passo da amministratore, poi riprovare: sudo apt-get install {' '.join(packages)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("Aggiornamento dell’elenco dei pacchetti", "apt-get", "update", env=env)
    run(title, "apt-get", "install", "--yes", "--no-install-recommends", *packages, env=env)


def install_pango() -> None:
    """The system libraries that write the certificates."""
    if not all(ctypes.util.find_library(name) for name in ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")):
        install_from_apt("Installazione di Pango", PANGO)


def compile_translations() -> None:
    catalogue = ROOT / "locale" / "it" / "LC_MESSAGES" / "django"
    stamp = Stamp(VENV / "stamps" / "translations", catalogue.with_suffix(".po"))
    if not (stamp.is_fresh() and catalogue.with_suffix(".mo").exists()):
        run("Traduzioni", BIN / "pybabel", "-q", "compile", "-D", "django", "-d", "locale")
        stamp.write()


def with_path(**more: str) -> dict[str, str]:
    """The environment of a child process, with our programs first on the PATH."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "VIRTUAL_ENV": str(VENV), **more}
