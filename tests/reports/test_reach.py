from datetime import date
from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.reach import COUNTS, Reach, Tally, merged, total

NUMBERS = st.fixed_dictionaries({name: st.integers(0, 10_000) for name in COUNTS})
DAYS = st.none() | st.dates(date(2023, 1, 1), date(2030, 1, 1))
TALLIES = st.builds(lambda numbers, day: Tally(**numbers, last_enrolled_on=day), NUMBERS, DAYS)


@pytest.mark.parametrize(
    ("tally", "reach"),
    [
        (Tally(), Reach.INVITED),
        (Tally(last_enrolled_on=date(2025, 3, 1)), Reach.INVITED),
        (Tally(people=2), Reach.ENROLLED),
        (Tally(people=2, learning=1), Reach.ACTIVE),
        (Tally(minutes=60), Reach.ACTIVE),
        (Tally(people=1, learning=1, completed=1, minutes=45), Reach.ACTIVE),
        (Tally(people=1, completed=1, minutes=45, certificates=1), Reach.CERTIFIED),
    ],
)
def test_reach_is_the_furthest_state_that_holds(tally, reach):
    assert tally.reach(has_staff=True, is_active=True) is reach
    assert tally.is_reached is (reach > Reach.INVITED)


@pytest.mark.parametrize(
    ("tally", "reach"),
    [
        (Tally(), Reach.NO_CONTACT),
        (Tally(people=2, learning=1, minutes=60), Reach.ENROLLED),
        (Tally(people=1, certificates=1), Reach.CERTIFIED),
    ],
)
def test_reach_falls_back_where_nobody_is_left_or_goes_on(tally, reach):
    assert tally.reach(has_staff=False, is_active=False) is reach


@given(TALLIES, TALLIES, st.booleans(), st.booleans())
def test_more_facts_never_lower_the_reach(one, other, has_staff, is_active):
    state = {"has_staff": has_staff, "is_active": is_active}

    assert (one + other).reach(**state) >= max(one.reach(**state), other.reach(**state))


@given(st.lists(TALLIES))
def test_total_is_the_sum_of_the_rows_and_their_latest_day(rows):
    found = total(rows)

    assert {name: getattr(found, name) for name in COUNTS} == {
        name: sum(getattr(row, name) for row in rows) for name in COUNTS
    }
    assert found.last_enrolled_on == max((row.last_enrolled_on for row in rows if row.last_enrolled_on), default=None)
    assert found == reduce(add, rows, Tally())


@pytest.mark.parametrize(
    ("tally", "is_new"),
    [
        (Tally(), False),
        (Tally(people=2), True),
        (Tally(people=2, earlier_people=1), False),
        (Tally(minutes=60), True),
        (Tally(people=1, minutes=60, earlier_minutes=30), False),
    ],
)
def test_newly_reached_means_nothing_was_there_before(tally, is_new):
    assert tally.is_newly_reached is is_new


@pytest.mark.parametrize(
    ("last", "is_silent"),
    [(None, True), (date(2026, 8, 25), True), (date(2026, 8, 26), False), (date(2026, 11, 23), False)],
)
def test_silent_begins_after_ninety_days_without_an_enrolment(last, is_silent):
    assert Tally(last_enrolled_on=last).is_silent(on=date(2026, 11, 23), after_days=90) is is_silent


def test_merged_joins_the_counts_of_each_key():
    assert merged([{("a", 1): {"people": 2}}, {("a", 1): {"minutes": 60}, ("b", 2): {"minutes": 30}}]) == {
        ("a", 1): Tally(people=2, minutes=60),
        ("b", 2): Tally(minutes=30),
    }
