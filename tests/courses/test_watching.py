"""The union of what was watched, against the plainest model there is: a set of seconds."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from courses import watching

DURATION = 60
spans = st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=12)


def seconds(spans):
    return {second for start, end in spans for second in range(start, end)}


def inside(spans):
    return {second for second in seconds(spans) if 0 <= second < DURATION}


@given(spans)
def test_union_holds_the_same_seconds_sorted_and_apart(reported):
    joined = watching.union(reported)

    assert seconds(joined) == seconds(reported)
    assert watching.length(joined) == len(seconds(reported))
    assert all(before[1] < after[0] for before, after in pairwise(joined))


@given(spans, spans)
def test_difference_is_what_was_not_there(reported, taken):
    assert seconds(watching.difference(reported, taken)) == seconds(reported) - seconds(taken)


@given(st.lists(spans, max_size=6), st.integers(0, 40))
def test_credit_only_grows_and_never_by_more_than_the_time_allows(reports, at_most):
    seen = []
    for reported in reports:
        after = watching.credit(seen, reported, duration=DURATION, at_most=at_most)
        fresh = seconds(after) - seconds(seen)

        assert seconds(seen) <= seconds(after) <= seconds(seen) | inside(reported)
        assert len(fresh) == min(at_most, len(inside(reported) - seconds(seen)))
        seen = after


@given(spans, spans)
def test_two_devices_give_the_same_in_either_order(office, home):
    def watch(*reports):
        seen = []
        for reported in reports:
            seen = watching.credit(seen, reported, duration=DURATION, at_most=DURATION)
        return seen

    assert watch(office, home) == watch(home, office) == watch(office, home, office)


def test_jumping_to_the_end_is_a_few_seconds_and_not_the_whole():
    seen = watching.credit([], [(0, 4), (56, 60)], duration=DURATION, at_most=60)

    assert (seen, watching.percent(seen, duration=DURATION)) == ([(0, 4), (56, 60)], 13)


def test_percent_is_100_only_when_all_was_watched():
    assert watching.percent([(0, 59)], duration=60) == 98
    assert watching.percent([(0, 60)], duration=60) == 100
    assert watching.percent([], duration=0) == 0


def test_believable_is_the_time_at_the_rate_of_playing_and_at_most_double():
    assert watching.believable(10, 1) == 10
    assert watching.believable(10, 1.5) == 15
    assert watching.believable(10, 16) == 20
    assert watching.believable(-3, 1) == 0
