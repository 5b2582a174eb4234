"""The two nights of the year, from rule to booking, with the clock frozen."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from tests.tutorship.conftest import ask, refusal
from tests.tutorship.factories import CoverageFactory, RuleFactory
from tutorship.actions.cancelling import cancel_booking
from tutorship.models import Search, TutorPreference, national_holidays

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")
AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)
HOUR = timedelta(hours=1)


@pytest.fixture
def asked_on(learner, tutor, area_a, topic, service):
    """A search of that day at noon, on a tutor with the hours given for Sundays and Mondays, holidays included."""

    def prepare(day: date, opens_at: time, closes_at: time) -> Search:
        CoverageFactory(tutor=tutor, area=area_a, topic=topic)
        TutorPreference.objects.create(tutor=tutor, works_on_holidays=True)
        for weekday in (6, 0):
            RuleFactory(tutor=tutor, weekday=weekday, opens_at=opens_at, closes_at=closes_at)
        return Search(learner, topic, service, datetime.combine(day, time(12), tzinfo=UTC))

    return prepare


def starts(search, area, day: date) -> list[str]:
    found = [offer.start for offer in search.offers(area)]
    return [f"{start:%H:%M}" for start in found if start.astimezone(ROME).date() == day]


@pytest.mark.parametrize(("change", "first"), [(AUTUMN, "08:00"), (SPRING, "07:00")])
def test_nine_to_six_is_nine_to_six_before_and_after(asked_on, area_a, change, first):
    search = asked_on(change - timedelta(days=10), time(9), time(18))
    before = {AUTUMN: "07:00", SPRING: "08:00"}[change]

    assert starts(search, area_a, change - timedelta(days=7))[0] == before
    assert starts(search, area_a, change)[0] == starts(search, area_a, change + timedelta(days=1))[0] == first


@pytest.mark.parametrize(
    ("change", "expected"), [(AUTUMN, ["23:00", "00:00", "01:00", "02:00"]), (SPRING, ["00:00", "01:00"])]
)
def test_one_to_four_has_four_hours_in_autumn_and_two_in_spring(asked_on, area_a, change, expected):
    search = asked_on(change - timedelta(days=3), time(1), time(4))

    assert starts(search, area_a, change) == expected


def test_two_hours_over_the_change_last_two_real_hours(asked_on, tutor, area_a, service):
    service.length_minutes, service.step_minutes = 120, 60
    service.save()
    search = asked_on(date(2026, 10, 22), time(1), time(4))

    with time_machine.travel(search.now, tick=False):
        session = ask(search, tutor, area_a, datetime(2026, 10, 24, 23, tzinfo=UTC)).session

    assert session.ends_at - session.starts_at == 2 * HOUR
    assert f"{session.ends_at.astimezone(ROME):%H:%M}" == "02:00"  # for the second time that night


def test_notice_and_cut_off_are_real_hours_over_the_change(asked_on, tutor, learner, area_a, service):
    """Nine on the Sunday of autumn is 25 hours after nine on Saturday."""
    service.notice_hours = service.cancel_hours = 24
    service.save()
    search = asked_on(date(2026, 10, 22), time(9), time(12))
    nine = datetime(2026, 10, 25, 8, tzinfo=UTC)
    saturday_at_ten = datetime(2026, 10, 24, 8, tzinfo=UTC)

    with time_machine.travel(search.now, tick=False):
        booking = ask(search, tutor, area_a, nine)
        assert booking.session.cancel_until == saturday_at_ten
        at_the_last_moment = cancel_booking(booking, actor=learner, reason="Neve", now=saturday_at_ten)

    assert not at_the_last_moment.is_late_cancel


def test_the_last_moment_of_the_notice_is_taken_and_the_next_refused(asked_on, tutor, area_a, service):
    service.notice_hours = 24
    service.save()
    search = asked_on(date(2026, 10, 22), time(9), time(12))
    nine = datetime(2026, 10, 25, 8, tzinfo=UTC)

    def on(moment):
        return Search(search.learner, search.topic, service, moment)

    with time_machine.travel(nine - 24 * HOUR, tick=False):
        assert refusal(ask, on(nine - 24 * HOUR + timedelta(seconds=1)), tutor, area_a, nine) == "slot_taken"
        assert ask(on(nine - 24 * HOUR), tutor, area_a, nine).is_active


def test_easter_on_the_day_of_the_change_and_saint_francis_are_holidays():
    assert "Pasqua" in national_holidays(2027)[SPRING]
    assert date(2027, 10, 4) in national_holidays(2027)
    assert date(2025, 10, 4) not in national_holidays(2025)


def test_half_past_eleven_to_half_past_midnight_is_one_appointment(asked_on, tutor, area_a, service, client_for):
    """The hours end at midnight of one day and begin again at that of the next: one stretch."""
    service.length_minutes, service.step_minutes = 60, 30
    service.save()
    search = asked_on(date(2026, 11, 19), time(0), time(0))

    with time_machine.travel(search.now, tick=False):
        booking = ask(search, tutor, area_a, datetime(2026, 11, 22, 22, 30, tzinfo=UTC))
        page = client_for(search.learner).get(booking.get_absolute_url()).content.decode()

    assert "domenica 22 novembre 2026, 23:30–00:30" in page
    assert "ora italiana" in page or "Roma" in page  # the zone is always stated, whoever looks


@pytest.mark.parametrize(("on", "words"), [("2027-03-28", "l’ora non esiste"), ("2027-10-31", "l’ora si ripete")])
def test_the_form_asks_again_for_half_past_two_in_the_nights_of_the_change(client_for, tutor, now, on, words):
    given = {"on": on, "kind": "adds", "opens_at": "02:30", "closes_at": "06:00"}

    page = client_for(tutor).post(reverse("tutorship:exception_create"), given)

    assert (page.status_code, tutor.availability_exceptions.count()) == (200, 0)
    assert words in page.context["form"].errors["opens_at"][0]
