"""A list as a file: at once when it is short, by the worker with its progress when it is long.

The reach of whoever asked is looked up again when the worker begins and when the file is fetched.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from tempfile import TemporaryFile

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Scope, User
from journal.actions import record
from journal.jobs import Clock, fail_job, run_jobs
from journal.models import Job
from lib.nudge import nudge
from lib.spreadsheets import Cell, Sheet, csv_pieces, write_xlsx
from reports.models.choice import Choice, OutOfReach
from reports.models.listing import LISTINGS, Listing

EXPORT = "report-export"
AT_ONCE = 5_000  # rows
LEASE, KEPT = timedelta(minutes=5), timedelta(days=2)
FORMATS = ("csv", "csv-semplice", "xlsx")


def sheet_of(listing: Listing, scope: Scope, choice: Choice, *, now: datetime) -> Sheet:
    """The table of the page, row by row and from the same cells."""
    rows: Iterator[list[Cell]] = (cells for cells, *_keys in listing.cells(listing.rows(scope, choice), piecewise=True))
    notes = [(_("List"), str(listing.title)), *choice.words()]
    if choice.state in listing.states:
        notes.append((_("State"), str(listing.states[choice.state])))
    notes.append((_("As at"), f"{timezone.localtime(now):%d/%m/%Y %H:%M}"))
    return Sheet(str(listing.title), listing.header, rows, notes)


@transaction.atomic
def request_export(listing: Listing, *, parameters: dict, file_format: str, actor: User, now: datetime) -> Job:
    """Leave a file to be made; the same wish twice, while the first is being made, is one job."""
    wish = {"listing": listing.slug, "format": file_format, "parameters": parameters, "reach": reach_of(actor.scope)}
    if known := Job.objects.open().filter(kind=EXPORT, requested_by=actor, parameters=wish).first():
        return known
    total = listing.rows(actor.scope, Choice.read(parameters, actor.scope, today=timezone.localdate(now))).count()
    job = Job.objects.create(kind=EXPORT, requested_by=actor, created_at=now, total=total, parameters=wish)
    record("request_export", job, actor=actor, after={"list": listing.slug, "rows": total}, now=now)
    nudge("reports.build_exports")
    return job


def reach_of(scope: Scope) -> dict:
    """What a person may see, in a form that can be kept and compared."""
    return {"all": scope.is_anci, "areas": sorted(scope.area_ids), "bodies": sorted(scope.body_ids)}


def build_exports(*, now: datetime) -> int:
    """Make the files that are waiting and return how many are ready; safe to run in several workers at once."""
    problem = _("The file could not be made: the error has been noted.")
    return run_jobs({EXPORT: _build}, lease=LEASE, problem=problem, now=now)


def _build(job: Job, clock: Clock) -> bool:
    wish, scope = job.parameters, job.requested_by.scope
    try:
        choice = Choice.read(wish["parameters"], scope, today=timezone.localdate(job.created_at))
        if reach_of(scope) != wish["reach"]:
            raise OutOfReach
    except OutOfReach:
        return fail_job(job, _("The roles have changed since the file was asked for."), now=clock())

    def on_rows(done: int) -> None:
        Job.objects.filter(pk=job.pk).update(done=done, claimed_at=clock())

    with TemporaryFile() as file, translation.override("it"):
        write_file(file, sheet_of(LISTINGS[wish["listing"]], scope, choice, now=clock()), wish["format"], on_rows)
        path = storages["private"].save(f"exports/{job.pk}.{extension(wish['format'])}", File(file))
    return _finish(job, path, now=clock())


def write_file(file, sheet: Sheet, file_format: str, on_rows: Callable[[int], None] | None = None) -> None:
    if file_format == "xlsx":
        write_xlsx(file, sheet, on_rows=on_rows)
    else:
        file.writelines(csv_pieces(sheet, is_plain=file_format == "csv-semplice", on_rows=on_rows))


def extension(file_format: str) -> str:
    return "xlsx" if file_format == "xlsx" else "csv"


def file_name(what: str, file_format: str, *, today: date) -> str:
    """ "ore-2026-al-2026-11-23.csv". The two kinds of CSV can be kept side by side: the one for programs says so."""
    kind = "-per-programmi" if file_format == "csv-semplice" else ""
    return f"{what}-al-{today.isoformat()}{kind}.{extension(file_format)}"


def _finish(job: Job, path: str, *, now: datetime) -> bool:
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    ended = {"state": Job.State.DONE, "done": job.total, "finished_at": now, "claimed_at": None}
    is_ours = running.update(path=path, expires_at=now + KEPT, **ended) == 1
    if not is_ours:  # finished by whoever took over an expired lease
        storages["private"].delete(path)
    return is_ours


def may_fetch(job: Job, user: User, *, now: datetime) -> bool:
    """Whether the file is still there and the person's reach is the one it was made for."""
    is_own = job.kind == EXPORT and job.requested_by_id == user.pk
    return is_own and job.has_file(now=now) and job.parameters["reach"] == reach_of(user.scope)


def delete_expired_exports(*, now: datetime) -> int:
    """Delete the files whose time is over and return how many; the jobs stay."""
    expired = list(Job.objects.filter(kind=EXPORT, expires_at__lte=now).exclude(path=""))
    for job in expired:
        storages["private"].delete(job.path)
    return Job.objects.filter(pk__in=[job.pk for job in expired]).update(path="")
