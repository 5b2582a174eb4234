"""Whoever subtracts what is visible from the total learns of no hidden count what it is."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.suppression import SMALLEST_SHOWN, Shown, suppress

COUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=5)


@given(counts=COUNTS)
def test_no_hidden_count_can_be_worked_out(counts):
    shown = suppress(counts)
    hidden = [number for number, count in enumerate(shown.counts) if count is None]

    assert all(counts[number] > 0 for number in hidden)
    assert all(count == 0 or count >= SMALLEST_SHOWN for count in shown.counts if count is not None)
    if shown.total is None or not hidden:
        return
    missing = shown.total - sum(count for count in shown.counts if count is not None)
    assert missing >= SMALLEST_SHOWN
    possible = [way for way in product(range(1, missing + 1), repeat=len(hidden)) if sum(way) == missing]
    for place in range(len(hidden)):
        assert len({way[place] for way in possible}) > 1


@given(counts=COUNTS)
def test_what_is_shown_is_true_and_nothing_is_hidden_without_need(counts):
    shown = suppress(counts)

    assert [count for count in shown.counts if count is not None] == [
        count for count, seen in zip(counts, shown.counts, strict=True) if seen is not None
    ]
    assert shown.total in {None, sum(counts)}
    if not any(0 < count < SMALLEST_SHOWN for count in counts):
        assert (shown.counts, shown.total) == (counts, sum(counts))


@pytest.mark.parametrize(
    ("counts", "seen", "total"),
    [
        ([12, 3, 40], [None, None, 40], 55),  # alone, the 3 would be the total less the others
        ([12, 3, 2, 40], [12, None, None, 40], 57),  # two of them protect each other
        ([12, 1, 1], [None, None, None], 14),  # 2 people in two counts would be one each
        ([0, 3], [0, None], None),  # nothing else to hide behind
        ([3], [None], None),
        ([], [], 0),
    ],
)
def test_examples(counts, seen, total):
    assert (suppress(counts).counts, suppress(counts).total) == (seen, total)


# --- Rows that one person may stand in twice, and rows hidden for another reason ---
@given(counts=COUNTS, also=st.sets(st.integers(0, 4)), overlapping=st.booleans(), overlap=st.integers(0, 20))
def test_whatever_is_hidden_leaves_a_choice_to_who_subtracts(counts, also, overlapping, overlap):
    total = max([0, *counts, sum(counts) - overlap]) if overlapping else sum(counts)

    shown = suppress(counts, also=also, total=total, overlapping=overlapping)

    hidden = [counts[place] for place in shown.hidden]
    assert all(count == 0 or count >= SMALLEST_SHOWN for count in shown.counts if count is not None)
    assert all(counts[place] == 0 or place in shown.hidden for place in also if place < len(counts))
    if shown.total is None or not hidden:
        return
    left = shown.total - sum(count for count in shown.counts if count is not None)
    assert left <= 0 or left >= SMALLEST_SHOWN
    assert len(hidden) > 1
    assert (max(hidden) if overlapping else sum(hidden)) >= SMALLEST_SHOWN  # who stands behind them together
    assert sum(hidden) > len(hidden)


@pytest.mark.parametrize(
    ("counts", "total", "seen", "shown_total"),
    [
        ([8, 3, 3, 9], 17, [None, None, None, 9], 17),  # the 3 may be the same three people: they hide behind the 8
        ([8, 3, 3, 9], 12, [None] * 4, 12),  # 12 less 9 would tell of three people
        ([3, 4], 4, [None, None], None),
        ([12, 9], 15, [12, 9], 15),
    ],
)
def test_examples_of_overlapping_rows(counts, total, seen, shown_total):
    found = suppress(counts, total=total, overlapping=True)

    assert (found.counts, found.total) == (seen, shown_total)


def test_a_row_hidden_for_another_reason_does_not_hide_alone():
    assert suppress([12, 6, 7], also={0}).counts == [None, None, 7]
    assert suppress([0, 6, 0], also={1}) == Shown([0, None, 0], None)
