"""Import the indicators of the fragility index and their values: look first, then confirm; all rows or none."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from journal.actions import record
from journal.models import Job
from territory.actions.indicator_sheets import ListSheet, ValueSheet, rows_of, sheet_of
from territory.actions.municipalities import ERRORS_SHOWN, is_superseded
from territory.models.profile import forget_profile

IMPORT = "indicator-import"


def prepare_indicators(text: str, *, actor, now: datetime) -> Job:
    """Check every row of the CSV `text` and keep the outcome: what would change, or what is wrong, row by row.

    One row is written, at the end: while 50,000 others are read no writer has to wait.
    """
    rows = rows_of(text)
    sheet = sheet_of(rows)
    errors, found = check_rows(rows, sheet)
    outcome = {"what": sheet.what, "errors": errors[:ERRORS_SHOWN], "error_count": len(errors)}
    if not errors:
        outcome |= {"csv": text, **sheet.compare(found)}
    return Job.objects.create(
        kind=IMPORT,
        requested_by=actor,
        state=Job.State.FAILED if errors else Job.State.WAITING,
        created_at=now,
        finished_at=now if errors else None,
        total=len(rows),
        outcome=outcome,
    )


@transaction.atomic
def confirm_indicators(job: Job, *, actor, now: datetime) -> Job:
    """Write the rows that were looked at, checked again; a second call changes nothing.

    Raise ValidationError with code "import_superseded" or "import_outdated".
    """
    imports = {each.pk: each for each in Job.objects.select_for_update().filter(kind=IMPORT).order_by("pk")}
    job = imports[job.pk]
    if job.state != Job.State.WAITING:
        return job
    if is_superseded(job):
        message = _("Another list was written after this one was checked: upload the file again.")
        raise ValidationError(message, code="import_superseded")
    rows = rows_of(job.outcome["csv"])
    sheet = sheet_of(rows)
    errors, found = check_rows(rows, sheet)
    if errors:
        message = _("The list has changed since it was checked: upload the file again.")
        raise ValidationError(message, code="import_outdated")
    shown = sheet.compare(found)
    sheet.store(found)
    job.state, job.finished_at, job.done = Job.State.DONE, now, len(found)
    job.outcome = {"what": sheet.what, **shown}
    job.save()
    counts = {name: shown[name] for name in ("added", "changed", "unchanged", "removed", "demo_removed")}
    is_list = sheet.what == "list"
    record("import_indicators" if is_list else "import_values", job, actor=actor, now=now, after=counts)
    transaction.on_commit(forget_profile)
    return job


def check_rows(rows: list[dict[str, str]], sheet: ListSheet | ValueSheet) -> tuple[list[dict], list]:
    """Return the errors ({"line", "column", "message"}) and the rows as unsaved indicators or values."""
    if missing := [name for name in sheet.required if name not in (rows[0] if rows else {})]:
        message = _("The file needs these columns: %(columns)s.") % {"columns": ", ".join(missing)}
        return [{"line": 1, "column": "", "message": message}], []
    errors, found = [], []
    for line, row in enumerate(rows, start=2):
        if any(row.values()):
            wrong = list(sheet.faults(row, line))
            errors += [{"line": line, "column": column, "message": message} for column, message in wrong]
            found += [] if wrong else [sheet.read(row)]
    if not errors and not found:
        errors = [{"line": 2, "column": "", "message": _("The file holds no row.")}]
    return errors, found
