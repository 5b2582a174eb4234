"""The engine against an oracle that shares nothing with it: interval sets of `portion`, walked in steps of UTC.

Hours that begin or end between 02:00 and 03:00 are left out: what they mean in the two nights is stated in test_slots.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import portion
from hypothesis import example, given
from hypothesis import strategies as st

from tutorship.slots import Busy, Change, Kind, Policy, Rule, Terms, Window, day_window, expand, free, starts

ROME = ZoneInfo("Europe/Rome")
AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)
MINUTE = timedelta(minutes=1)
quarters_of_a_day = st.integers(0, 96).filter(lambda quarter: not 8 < quarter < 12)
hours = st.tuples(quarters_of_a_day, quarters_of_a_day).map(lambda pair: (min(pair) * 15, max(pair) * 15))
days = st.sampled_from([AUTUMN, SPRING, date(2026, 6, 17)]).flatmap(
    lambda day: st.integers(-2, 1).map(lambda shift: day + timedelta(days=shift))
)
rules = st.lists(st.builds(lambda weekday, span: Rule(weekday, *span), st.integers(0, 6), hours), max_size=6)
kinds = st.sampled_from(Kind)
lengths = st.sampled_from([15, 30, 45, 60, 90, 120])
buffers = st.sampled_from([0, 10, 30])


def opened(first: date, rules, changes) -> portion.Interval:
    """Open time of three days: for every minute of UTC, what the clock on the wall in Rome shows."""
    found, moment = portion.empty(), datetime.combine(first - timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    for _number in range(5 * 24 * 4):
        wall = moment.astimezone(ROME)
        if first <= wall.date() <= first + timedelta(days=2) and is_open(wall, rules, changes):
            found |= portion.closedopen(moment, moment + 15 * MINUTE)
        moment += 15 * MINUTE
    return found


def is_open(wall: datetime, rules, changes) -> bool:
    minute = wall.hour * 60 + wall.minute
    todays = [change for change in changes if change.on == wall.date()]
    if any(change.kind == Kind.CLOSES for change in todays):
        return False
    spans = [(change.opens, change.closes) for change in todays]
    if not any(change.kind == Kind.REPLACES for change in todays):
        spans += [(rule.opens, rule.closes) for rule in rules if rule.weekday == wall.weekday()]
    return any(opens <= minute < closes for opens, closes in spans)


@given(
    first=days,
    rules=rules,
    changes=st.lists(st.tuples(st.integers(0, 2), kinds, hours), max_size=3),
    taken=st.lists(st.tuples(st.integers(0, 3 * 96), lengths, buffers, buffers), max_size=4),
    length=lengths,
    before=buffers,
    after=buffers,
    now=st.integers(0, 3 * 96),
    notice=st.sampled_from([0, 45, 600]),
)
@example(AUTUMN, [Rule(6, 60, 240)], [], [], 60, 0, 0, 0, 0)
@example(SPRING, [Rule(6, 60, 240)], [], [], 60, 0, 0, 0, 0)
def test_the_engine_offers_what_the_oracle_offers(first, rules, changes, taken, length, before, after, now, notice):
    changes = [Change(first + timedelta(days=day), kind, *span) for day, kind, span in changes]
    within = day_window(first, first + timedelta(days=2), ROME)
    now = within.start + now * 15 * MINUTE
    busy = [
        Busy(within.start + at * 15 * MINUTE, within.start + (at * 15 + long) * MINUTE, b * MINUTE, a * MINUTE)
        for at, long, b, a in taken
    ]
    terms = Terms(
        length * MINUTE,
        15 * MINUTE,
        ROME,
        policy=Policy.STRICT,
        notice=notice * MINUTE,
        before=before * MINUTE,
        after=after * MINUTE,
    )

    found = starts(free(expand(rules, changes, within=within, zone=ROME), busy, terms), terms, now=now)

    work = opened(first, rules, changes)
    assert found == [start for start in quarters(within) if fits(start, terms, work, busy, now=now)]


def quarters(within: Window) -> list[datetime]:
    return [within.start + number * 15 * MINUTE for number in range(int((within.end - within.start) / (15 * MINUTE)))]


def fits(start: datetime, terms: Terms, work: portion.Interval, busy: list[Busy], *, now: datetime) -> bool:
    """Work around the whole appointment, and between its buffers and those of every other nothing in common."""
    wanted = portion.closedopen(start, start + terms.length)
    if start < now + terms.notice or wanted not in work:
        return False
    own = portion.closedopen(start - terms.before, start + terms.length + terms.after)
    return all((own & portion.closedopen(block.start - block.before, block.end + block.after)).empty for block in busy)
