"""The lists of what to follow up as sheets: the rows of the pages, one by one and from the same objects."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lib.spreadsheets import Cell, Sheet
from reports.models.at_risk import AtRiskRow
from reports.models.labels import WEAKNESS_LABELS
from reports.models.offices import OfficeRow
from reports.models.territory import BodyRow
from territory.models import Area

Row = list[Cell]


def notes_of(title: str, *, now: datetime, area: Area | None = None, **filters: str) -> list[tuple[str, str]]:
    """What stands above the rows of a workbook: the list, the filters that are set, and the moment."""
    labels = {"theme": _("Theme"), "reason": _("Reason")}
    chosen = {_("Inner area"): area and area.name, **{labels[name]: value for name, value in filters.items()}}
    moment = f"{timezone.localtime(now):%d/%m/%Y %H:%M}"
    return [(_("List"), title), *((label, value) for label, value in chosen.items() if value), (_("As at"), moment)]


def office_sheet(rows: Iterable[OfficeRow], notes: list[tuple[str, str]]) -> Sheet:
    header = [_("Body"), _("Inner area"), _("Reason"), _("Theme"), pgettext("column", "Person")]
    return Sheet(_("Fragile offices"), header, map(_office_cells, rows), notes)


def _office_cells(row: OfficeRow) -> Row:
    area = row.body.area.name if row.body.area else ""
    return [row.body.full_name, area, str(WEAKNESS_LABELS[row.weakness]), row.theme, str(row.person or "")]


def at_risk_sheet(rows: Iterable[AtRiskRow], notes: list[tuple[str, str]]) -> Sheet:
    course, reasons = pgettext("certificate", "Course"), _("Reasons")
    who = [_("Last name"), _("First name"), _("Body"), _("Inner area")]
    header = [*who, course, _("Due on"), reasons, _("Calls asked for")]
    return Sheet(_("People at risk"), header, map(_at_risk_cells, rows), notes)


def _at_risk_cells(row: AtRiskRow) -> Row:
    enrolment = row.enrolment
    person, area = enrolment.user, enrolment.area.name if enrolment.area else ""
    who = [person.last_name, person.first_name, enrolment.body.name, area]
    reasons = "; ".join(words for _risk, words in row.reasons)
    calls = "; ".join(f"{call.tutor}, {call.due_on:%d/%m/%Y}" for call in enrolment.open_calls)
    return [*who, enrolment.edition.course.title, enrolment.due_on, reasons, calls]


def silent_sheet(rows: Iterable[tuple[BodyRow, str]], notes: list[tuple[str, str]]) -> Sheet:
    """The rows come with the name of their area; who never enrolled has an empty day."""
    header = [_("Municipality"), pgettext("territory", "Province"), _("Inner area"), _("Last enrolment")]
    cells = ([row.body.name, row.body.province_code, area, row.tally.last_enrolled_on] for row, area in rows)
    return Sheet(_("Silent municipalities"), header, cells, notes)
