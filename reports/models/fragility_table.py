"""The areas by domain of fragility, on the screen and in files: the same rows."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lib.spreadsheets import Cell, Sheet
from territory.models.profile import AreaProfile, Profile


def fragility_sheet(profile: Profile) -> Sheet:
    header = [_("Inner area"), *(domain.name for domain in profile.domains), _("Values"), _("Year")]
    return Sheet(_("Fragility of the areas"), header, _rows(profile))


def _rows(profile: Profile) -> Iterator[list[Cell]]:
    for area in profile.areas:
        cells = [_("no data") if one.index is None else Decimal(f"{one.index:.1f}") for one in area.domains]
        yield [area.name, *cells, kind_of_values(area), profile.year]


def kind_of_values(area: AreaProfile) -> str:
    """The label of invented values goes with each row."""
    return pgettext("values", "invented") if area.is_demo else pgettext("values", "real") if area.has_values else ""
