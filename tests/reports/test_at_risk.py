from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Employment
from courses.models import Attempt, QuizPage, StepProgress
from reports.models.at_risk import at_risk, at_risk_rows
from reports.risk import Reason, risks
from tests.factories import EditionFactory, EnrolmentFactory, employee

TODAY = date(2026, 11, 23)


def enrol(person, edition, now, *, idle_days=0, due_in=None, **fields):
    return EnrolmentFactory(
        edition=edition,
        user=person,
        enrolled_at=now - timedelta(days=60),
        last_activity_at=now - timedelta(days=idle_days),
        due_on=None if due_in is None else TODAY + timedelta(days=due_in),
        **fields,
    )


def attempt(enrolment, number, score, now):
    quiz = QuizPage.objects.get()
    return Attempt.objects.create(
        enrolment=enrolment,
        quiz=quiz,
        number=number,
        started_at=now,
        submitted_at=now,
        paper=[],
        pass_mark_percent=70,
        score_percent=score,
    )


def on_dates(course):
    return EditionFactory(course=course, is_self_paced=False, starts_on=TODAY)


def reasons(reason=None):
    rows = at_risk_rows(at_risk(Q(), missed={}, today=TODAY, reason=reason), today=TODAY, missed={})
    return [[risk.reason for risk in row.risks] for row in rows]


def test_two_failed_attempts_are_a_reason_until_the_quiz_is_passed(learner, edition, now):
    enrolment = enrol(learner, edition, now)
    attempt(enrolment, 1, 40, now - timedelta(days=3))
    assert reasons() == []

    attempt(enrolment, 2, 69, now - timedelta(days=2))
    (row,) = at_risk_rows(at_risk(Q(), missed={}, today=TODAY), today=TODAY, missed={})
    assert [(risk.reason, risk.since) for risk in row.risks] == [(Reason.FAILED, date(2026, 11, 21))]

    attempt(enrolment, 3, 70, now)
    StepProgress.objects.create(enrolment=enrolment, step=QuizPage.objects.get(), completed_at=now)
    assert reasons() == []


def test_who_goes_on_in_another_edition_of_the_course_is_not_idle(learner, edition, course, now):
    enrol(learner, edition, now, idle_days=20)
    elsewhere = enrol(learner, on_dates(course), now, idle_days=20)
    enrol(learner, EditionFactory(), now)
    assert reasons() == [[Reason.IDLE], [Reason.IDLE]]

    elsewhere.last_activity_at = now
    elsewhere.save()

    assert reasons() == reasons(Reason.IDLE) == []


def test_an_attempt_that_is_open_or_passed_is_no_failure(learner, edition, now):
    enrolment = enrol(learner, edition, now)
    attempt(enrolment, 1, 40, now)
    attempt(enrolment, 2, None, now)

    assert reasons() == []


@pytest.mark.parametrize("fields", [{"completed": True}, {"left": True}])
def test_who_has_finished_or_left_is_not_at_risk(learner, edition, now, fields):
    enrolment = enrol(learner, edition, now, idle_days=40, due_in=-5)
    enrolment.completed_at = now if "completed" in fields else None
    enrolment.left_at = now if "left" in fields else None
    enrolment.save()

    assert reasons() == []


def test_unconfirmed_people_are_not_listed(learner, edition, now):
    enrol(learner, edition, now, due_in=-5)
    Employment.objects.update(confirmed_at=None)

    assert reasons() == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(idle_days=st.integers(0, 30), due_in=st.none() | st.integers(-10, 20))
def test_the_database_selects_what_the_rule_says(learner, edition, now, idle_days, due_in):
    with transaction.atomic():
        due_on = enrol(learner, edition, now, idle_days=idle_days, due_in=due_in).due_on
        selected = {reason for reason in Reason if at_risk(Q(), missed={}, today=TODAY, reason=reason).exists()}
        is_listed = at_risk(Q(), missed={}, today=TODAY).exists()
        transaction.set_rollback(True)

    said = risks(due_on=due_on, active_on=TODAY - timedelta(days=idle_days), failed_on=None, today=TODAY)
    assert selected == {risk.reason for risk in said}
    assert is_listed is bool(said)


def test_page_filters_by_reason_and_counts_people(client_for, coordinator, learner, colleague, edition, now):
    late = enrol(learner, edition, now, due_in=-5)
    idle = enrol(colleague, edition, now, idle_days=20)
    client, url = client_for(coordinator), reverse("reports:at_risk")

    assert [row.enrolment for row in client.get(url).context["rows"]] == [late, idle]
    assert [row.enrolment for row in client.get(f"{url}?motivo=senza-attivita").context["rows"]] == [idle]
    assert [row.enrolment for row in client.get(f"{url}?motivo=altro").context["rows"]] == [late, idle]
    assert client.get(url).context["people"] == 2
    assert "scaduto: 18 novembre 2026" in client.get(url).content.decode()


def test_each_row_leads_to_its_due_date(client_for, coordinator, learner, edition, now):
    late = enrol(learner, edition, now, due_in=-5)

    page = client_for(coordinator).get(reverse("reports:at_risk")).content.decode()

    assert page.count("Sposta la scadenza") == 1
    assert f'href="{reverse("courses:enrolment_extend", args=[late.pk])}"' in page


@pytest.mark.parametrize("rows", [1, 100])
def test_queries_do_not_grow(client_for, coordinator, body_a, edition, now, rows, django_assert_max_num_queries):
    for _number in range(rows):
        enrol(employee(body_a), edition, now, idle_days=20)
    client = client_for(coordinator)
    client.get(reverse("reports:at_risk"))

    with django_assert_max_num_queries(4 + 5):
        client.get(reverse("reports:at_risk"))
