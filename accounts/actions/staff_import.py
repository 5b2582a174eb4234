"""A file of staff: uploaded, its columns named, looked at by the worker, then written as a whole or not at all.

A job goes through three kinds: uploaded and waiting for its columns, to be looked at, to be written. Whether an address
is known outside the reach of whoever asks is told to its owner only: such a row counts as an invitation like any other.
"""

from datetime import datetime, timedelta
from secrets import token_hex

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.validators import EmailValidator
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import emails, staff_sheet
from accounts.actions.staff_plan import Plan, make_plan, store_plan
from accounts.models import User
from accounts.models.user import name_validator
from accounts.permissions import can_import_staff
from journal.actions import queue_mails, record
from journal.jobs import Clock, run_jobs
from journal.models import Job
from lib.body_names import BodyNames
from lib.csv_rows import is_table
from lib.nudge import nudge
from lib.sheet_rows import read_sheet
from territory.models import PublicBody

UPLOADED, CHECK, WRITE = KINDS = ("staff-upload", "staff-check", "staff-write")
LEASE = timedelta(minutes=5)
KEPT = timedelta(days=2)
SAMPLE_ROWS, ERRORS_SHOWN = 3, 200
STEP = 250  # rows between two signs of progress
MOST_ROWS = 20_000


@transaction.atomic
def upload_staff(content: bytes, *, actor: User, now: datetime) -> Job:
    """Keep the file for two days and read the names of its columns.

    Raise ValidationError with code "not_allowed", "not_a_table", "empty" or "one_column".
    """
    if not can_import_staff(actor):
        raise ValidationError(_("Staff is imported by coordinators."), code="not_allowed")
    rows = _readable(content, most=SAMPLE_ROWS)
    if not rows:
        raise ValidationError(_("The file has no rows below its header."), code="empty")
    if not is_table(rows):
        message = _("The file has one column only: save the sheet as CSV with semicolons, or as XLSX.")
        raise ValidationError(message, code="one_column")
    columns = [name for name in rows[0] if name]
    path = storages["private"].save(f"imports/{token_hex(16)}", ContentFile(content))
    return Job.objects.create(
        kind=UPLOADED,
        requested_by=actor,
        created_at=now,
        path=path,
        expires_at=now + KEPT,
        parameters={"columns": columns, "sample": [[row[name][:60] for name in columns] for row in rows]},
    )


def _readable(content: bytes, *, most: int | None = None) -> list[dict[str, str]]:
    try:
        return read_sheet(content, most=most)
    except (ValueError, UnicodeError) as error:
        message = _("The file is neither a CSV nor an XLSX: save the sheet again in one of these forms.")
        raise ValidationError(message, code="not_a_table") from error


@transaction.atomic
def check_staff(job: Job, *, columns: dict[str, str], now: datetime) -> Job:
    """Have the worker look at every row with these columns; asked again, it looks again."""
    job = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if not can_choose_columns(job, now=now):
        return job
    job.kind, job.state, job.outcome, job.done, job.total = CHECK, Job.State.WAITING, {}, 0, 0
    job.parameters = {**job.parameters, "mapping": columns}
    job.save()
    nudge("accounts.work_on_staff_imports")
    return job


def can_choose_columns(job: Job, *, now: datetime) -> bool:
    waits = job.kind == UPLOADED or (job.kind == CHECK and not job.is_open)
    return waits and job.has_file(now=now)


@transaction.atomic
def confirm_staff(job: Job, *, now: datetime) -> Job:
    """Have the worker write what was looked at. A second call changes nothing."""
    job = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if is_ready(job, now=now):
        job.kind, job.state, job.done = WRITE, Job.State.WAITING, 0
        job.save()
        nudge("accounts.work_on_staff_imports")
    return job


def is_ready(job: Job, *, now: datetime) -> bool:
    """Looked at, without a fault, and the file still there."""
    return (
        job.kind == CHECK and job.state == Job.State.DONE and not job.outcome["error_count"] and job.has_file(now=now)
    )


def work_on_staff_imports(*, now: datetime) -> int:
    """Look at and write what is waiting, and return how many are done; safe in several workers at once."""
    problem = _("The file could not be worked through to the end: the error has been noted.")
    return run_jobs({CHECK: _check, WRITE: _write}, lease=LEASE, problem=problem, now=now)


def _check(job: Job, clock: Clock) -> bool:
    try:
        entries, faults = _read(job, clock)
        plan = make_plan(entries, actor=job.requested_by, now=clock())
    except ValidationError as problem:
        return _end(job, {"problem": problem.messages[0]}, Job.State.FAILED, now=clock())
    faults = sorted(faults + plan.faults, key=lambda fault: fault.line)
    shown = [[fault.line, fault.column, fault.problem, fault.value] for fault in faults[:ERRORS_SHOWN]]
    outcome = {"errors": shown, "error_count": len(faults), **plan.figures()}
    return _end(job, outcome, Job.State.DONE, now=clock())


