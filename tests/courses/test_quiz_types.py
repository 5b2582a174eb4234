"""Every type of question from the bank to the result, as the learner meets it."""

import re

import pytest
from django.urls import reverse

from courses.actions import start_attempt
from courses.actions.paper import freeze
from courses.models import QuizDraw, QuizPage, QuizQuestion
from courses.scoring import Kind
from tests.courses.papers import BANK, KEYS, bank_question

AUTOMATIC = sorted(set(Kind) - {Kind.OPEN})


@pytest.fixture
def sit(enrolment, now):
    """Ask the given kinds, one question each, and open an attempt."""

    def start(*kinds):
        quiz = QuizPage.objects.get()
        QuizQuestion.objects.all().delete()
        for number, kind in enumerate(kinds):
            QuizQuestion.objects.create(quiz=quiz, question=bank_question(kind), sort_order=number)
        return start_attempt(enrolment, quiz, now=now)

    return start


def url(attempt, name="attempt_take"):
    return reverse(f"courses:{name}", args=[attempt.pk])


def right_fields(question) -> dict:
    """The form fields of a right answer, found in the frozen paper."""
    name, kind = f"question-{question['id']}", question["kind"]
    if kind == Kind.MATCHING:
        return {
            f"{name}-{pair['id']}": question["options"].index(pair["match"])
            for pair in question["choices"]
            if pair["text"]
        }
    right = [choice for choice in question["choices"] if choice["share_percent"] > 0]
    if kind in {Kind.SHORT, Kind.NUMERIC}:
        return {name: right[0]["text"]}
    return {name: [choice["id"] for choice in right]}


@pytest.mark.parametrize("kind", sorted(Kind))
def test_no_key_comment_or_hint_leaves_the_server_before_handing_in(client_for, learner, sit, kind):
    attempt = sit(kind)
    client, (question,) = client_for(learner), attempt.paper
    answer = {"shown": question["id"]} | right_fields(question) if kind != Kind.OPEN else {}

    course = attempt.enrolment.edition.course
    answers = [
        client.get(reverse("courses:step", args=[course.slug, attempt.quiz.slug])),
        client.get(url(attempt)),
        client.get(url(attempt) + "?rivedi=1"),
        client.post(url(attempt, "attempt_answer"), answer if kind not in {Kind.SHORT, Kind.NUMERIC} else {}),
        client.get(url(attempt, "attempt_result"), follow=True),
    ]

    for said in answers:
        text = said.content.decode() + str(said.headers)
        assert [word for word in KEYS if word in text] == []


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_a_right_answer_comes_back_as_right_with_its_comment(client_for, learner, sit, kind):
    attempt = sit(kind)
    client, (question,) = client_for(learner), attempt.paper

    data = {"shown": question["id"], "submit": 1} | right_fields(question)
    page = client.post(url(attempt), data, follow=True)

    assert page.redirect_chain[-1][0] == url(attempt, "attempt_result")
    assert [row["is_right"] for row in page.context["questions"]] == [True]
    assert "CHIAVE" in page.content.decode()


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_an_answer_is_on_the_page_again_when_it_is_opened_elsewhere(client_for, learner, sit, kind):
    attempt = sit(kind)
    (question,) = attempt.paper
    client_for(learner).post(url(attempt, "attempt_answer"), {"shown": question["id"]} | right_fields(question))

    page = client_for(learner).get(url(attempt))

    assert [shown["is_answered"] for shown in page.context["questions"]] == [True]
    text = page.content.decode()
    written = f'value="{question["choices"][0]["text"]}"'
    assert re.search(r" (checked|selected)", text) or written in text


def test_a_form_without_a_question_leaves_its_answer_and_an_emptied_one_takes_it_away(client_for, learner, sit):
    attempt = sit(Kind.SEVERAL, Kind.SHORT)
    client, several = client_for(learner), attempt.paper[0 if attempt.paper[0]["kind"] == "several" else 1]
    client.post(url(attempt, "attempt_answer"), {"shown": several["id"]} | right_fields(several))

    client.post(url(attempt, "attempt_answer"), {"shown": "999"})
    assert attempt.answers.get().given != []

    client.post(url(attempt, "attempt_answer"), {"shown": several["id"]})
    assert attempt.answers.get().given == []


def test_the_page_knows_nothing_of_the_order_in_which_the_editor_wrote(client_for, learner, sit):
    attempt = sit(*BANK)

    page = client_for(learner).get(url(attempt)).content.decode()

    values = {int(value) for value in re.findall(r'(?:<option|type="(?:radio|checkbox)")[^>]* value="(\d+)"', page)}
    assert values
    assert values <= {0, 1, 2, 3, 4}
    for question in attempt.paper:
        assert [choice["id"] for choice in question["choices"]] == list(range(1, len(question["choices"]) + 1))


def test_the_right_sides_of_a_matching_question_are_shuffled_even_where_the_editor_says_no(db):
    question = bank_question(Kind.MATCHING)

    orders = {tuple(freeze(question, is_shuffled=False)["options"]) for _time in range(30)}

    assert len(orders) > 1


def test_a_bank_question_keeps_its_versions_and_its_tags(db, now):
    question = bank_question(Kind.ONE)
    question.text = "Quale atto serve davvero?"
    question.save_revision()
    question.save()

    assert [revision.content["text"] for revision in question.revisions.order_by("pk")] == [
        "Quale atto serve?",
        "Quale atto serve davvero?",
    ]


def test_a_draw_takes_so_many_questions_of_its_tag_and_none_twice(enrolment, now):
    quiz = QuizPage.objects.get()
    kinds = [Kind.ONE, Kind.TRUTH, Kind.SHORT, Kind.GAP, Kind.SEVERAL]
    rows = [bank_question(kind) for kind in kinds]
    for row in rows:
        row.tags.add("soglie")
        row.save()
    QuizQuestion.objects.all().delete()
    QuizQuestion.objects.create(quiz=quiz, question=rows[0])
    QuizDraw.objects.create(quiz=quiz, tag=rows[0].tags.get(), count=3)

    drawn = [question["id"] for question in start_attempt(enrolment, quiz, now=now).paper]

    assert len(drawn) == len(set(drawn)) == 4
    assert set(drawn) <= {row.pk for row in rows}
    assert rows[0].pk in drawn
