"""The column `successor` of the imported list: municipalities that become one, checked row by row."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from territory.actions.merging import EARLIEST, doubts, merge_bodies
from territory.models import PublicBody


@dataclass(frozen=True)
class Succession:
    """A row with a successor, as it is written; its own code and last day are checked with the rest of the row."""

    line: int  # as the sheet counts: the header is 1
    code: str
    into: str
    last_day: date | None

    @property
    def first_on(self) -> date:
        return self.last_day + timedelta(days=1)


def succession_errors(rows: list[Succession], bodies: Iterable[PublicBody], *, today: date) -> list[dict]:
    """Return the errors ({"line", "column", "message"}); `bodies` are the rows of the file that are right so far."""
    known = {body.istat_code: body for body in PublicBody.objects.exclude(istat_code="").select_related("successor")}
    after = known | {body.istat_code: body for body in bodies}  # as the list will be
    found = []
    for row in rows:
        for column, message in _faults(row, known.get(row.code), after.get(row.into), today):
            found.append({"line": row.line, "column": column, "message": message})
    return found


def _faults(row: Succession, old: PublicBody | None, successor: PublicBody | None, today: date):
    if row.into == row.code:
        yield "successor", _("A body cannot be merged into itself.")
    elif successor is None:
        yield "successor", _("No municipality has the ISTAT code %(code)s.") % {"code": row.into[:20]}
    elif successor.ceased_on or successor.is_proposed:
        yield "successor", _("The successor is not a body of today.")
    if old and old.successor and old.successor.istat_code != row.into:
        yield "successor", _("%(body)s has already been merged into another body.") % {"body": old}
    if row.last_day is None:
        yield "ceased_on", _("A municipality with a successor needs the last day of its own.")
    elif row.last_day < EARLIEST:
        yield "ceased_on", _("The first day of the new body is too long ago to be right.")
    elif row.last_day >= today:
        yield "ceased_on", _("The first day of the new body is in the future: do it on that day.")


def told(rows: list[Succession], bodies: Iterable[PublicBody], *, today: date) -> dict[str, list]:
    """What merging the rows would do, without doing it: one already done is left out; with what may be a slip."""
    merged = {body.istat_code: body.successor for body in PublicBody.objects.exclude(successor=None).select_related()}
    known = {body.istat_code: body for body in [*PublicBody.objects.select_related("area"), *bodies]}
    new = [row for row in rows if row.code not in merged]
    pairs = [(known[row.code], known[row.into], row) for row in new]
    merges = [
        {"name": body.full_name, "into": successor.full_name, "day": date_format(row.first_on, "j F Y")}
        for body, successor, row in pairs
    ]
    slips = [doubt for body, into, row in pairs for doubt in doubts([body], into, row.first_on, today=today)]
    return {"merges": merges, "doubts": list(dict.fromkeys(slips))}


def carry_out(rows: list[Succession], *, actor, now: datetime) -> int:
    """Merge, after the rows of the list are written, and return how many end now; again it changes nothing."""
    codes = {code for row in rows for code in (row.code, row.into)}
    bodies = {body.istat_code: body for body in PublicBody.objects.filter(istat_code__in=codes)}
    groups: dict[tuple[str, date], list[PublicBody]] = defaultdict(list)
    for row in rows:
        groups[row.into, row.first_on].append(bodies[row.code])
    return sum(
        len(merge_bodies(ending, successor=bodies[into], first_on=first_on, actor=actor, now=now))
        for (into, first_on), ending in groups.items()
    )
