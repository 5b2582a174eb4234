"""The slot engine against the published cases of other booking systems, and against properties of its own.

A, B and C are the rows of the case list: slot arithmetic, rules and interval algebra, buffers.
"""

import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorship.slots import (
    Busy,
    Change,
    Kind,
    Policy,
    Rule,
    Terms,
    Window,
    are_valid,
    can_start,
    contains,
    day_window,
    expand,
    free,
    intersect,
    merge,
    moment,
    moments,
    nearest,
    next_mark,
    starts,
    subtract,
)

UTC_ZONE, ROME, KOLKATA = ZoneInfo("UTC"), ZoneInfo("Europe/Rome"), ZoneInfo("Asia/Kolkata")
NEW_YORK, LONDON, VIENNA = ZoneInfo("America/New_York"), ZoneInfo("Europe/London"), ZoneInfo("Europe/Vienna")
DAY = date(2026, 6, 17)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BOTH = [Policy.ALIGN, Policy.PACK]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def at(clock: str, *, day: date = DAY, zone: ZoneInfo = UTC_ZONE) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return moment(day, hour * 60 + minute, zone)


def spans(*texts: str, day: date = DAY, zone: ZoneInfo = UTC_ZONE) -> list[Window]:
    return [Window(*(at(clock, day=day, zone=zone) for clock in text.split("-"))) for text in texts]


def terms(length: int, step: int | None = None, **options) -> Terms:
    return Terms(minutes(length), minutes(step or length), options.pop("zone", UTC_ZONE), **options)


def offered(*texts: str, rules: Terms, day: date = DAY, now: datetime = LONG_AGO) -> list[str]:
    """The starts in the windows, as wall clock of the terms' zone."""
    found = starts(spans(*texts, day=day, zone=rules.zone), rules, now=now)
    return [f"{start.astimezone(rules.zone):%H:%M}" for start in found]


# --- A: slot arithmetic ------------------------------------------------------------------------------------------
A_NOW = datetime(2021, 6, 20, 11, 59, 59, tzinfo=UTC)
A_DAY = date(2021, 6, 20)


@pytest.mark.parametrize("policy", BOTH)
@pytest.mark.parametrize("length", [60, 30])
def test_a1_a_whole_day_ahead(policy, length):
    assert len(offered("00:00-24:00", rules=terms(length, 60, policy=policy), day=date(2021, 6, 21), now=A_NOW)) == 24


@pytest.mark.parametrize("policy", BOTH)
def test_a2_the_rest_of_today(policy):
    hours = offered("00:00-24:00", rules=terms(60, policy=policy), day=A_DAY, now=A_NOW)

    assert hours == [f"{hour}:00" for hour in range(12, 24)]


@pytest.mark.parametrize("policy", BOTH)
def test_a3_notice_of_25_hours(policy):
    rules = terms(60, policy=policy, notice=minutes(1500))

    hours = offered("00:00-24:00", rules=rules, day=date(2021, 6, 21), now=A_NOW)

    assert hours == [f"{hour}:00" for hour in range(13, 24)]


@pytest.mark.parametrize("policy", BOTH)
@pytest.mark.parametrize(("window", "count"), [("00:00-24:00", 72), ("00:00-23:45", 71)])
def test_a4_twenty_minutes_all_day(policy, window, count):
    assert len(offered(window, rules=terms(20, policy=policy))) == count


@pytest.mark.parametrize("policy", BOTH)
@pytest.mark.parametrize(
    ("windows", "count"), [(["11:00-12:00", "14:00-15:00"], 6), (["11:00-12:00", "11:20-12:40"], 5)]
)
def test_a5_overlapping_windows_are_merged_first(policy, windows, count):
    assert len(offered(*windows, rules=terms(20, policy=policy))) == count


@pytest.mark.parametrize("policy", BOTH)
def test_a6_the_final_slot_of_the_day_is_kept(policy):
    rules = terms(15, policy=policy, notice=minutes(120))
    day = date(2023, 7, 13)

    found = starts(spans("07:00-15:00", "18:30-21:00", day=day), rules, now=at("00:00", day=day))

    assert found[-1].astimezone(ZoneInfo("Europe/Brussels")).isoformat() == "2023-07-13T22:45:00+02:00"


