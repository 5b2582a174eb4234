"""Who is on the way is told what changed in a published course; who has completed it stays so."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import Page

from courses.models import CourseChange, LessonPage, QuizPage, Step
from tests import factories


@pytest.fixture
def on_the_way(enrolment):
    """Enrolled an hour ago by the real clock, which is the one of the CMS."""
    enrolment.enrolled_at = timezone.now() - timedelta(hours=1)
    enrolment.save()
    return enrolment


def course_page(client_for, person, course) -> str:
    return client_for(person).get(reverse("courses:course_detail", args=[course.slug])).content.decode()


def new_lesson(course, title="Nuova lezione") -> LessonPage:
    lesson = LessonPage(title=title, slug="nuova", body=[("text", "<p>Breve.</p>")], live=False)
    course.add_child(instance=lesson)
    lesson.save_revision().publish()
    lesson.refresh_from_db()
    return lesson


def republish(lesson) -> None:
    lesson.body = [("text", "<p>Riscritta.</p>")]
    lesson.save_revision().publish()


def test_changed_new_and_removed_steps_are_named_with_their_day(client_for, learner, course, on_the_way):
    first, second = LessonPage.objects.child_of(course)
    today = date_format(timezone.localdate(), "j F Y")
    assert "Che cosa è cambiato" not in course_page(client_for, learner, course)

    first.last_published_at = first.first_published_at = timezone.now() - timedelta(days=9)
    first.save()
    republish(first)
    republish(new_lesson(course))
    second.unpublish()

    page = course_page(client_for, learner, course)
    assert "Che cosa è cambiato nel corso" in page
    for title, word in [(first.title, "cambiato"), ("Nuova lezione", "nuovo"), (second.title, "tolto")]:
        assert f'{today}: <strong lang="it">{title}</strong>, {word}' in page


def test_what_came_and_went_and_what_was_before_is_no_news(client_for, learner, course, on_the_way):
    new_lesson(course).delete()
    first = LessonPage.objects.child_of(course).first()
    factories.LessonFactory(parent=course)
    CourseChange.objects.create(
        course=course,
        step_key=first.pk,
        title=first.title,
        kind="changed",
        changed_at=on_the_way.enrolled_at - timedelta(1),
    )

    assert CourseChange.objects.count() == 3
    assert "Che cosa è cambiato" not in course_page(client_for, learner, course)


def test_who_has_completed_stays_so_and_is_not_bothered(client_for, learner, course, on_the_way, colleague):
    on_the_way.completed_at = done_at = timezone.now()
    on_the_way.credit_minutes = 45
    on_the_way.save()
    other = factories.EnrolmentFactory(edition=on_the_way.edition, user=colleague)
    other.enrolled_at = on_the_way.enrolled_at
    other.save()

    lesson = new_lesson(course)

    on_the_way.refresh_from_db()
    assert (lesson.is_required, on_the_way.completed_at, on_the_way.credit_minutes) == (True, done_at, 45)
    assert "Che cosa è cambiato" not in course_page(client_for, learner, course)
    assert "Nuova lezione</strong>, nuovo" in course_page(client_for, colleague, course)


def test_a_step_that_is_published_again_as_it_was_is_no_news_unless_it_was_away(course, on_the_way):
    first, quiz = LessonPage.objects.child_of(course).first(), QuizPage.objects.child_of(course).get()
    for step in (first, quiz):
        step.save_revision().publish()
    Page.objects.child_of(course).update(first_published_at=timezone.now() - timedelta(days=9))
    CourseChange.objects.all().delete()
    kinds = CourseChange.objects.order_by("pk").values_list("kind", flat=True)

    for step in (first, quiz):
        Page.objects.get(pk=step.pk).specific.save_revision().publish()
    assert not kinds.all()

    quiz = QuizPage.objects.get(pk=quiz.pk)
    quiz.quiz_questions = quiz.quiz_questions.all()[1:]
    quiz.save_revision().publish()
    assert list(kinds.all()) == ["changed"]

    first = LessonPage.objects.get(pk=first.pk)
    first.unpublish()
    LessonPage.objects.get(pk=first.pk).save_revision().publish()
    assert list(kinds.all()) == ["changed", "removed", "changed"]


def test_without_people_on_the_way_nothing_is_kept(course):
    republish(LessonPage.objects.child_of(course).first())
    new_lesson(course)

    assert not CourseChange.objects.exists()
    assert Step.objects.outline(course).filter(slug="nuova").exists()
