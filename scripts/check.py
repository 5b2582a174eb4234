"""Prove that it works: `make test` runs everything, `make quick` what a minute allows, `make format` mends style."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from scripts import environment
from scripts.environment import BIN, PYTHON, ROOT, run, with_path
from scripts.trouble import Trouble, guarded

SHUFFLED = ["-p", "randomly", "--randomly-seed", "448"]  # another order than the files', the same in every run
BOTH_DATABASES = ["--dist", "each", "--tx", "popen//env:TEST_DB=sqlite", "--tx", "popen//env:TEST_DB=postgresql"]
# The daily loop: engines, actions and rules. Pages, papers, gates, races and stories are for `make test`.
SLOW_FOLDERS = ("browser", "cms", "matrix", "reports", "scripts")
SLOW_FILES = (
    *("views", "content", "demo", "sign_in", "documentation", "backup", "wagtail_hooks"),
    *("printing", "kinds", "rendering", "conformance", "archive"),
)
QUICK = [
    *("-m", "not browser and not race", "-n", "2", "--dist", "loadfile"),
    *(f"--ignore=tests/{folder}" for folder in SLOW_FOLDERS),
    *("-k", " and ".join(f"not test_{name}" for name in SLOW_FILES)),
]
DEPLOYED = {
    "SITE_URL": "https://competenze.example.org",
    "EMAIL_URL": "smtp+tls://competenze:password@smtp.example.org:587",
    "DEMO": "0",
    "STATIC_BACKEND": "plain",
    "VAR_DIR": str(ROOT / ".test-databases" / "check"),
}


def main() -> int:
    environment.make_environment(development=True)
    if "--format" in sys.argv:
        return put_into_shape()
    environment.compile_translations()
    environment.install_front_packages()
    environment.install_pango()
    if "--quick" in sys.argv:
        check(style())
        return pytest(*QUICK)
    if not shutil.which("chromium"):
        environment.install_from_apt("Installazione di Chromium", ["chromium"])
    check([*style(), *django()])
    return pytest(*BOTH_DATABASES, *SHUFFLED)


def put_into_shape() -> int:
    for command in ([BIN / "ruff", "format"], [BIN / "ruff", "check", "--fix"], [BIN / "djade", *templates()]):
        subprocess.run(command, cwd=ROOT, check=False)
    return 0


def style() -> list[tuple]:
    return [
        ("Forma del codice", BIN / "ruff", "format", "--check"),
        ("Regole del codice", BIN / "ruff", "check"),
        ("Forma dei modelli di pagina", BIN / "djade", "--check", *templates()),
        ("Chi importa chi", BIN / "lint-imports"),
    ]


def django() -> list[tuple]:
    """Missing migrations and translations are tests of their own, in tests/house."""
    return [
        ("Pronto per la rete", PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
    ]


def templates() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "*.html"], cwd=ROOT, capture_output=True, text=True, check=True)
    return ["--target-version", "5.2", *listed.stdout.split()]


def check(steps: list[tuple]) -> None:
    """Run the steps two at a time; report every one that fails."""
    env = with_path(**DEPLOYED, SECRET_KEY="only-for-checks-" + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ")
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(run, *step, env=env) for step in steps]
    if failed := [str(error) for future in futures if (error := future.exception())]:
        raise Trouble("\n\n".join(failed))


def pytest(*arguments: str) -> int:
    """The last line is pytest's own."""
    sys.stdout.flush()
    command = [PYTHON, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, check=False, cwd=ROOT, env=_with_bytecode()).returncode


def _with_bytecode() -> dict[str, str]:
    """Where the machine forbids compiled modules beside their sources they are kept with the test databases: without
    them each process of the tests begins five seconds later."""
    env = dict(os.environ)
    if env.pop("PYTHONDONTWRITEBYTECODE", ""):
        env["PYTHONPYCACHEPREFIX"] = str(ROOT / ".test-databases" / "bytecode")
    return env


if __name__ == "__main__":
    sys.exit(guarded(main))
