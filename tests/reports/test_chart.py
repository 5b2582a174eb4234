"""The drawing of the hours: bars that can be seen, and the target line where it fits."""

import pytest

from reports.models.chart import FLOOR, TOP, hours_chart
from reports.projection import Month

TARGET = 40 * 60


@pytest.mark.parametrize(("minutes", "bar", "target_y"), [(197, 49, None), (600, 37, TOP), (2400, 148, TOP)])
def test_small_year_is_drawn_on_ten_hours(minutes, bar, target_y):
    chart = hours_chart([Month(11, minutes)], target_minutes=TARGET)

    assert ([row.height for row in chart.bars], chart.target_y) == ([bar], target_y)


def test_small_target_keeps_its_line():
    assert hours_chart([Month(1, 60)], target_minutes=300).target_y == FLOOR - 74


def test_projection_fits_into_a_small_year():
    months = [Month(2, 120), Month(12, 720, is_projected=True)]

    assert [row.height for row in hours_chart(months, target_minutes=TARGET).bars] == [25, 148]


def test_year_without_hours_is_flat():
    assert [row.height for row in hours_chart([Month(1, 0)], target_minutes=0).bars] == [0]
