from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from courses.presence import Meeting, Stay, best_possible, minutes_present, needed_minutes, union

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
WHOLE = Stay(START, START + timedelta(hours=2))


def stay(first: int, last: int) -> Stay:
    return Stay(START + timedelta(minutes=first), START + timedelta(minutes=last))


stays = st.lists(st.tuples(st.integers(-60, 180), st.integers(-60, 180)).map(lambda pair: stay(*pair)), max_size=12)


@given(stays)
def test_every_minute_of_the_meeting_counts_once_however_many_stays_cover_it(found):
    covered = {
        minute
        for minute in range(120)
        if any(one.joined <= START + timedelta(minutes=minute) < one.left for one in found)
    }

    assert minutes_present(found, within=WHOLE) == len(covered)


@given(stays, stays)
def test_another_stay_never_lowers_the_minutes(some, more):
    assert minutes_present(some + more, within=WHOLE) >= minutes_present(some, within=WHOLE)


@given(stays)
def test_the_union_is_in_order_apart_and_the_same_when_asked_again(found):
    merged = union(found)

    assert union(merged) == merged
    assert all(one.left < following.joined for one, following in pairwise(merged))


def test_seconds_add_up_before_they_become_whole_minutes():
    half = timedelta(seconds=30)
    found = [Stay(START + timedelta(minutes=10 * n), START + timedelta(minutes=10 * n) + half) for n in range(5)]

    assert minutes_present(found, within=WHOLE) == 2


def test_the_needed_minutes_are_rounded_up():
    assert [needed_minutes(total=total, percent=70) for total in (360, 361, 1)] == [252, 253, 1]


def test_the_best_that_can_be_reached_counts_what_is_to_come_in_full_and_excuses_as_nothing():
    meetings = [Meeting(180, attended=40), Meeting(180), Meeting(120, is_excused=True), Meeting(60, attended=0)]

    assert best_possible(meetings) == 40 + 180