def test_a7_aligned_in_the_local_time_of_a_half_hour_zone():
    assert offered("07:30-09:30", rules=terms(60, zone=KOLKATA)) == ["08:00"]


@pytest.mark.parametrize("policy", BOTH)
def test_a8_eight_minutes_start_on_any_minute(policy):
    assert offered("07:22-08:00", rules=terms(8, policy=policy)) == ["07:22", "07:30", "07:38", "07:46"]


@pytest.mark.parametrize("policy", BOTH)
def test_a9_short_windows(policy):
    assert len(offered("07:00-07:05", "07:10-07:30", rules=terms(5, policy=policy))) == 5


def test_a10_the_first_half_hour_is_taken():
    rules = terms(60, zone=ROME)
    work = spans("09:30-17:00", zone=ROME)
    taken = [Busy(*spans("09:30-10:00", zone=ROME)[0])]

    found = starts(free(work, taken, rules), rules, now=LONG_AGO)

    assert [f"{start.astimezone(ROME):%H:%M}" for start in found] == [f"{hour}:00" for hour in range(10, 17)]


TEN_TEN = [  # (row, second window, length, ALIGN after ten, PACK after ten)
    ("A11", "10:10-12:30", 60, "11:00", "10:15 11:15"),
    ("A12", "10:10-12:00", 60, "11:00", "11:00"),
    ("A13", "10:10-12:45", 30, "10:30 11:00 11:30 12:00", "10:15 10:45 11:15 11:45 12:15"),
    ("A14", "10:10-12:30", 20, "10:20 10:40 11:00 11:20 11:40 12:00", "10:10 10:30 10:50 11:10 11:30 11:50 12:10"),
]
MORNING = {
    60: ["08:00", "09:00"],
    30: ["08:00", "08:30", "09:00", "09:30"],
    20: ["08:00", "08:20", "08:40", "09:00", "09:20", "09:40"],
}


@pytest.mark.parametrize(("row", "window", "length", "aligned", "packed"), TEN_TEN)
def test_a11_to_a14_after_a_short_interruption(row, window, length, aligned, packed):
    windows = ["08:00-10:00", window]

    assert offered(*windows, rules=terms(length)) == MORNING[length] + aligned.split()
    assert offered(*windows, rules=terms(length, policy=Policy.PACK)) == MORNING[length] + packed.split()


def test_a15_a_day_from_half_past_nine():
    assert offered("09:30-17:30", rules=terms(60)) == [f"{hour}:00" for hour in range(10, 17)]
    assert offered("09:30-17:30", rules=terms(60, policy=Policy.PACK)) == [
        "09:30",
        *(f"{hour}:30" for hour in range(10, 17)),
    ]


def test_a16_packed_on_the_coarsest_mark_that_yields_the_most():
    assert offered("09:05-12:55", rules=terms(60, policy=Policy.PACK)) == ["09:15", "10:15", "11:15"]


@pytest.mark.parametrize("policy", BOTH)
@pytest.mark.parametrize(
    ("windows", "count"), [(["09:00-10:00"], 0), (["09:00-11:00"], 1), (["09:00-09:00"], 0), ([], 0)]
)
def test_a17_windows_that_are_too_short(policy, windows, count):
    rules = terms(120, 60, policy=policy)

    assert len(offered(*windows, rules=rules)) == count


@pytest.mark.parametrize("policy", BOTH)
def test_a18_unsorted_windows_come_out_in_order(policy):
    hours = offered("16:00-17:00", "08:00-09:00", "12:00-13:00", rules=terms(60, policy=policy))

    assert hours == ["08:00", "12:00", "16:00"]


@pytest.mark.parametrize("policy", BOTH)
def test_a19_step_and_length_differ(policy):
    assert len(offered("10:00-10:05", rules=terms(1, policy=policy))) == 5
    assert offered("09:00-12:00", rules=terms(60, 30, policy=policy)) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


@pytest.mark.parametrize("policy", BOTH)
@pytest.mark.parametrize("notice", [0, 30, 120, 600, 1440])
def test_a20_nothing_starts_within_the_notice(policy, notice):
    now = datetime(2099, 6, 15, 12, tzinfo=UTC)
    work = [Window(now - timedelta(days=1), now + timedelta(days=3))]

    found = starts(work, terms(30, policy=policy, notice=minutes(notice)), now=now)

    assert min(found) >= now + minutes(notice)


