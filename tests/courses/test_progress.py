from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from courses.actions import leave, record_reading, save_answers, start_attempt, submit_attempt
from courses.actions.progress import missing_steps
from courses.models import LessonPage, QuizPage, Step
from courses.signals import enrolment_completed
from journal.models import AuditEntry
from tests.races import race


def lessons(enrolment):
    return [step for step in Step.objects.outline(enrolment.edition.course) if step.kind == Step.Kind.LESSON]


def quiz_of(enrolment):
    return QuizPage.objects.child_of(enrolment.edition.course).get()


def right(attempt, *, mistakes=0):
    """Answers that are right but for the first `mistakes` questions."""
    chosen = {}
    for number, question in enumerate(attempt.paper):
        wanted = number >= mistakes
        chosen[question["id"]] = [c["id"] for c in question["choices"] if (c["share_percent"] == 100) == wanted][:1]
    return chosen


def read_all(enrolment, now):
    for step in lessons(enrolment):
        record_reading(enrolment, step, opened_at=now - timedelta(hours=1), now=now)


@pytest.fixture
def completions():
    heard = []

    def listen(enrolment, now, **kwargs):
        heard.append((enrolment.pk, enrolment.credit_minutes, now))

    enrolment_completed.connect(listen)
    yield heard
    enrolment_completed.disconnect(listen)


def test_reading_counts_from_the_shortest_believable_stay(enrolment, now, settings):
    settings.LESSON_MINIMUM_SECONDS_PER_MINUTE = 6
    step = lessons(enrolment)[0]
    Step.objects.filter(pk=step.pk).update(minutes=10)
    step.refresh_from_db()

    early = record_reading(enrolment, step, opened_at=now - timedelta(seconds=59), now=now)
    assert (early.dwell_seconds, early.completed_at) == (59, None)

    later = now + timedelta(seconds=1)
    progress = record_reading(enrolment, step, opened_at=now, now=later)
    assert (progress.dwell_seconds, progress.completed_at) == (60, later)


def test_the_same_minutes_count_once_however_often_they_are_posted(enrolment, now):
    step = lessons(enrolment)[0]

    for _time in range(5):
        progress = record_reading(enrolment, step, opened_at=now - timedelta(seconds=4), now=now)

    assert progress.dwell_seconds == 4


def test_a_page_left_open_overnight_is_four_hours_at_most(enrolment, now):
    progress = record_reading(enrolment, lessons(enrolment)[0], opened_at=now - timedelta(hours=15), now=now)

    assert progress.dwell_seconds == 4 * 3600


def test_a_second_shorter_stay_takes_nothing_back(enrolment, now):
    step = lessons(enrolment)[0]
    record_reading(enrolment, step, opened_at=now - timedelta(minutes=30), now=now)

    progress = record_reading(enrolment, step, opened_at=now + timedelta(days=1), now=now + timedelta(days=1))

    assert (progress.dwell_seconds, progress.completed_at) == (1800, now)


def test_a_course_is_complete_at_once_with_its_last_piece_of_evidence(enrolment, now, completions):
    read_all(enrolment, now)
    attempt = start_attempt(enrolment, quiz_of(enrolment), now=now)
    assert [missing.reason for missing in missing_steps(enrolment)] == ["not_opened"]

    submit_attempt(attempt, right(attempt), now=now)

    enrolment.refresh_from_db()
    credit = sum(step.minutes for step in Step.objects.outline(enrolment.edition.course))
    assert (enrolment.completed_at, enrolment.credit_minutes) == (now, credit)
    assert completions == [(enrolment.pk, credit, now)]
    assert AuditEntry.objects.filter(action="complete").count() == 1


def test_a_completion_happens_once(enrolment, now, completions):
    read_all(enrolment, now)
    for _time in range(2):
        attempt = start_attempt(enrolment, quiz_of(enrolment), now=now)
        submit_attempt(attempt, right(attempt), now=now)

    assert len(completions) == 1


