"""The areas by domain of fragility, on the screen and in files: the same rows."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from lib.spreadsheets import Cell
from territory.models.profile import AreaProfile, Profile


def fragility_header(profile: Profile) -> list[str]:
    return [_("Inner area"), *(domain.name for domain in profile.domains), _("Values"), _("Year")]


def fragility_rows(profile: Profile) -> Iterator[list[Cell]]:
    for area in profile.areas:
        cells = [_("no data") if one.index is None else Decimal(f"{one.index:.1f}") for one in area.domains]
        yield [area.name, *cells, kind_of_values(area), profile.year]


def kind_of_values(area: AreaProfile) -> str:
    """What is written wherever invented values show; real ones need no label."""
    return _("Demonstration values") if area.is_demo else _("real") if area.has_values else ""