@pytest.mark.parametrize("policy", BOTH)
def test_a20_notice_inside_the_window(policy):
    now = datetime(2099, 6, 15, 12, tzinfo=UTC)

    found = offered("12:00-15:00", rules=terms(15, 30, policy=policy, notice=minutes(45)), day=now.date(), now=now)

    assert found[0] >= "12:45"


INDIA = spans("04:00-12:30")  # 09:30 to 18:00 in Kolkata


def in_india(rules: Terms, *taken: str, now: datetime = LONG_AGO) -> list[str]:
    found = starts(free(INDIA, [Busy(*window) for window in spans(*taken)], rules), rules, now=now)
    return [f"{start:%H:%M}" for start in found]


def every(first: str, last: str, step: int) -> list[str]:
    start, end = at(first), at(last)
    return [f"{start + n * minutes(step):%H:%M}" for n in range((end - start) // minutes(step) + 1)]


def test_a21_three_quarters_of_an_hour_start_on_quarters():
    rules = terms(45, zone=KOLKATA)

    assert in_india(rules) == every("04:00", "11:30", 45)
    assert in_india(rules, "04:00-04:15") == every("04:15", "11:45", 45)


def test_a22_half_hours_and_an_offset():
    assert in_india(terms(30, zone=KOLKATA)) == every("04:00", "12:00", 30)
    assert in_india(terms(25, 30, zone=KOLKATA, offset=minutes(5))) == every("04:05", "12:05", 30)


@pytest.mark.parametrize(("notice", "expected"), [(13, ["07:30", "09:30"]), (10, ["04:30", "06:30", "08:30", "10:30"])])
def test_a23_two_hours_with_notice(notice, expected):
    rules = terms(120, zone=KOLKATA, notice=timedelta(hours=notice))

    assert in_india(rules, now=at("00:00", zone=KOLKATA)) == expected


def calls(work, *arguments, **options) -> int:
    """How many Python functions it calls."""
    count = 0

    def watch(frame, event, argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(watch)
    try:
        work(*arguments, **options)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("policy", BOTH)
def test_a24_the_work_grows_in_step_with_the_windows(policy):
    rules = terms(5, policy=policy)

    def cost(number):
        next_mark.cache_clear()  # what is remembered costs nothing the second time
        work = [Window(LONG_AGO + minutes(10 * n), LONG_AGO + minutes(10 * n + 5)) for n in range(number)]
        taken = [Busy(window.start, window.end) for window in work[::2]]
        return calls(lambda: starts(free(work, taken, rules), rules, now=LONG_AGO))

    assert cost(2000) < 2.1 * cost(1000)
    assert cost(2000) < 2000 * 40


# --- B: rules, changes, interval algebra -------------------------------------------------------------------------
def weekdays(opens: int, closes: int, **options) -> list[Rule]:
    return [Rule(weekday, opens * 60, closes * 60, **options) for weekday in range(5)]


def opened(rules, changes, zone, first: str, last: str) -> list[str]:
    within = Window(datetime.fromisoformat(first), datetime.fromisoformat(last))
    return [f"{start:%d %H:%M}-{end:%H:%M}" for start, end in expand(rules, changes, within=within, zone=zone)]


JUNE_13 = date(2023, 6, 13)


def test_b1_a_change_replaces_the_rule():
    changes = [Change(JUNE_13, Kind.REPLACES, 600, 900)]

    windows = opened(weekdays(8, 17), changes, NEW_YORK, "2023-06-13T00:00Z", "2023-06-15T00:00Z")

    assert windows == ["13 14:00-19:00", "14 12:00-21:00"]


@pytest.mark.parametrize("change", [Change(JUNE_13, Kind.REPLACES, 0, 0), Change(JUNE_13, Kind.CLOSES)])
def test_b2_a_day_is_closed(change):
    windows = opened(weekdays(8, 17), [change], LONDON, "2023-06-13T00:00Z", "2023-06-15T00:00Z")

    assert windows == ["14 07:00-16:00"]


def test_b3_a_change_belongs_to_its_local_date():
    changes = [Change(JUNE_13, Kind.REPLACES, 22 * 60, 23 * 60)]

    windows = opened(weekdays(8, 17), changes, NEW_YORK, "2023-06-14T00:00Z", "2023-06-15T00:00Z")

    assert windows == ["14 02:00-03:00", "14 12:00-21:00"]


def test_b4_a_rule_that_ends_before_it_starts_opens_nothing():
    assert opened(weekdays(8, 7), [], LONDON, "2023-06-13T00:00Z", "2023-06-15T00:00Z") == []


@pytest.mark.parametrize("taken", [["04:45-05:00", "04:00-04:15"], ["04:00-04:15", "04:45-05:00"]])
def test_b5_subtracting_in_any_order(taken):
    tomorrow = spans("04:00-12:00", day=date(2026, 6, 18))

    left = subtract(spans("04:00-12:00") + tomorrow, spans(*taken))

    assert left == spans("04:15-04:45", "05:00-12:00") + tomorrow


def test_b6_intersection_of_three():
    common = intersect(
        spans("09:00-12:00", "14:00-17:00"), spans("10:00-13:00", "15:00-18:00"), spans("11:00-12:30", "15:30-16:30")
    )

    assert common == spans("11:00-12:00", "15:30-16:30")


def test_b7_intersection_of_four():
    common = intersect(
        spans("09:00-17:00"), spans("10:00-16:00"), spans("11:00-15:00"), spans("11:15-11:30", "13:00-14:00")
    )

    assert common == spans("11:15-11:30", "13:00-14:00")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["09:00-10:00"], ["10:00-11:00"]),
        (["09:00-12:00", "13:00-17:00"], ["12:00-13:00"]),
        ([], ["09:00-10:00"]),
        (["09:00-10:00"], []),
    ],
)
def test_b8_nothing_in_common(left, right):
    assert intersect(spans(*left), spans(*right)) == []


