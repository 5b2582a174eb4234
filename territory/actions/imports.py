"""Files of the territory: looked at first, then confirmed; all rows or none, and only what was shown."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from journal.actions import record
from journal.models import Job
from territory.actions.indicator_sheets import indicator_sheet
from territory.actions.municipalities import IMPORT as MUNICIPALITIES
from territory.actions.municipalities import MunicipalitySheet
from territory.actions.sheets import check
from territory.actions.staff_counts import CountSheet

INDICATORS, COUNTS = "indicator-import", "staff-counts"
SHEETS = {MUNICIPALITIES: MunicipalitySheet, INDICATORS: indicator_sheet, COUNTS: CountSheet}
ERRORS_SHOWN = 200


def prepare(kind: str, rows: list[dict[str, str]], *, actor, now: datetime) -> Job:
    """Check every row and keep the outcome: what would change, or what is wrong, row by row.

    One row is written, at the end: while 50,000 others are read no writer has to wait.
    """
    sheet = SHEETS[kind](rows, actor=actor, now=now)
    errors, found = check(sheet)
    shown = {} if errors else sheet.compare(found)
    told = {"what": sheet.what, "language": translation.get_language()}
    return Job.objects.create(
        kind=kind,
        requested_by=actor,
        state=Job.State.FAILED if errors else Job.State.WAITING,
        created_at=now,
        finished_at=now if errors else None,
        total=len(rows),
        parameters={} if errors else {"rows": rows},
        outcome={**told, "errors": errors[:ERRORS_SHOWN], "error_count": len(errors), **shown},
    )


@transaction.atomic
def confirm(job: Job, *, actor, now: datetime) -> Job:
    """Write the rows that were looked at, checked again; a second call changes nothing.

    Raise ValidationError with code "outdated" when they would do something else by now, or "import_clash".
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state != Job.State.WAITING:
        return job
    sheet = SHEETS[job.kind](job.parameters.get("rows", []), actor=actor, now=now)
    sheet.lock()
    with translation.override(job.outcome.get("language")):  # the words that were shown
        errors, found = check(sheet)
        shown = {} if errors else sheet.compare(found)
    if errors or job.outcome | shown != job.outcome:
        message = _("The data have changed since the file was checked: upload it again.")
        raise ValidationError(message, code="outdated")
    sheet.store(found)
    job.state, job.finished_at, job.done, job.parameters = Job.State.DONE, now, len(found), {}
    job.save()
    if sheet.action:
        record(sheet.action, job, actor=actor, now=now, after={name: shown[name] for name in sheet.kept})
    return job
