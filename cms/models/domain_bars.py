"""The domains of an area as bars to the left and the right of 100: integers for an SVG of 240 by 16 units."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from territory.models.profile import AreaProfile, DomainIndex

WIDTH, HEIGHT = 240, 16
MIDDLE = WIDTH // 2
USUAL = 30  # most indices lie between 70 and 130; what lies farther out widens the scale


@dataclass(frozen=True)
class Bar:
    """`is_known` False: a value is missing, and nothing is drawn."""

    domain: DomainIndex
    x: int
    width: int
    words: str

    @property
    def is_known(self) -> bool:
        return self.domain.index is not None

    @property
    def is_fragile(self) -> bool:
        return self.x >= MIDDLE


def domain_bars(area: AreaProfile) -> list[Bar]:
    reach = max([USUAL, *(abs(one.index - 100) for one in area.weakest)])
    return [_bar(one, reach) for one in area.domains]


def _bar(one: DomainIndex, reach: float) -> Bar:
    if one.index is None:
        return Bar(one, MIDDLE, 0, _("no data"))
    length = round(abs(one.index - 100) / reach * MIDDLE)
    return Bar(one, MIDDLE if one.index >= 100 else MIDDLE - length, length, _in_words(round(one.index, 1)))


def _in_words(index: float) -> str:
    if index == 100:
        return _("like the reference")
    return _("more fragile than the reference") if index > 100 else _("less fragile than the reference")
