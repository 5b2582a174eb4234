from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from courses.scoring import question_percent, quiz_percent

shares = st.dictionaries(st.integers(1, 20), st.integers(-100, 100), min_size=2, max_size=6)


@given(shares, st.lists(st.integers(1, 30), max_size=8))
def test_question_percent_stays_between_0_and_100(shares, chosen):
    assert 0 <= question_percent(shares, chosen) <= 100


@given(shares, st.lists(st.integers(1, 20), max_size=8))
def test_question_percent_ignores_order_repetition_and_foreign_choices(shares, chosen):
    assert question_percent(shares, [*reversed(chosen), *chosen, 99]) == question_percent(shares, chosen)


def test_question_percent_gives_nothing_for_choosing_everything():
    assert question_percent({1: 50, 2: 50, 3: -50, 4: -50}, [1, 2, 3, 4]) == 0


def test_question_percent_gives_a_part_for_a_part():
    assert question_percent({1: 50, 2: 50, 3: -50}, [1]) == 50


def test_quiz_percent_rounds_half_up():
    assert quiz_percent([100, 100, 0]) == Decimal("66.67")
    assert quiz_percent([]) == 0


@given(st.lists(st.integers(0, 100), min_size=1))
def test_quiz_percent_lies_between_the_worst_and_the_best(results):
    assert min(results) <= quiz_percent(results) <= max(results)
