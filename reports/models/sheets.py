"""The tables of the pages as rows for a spreadsheet: the same rows and numbers, the total included."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lib.durations import hours
from lib.spreadsheets import Cell
from reports.models.labels import REACH_LABELS
from reports.models.people import Staff
from reports.models.territory import AreaRow, Overview
from reports.reach import Tally

Row = list[Cell]


def _hours_of(tally: Tally) -> Row:
    return [hours(tally.minutes), tally.minutes, hours(tally.tutoring_minutes), tally.tutoring_minutes]


def _hours_header() -> Row:
    return [_("Hours"), _("Minutes"), _("Hours of tutoring"), _("Minutes of tutoring")]


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
    ]


def overview_rows(overview: Overview) -> Iterator[Row]:
    for row in overview.rows:
        yield _overview_row(row.area.name if row.area else _("Other bodies"), row)
    silent, tally = len(overview.silent), overview.tally
    reached = [len(overview.municipalities), overview.reached, tally.people, silent]
    yield [_("Total"), *reached, *_hours_of(tally), tally.appointments, tally.certificates]


def _overview_row(name: str, row: AreaRow) -> Row:
    reached: Row = [len(row.municipalities), row.reached] if row.area else [None, None]
    silent = len(row.silent) if row.area else None
    tally = row.tally
    return [name, *reached, tally.people, silent, *_hours_of(tally), tally.appointments, tally.certificates]


def area_header() -> Row:
    return [
        _("Body"),
        _("State"),
        _("Confirmed employments"),
        _("People enrolled"),
        _("Courses completed"),
        *_hours_header(),
        _("Certificates"),
        _("Last enrolment"),
    ]


def area_rows(area: AreaRow, employments: dict[int, int]) -> Iterator[Row]:
    for row in area.bodies:
        yield [
            row.body.full_name,
            REACH_LABELS[row.tally.reach],
            employments.get(row.body.pk, 0),
            *_area_numbers(row.tally),
        ]
    yield [_("Total"), None, sum(employments.get(row.body.pk, 0) for row in area.bodies), *_area_numbers(area.tally)]


def _area_numbers(tally: Tally) -> Row:
    return [tally.people, tally.completed, *_hours_of(tally), tally.certificates, tally.last_enrolled_on]


def body_header() -> Row:
    return [
        _("Last name"),
        _("First name"),
        _("Job title"),
        _("Works here today"),
        pgettext("people", "Enrolled"),
        _("Courses completed"),
        *_hours_header(),
        _("Certificates"),
        _("Last enrolment"),
    ]


def body_rows(staff: Staff) -> Iterator[Row]:
    for row in staff.rows:
        job_title = row.employment.job_title if row.employment else ""
        works_here = _("yes") if row.employment else _("no")
        yield [row.person.last_name, row.person.first_name, job_title, works_here, *_area_numbers(row.tally)]
    yield [_("Total"), None, None, staff.current, *_area_numbers(staff.tally)]