def test_b9_over_midnight():
    assert intersect(spans("22:00-26:00"), spans("25:00-29:00")) == spans("25:00-26:00")


@pytest.mark.parametrize("policy", BOTH)
@pytest.mark.parametrize(
    ("closes", "day", "count"),
    [(600, 0, 2), (580, 0, 1), (560, 0, 0), (615, 0, 2), (600, 1, 0)],
)
def test_b10_half_hours_of_a_monday(policy, closes, day, count):
    monday = date(2026, 6, 15)
    queried = monday + timedelta(days=day)

    work = expand([Rule(0, 540, closes)], [], within=day_window(queried, queried, ROME), zone=ROME)

    assert len(starts(work, terms(30, zone=ROME, policy=policy), now=LONG_AGO)) == count


@pytest.mark.parametrize(
    ("windows", "valid"),
    [
        (spans("09:00-10:00", "10:00-11:00"), True),
        (spans("09:00-11:00", "10:00-12:00"), False),
        (spans("09:00-12:00", "10:00-11:00"), False),
        (spans("11:00-10:00"), False),
        (spans("09:00-09:15"), False),
        (
            [(datetime(2026, 6, 17, 9, tzinfo=ROME), datetime(2026, 6, 17, 10, tzinfo=ROME)), *spans("07:30-08:30")],
            False,
        ),
        ([(datetime(2026, 6, 17, 18, tzinfo=NEW_YORK), datetime(2026, 6, 17, 23, tzinfo=NEW_YORK))], True),
    ],
    ids=["touching", "overlapping", "nested", "reversed", "too short", "overlapping in UTC", "over midnight in UTC"],
)
def test_b11_windows_side_by_side(windows, valid):
    assert are_valid(windows, length=minutes(30)) is valid


