import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory.fragility import Indicator, ampi

CASE = json.loads((Path(__file__).parent / "data" / "ampi.json").read_text(encoding="utf-8"))
BY_HAND = [(10, 40), (20, 20), (30, 30)]
TWO_INDICATORS = [Indicator(20), Indicator(30, is_positive=False)]


def by_territory(indicators, *, penalise_upwards):
    rows = [row["x"] for row in CASE["rows"]]
    names = [row["territory"] for row in CASE["rows"]]
    return dict(zip(names, ampi(rows, indicators, penalise_upwards=penalise_upwards), strict=True))


@pytest.mark.parametrize(
    ("upwards", "expected"), [(False, [70.0, 113.0435, 113.0435]), (True, [70.0, 116.9565, 116.9565])]
)
def test_ampi_agrees_with_the_case_computed_by_hand(upwards, expected):
    assert [round(value, 4) for value in ampi(BY_HAND, TWO_INDICATORS, penalise_upwards=upwards)] == expected


@pytest.mark.parametrize(
    ("column", "upwards", "mixed", "digits"),
    [
        ("ampi_minus_all_pos", False, False, 3),
        ("ampi_minus_mixed_polarity", False, True, 3),
        ("ampi_plus_all_pos", True, False, 6),
    ],
)
def test_ampi_agrees_with_the_reference_implementation(column, upwards, mixed, digits):
    positive = [not mixed or polarity == "POS" for polarity in CASE["polarity"]]
    indicators = [Indicator(*pair) for pair in zip(CASE["reference_values"], positive, strict=True)]

    found = by_territory(indicators, penalise_upwards=upwards)

    expected = {row["territory"]: row[column] for row in CASE["expected"]}
    assert {name: round(found[name], digits) for name in expected} == expected


@pytest.mark.parametrize("rows", [[(1, 2), (1, 3)], [(1, float("nan")), (2, 3)], [(1,), (2,)]])
def test_ampi_refuses_what_cannot_be_compared(rows):
    with pytest.raises(ValueError, match=r"every unit|same in every unit"):
        ampi(rows, TWO_INDICATORS, penalise_upwards=True)


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=2, max_size=30))
def test_the_penalty_moves_the_index_the_same_way_for_every_unit(rows):
    if any(len(set(column)) == 1 for column in zip(*rows, strict=True)):
        return
    indicators = [Indicator(sum(column) / len(column)) for column in zip(*rows, strict=True)]

    up, down = (ampi(rows, indicators, penalise_upwards=upwards) for upwards in (True, False))

    assert all(high >= low for high, low in zip(up, down, strict=True))
