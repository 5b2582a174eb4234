from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lib.waiting_list import Place, Turns, turns

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MOMENTS = st.none() | st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))
QUEUES = st.lists(MOMENTS, max_size=12).flatmap(
    lambda offers: st.permutations(range(len(offers))).map(
        lambda order: [Place(f"p{number}", number, offers[number]) for number in order]
    )
)


def hours(number):
    return NOW + timedelta(hours=number)


def test_the_first_in_line_is_called_whatever_the_order_of_the_rows():
    queue = [Place("third", 9), Place("first", 2), Place("second", 5)]

    assert turns(queue, free=2, now=NOW) == Turns([], ["first", "second"])


def test_an_offer_holds_its_seat():
    queue = [Place("offered", 1, hours(1)), Place("waiting", 2)]

    assert turns(queue, free=1, now=NOW) == Turns([], [])


def test_an_offer_ends_on_its_minute_and_the_seat_goes_to_the_next():
    queue = [Place("offered", 1, NOW), Place("waiting", 2), Place("last", 3)]

    assert turns(queue, free=1, now=NOW) == Turns(["offered"], ["waiting"])


def test_without_a_limit_everybody_is_called():
    assert turns([Place("a", 1), Place("b", 2)], free=None, now=NOW) == Turns([], ["a", "b"])


def test_a_capacity_below_the_taken_seats_calls_nobody():
    assert turns([Place("a", 1)], free=-3, now=NOW) == Turns([], [])


def test_who_wants_several_seats_gets_all_or_waits_and_nobody_overtakes():
    queue = [Place("one", 1), Place("three", 2, seats=3), Place("last", 3)]

    assert turns(queue, free=3, now=NOW) == Turns([], ["one"])
    assert turns(queue, free=4, now=NOW) == Turns([], ["one", "three"])
    assert turns([Place("offered", 1, hours(1), seats=3), Place("waiting", 2)], free=3, now=NOW) == Turns([], [])


@given(QUEUES, st.integers(-2, 15))
def test_never_more_seats_than_there_are_and_nobody_overtakes(queue, free):
    found = turns(queue, free=free, now=NOW)

    held = [place for place in queue if place.offered_until and place.offered_until > NOW]
    waiting = sorted((place.number, place.key) for place in queue if place.offered_until is None)
    assert len(found.called) == min(len(waiting), max(0, free - len(held)))
    assert found.called == [key for _number, key in waiting[: len(found.called)]]
    assert set(found.lapsed) == {place.key for place in queue if place.offered_until and place not in held}
