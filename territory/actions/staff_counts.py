"""How many people work at each body: typed for one, or read from a file of many; looked at first, all rows or none."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from journal.actions import entry_about, record, record_all
from journal.models import Job
from territory.models import LARGEST_STAFF, PublicBody, StaffCount, slug_of

COUNTS = "staff-counts"
NAMES = {  # what a column may be called
    "code": ("codice istat", "codice_istat", "istat", "istat_code"),
    "name": ("ente", "comune", "nome", "name"),
    "province": ("provincia", "prov", "province_code"),
    "people": ("persone", "personale", "dipendenti", "people"),
    "day": ("giorno", "data", "day", "counted_on"),
}
ERRORS_SHOWN = 200
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Counted:
    """A row of the file that may be written, with the count of the same day that is there already."""

    body: PublicBody
    day: date
    people: int
    known: StaffCount | None

    @property
    def before(self) -> int | None:
        return self.known.people if self.known else None

    @property
    def is_change(self) -> bool:
        return self.before != self.people

    def stored(self) -> StaffCount:
        """The row to be saved."""
        return StaffCount(
            pk=self.known.pk if self.known else None, body=self.body, counted_on=self.day, people=self.people
        )


@transaction.atomic
def count_staff(body: PublicBody, *, counted_on: date, people: int, actor, now: datetime) -> StaffCount:
    """Keep the number of people on a day; a count of the same day is corrected. Idempotent.

    Raise ValidationError with code "future", "too_early", or of the fields.
    """
    body = PublicBody.objects.select_for_update(of=("self",)).select_related("area").get(pk=body.pk)
    if problem := fault_of_day(counted_on, now=now):
        raise ValidationError({"counted_on": problem})
    count = StaffCount.objects.filter(body=body, counted_on=counted_on).first()
    count = count or StaffCount(body=body, counted_on=counted_on)
    before, count.people = count.people, people
    count.full_clean()
    if before != people:
        count.save()
        record("count_staff", count, actor=actor, now=now, **_values(count, before))
    return count


def fault_of_day(day: date, *, now: datetime) -> ValidationError | None:
    if day > timezone.localdate(now):
        return ValidationError(_("The day of the count is in the future."), code="future")
    if day < FIRST_DAY:
        return ValidationError(_("The day of the count is too long ago to be right."), code="too_early")
    return None


def _values(count: StaffCount, before: int | None) -> dict:
    """What the audit entry keeps of a count."""
    old = {"before": {"people": before}} if before else {}
    after = {"people": count.people, "counted_on": count.counted_on.isoformat()}
    return {"area": slug_of(count.body.area), "after": after, **old}


@transaction.atomic
def prepare_counts(rows: list[dict[str, str]], *, actor, now: datetime) -> Job:
    """Check every row of a file and keep the outcome: what would change, or what is wrong, row by row."""
    errors, counts = check_counts(rows, actor=actor, now=now)
    outcome: dict = {"errors": errors[:ERRORS_SHOWN], "error_count": len(errors)}
    if not errors:
        outcome |= {"rows": rows, **_compared(counts)}
    return Job.objects.create(
        kind=COUNTS,
        requested_by=actor,
        state=Job.State.FAILED if errors else Job.State.WAITING,
        created_at=now,
        finished_at=now if errors else None,
        total=len(rows),
        outcome=outcome,
    )


@transaction.atomic
def confirm_counts(job: Job, *, actor, now: datetime) -> Job:
    """Write the rows that were looked at, checked again; a second call changes nothing.

    Raise ValidationError with code "outdated" when they would do something else by now.
    """
    job = Job.objects.select_for_update().get(pk=job.pk, kind=COUNTS)
    if job.state != Job.State.WAITING:
        return job
    errors, counts = check_counts(job.outcome["rows"], actor=actor, now=now, is_locked=True)
    if errors or _compared(counts)["changes"] != job.outcome["changes"]:
        raise ValidationError(_("Counts have changed since the file was checked: upload it again."), code="outdated")
    _store([row for row in counts if row.is_change], actor=actor, now=now)
    job.state, job.finished_at, job.done = Job.State.DONE, now, len(counts)
    del job.outcome["rows"]
    job.save()
    return job


def _store(changed: list[Counted], *, actor, now: datetime) -> None:
    pairs = [(row.stored(), row.before) for row in changed]
    StaffCount.objects.bulk_create([count for count, before in pairs if before is None], batch_size=500)
    StaffCount.objects.bulk_update([count for count, before in pairs if before], ["people"], batch_size=500)
    record_all(
        entry_about("count_staff", count, actor=actor, now=now, **_values(count, before)) for count, before in pairs
    )


def _compared(counts: list[Counted]) -> dict:
    """What storing the counts would do, as plain values that can be kept and compared."""
    changes = [
        {"body": row.body.full_name, "day": row.day.isoformat(), "old": row.before, "new": row.people}
        for row in counts
        if row.is_change
    ]
    added = sum(change["old"] is None for change in changes)
    figures = {"added": added, "changed": len(changes) - added, "unchanged": len(counts) - len(changes)}
    return {"changes": changes, **figures}


def check_counts(
    rows: list[dict[str, str]], *, actor, now: datetime, is_locked: bool = False
) -> tuple[list[dict], list[Counted]]:
    """Return the errors ({"line", "column", "message"}) and the rows that hold none.

    `is_locked` holds the bodies until the end of the transaction, in the order of their keys.
    """
    lines = [(line, _facts(row)) for line, row in enumerate(rows, start=2) if any(row.values())]
    if problem := _problem_of_file(rows[0] if lines else {}):
        return [{"line": 1, "column": "", "message": problem}], []
    bodies = PublicBody.objects.staff_counted_by(actor).select_related("area").order_by("pk")
    known = _Known(bodies.select_for_update(of=("self",)) if is_locked else bodies)
    errors, counts, seen = [], [], {}
    for line, facts in lines:
        body, day = known.body_of(facts), _day(facts["day"])
        wrong = list(_faults(facts, body, day, now=now))
        if not wrong and (first := seen.setdefault((body.pk, day), line)) != line:
            wrong = [(NAMES["day"][0], _("The same body and day are already in row %(line)s.") % {"line": first})]
        errors += [{"line": line, "column": column, "message": message} for column, message in wrong]
        if not wrong:
            counts.append(Counted(body, day, int(facts["people"]), known.counts.get((body.pk, day))))
    return errors, counts


def _facts(row: dict[str, str]) -> dict[str, str]:
    return {name: next((row[key] for key in keys if row.get(key)), "") for name, keys in NAMES.items()}


def _problem_of_file(first: dict[str, str]) -> str:
    """What its first row lacks: the code, or the name with its province, tell a body."""
    if not first:
        return _("The file holds no row.")
    has = {name: not first.keys().isdisjoint(keys) for name, keys in NAMES.items()}
    needed = ["people", "day"] if has["code"] else ["name", "province", "people", "day"]
    missing = ", ".join(NAMES[name][0] for name in needed if not has[name])
    return _("The file needs these columns: %(columns)s.") % {"columns": missing} if missing else ""


def _faults(
    facts: dict[str, str], body: PublicBody | None, day: date | None, *, now: datetime
) -> Iterator[tuple[str, str]]:
    people = facts["people"]
    if body is None:
        yield NAMES["code" if facts["code"] else "name"][0], _("No body of one’s own areas is told by this row.")
    if not (people.isascii() and people.isdigit() and len(people) < 7 and 0 < int(people) <= LARGEST_STAFF):
        message = _("“%(value)s” is not a number of people from 1 on: where it is not known, leave the row out.")
        yield NAMES["people"][0], message % {"value": people[:20]}
    if day is None:
        example = date_format(date(2026, 1, 31), "SHORT_DATE_FORMAT")
        message = _("“%(value)s” is not a date such as %(example)s.")
        yield NAMES["day"][0], message % {"value": facts["day"][:20], "example": example}
    elif problem := fault_of_day(day, now=now):
        yield NAMES["day"][0], str(problem.message)


def _day(text: str) -> date | None:
    try:
        if "/" in text:
            return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no time zone
        return date.fromisoformat(text)
    except ValueError:
        return None


class _Known:
    """The bodies within reach by their code and by their name, with the counts that they have."""

    def __init__(self, bodies: Iterable[PublicBody]):
        known = list(bodies)
        self.by_code, self.by_name = {}, defaultdict(list)
        for body in known:
            self.by_code[body.istat_code] = body
            self.by_name[body.name.upper(), body.province_code].append(body)
        counts = StaffCount.objects.filter(body__in=known).order_by()
        self.counts = {(count.body_id, count.counted_on): count for count in counts}

    def body_of(self, facts: dict[str, str]) -> PublicBody | None:
        """By the code, to which a spreadsheet may have cut the zeros, or by a name that is one body's alone."""
        if facts["code"]:
            return self.by_code.get(facts["code"].zfill(6))
        bodies = self.by_name[facts["name"].upper(), facts["province"].upper()]
        return bodies[0] if len(bodies) == 1 else None