@pytest.mark.parametrize(
    ("start", "step", "first"), [(3610, 900, 4500), (1800, 3600, 3600), (1800, 7200, 7200), (2401, 300, 2700)]
)
def test_b12_the_first_mark(start, step, first):
    midnight = at("00:00")
    begin = midnight + timedelta(seconds=start)
    rules = terms(5, step // 60, policy=Policy.STRICT)

    assert next_mark(begin, step // 60, UTC_ZONE) == midnight + timedelta(seconds=first)
    assert starts([Window(begin, at("24:00"))], rules, now=LONG_AGO)[0] == midnight + timedelta(seconds=first)


@pytest.mark.parametrize(("until", "expected"), [(10, ["04:00-10:00"]), (3, [])])
def test_b12_validity_cuts_the_window(until, expected):
    assert intersect(spans("04:00-15:00"), [Window(LONG_AGO, at(f"{until}:00"))]) == spans(*expected)


def test_b12_a_rule_outside_its_dates_opens_nothing():
    rule = Rule(2, 240, 900, valid_from=date(2026, 6, 1), valid_until=date(2026, 6, 16))

    assert expand([rule], [], within=day_window(DAY, DAY, ROME), zone=ROME) == []


@pytest.mark.parametrize(
    ("windows", "count"),
    [([(0, 90)], 3), ([(0, 60)], 1), ([(0, 30)], 0), ([(0, 60), (100, 160)], 2), ([(0, 1 / 60)], 0)],
)
def test_b13_hours_every_quarter(windows, count):
    work = [Window(at("00:00") + minutes(start), at("00:00") + minutes(end)) for start, end in windows]

    assert len(starts(work, terms(60, 15, policy=Policy.PACK), now=LONG_AGO)) == count


def test_b14_neighbouring_days_do_not_leak_in():
    rules = [Rule(0, 480, 720), Rule(0, 840, 1080), Rule(6, 480, 1440), Rule(1, 0, 720)]
    monday = date(2021, 11, 1)

    work = expand(rules, [], within=day_window(monday, monday, VIENNA), zone=VIENNA)

    assert work == spans("08:00-12:00", "14:00-18:00", day=monday, zone=VIENNA)


def test_b15_a_cancelled_or_transparent_event_does_not_block():
    work = spans("09:00-11:00")

    assert free(work, [Busy(*work[0], blocks=False)], terms(60)) == work


def test_b15_a_full_day_does_not_hide_the_next():
    tomorrow = spans("09:00-11:00", day=date(2026, 6, 18))
    taken = [Busy(*spans("09:00-10:00")[0])]

    left = free(spans("09:00-11:00") + tomorrow, taken, terms(60, daily_limit=1))

    assert left == tomorrow


# --- C: buffers --------------------------------------------------------------------------------------------------
def test_c1_buffers_add_up():
    rules = terms(30, 15, before=minutes(15), after=minutes(30))
    own = [Busy(*window, before=minutes(15), after=minutes(30)) for window in spans("12:30-13:00", "14:30-15:00")]

    found = starts(free(spans("08:00-18:00"), own, rules), rules, now=LONG_AGO)

    assert [start for start in found if at("13:00") <= start < at("14:30")] == []


@pytest.mark.parametrize(("own_buffer", "expected"), [(0, ["08:30", "10:30"]), (120, ["10:30"])], ids=["C2", "C3"])
def test_c2_c3_external_events_carry_no_buffer(own_buffer, expected):
    rules = terms(120, zone=KOLKATA, before=minutes(120), after=minutes(120))
    taken = [Busy(*spans("04:00-06:00")[0], before=minutes(own_buffer), after=minutes(own_buffer))]

    found = starts(free(INDIA, taken, rules), rules, now=LONG_AGO)

    assert [f"{start:%H:%M}" for start in found] == expected


@pytest.mark.parametrize(("inside", "last"), [(False, "15:00"), (True, "14:45")])
def test_c4_the_buffer_may_spill_past_work_unless_told_otherwise(inside, last):
    rules = terms(60, 5, before=minutes(15), after=minutes(15), buffers_inside_hours=inside)

    found = starts(free(spans("08:00-16:00"), [Busy(*spans("12:50-13:50")[0])], rules), rules, now=LONG_AGO)

    assert [f"{start:%H:%M}" for start in found if start > at("13:00")] == every("14:05", last, 5)


# --- The two changes of the clock --------------------------------------------------------------------------------
AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)


@pytest.mark.parametrize(
    ("day", "before", "after"), [(AUTUMN, "07:00-16:00", "08:00-17:00"), (SPRING, "08:00-17:00", "07:00-16:00")]
)
def test_nine_to_six_stays_nine_to_six_across_the_change(day, before, after):
    rules = [Rule(weekday, 540, 1080) for weekday in range(7)]
    eve = day - timedelta(days=1)

    work = expand(rules, [], within=day_window(eve, day, ROME), zone=ROME)

    assert work == spans(before, day=eve) + spans(after, day=day)


@pytest.mark.parametrize(("day", "count"), [(AUTUMN, 4), (SPRING, 2)])
def test_one_to_four_in_the_night_of_the_change(day, count):
    work = expand([Rule(6, 60, 240)], [], within=day_window(day, day, ROME), zone=ROME)

    assert len(starts(work, terms(60, zone=ROME), now=LONG_AGO)) == count


def test_half_past_two_does_not_exist_in_spring_and_comes_twice_in_autumn():
    assert moments(SPRING, 150, ROME) == []
    assert moments(AUTUMN, 150, ROME) == [at("00:30", day=AUTUMN), at("01:30", day=AUTUMN)]
    assert moments(DAY, 150, ROME) == [at("00:30")]


def test_two_hours_over_the_change_last_two_real_hours():
    work = expand([Rule(6, 60, 240)], [], within=day_window(AUTUMN, AUTUMN, ROME), zone=ROME)

    first = starts(work, terms(120, zone=ROME), now=LONG_AGO)[0]

    assert (first, first + minutes(120)) == (at("23:00", day=AUTUMN - timedelta(days=1)), at("01:00", day=AUTUMN))


def test_every_second_week_is_counted_from_the_first():
    rule = Rule(2, 540, 600, valid_from=date(2026, 6, 15), every_n_weeks=2)
    month = day_window(date(2026, 6, 1), date(2026, 6, 30), ROME)

    days = [window.start.date() for window in expand([rule], [], within=month, zone=ROME)]

    assert days == [date(2026, 6, 17)]


# --- Properties --------------------------------------------------------------------------------------------------
quarters = st.integers(0, 96)
windows = st.lists(
    st.tuples(quarters, quarters).map(
        lambda pair: Window(at("00:00") + minutes(15 * min(pair)), at("00:00") + minutes(15 * max(pair)))
    ),
    max_size=8,
)
lengths = st.sampled_from([15, 20, 30, 45, 60, 90, 120])
policies = st.sampled_from(Policy)


@given(work=windows, taken=windows, length=lengths, step=lengths, policy=policies, notice=st.integers(0, 600))
def test_every_start_on_offer_fits_and_is_accepted(work, taken, length, step, policy, notice):
    rules = terms(length, step, zone=ROME, policy=policy, notice=minutes(notice))
    left = free(work, [Busy(*window) for window in taken], rules)

    found = starts(left, rules, now=at("00:00"))

    assert found == sorted(set(found))
    assert all(can_start(start, left, rules, now=at("00:00")) for start in found)
    assert all(contains(merge(work), Window(start, start + rules.length)) for start in found)
    assert all(intersect([Window(start, start + rules.length)], taken) == [] for start in found)


@given(work=windows, length=lengths, later=st.integers(0, 240))
def test_a_start_that_was_shown_is_accepted_as_long_as_it_is_in_reach(work, length, later):
    rules = terms(length, zone=ROME, notice=minutes(60))
    shown = starts(work, rules, now=at("06:00"))
    now = at("06:00") + minutes(later)

    assert [start for start in shown if not can_start(start, work, rules, now=now)] == [
        start for start in shown if start < now + rules.notice
    ]


@given(left=windows, right=windows)
def test_what_is_taken_and_what_is_left_make_the_whole(left, right):
    def total(found):
        return sum((end - start for start, end in found), timedelta())

    assert total(subtract(left, right)) + total(intersect(left, right)) == total(merge(left))


@pytest.mark.parametrize("clock", ["09:10", "08:59", "11:30"])
def test_a_start_off_the_marks_or_outside_is_refused(clock):
    assert not can_start(at(clock), spans("09:00-12:00"), terms(60, 30), now=LONG_AGO)


def test_the_horizon_is_the_last_possible_start():
    rules = terms(60, horizon=timedelta(hours=10))

    assert starts(spans("08:00-18:00"), rules, now=at("00:00"))[-1] == at("10:00")


def test_the_nearest_alternatives_come_in_order_of_time():
    offers = [at(clock) for clock in ("08:00", "09:00", "11:00", "15:00")]

    assert nearest(offers, at("10:00"), count=3) == offers[:3]
