"""A file of staff from the upload to the last invitation. `python -m benchmarks.staff [--rows 10000]`

A fresh SQLite database in a temporary folder, or the empty one of DATABASE_URL. The longest hold of the write lock is
the longest transaction that the worker opens.
"""

import argparse
import tempfile
import time
from contextlib import contextmanager
from importlib import import_module

from benchmarks.site import make_site

HEADER = ["E-mail", "Cognome", "Nome", "Codice ISTAT", "Ente", "Mansione", "Dal", "Al", "Quota"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000)
    rows = options.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        make_site(folder, may_be_given=True)
        call_command = import_module("django.core.management").call_command
        call_command("migrate", verbosity=0)
        call_command("load_territory", verbosity=0)
        content = _workbook(rows)
        print(f"{rows} new people, XLSX of {len(content) // 1000} kB: {_import(content)}")
        print(f"the same file again: {_import(content)}")


def _workbook(count: int) -> bytes:
    PublicBody = import_module("territory.models").PublicBody
    bodies = list(PublicBody.objects.in_areas().values_list("istat_code", "name"))
    rows = (
        [f"p{number}@example.org", f"Rossi{chr(97 + number % 26)}", "Ada", *bodies[number % len(bodies)], "Istruttrice"]
        for number in range(count)
    )
    return import_module("lib.spreadsheets").xlsx_bytes("Personale", HEADER, ([*row, None, None, 100] for row in rows))


def _import(content: bytes) -> str:
    actions, now = import_module("accounts.actions"), import_module("django.utils.timezone").now
    guess = import_module("accounts.staff_sheet").guess
    began, work = time.monotonic(), time.process_time()
    with longest_transaction() as longest:
        job = actions.upload_staff(content, actor=_coordinator(), now=now())
        job = actions.check_staff(job, columns=guess(job.parameters["columns"]), now=now())
        actions.work_on_staff_imports(now=now())
        checked = time.monotonic()
        actions.confirm_staff(job, now=now())
        actions.work_on_staff_imports(now=now())
    done, work = time.monotonic(), time.process_time() - work
    job.refresh_from_db()
    return (
        f"looked at in {checked - began:.1f} s, written in {done - checked:.1f} s (processor {work:.1f} s), "
        f"write lock held for at most {longest[0]:.1f} s, {job.outcome['counts']}"
    )


def _coordinator():
    models, now = import_module("accounts.models"), import_module("django.utils.timezone").now()
    user, is_new = models.User.objects.get_or_create(
        email="anci@example.org", defaults={"first_name": "Ada", "last_name": "Lombardi"}
    )
    if is_new:
        import_module("accounts.actions.roles").store_role(
            user, role="anci", area=None, body=None, until=None, actor=None, now=now
        )
    return user


@contextmanager
def longest_transaction():
    """The seconds of the longest outermost `atomic` in the block, in a list of one."""
    transaction, longest = import_module("django.db.transaction"), [0.0]
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__
    open_since = []

    def timed_enter(self):
        open_since.append(time.monotonic())
        return enter(self)

    def timed_exit(self, *error):
        answer = leave(self, *error)
        began = open_since.pop()
        if not open_since:
            longest[0] = max(longest[0], time.monotonic() - began)
        return answer

    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = timed_enter, timed_exit
    try:
        yield longest
    finally:
        transaction.Atomic.__enter__, transaction.Atomic.__exit__ = enter, leave


if __name__ == "__main__":
    main()
