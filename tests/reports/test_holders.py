"""Who is trained on what in a body, and what is lost when the only one leaves."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Employment
from courses.models import CoursePage
from reports.models.holders import holders_by_theme
from reports.models.people import staff
from reports.models.period import Period
from territory.actions import merge_bodies
from territory.models import StaffCount
from tests.factories import CourseFactory, EditionFactory, EnrolmentFactory

TODAY = date(2026, 11, 23)
DIGITAL, GREEN = [str(value) for value in CoursePage.Theme.values[:2]]


def completes(person, theme, now):
    edition = EditionFactory(course=CourseFactory(theme=theme))
    EnrolmentFactory(user=person, edition=edition, completed_at=now)


def held(body, user) -> dict:
    rows = holders_by_theme(body, staff(body, user.scope, Period(2026, TODAY)))
    return {row.label: [holder.person for holder in row.holders] for row in rows}


@pytest.fixture
def trained(learner, colleague, now):
    completes(learner, DIGITAL, now)
    completes(colleague, DIGITAL, now)
    completes(learner, GREEN, now)
    EnrolmentFactory(user=colleague, edition=EditionFactory(course=CourseFactory(theme=GREEN)))  # not completed


def test_themes_name_who_works_there_today(trained, coordinator, body_a, learner, colleague):
    digital, green = (str(CoursePage.Theme(theme).label) for theme in (DIGITAL, GREEN))
    found = held(body_a, coordinator)
    assert list(found) == [green, digital]
    assert found[green] == [learner]
    assert set(found[digital]) == {learner, colleague}

    Employment.objects.filter(user=learner).update(ended_on=TODAY - timedelta(days=1))

    assert held(body_a, coordinator) == {green: [], digital: [colleague]}


def test_the_page_warns_and_stays_in_its_body(client_for, trained, referent, body_a, neighbour, now):
    completes(neighbour, DIGITAL, now)
    client = client_for(referent)
    page = client.get(reverse("reports:body_detail", args=[body_a.pk])).content.decode()
    assert "una sola persona" in page
    assert neighbour.last_name not in page

    Employment.objects.filter(user__last_name="Moro").update(ended_on=TODAY - timedelta(days=1))
    assert (
        "chi era formato non c’è più" in client.get(reverse("reports:body_detail", args=[body_a.pk])).content.decode()
    )


def test_the_successor_knows_what_its_predecessors_knew(client_for, trained, body_a, body_a2, learner, anci, now):
    merge_bodies([body_a], successor=body_a2, first_on=date(2026, 11, 1), actor=anci, now=now)

    found = held(body_a2, anci)
    assert {label: len(people) for label, people in found.items()} == {
        str(CoursePage.Theme(GREEN).label): 1,
        str(CoursePage.Theme(DIGITAL).label): 2,
    }
    assert "chi era formato non c’è più" not in client_for(anci).get(body_a.get_absolute_url()).text


@pytest.mark.parametrize(("people", "warned"), [(1, True), (2, False), (None, False)])
def test_an_office_of_one_is_what_the_count_says(client_for, referent, body_a, now, people, warned):
    completes(referent, DIGITAL, now)
    if people:
        StaffCount.objects.create(body=body_a, people=people, counted_on=TODAY)

    page = client_for(referent).get(body_a.get_absolute_url()).text

    assert ("Un ufficio di una persona sola" in page) == warned
