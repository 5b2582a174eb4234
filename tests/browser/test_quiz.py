"""The line drops during a quiz: what was answered is kept on the device and sent once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.actions import save_answers, start_attempt
from courses.models import Attempt, QuizPage
from lib.database_clock import database_now
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFLINE = "La linea è caduta"


@pytest.fixture
def attempt(now, learner):
    course = factories.CourseFactory(with_steps=True)
    enrolment = factories.EnrolmentFactory(edition=factories.EditionFactory(course=course), user=learner)
    return start_attempt(enrolment, QuizPage.objects.get(), now=database_now())


@pytest.fixture
def sitting(page_for, learner, attempt):
    """The learner's page with the quiz open, and the POSTs that reached the server."""
    page = page_for(learner, may_lose_line=True)
    arrived = []
    page.on("response", lambda answer: arrived.append(answer.url) if answer.request.method == "POST" else None)
    page.goto(reverse("courses:attempt_take", args=[attempt.pk]))
    return page, arrived


def choose(page, number: int, text: str) -> None:
    page.locator("fieldset.question").nth(number).get_by_label(text).check()


def saved(page, words: str) -> None:
    page.locator("#saved", has_text=words).wait_for()


def given(attempt) -> list[bool]:
    """Which of the questions, in the order of the paper, have their right answer stored."""
    stored = attempt.given()
    right = {q["id"]: [c["id"] for c in q["choices"] if c["share_percent"] == 100] for q in attempt.paper}
    return [stored.get(question["id"]) == right[question["id"]] for question in attempt.paper]


def test_an_answer_given_before_the_script_has_come_is_saved(sitting, attempt):
    page, _arrived = sitting
    held, has_answered = [], []
    page.route("**/quiz*.js", lambda route, _request: route.continue_() if has_answered else held.append(route))
    page.reload(wait_until="commit")
    choose(page, 0, "Una determina")
    has_answered.append(True)
    for route in held:
        route.continue_()
    saved(page, "Salvato alle")
    assert given(attempt) == [True, False, False, False]


def test_answers_given_while_the_line_is_down_arrive_once(sitting, attempt):
    page, arrived = sitting
    choose(page, 0, "Una determina")
    saved(page, "Salvato alle")

    page.context.set_offline(True)
    choose(page, 1, "Una determina")
    choose(page, 2, "Nulla")
    choose(page, 2, "Una determina")
    saved(page, OFFLINE)
    assert given(attempt) == [True, False, False, False]

    arrived.clear()
    page.context.set_offline(False)
    saved(page, "Salvato alle")

    assert given(attempt) == [True, True, True, False]
    assert [url.rpartition("/prove/")[2] for url in arrived] == [f"{attempt.pk}/risposta/"]
    assert page.evaluate("localStorage.length") == 0


def test_a_quiz_handed_in_while_the_line_is_down_is_handed_in_once(sitting, attempt):
    page, arrived = sitting
    page.context.set_offline(True)
    for number in range(4):
        choose(page, number, "Una determina")
    page.get_by_role("button", name="Consegna la prova").click()
    saved(page, "la prova si consegna quando torna")

    arrived.clear()
    page.context.set_offline(False)
    page.get_by_role("heading", name="Prova superata").wait_for()

    assert [url.rpartition("/prove/")[2] for url in arrived] == [f"{attempt.pk}/"]
    assert Attempt.objects.get().score_percent == 100


def test_a_page_closed_without_a_line_has_its_answers_again(sitting, attempt):
    page, _arrived = sitting
    page.context.set_offline(True)
    choose(page, 3, "Una delibera")
    saved(page, OFFLINE)
    page.close()  # a page that is only left may live on in the browser's cache, and send by itself
    page.context.set_offline(False)

    page = page.context.new_page()
    page.goto(reverse("courses:attempt_take", args=[attempt.pk]))
    saved(page, "Salvato alle")

    assert page.locator("fieldset.question").nth(3).get_by_label("Una delibera").is_checked()
    assert attempt.given() != {}


def test_the_time_left_is_told_in_words_and_the_end_leads_to_the_result(sitting, attempt):
    page, _arrived = sitting
    save_answers(attempt, {}, now=database_now())
    Attempt.objects.update(deadline_at=database_now() + timedelta(seconds=50))
    page.clock.install()  # the minute passes in the browser only

    page.reload()
    assert page.locator("#time-left").inner_text() == "resta meno di un minuto"

    Attempt.objects.update(deadline_at=database_now() - timedelta(seconds=1))
    page.clock.fast_forward("01:00")
    page.get_by_role("button", name="Vai all’esito").click()
    page.get_by_role("heading", name="Prova non ancora superata").wait_for()
