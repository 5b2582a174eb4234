"""Completions at once, then their PDFs. `python -m benchmarks.issuing [--completions 200] [--at-once 8] [--printers 2]`

A fresh SQLite database in a temporary folder, or the empty one of DATABASE_URL. Several processes complete courses at
the same moment: the numbers must follow each other without a gap. Then two workers print them all.
"""

import argparse
import json
import multiprocessing
import tempfile
import time
from importlib import import_module
from io import StringIO

from benchmarks.site import make_site

COURSES = {"GOV-03", "CON-03"}
FORK = multiprocessing.get_context("fork")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--completions", type=int, default=200)
    options.add_argument("--at-once", type=int, default=8)
    options.add_argument("--printers", type=int, default=2)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_site(folder, may_be_given=True)
        keys = _completions(chosen.completions)
        seconds = _together(_issue, [keys[start :: chosen.at_once] for start in range(chosen.at_once)])
        print(f"{len(keys)} completions from {chosen.at_once} processes in {seconds:.1f} s: {_numbers()}")
        seconds = _together(_print, [None] * chosen.printers)
        print(
            f"{_printed()} PDFs by {chosen.printers} workers in {seconds:.1f} s: {_printed() / seconds:.1f} per second"
        )


def _completions(count: int) -> list[int]:
    """Enrolments that are complete and not yet certified, written in bulk."""
    call_command = import_module("django.core.management").call_command
    for loader in ("migrate", "load_territory", "load_site"):
        call_command(loader, verbosity=0, stdout=StringIO())
    _load_two_courses()
    import_module("benchmarks.population").populate(count + 20)
    done = import_module("courses.models").Enrolment.objects.completed().order_by("pk")
    return list(done.values_list("pk", flat=True)[:count])


def _load_two_courses() -> None:
    """The whole catalogue takes minutes: a person of the population takes two courses, which are enough."""
    content, models = import_module("courses.actions.content"), import_module("courses.models")
    entries = json.loads(content.CATALOGUE.read_text())["courses"]
    index = models.CatalogueIndexPage.objects.get()
    for entry in entries:
        if entry["code"] in COURSES:
            content.load_course(index, entry, outline=[], now=_now())


def _together(work, shares: list) -> float:
    """Let one process for each share begin at the same moment; return the seconds until the last has ended."""
    import_module("django.db").connections.close_all()
    start = FORK.Barrier(len(shares) + 1)
    runners = [FORK.Process(target=_run, args=(work, share, start)) for share in shares]
    for runner in runners:
        runner.start()
    start.wait()
    began = time.monotonic()
    for runner in runners:
        runner.join()
        if runner.exitcode:
            raise SystemExit("A process has failed.")
    return time.monotonic() - began


def _run(work, share, start) -> None:
    start.wait()
    work(share)


def _issue(keys: list[int]) -> None:
    actions, models = import_module("certificates.actions"), import_module("courses.models")
    for key in keys:
        actions.issue_certificate(models.Enrolment.objects.get(pk=key), now=_now())


def _print(_share) -> None:
    while import_module("certificates.actions").print_due(now=_now()):
        pass


def _now():
    return import_module("django.utils.timezone").now()


def _numbers() -> str:
    Certificate = import_module("certificates.models").Certificate
    taken = sorted(Certificate.objects.values_list("sequence", flat=True))
    return "consecutive" if taken == list(range(1, len(taken) + 1)) else f"NOT consecutive: {taken}"


def _printed() -> int:
    Certificate = import_module("certificates.models").Certificate
    return Certificate.objects.filter(state=Certificate.State.ISSUED).count()


if __name__ == "__main__":
    main()