def _read(job: Job, clock: Clock) -> tuple[list, list]:
    """The entries and faults of the file, in the reach that the person has now."""
    if not can_import_staff(job.requested_by):
        raise ValidationError(_("The role that allowed this import has ended."), code="not_allowed")
    with storages["private"].open(job.path) as file:
        rows = _readable(file.read())
    if len(rows) > MOST_ROWS:
        raise ValidationError(_("More than 20,000 rows: split the file."), code="too_many")

    def seen_rows(number: int) -> None:
        if number % STEP == 0 or number == len(rows):
            Job.objects.filter(pk=job.pk).update(done=number, total=len(rows), claimed_at=clock())

    return staff_sheet.read(rows, job.parameters["mapping"], _rules(job.requested_by, clock()), seen_rows=seen_rows)


def _rules(actor: User, now: datetime) -> staff_sheet.Rules:
    bodies = PublicBody.objects.coordinated_by(actor).values_list("pk", "istat_code", "name", "province_code")
    return staff_sheet.Rules(
        bodies=BodyNames(bodies),
        today=timezone.localdate(now),
        is_email=lambda text: len(text) <= 254 and _passes(EmailValidator(), text),
        is_name=lambda text: 0 < len(text) <= 60 and _passes(name_validator, text),
    )


def _passes(validator, text: str) -> bool:
    try:
        validator(text)
    except ValidationError:
        return False
    return True


def _write(job: Job, clock: Clock) -> bool:
    """Store in one short transaction, then invite in small ones; taken up again, it goes on where it stopped."""
    if "letters" not in job.outcome:
        try:
            entries, faults = _read(job, clock)
            job.outcome = _store(job, entries, faults, now=clock())
        except ValidationError as problem:
            return _end(job, {"problem": problem.messages[0]}, Job.State.FAILED, now=clock())
    _invite(job, clock)
    return _end(job, job.outcome, Job.State.DONE, now=clock())


def _store(job: Job, entries: list, faults: list, *, now: datetime) -> dict:
    outdated = ValidationError(
        _("The staff has changed since the file was looked at. Nothing was written: upload the file again."),
        code="outdated",
    )
    try:
        with transaction.atomic():
            running = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
            plan: Plan = make_plan(entries, actor=job.requested_by, now=now)
            if faults or plan.faults:
                raise outdated
            letters = store_plan(plan, actor=job.requested_by, now=now)
            figures = plan.figures()
            record("import_staff", running, actor=job.requested_by, now=now, after=figures["counts"])
            running.outcome = {**figures, "error_count": 0, "errors": [], "letters": letters}
            running.save(update_fields=["outcome"])
    except IntegrityError as clash:  # somebody signed up, or was invited, in this very moment
        raise outdated from clash
    return running.outcome


def _invite(job: Job, clock: Clock) -> None:
    letters, actor = job.outcome["letters"], job.requested_by
    bodies = PublicBody.objects.in_bulk({body for _person, body, _is_new in letters})
    for start in range(0, len(letters), STEP):
        some = letters[start : start + STEP]
        people = User.objects.filter(is_active=True).in_bulk([person for person, _body, _is_new in some])
        mails = [
            _letter(people[person], bodies[body], is_new=is_new, actor=actor, now=clock())
            for person, body, is_new in some
            if person in people
        ]
        with transaction.atomic():
            queue_mails(mails)
            done = min(start + STEP, len(letters))
            Job.objects.filter(pk=job.pk).update(done=done, total=len(letters), claimed_at=clock())


def _letter(person: User, body: PublicBody, *, is_new: bool, actor: User, now: datetime):
    if is_new:
        return emails.invitation(person, body=body, actor=actor, now=now)
    return emails.invitation_to_known(person, body=body, actor=actor, key="import", now=now)  # once for each body


@transaction.atomic
def _end(job: Job, outcome: dict, state: str, *, now: datetime) -> bool:
    running = Job.objects.select_for_update(of=("self",)).filter(pk=job.pk, state=Job.State.RUNNING).first()
    if running is None:  # ended by whoever took over an expired lease
        return False
    running.state, running.outcome, running.finished_at, running.claimed_at = state, outcome, now, None
    if running.kind == WRITE:
        _forget_file(running)
        if state == Job.State.DONE:
            emails.queue_staff_imported(running, now=now)
    running.save()
    return state == Job.State.DONE


def _forget_file(job: Job) -> None:
    path, job.path = job.path, ""
    transaction.on_commit(lambda: storages["private"].delete(path))


def delete_expired_imports(*, now: datetime) -> int:
    """Delete the files that nobody confirmed in time and return how many; the jobs stay."""
    expired = Job.objects.filter(kind__in=KINDS, expires_at__lte=now).exclude(path="")
    return sum(_delete_file(job) for job in expired)


def _delete_file(job: Job) -> int:
    storages["private"].delete(job.path)
    return Job.objects.filter(pk=job.pk).update(path="", parameters={}, outcome={})
