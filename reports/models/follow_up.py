"""The lists of what to follow up as sheets: the rows of the pages, one by one and from the same objects."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lib.spreadsheets import Cell, Sheet
from reports.models.labels import WEAKNESS_LABELS
from reports.models.offices import OfficeRow
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
