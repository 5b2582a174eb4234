"""The cast itself: what every other test leans on."""

import pytest

from courses.models import Step


def test_cast_reaches_what_the_roles_say(learner, tutor, referent, coordinator, anci, editor, area_a, body_a):
    assert learner.scope.is_coordinator is False
    assert tutor.scope.tutor_area_ids == {area_a.pk}
    assert referent.scope.body_ids == {body_a.pk}
    assert coordinator.scope.area_slugs == {"valchiavenna"}
    assert anci.scope.is_anci
    assert editor.scope.is_editor


def test_course_has_two_lessons_and_a_quiz_of_four(course, edition, enrolment):
    steps = Step.objects.outline(course)

    assert [step.kind for step in steps] == ["lesson", "lesson", "quiz"]
    assert steps[2].specific.quiz_questions.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_leaves_nothing_behind(course):
    assert Step.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_root_page_survives_tests_that_commit():
    assert Step.objects.count() == 0
    assert Step.objects.model._meta.get_parent_list()[0].objects.count() == 2  # the root and the welcome page


def test_client_for_logs_in(client_for, learner):
    assert client_for(learner).session["_auth_user_id"] == str(learner.pk)
