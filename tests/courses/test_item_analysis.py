"""Item analysis against an example worked by hand, and its page for editors."""

from datetime import timedelta
from math import sqrt

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses.actions import start_attempt, submit_attempt
from courses.actions.analysis import analyse_quiz
from courses.models import QuizPage
from courses.scoring import analyse
from tests import factories

# Five people, three questions. Of question 1 the others make 2, 1, 0, 1, 0 right: mean 0.8; itself 0.6.
# Σ (a - 0.6)(r - 0.8) = 0.48 + 0.08 - 0.32 - 0.12 + 0.48 = 0.6; Σ (a - 0.6)² = 1.2; Σ (r - 0.8)² = 2.8.
BY_HAND = [
    {1: 100, 2: 100, 3: 100},
    {1: 100, 2: 100, 3: 0},
    {1: 100, 2: 0, 3: 0},
    {1: 0, 2: 100, 3: 0},
    {1: 0, 2: 0, 3: 0},
]


def test_facility_and_discrimination_are_those_worked_by_hand():
    items = analyse(BY_HAND, minimum=5)

    assert [items[key].facility for key in (1, 2, 3)] == [60, 60, 20]
    assert items[1].discrimination == pytest.approx(0.6 / sqrt(1.2 * 2.8))
    assert round(items[1].discrimination, 4) == 0.3273


def test_below_the_minimum_there_are_no_figures():
    item = analyse(BY_HAND)[1]

    assert (item.attempts, item.facility, item.discrimination) == (5, None, None)


def test_what_everybody_knows_tells_nothing():
    assert analyse([{1: 100, 2: 100}, {1: 100, 2: 0}], minimum=2)[1].discrimination is None
    assert analyse([{1: 100}, {1: 0}], minimum=2)[1].discrimination is None


@given(st.lists(st.fixed_dictionaries({key: st.integers(0, 100) for key in (1, 2, 3)}), min_size=2, max_size=12))
def test_figures_stay_within_their_bounds(attempts):
    for item in analyse(attempts, minimum=2).values():
        assert 0 <= item.facility <= 100
        assert item.discrimination is None or -1.000001 <= item.discrimination <= 1.000001


@pytest.fixture
def sat(edition, now):
    """Thirty people at a quiz of two questions: the first twenty know the first, every other one the second."""
    quiz = QuizPage.objects.get()
    for extra in quiz.quiz_questions.order_by("pk")[2:]:
        type(extra).objects.filter(pk=extra.pk).delete()
    quiz = QuizPage.objects.get()
    first = quiz.quiz_questions.order_by("sort_order", "pk")[0].question_id
    for number in range(30):
        enrolment = factories.EnrolmentFactory(edition=edition)
        attempt = start_attempt(enrolment, quiz, now=now)
        answers = {}
        for question in attempt.paper:
            knows = number < 20 if question["id"] == first else number % 2 == 0
            answers[question["id"]] = [c["id"] for c in question["choices"] if (c["share_percent"] == 100) == knows][:1]
        submit_attempt(attempt, answers, now=now + timedelta(minutes=number))
    return quiz, first


def test_a_quiz_is_analysed_from_the_first_attempts(sat, now, django_assert_num_queries):
    quiz, first = sat

    with django_assert_num_queries(3):
        rows = {row.question["id"]: row for row in analyse_quiz(quiz)}

    row = rows[first]
    assert (row.item.attempts, round(row.item.facility, 2)) == (30, 66.67)
    assert row.choices[0] == ("Una determina", 100, 20)
    assert sum(count for _text, _share, count in row.choices) + row.others == 30


def test_the_page_is_for_editors(client_for, sat, editor, learner, coordinator):
    quiz, _first = sat
    grant_editors(factories.home_page())
    sync_cms_groups(editor)
    address = reverse("quiz_analysis", args=[quiz.pk])

    page = client_for(editor).get(address).content.decode()

    assert "30 primi tentativi" in page
    assert "20 × Una determina" in page
    for person in (learner, coordinator):
        assert client_for(person).get(address).status_code == 404
