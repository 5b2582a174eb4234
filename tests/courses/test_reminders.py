"""Due dates of an edition, and the three reminders of each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from courses.actions import enrol, extend_due_date, leave
from courses.actions.reminders import send_due_reminders
from courses.models import Edition
from courses.tasks import remind
from journal.models import OutgoingMail
from tests import factories

DUE = date(2026, 12, 15)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def due(edition, learner, now):
    """An enrolment of today, due on 15 December."""
    return factories.EnrolmentFactory(edition=edition, user=learner, due_on=DUE)


def subjects() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("subject", flat=True))


def test_three_reminders_each_once(due, course, now):
    for number in range(-20, 20):
        for hour in (9, 15):
            send_due_reminders(now=at(DUE + timedelta(days=number), hour))

    assert subjects() == [
        f"Da completare entro il 15 dicembre: {course}",
        f"Ultimi giorni, da completare entro il 15 dicembre: {course}",
        f"Era da completare entro il 15 dicembre: {course}",
    ]


@pytest.mark.parametrize(
    ("days", "sent"),
    [(8, 0), (7, 1), (2, 1), (1, 1), (0, 1), (-1, 1), (-7, 1), (-8, 0)],
    ids=str,
)
def test_a_night_without_a_worker_is_made_up_for(due, days, sent):
    assert send_due_reminders(now=at(DUE - timedelta(days=days))) == sent


def test_nobody_is_reminded_at_night(due):
    assert send_due_reminders(now=at(DUE, hour=6)) == 0  # seven in Rome
    assert send_due_reminders(now=at(DUE, hour=7)) == 1


def test_who_has_finished_left_or_enrolled_late_is_left_alone(edition, body_a, now):
    people = [factories.employee(body_a) for _number in range(3)]
    factories.EnrolmentFactory(edition=edition, user=people[0], due_on=DUE, completed_at=now)
    leave(factories.EnrolmentFactory(edition=edition, user=people[1], due_on=DUE), actor=people[1], now=now)
    factories.EnrolmentFactory(edition=edition, user=people[2], due_on=DUE, enrolled_at=at(DUE - timedelta(days=4)))

    assert send_due_reminders(now=at(DUE - timedelta(days=4))) == 0


def test_an_extension_is_reminded_of_anew(due, coordinator, now):
    send_due_reminders(now=at(DUE))
    later = DUE + timedelta(days=30)

    extend_due_date(due, due_on=later, actor=coordinator, reason="Congedo", now=at(DUE))

    assert send_due_reminders(now=at(DUE)) == 0
    assert send_due_reminders(now=at(later - timedelta(days=7))) == 1


def test_the_worker_reminds(due, now):
    due.due_on = now.date()
    due.save()

    remind.call_local()
    remind.call_local()

    assert len(subjects()) == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"due_days": 30}, date(2026, 12, 23)),
        ({"due_on": date(2027, 1, 31)}, date(2027, 1, 31)),
        ({"ends_on": date(2026, 12, 20)}, date(2026, 12, 20)),
        ({"ends_on": date(2026, 12, 20), "due_days": 10}, date(2026, 12, 3)),
        ({}, None),
    ],
    ids=["relative", "fixed", "the_last_day", "relative_wins", "none"],
)
def test_the_due_date_follows_the_edition(course, learner, now, fields, expected):
    edition = factories.EditionFactory(course=course, is_self_paced=False, starts_on=date(2026, 12, 1), **fields)

    enrolment = enrol(edition, user=learner, employment=learner.employments.get(), now=now)

    assert enrolment.due_on == expected


def test_a_day_and_a_number_of_days_together_are_refused(course):
    edition = Edition(course=course, code="x", starts_on=date(2026, 12, 1), due_on=DUE, due_days=10)

    with pytest.raises(ValidationError, match="o un giorno o un numero di giorni"):
        edition.full_clean()