def test_a_course_without_required_steps_is_never_complete_by_itself(enrolment, now, completions):
    Step.objects.child_of(enrolment.edition.course).update(is_required=False)

    read_all(enrolment, now)

    assert completions == []


def test_a_failed_quiz_does_not_complete_and_the_best_attempt_counts(enrolment, now):
    read_all(enrolment, now)
    quiz = quiz_of(enrolment)
    for mistakes in (1, 3):
        attempt = start_attempt(enrolment, quiz, now=now)
        submit_attempt(attempt, right(attempt, mistakes=mistakes), now=now)

    progress = enrolment.steps.get(step=quiz)
    assert (progress.best_score_percent, progress.completed_at) == (Decimal(75), now)


def test_start_attempt_returns_the_open_one(enrolment, now):
    quiz = quiz_of(enrolment)

    assert start_attempt(enrolment, quiz, now=now) == start_attempt(enrolment, quiz, now=now)


def test_the_paper_does_not_change_when_the_editor_changes_a_question(enrolment, now):
    quiz = quiz_of(enrolment)
    attempt = start_attempt(enrolment, quiz, now=now)
    before = attempt.paper

    question = quiz.quiz_questions.first().question
    question.text = "Tutt’altra domanda?"
    question.choices.all().delete()
    question.save()
    attempt.refresh_from_db()

    assert attempt.paper == before
    assert submit_attempt(attempt, right(attempt), now=now).score_percent == 100


def test_answers_of_another_paper_are_dropped(enrolment, now):
    attempt = start_attempt(enrolment, quiz_of(enrolment), now=now)
    question = attempt.paper[0]["id"]

    save_answers(attempt, {question: [999_999], 888_888: [1]}, now=now)

    assert dict(attempt.answers.values_list("question_id", "given")) == {question: []}


def test_after_handing_in_neither_answers_nor_score_change(enrolment, now):
    attempt = start_attempt(enrolment, quiz_of(enrolment), now=now)
    submit_attempt(attempt, right(attempt, mistakes=4), now=now)

    again = submit_attempt(attempt, right(attempt), now=now + timedelta(minutes=1))

    assert (again.score_percent, again.submitted_at) == (0, now)
    with pytest.raises(ValidationError) as refused:
        save_answers(attempt, right(attempt), now=now)
    assert refused.value.code == "submitted"


def test_attempts_end_where_the_editor_says(enrolment, now):
    quiz = quiz_of(enrolment)
    quiz.maximum_attempts = 1
    quiz.save()
    attempt = start_attempt(enrolment, quiz, now=now)
    submit_attempt(attempt, {}, now=now)

    with pytest.raises(ValidationError) as refused:
        start_attempt(enrolment, quiz, now=now)
    assert refused.value.code == "no_attempts_left"


def test_who_has_left_leaves_no_evidence(enrolment, learner, now):
    leave(enrolment, actor=learner, now=now)

    with pytest.raises(ValidationError) as refused:
        read_all(enrolment, now)
    assert refused.value.code == "not_open"


@pytest.mark.django_db(transaction=True)
def test_a_quiz_handed_in_from_two_tabs_counts_once(enrolment, now):
    read_all(enrolment, now)
    attempt = start_attempt(enrolment, quiz_of(enrolment), now=now)
    answers = right(attempt)

    said = race([lambda: str(submit_attempt(attempt, answers, now=now).score_percent)] * 4)

    assert {Decimal(score) for score in said} == {Decimal(100)}
    assert AuditEntry.objects.filter(action="complete").count() == 1


def test_a_lesson_knows_its_minutes_from_its_words(course):
    lesson = LessonPage(title="Lunga", slug="lunga", body=[("text", f"<p>{'parola ' * 241}</p>")], exercise_minutes=5)

    course.add_child(instance=lesson)

    assert lesson.minutes == 3 + 5
