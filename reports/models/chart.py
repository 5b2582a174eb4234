"""The hours of a year as bars of a drawing: integers for an SVG of 640 by 224 units, all of them below 1,000."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from lib.durations import in_short
from reports.projection import Month

WIDTH, TOP, FLOOR, HEIGHT = 640, 40, 188, 224
STEP, BAR = 53, 36
SMALL = 10 * 60  # a year below these minutes is drawn on a scale of its own: the target would flatten it


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    height: int
    letter: str  # the first letter of the month
    is_projected: bool

    @property
    def middle(self) -> int:
        return self.x + BAR // 2


@dataclass(frozen=True)
class HoursChart:
    bars: list[Bar]
    target_y: int | None  # None: the target lies above the drawing, and stands in words beside it
    description: str  # what the drawing says, in words

    width, height, bar_width, letter_y = WIDTH, HEIGHT, BAR, HEIGHT - 8

    @property
    def label_y(self) -> int | None:
        return None if self.target_y is None else self.target_y - 8


def hours_chart(months: Sequence[Month], *, target_minutes: int) -> HoursChart:
    """Scale the bars so that the target, and whatever passes it, fits; a small year is drawn without the target."""
    done = max((month.minutes for month in months if not month.is_projected), default=0)
    axis = SMALL if done < SMALL else target_minutes
    top = max([axis, *(month.minutes for month in months)]) or 1
    scale = (FLOOR - TOP) / top
    bars = [
        Bar((month.number - 1) * STEP + 4, FLOOR - height, height, MONTHS[month.number][0].lower(), month.is_projected)
        for month in months
        for height in [round(month.minutes * scale)]
    ]
    target_y = FLOOR - round(target_minutes * scale) if target_minutes <= top else None
    return HoursChart(bars, target_y, _described(months, target_minutes))


def _described(months: Sequence[Month], target_minutes: int) -> str:
    done = ", ".join(f"{MONTHS[m.number]} {in_short(m.minutes)}" for m in months if not m.is_projected)
    words = _("Hours added up month by month: %(months)s.") % {"months": done}
    guess = [
        _("Projection for December: %(hours)s.") % {"hours": in_short(m.minutes)} for m in months if m.is_projected
    ]
    return " ".join([words, *guess, _("Target: %(hours)s.") % {"hours": in_short(target_minutes)}])
