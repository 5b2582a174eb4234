"""Open answers: waiting, marked once by a tutor of the edition, and the completion with them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from courses.actions import leave, mark_answer, record_reading, start_attempt, submit_attempt
from courses.models import Marking, QuizPage, QuizQuestion, Step
from courses.scoring import Kind
from journal.models import AuditEntry, OutgoingMail
from tests import factories
from tests.courses.papers import bank_question
from tests.races import race


@pytest.fixture
def marking(enrolment, edition, tutor, now):
    """An answer handed in for a quiz of one open question, all lessons read."""
    edition.tutors.set([tutor])
    quiz = QuizPage.objects.get()
    QuizQuestion.objects.all().delete()
    QuizQuestion.objects.create(quiz=quiz, question=bank_question(Kind.OPEN))
    for step in Step.objects.outline(edition.course).filter(kind=Step.Kind.LESSON):
        record_reading(enrolment, step, opened_at=now - timedelta(hours=1), now=now)
    attempt = start_attempt(enrolment, quiz, now=now)
    submit_attempt(attempt, {attempt.paper[0]["id"]: "Perché lo chiede la norma."}, now=now)
    return Marking.objects.get()


def mark(marking, tutor, now, points=(60, 20)):
    return mark_answer(marking, points=dict(enumerate(points, 1)), comment="Manca il numero.", actor=tutor, now=now)


def url(marking):
    return reverse("courses:answer_mark", args=[marking.pk])


def test_an_open_answer_waits_and_the_tutor_is_told(marking, enrolment, tutor):
    attempt = marking.answer.attempt
    enrolment.refresh_from_db()

    assert (attempt.is_waiting, attempt.score_percent, enrolment.completed_at) == (True, None, None)
    mail = OutgoingMail.objects.get(key=f"answers-to-mark:{attempt.pk}:{tutor.pk}")
    assert mail.subject.startswith("Una risposta da valutare: Prova finale")


def test_an_open_question_left_empty_waits_for_nobody(marking, enrolment, now):
    enrolment.attempts.all().delete()
    attempt = start_attempt(enrolment, QuizPage.objects.get(), now=now)

    assert submit_attempt(attempt, {}, now=now).score_percent == 0


def test_marks_complete_the_course_in_the_same_moment_and_the_learner_is_told(marking, enrolment, tutor, learner, now):
    later = now + timedelta(hours=2)

    mark(marking, tutor, later)

    enrolment.refresh_from_db()
    attempt = enrolment.attempts.get()
    assert (attempt.score_percent, attempt.is_passed, enrolment.completed_at) == (80, True, later)
    mail = OutgoingMail.objects.get(key=f"attempt-marked:{attempt.pk}")
    assert (mail.recipient, "La prova è superata." in mail.text) == (learner.email, True)
    assert AuditEntry.objects.get(action="mark_answer").actor == tutor


def test_nothing_of_an_unsuccessful_marking_stays(marking, tutor, now):
    for points in [(61, 0), (-1, 40), (60,)]:
        with pytest.raises(ValidationError) as refused:
            mark(marking, tutor, now, points)
        assert refused.value.code == "bad_points"

    marking.refresh_from_db()
    assert (marking.marked_at, marking.percent) == (None, None)


def test_another_attempt_waits_for_the_marks(marking, enrolment, tutor, now):
    with pytest.raises(ValidationError) as refused:
        start_attempt(enrolment, QuizPage.objects.get(), now=now)
    assert refused.value.code == "waiting"

    mark(marking, tutor, now, (10, 10))
    assert start_attempt(enrolment, QuizPage.objects.get(), now=now).number == 2


def test_marks_are_given_once(marking, tutor, now):
    mark(marking, tutor, now)

    with pytest.raises(ValidationError) as refused:
        mark(marking, tutor, now, (0, 0))

    assert refused.value.code == "already_marked"
    assert marking.answer.attempt.enrolment.attempts.get().score_percent == 80


@pytest.mark.django_db(transaction=True)
def test_two_tutors_at_once_give_one_mark(marking, tutor, now):
    contenders = [lambda points=points: mark(marking, tutor, now, points).percent for points in [(60, 40), (0, 0)]]

    said = race(contenders)

    assert sorted(map(str, said))[1] == "already_marked"
    assert AuditEntry.objects.filter(action="mark_answer").count() == 1
    assert Marking.objects.get().percent in said


# --- The screen -----------------------------------------------------------------------------------------------------


def test_the_tutor_marks_by_the_rubric(client_for, marking, tutor, learner):
    client = client_for(tutor)
    page = client.get(url(marking)).content.decode()
    assert "Perché lo chiede la norma." in page
    assert "CHIAVE-b" in page  # what earns the criterion in full

    wrong = client.post(url(marking), {"criterion-1": 61, "criterion-2": 10})
    assert wrong.status_code == 200
    client.post(url(marking), {"criterion-1": 60, "criterion-2": 10, "comment": "Chiaro."})

    attempt = marking.answer.attempt
    result = client_for(learner).get(reverse("courses:attempt_result", args=[attempt.pk])).content.decode()
    assert "CHIAVE-a: 60 su 60" in result
    assert "Chiaro." in result
    assert "CHIAVE-b" not in result  # the tutor's guide stays the tutor's
    assert client.get(url(marking)).status_code == 404


def test_the_list_shows_the_own_editions_only(client_for, marking, tutor, other_tutor, anci, edition):
    address = reverse("courses:marking_list")

    def listed(person):
        return [row.pk for row in client_for(person).get(address).context["markings"]]

    assert (listed(tutor), listed(other_tutor), listed(anci)) == ([marking.pk], [], [])
    edition.tutors.clear()
    assert (listed(tutor), listed(anci)) == ([], [marking.pk])


def test_the_learner_reads_that_the_result_waits(client_for, marking, learner):
    page = client_for(learner).get(reverse("courses:attempt_result", args=[marking.answer.attempt_id]))

    assert "Da valutare" in page.content.decode()


def test_answers_of_who_has_left_are_not_listed(client_for, marking, tutor, learner, now):
    leave(marking.answer.attempt.enrolment, actor=learner, now=now)

    assert list(client_for(tutor).get(reverse("courses:marking_list")).context["markings"]) == []
    assert client_for(tutor).get(url(marking)).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_queries_for_one_and_for_many(
    client_for, marking, tutor, edition, django_assert_max_num_queries, count
):
    for _number in range(count - 1):
        enrolment = factories.EnrolmentFactory(edition=edition)
        factories.MarkingFactory(answer__attempt__enrolment=enrolment, answer__attempt__quiz=QuizPage.objects.get())
    client = client_for(tutor)
    client.get(reverse("courses:marking_list"))

    with django_assert_max_num_queries(10):
        assert len(client.get(reverse("courses:marking_list")).context["markings"]) == count


def test_the_list_stands_among_the_tutors_pages(client_for, marking, tutor):
    page = client_for(tutor).get(reverse("courses:marking_list")).content.decode()

    assert f'<a href="{reverse("tutorship:tutor_week")}">Tutoraggio</a>' in page
    assert 'class="active" aria-current="page">Risposte da valutare' in page
