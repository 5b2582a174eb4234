import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory.fragility import Fault, Indicator, ampi, fragility

FIGURES = st.integers(0, 999)
UNITS = st.lists(st.tuples(FIGURES, FIGURES), min_size=2, max_size=14)
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


def by_code(rows):
    """Units called by their number, indicators by "a", "b"."""
    return {number: dict(zip("ab", row, strict=True)) for number, row in enumerate(rows)}


def both(*, is_positive=True):
    return {code: Indicator(is_positive=is_positive) for code in "ab"}


@given(UNITS)
def test_a_unit_at_every_reference_has_one_hundred(rows):
    """Nothing of it is unbalanced, so there is no penalty."""
    means = tuple(sum(column) / len(column) for column in zip(*rows, strict=True))

    found = fragility(by_code([*rows, means]), both())

    assert len(rows) not in found.index or found.index[len(rows)] == pytest.approx(100)


@given(st.data())
def test_the_order_of_the_units_does_not_matter(data):
    rows = data.draw(UNITS)
    units = by_code(rows)
    shuffled = {number: units[number] for number in data.draw(st.permutations(range(len(rows))))}

    assert fragility(shuffled, both()).index == pytest.approx(fragility(units, both()).index)


@given(st.lists(FIGURES, min_size=2, max_size=14))
def test_the_other_polarity_mirrors_the_index_at_one_hundred(column):
    """Of one indicator, where nothing can be unbalanced."""
    units = {number: {"a": value} for number, value in enumerate(column)}

    up, down = (fragility(units, {"a": Indicator(is_positive=sign)}).index for sign in (True, False))

    assert {unit: 200 - index for unit, index in down.items()} == pytest.approx(up)


@given(UNITS)
def test_turning_values_and_polarity_changes_nothing(rows):
    turned = [tuple(-value for value in row) for row in rows]

    straight, other = fragility(by_code(rows), both()), fragility(by_code(turned), both(is_positive=False))

    assert other.index == pytest.approx(straight.index)


def test_a_unit_without_a_value_has_no_index_and_moves_no_other():
    units = {"A": {"a": 1, "b": 4}, "B": {"a": 3, "b": 2}, "C": {"a": 99}}

    found = fragility(units, both())

    assert found == fragility({name: units[name] for name in "AB"}, both())
    assert sorted(found.index) == ["A", "B"]


def test_an_indicator_that_is_the_same_everywhere_is_left_out_and_named():
    units = {"A": {"a": 1, "b": 0.1}, "B": {"a": 3, "b": 0.30000000000000004 - 0.2}}

    found = fragility(units, both())

    assert found.left_out == {"b": Fault.CONSTANT}
    assert found.index == {"A": 70, "B": 130}


def test_an_indicator_whose_reference_lies_off_the_scale_is_left_out_and_named():
    units = {"A": {"a": 1, "b": 1}, "B": {"a": 3, "b": 3}}

    found = fragility(units, {"a": Indicator(), "b": Indicator(0, is_positive=False)})
    none = fragility(units, {"a": Indicator(1_000)})

    assert (found.left_out, none.left_out, none.index) == ({}, {"a": Fault.OFF_SCALE}, {})


@pytest.mark.parametrize("units", [{}, {"A": {"a": 1, "b": 2}}, {"A": {"a": 1}, "B": {"b": 2}}])
def test_nothing_to_compare_gives_no_index(units):
    assert fragility(units, both()).index == {}


def test_ampi_refuses_a_mean_that_would_turn_the_penalty():
    with pytest.raises(ValueError, match="too far"):
        ampi([(1,), (2,)], [Indicator(1_000)], penalise_upwards=True)
