from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.projection import Month, months, projected_minutes

EARNED = st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.integers(0, 3_000)))


def test_months_add_up_from_january_to_this_month():
    earned = [(date(2026, 2, 3), 180), (date(2026, 5, 31), 330), (date(2026, 5, 1), 30), (date(2025, 12, 31), 999)]

    found = months(earned, year=2026, today=date(2026, 6, 1))

    assert found == [Month(1, 0), Month(2, 180), Month(3, 180), Month(4, 180), Month(5, 540), Month(6, 540)]


def test_months_of_a_past_year_are_twelve():
    found = months([(date(2025, 12, 31), 60)], year=2025, today=date(2026, 2, 1))

    assert [month.minutes for month in found] == [0] * 11 + [60]


@given(EARNED, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_months_end_with_the_sum_and_never_fall(earned, today):
    so_far = [(day, minutes) for day, minutes in earned if day <= today]

    found = months(so_far, year=2026, today=today)

    assert found[-1].minutes == sum(minutes for day, minutes in so_far if day.year == 2026)
    assert [month.minutes for month in found] == sorted(month.minutes for month in found)
    assert len(found) == today.month


@pytest.mark.parametrize(
    ("minutes", "today", "projected"),
    [
        (1380, date(2026, 11, 22), 1545),  # 23 hours on day 326 of 365: "about 26"
        (600, date(2026, 1, 31), None),
        (600, date(2026, 2, 1), 6844),
        (600, date(2026, 12, 31), 600),
        (366, date(2028, 12, 30), 367),  # a leap year
        (0, date(2026, 6, 1), 0),
    ],
)
def test_projection_keeps_the_average_pace_of_the_year(minutes, today, projected):
    assert projected_minutes(minutes, today=today) == projected


@given(st.integers(0, 100_000), st.dates(date(2024, 2, 1), date(2030, 12, 31)))
def test_projection_is_never_below_what_is_there(minutes, today):
    assert projected_minutes(minutes, today=today) is None or projected_minutes(minutes, today=today) >= minutes
