"""The monthly report: once for each coordinator, about the own areas, with a log of what was sent."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from journal.actions import send_due_mail
from journal.models import OutgoingMail
from reports.actions import send_monthly_reports
from tests.factories import EnrolmentFactory
from tests.reports.factories import CourseRecordFactory

FIRST = datetime(2026, 12, 1, 5, 20, tzinfo=UTC)
LOG = reverse("reports:monthly_list")


@pytest.fixture
def facts(completed_enrolment, outsider, edition, now):
    """One person in area A with an hour and a half, one in area B."""
    CourseRecordFactory(enrolment=completed_enrolment, minutes=90)
    EnrolmentFactory(edition=edition, user=outsider, enrolled_at=now, last_activity_at=now)


def report_to(person) -> OutgoingMail:
    return OutgoingMail.objects.get(kind="reports.monthly", recipient=person.email)


def test_each_coordinator_reads_about_the_own_areas(facts, coordinator, other_coordinator, anci, area_a, tutor):
    with time_machine.travel(FIRST, tick=False):
        assert send_monthly_reports(now=FIRST) == 3

    own = report_to(coordinator)
    assert own.subject == "Le cifre di novembre 2026"
    assert f"le cifre di {area_a.name} alla fine di novembre 2026:" in own.text
    assert "Persone iscritte: 1 (" in own.text
    assert "Ore, tutoraggio compreso: 1,5 (" in own.text
    assert "Persone iscritte: 2 (" in report_to(anci).text
    assert area_a.name not in report_to(other_coordinator).text


def test_what_came_after_the_end_of_the_month_is_not_in_it(facts, coordinator, learner, colleague, neighbour, edition):
    """Sent on the third of December: a person, hours and a municipality of the first two days wait for the next one."""
    third = FIRST + timedelta(days=2)
    for person in (colleague, neighbour):
        at = FIRST + timedelta(days=1)
        CourseRecordFactory(
            enrolment=EnrolmentFactory(user=person, edition=edition, enrolled_at=at, completed_at=at), minutes=60
        )

    with time_machine.travel(third, tick=False):
        send_monthly_reports(now=third)

    told = report_to(coordinator).text
    assert "Comuni raggiunti: 1 di 2 (1 in più di fine ottobre)" in told
    assert "Persone iscritte: 1 (1 in più di fine ottobre)" in told
    assert "Ore, tutoraggio compreso: 1,5 (1,5 in più di fine ottobre)" in told
    assert "Comuni silenti: 1" in told


def test_it_is_sent_once_and_only_in_the_first_week(facts, coordinator):
    with time_machine.travel(FIRST, tick=False):
        assert [send_monthly_reports(now=FIRST) for _time in range(2)] == [1, 0]
        assert send_monthly_reports(now=FIRST.replace(day=8)) == 0

    assert OutgoingMail.objects.filter(kind="reports.monthly").count() == 1


def test_the_log_shows_the_own_and_to_anci_all(facts, coordinator, other_coordinator, anci, client_for):
    assert "Ancora nessuno" in client_for(coordinator).get(LOG).text
    with time_machine.travel(FIRST, tick=False):
        send_monthly_reports(now=FIRST)
        send_due_mail(now=FIRST)
        page = client_for(coordinator).get(LOG).text

        assert coordinator.email in page
        assert "1 dicembre 2026, 06:20" in page
        assert other_coordinator.email not in page
        assert other_coordinator.email in client_for(anci).get(LOG).text
