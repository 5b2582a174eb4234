"""Free times, and many people who want few of them. `python -m benchmarks.tutoring [--bookers 200] [--at-once 50]`

A fresh SQLite database in a temporary folder, or the empty one of DATABASE_URL. First the engine alone: a pool of 50
tutors and one of 2,000 over eight weeks, and the first five times. Then bookers, of whom several want each of 40 hours
at the same moment: every hour is had once, nobody sees an error.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module

from benchmarks.site import make_site

FORK = multiprocessing.get_context("fork")
SLOTS, HOURS_EACH = 40, 4
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday
DAY = datetime(2026, 11, 25, 8, tzinfo=UTC)  # nine in Rome


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bookers", type=int, default=200)
    options.add_argument("--at-once", type=int, default=50)
    chosen = options.parse_args()
    engine(50)
    engine(2_000)
    with tempfile.TemporaryDirectory() as folder:
        make_site(folder, may_be_given=True)
        world = make_world(50)
        first_times(world)
        bookers(world, chosen.bookers, at_once=chosen.at_once)


# --- The engine alone --------------------------------------------------------------------------------------------
def engine(tutors: int) -> None:
    slots = import_module("tutorship.slots")
    zone = import_module("zoneinfo").ZoneInfo("Europe/Rome")
    hour = timedelta(hours=1)
    terms = slots.Terms(hour, hour, zone, notice=timedelta(days=1), horizon=timedelta(weeks=8))
    within = slots.Window(NOW, NOW + timedelta(weeks=8, days=1))
    pool = [_diary(slots, number) for number in range(tutors)]
    best = min(_timed(lambda: _all_starts(slots, pool, within, terms)) for _ in range(3))
    print(f"{tutors} tutors over 8 weeks: {best * 1000:.0f} ms of processor time")


def _diary(slots, number: int) -> tuple[list, list]:
    mornings = [slots.Rule(weekday, 540 + number % 4 * 15, 780) for weekday in range(5)]
    afternoons = [slots.Rule(weekday, 840, 1080 - number % 3 * 30) for weekday in (0, 2, 4)]
    starts = [NOW + timedelta(days=day, hours=(number + day) % 8) for day in range(0, 56, 2)]
    return mornings + afternoons, [slots.Busy(start, start + timedelta(hours=1)) for start in starts]


def _all_starts(slots, pool, within, terms) -> int:
    slots.moment.cache_clear()
    slots.next_mark.cache_clear()
    found = 0
    for rules, busy in pool:
        work = slots.expand(rules, [], within=within, zone=terms.zone)
        found += len(slots.starts(slots.free(work, busy, terms), terms, now=NOW))
    return found


def _timed(work) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


# --- With the database -------------------------------------------------------------------------------------------
def make_world(tutors: int):
    """One area, one topic, and tutors who receive on every working morning; made once."""
    import_module("django.core.management").call_command("migrate", verbosity=0)
    factories = import_module("tests.factories")
    rows = import_module("tests.tutorship.factories")
    area = factories.AreaFactory()
    topic, service = rows.TopicFactory(), rows.ServiceFactory(horizon_days=56)
    for _number in range(tutors):
        tutor = factories.with_role(factories.UserFactory(), "tutor", area=area)
        rows.CoverageFactory(tutor=tutor, area=area, topic=topic)
        for weekday in range(5):
            rows.RuleFactory(tutor=tutor, weekday=weekday)
    return factories.BodyFactory(area=area), topic, service


def first_times(world) -> None:
    body, topic, service = world
    learner = import_module("tests.factories").employee(body)
    search = import_module("tutorship.models").Search(learner, topic, service, NOW, body=body)
    coverages = search.coverages()
    diary = search.diary({row.tutor_id for row in coverages}, within=search._reach())
    best = min(_timed(lambda: search.first_offers(coverages, diary, count=5)) for _ in range(3))
    print(f"the first five times of 50 tutors: {best * 1000:.1f} ms of processor time")


def bookers(world, number: int, *, at_once: int) -> None:
    body = world[0]
    employee = import_module("tests.factories").employee
    tutors = [row.tutor for row in import_module("tutorship.models").Coverage.objects.select_related("tutor")]
    wishes = [
        (tutors[n % SLOTS // HOURS_EACH], DAY + n % SLOTS % HOURS_EACH * timedelta(hours=1)) for n in range(number)
    ]
    asks = [(employee(body), *wish) for wish in wishes]
    first, second = (_wait(employee(body), tutors[-1], DAY + n * timedelta(hours=1), world)[1] for n in range(2))
    print(
        f"one booking alone: {second * 1000:.0f} ms; the first of a process, with what it loads: {first * 1000:.0f} ms"
    )
    connections = import_module("django.db").connections
    vendor = connections["default"].vendor
    connections.close_all()
    start, answers = FORK.Barrier(at_once + 1), FORK.SimpleQueue()
    shares = [asks[share::at_once] for share in range(at_once)]
    runners = [FORK.Process(target=_book, args=(share, world, start, answers)) for share in shares]
    for runner in runners:
        runner.start()
    start.wait()
    began = time.monotonic()
    said = [answers.get() for _ in asks]
    seconds = time.monotonic() - began
    for runner in runners:
        runner.join()
    waits = sorted(wait for _what, wait in said)
    booked, taken = (sum(what == wanted for what, _wait in said) for wanted in ("booked", "slot_taken"))
    print(
        f"{number} bookers, {at_once} at a time, over {SLOTS} hours on {vendor}: {booked} booked, {taken} taken, "
        f"{number - booked - taken} errors; {number / seconds:.0f} per second, "
        f"median {waits[len(waits) // 2] * 1000:.0f} ms, p95 {waits[int(len(waits) * 0.95)] * 1000:.0f} ms"
    )


def _book(share, world, start, answers) -> None:
    import_module("django.db").connection.ensure_connection()  # a worker of the site keeps its own
    start.wait()
    for learner, tutor, starts_at in share:
        answers.put(_wait(learner, tutor, starts_at, world))
    import_module("django.db").connections.close_all()
    os._exit(0)


def _wait(learner, tutor, starts_at, world) -> tuple[str, float]:
    """What the booker is told, and after how many seconds."""
    _body, topic, service = world
    booking, models = import_module("tutorship.actions.booking"), import_module("tutorship.models")
    refusal = import_module("django.core.exceptions").ValidationError
    search = models.Search(learner, topic, service, NOW)
    ask = booking.Ask(learner.employments.get(), "Come si motiva la scelta?")
    began = time.monotonic()
    try:
        booking.book_session(search, ask, tutor=tutor, area=ask.employment.body.area, starts_at=starts_at)
        what = "booked"
    except refusal as refused:
        what = refused.code
    except Exception as broken:  # counted as an error
        what = type(broken).__name__
    return what, time.monotonic() - began


if __name__ == "__main__":
    main()
