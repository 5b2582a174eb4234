"""The tables of the pages as rows for a spreadsheet: the same rows and numbers, the total included."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lib.durations import hours
from lib.spreadsheets import Cell
from reports.models.labels import NUMBER_LABELS, REACH_LABELS, row_label
from reports.models.people import Staff
from reports.models.snapshot import Change, Snapshot, tables_of
from reports.models.territory import AreaRow, Overview
from reports.reach import OfStaff, Tally

Row = list[Cell]


def _hours_of(tally: Tally) -> Row:
    return [hours(tally.minutes), tally.minutes, hours(tally.tutoring_minutes), tally.tutoring_minutes]


def _hours_header() -> Row:
    return [_("Hours"), _("Minutes"), _("Hours of tutoring"), _("Minutes of tutoring")]


def staff_header() -> Row:
    return [
        _("People enrolled where the staff is known"),
        _("People on the staff"),
        _("Bodies whose staff is known"),
        _("Bodies"),
    ]


def staff_numbers(of_staff: OfStaff) -> Row:
    """What is not known stands as such, and never as 0; of what has no staff of its own nothing stands there."""
    if not of_staff.bodies:
        return [None] * 4
    numbers: Row = [of_staff.reached, of_staff.staff] if of_staff.known else [_("not known")] * 2
    return [*numbers, of_staff.known, of_staff.bodies]


def overview_header() -> Row:
    return [
        _("Inner area"),
        _("Municipalities"),
        _("Municipalities reached"),
        _("People enrolled"),
        _("Silent municipalities"),
        *_hours_header(),
        _("Tutoring appointments held"),
        _("Certificates"),
        *staff_header(),
    ]


def overview_rows(overview: Overview) -> Iterator[Row]:
    for row in overview.rows:
        yield _overview_row(row.area.name if row.area else _("Other bodies"), row)
    silent, tally = len(overview.silent), overview.tally
    reached = [len(overview.municipalities), overview.reached, tally.people, silent]
    numbers = [*_hours_of(tally), tally.appointments, tally.certificates]
    yield [_("Total"), *reached, *numbers, *staff_numbers(overview.of_staff)]


def _overview_row(name: str, row: AreaRow) -> Row:
    reached: Row = [len(row.municipalities), row.reached] if row.area else [None, None]
    silent = len(row.silent) if row.area else None
    tally = row.tally
    numbers = [*_hours_of(tally), tally.appointments, tally.certificates]
    return [name, *reached, tally.people, silent, *numbers, *staff_numbers(row.of_staff)]


def area_header() -> Row:
    return [
        _("Body"),
        _("State"),
        _("Confirmed employments"),
        _("People enrolled"),
        _("Courses completed"),
        *_hours_header(),
        NUMBER_LABELS["over_target"],
        _("Certificates"),
        _("Last enrolment"),
        *staff_header(),
    ]


def area_rows(area: AreaRow, employments: dict[int, int]) -> Iterator[Row]:
    for row in area.bodies:
        yield [
            row.body.full_name,
            REACH_LABELS[row.reach],
            employments.get(row.body.pk, 0),
            *_area_numbers(row.tally),
            *staff_numbers(row.of_staff),
        ]
    number = sum(employments.get(row.body.pk, 0) for row in area.bodies)
    yield [_("Total"), None, number, *_area_numbers(area.tally), *staff_numbers(area.of_staff)]


def _area_numbers(tally: Tally) -> Row:
    numbers = [tally.people, tally.completed, *_hours_of(tally), tally.over_target, tally.certificates]
    return [*numbers, tally.last_enrolled_on]


def body_header() -> Row:
    return [
        _("Last name"),
        _("First name"),
        _("Job title"),
        _("Works here today"),
        pgettext("people", "Enrolled"),
        _("Courses completed"),
        *_hours_header(),
        NUMBER_LABELS["over_target"],
        _("Certificates"),
        _("Last enrolment"),
    ]


def body_rows(staff: Staff) -> Iterator[Row]:
    for row in staff.rows:
        job_title = row.employment.job_title if row.employment else ""
        works_here = _("yes") if row.employment else _("no")
        yield [row.person.last_name, row.person.first_name, job_title, works_here, *_area_numbers(row.tally)]
    yield [_("Total"), None, None, staff.current, *_area_numbers(staff.tally)]


def snapshot_header() -> Row:
    return [_("Table"), _("Row"), *(str(label) for label in NUMBER_LABELS.values())]


def snapshot_numbers(row: dict) -> Row:
    """The numbers in the order of the header: minutes as hours, None for what is hidden."""
    return [_number(name, row[name]) for name in NUMBER_LABELS]


def change_numbers(change: Change) -> Row:
    """The number as it was frozen and as it is today; a row that was not there has none."""
    return [_number(change.name, change.frozen), _number(change.name, change.today)]


def _number(name: str, value: int | None) -> Cell:
    return hours(value) if name.endswith("minutes") and value is not None else value


def snapshot_rows(snapshot: Snapshot, areas: dict[str, str]) -> Iterator[Row]:
    """Both tables, then what proves them. A hidden number is an empty cell."""
    titles = {"areas": _("By area"), "sizes": _("By size of the municipality")}
    for kind, table in zip(titles, tables_of(snapshot.figures), strict=True):
        for row in [*table.rows, table.total]:
            yield [titles[kind], row_label(kind, row["key"], areas), *snapshot_numbers(row)]
    yield []
    yield [_("As at"), snapshot.as_of]
    yield [_("Frozen by"), str(snapshot.taken_by)]
    yield ["SHA-256", snapshot.sha256]
