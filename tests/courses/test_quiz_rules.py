"""Attempts, time and what is shown when: the rules an editor sets for a quiz."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses.actions import (
    give_extra_time,
    hand_in_overdue_attempts,
    leave,
    save_answers,
    start_attempt,
    submit_attempt,
)
from courses.models import Attempt, ExtraTime, QuizDraw, QuizPage, QuizQuestion
from courses.scoring import What, When, deadline, seen
from courses.tasks import hand_in_overdue_attempts as sweep
from journal.models import AuditEntry
from lib.database_clock import database_now
from tests import factories
from tests.races import race

MINUTE = timedelta(minutes=1)


@pytest.fixture
def quiz(enrolment):
    return QuizPage.objects.get()


def set_rules(quiz, **rules):
    QuizPage.objects.filter(pk=quiz.pk).update(**rules)
    quiz.refresh_from_db()


def right(attempt, *, mistakes=0):
    chosen = {}
    for number, question in enumerate(attempt.paper):
        wanted = number >= mistakes
        chosen[question["id"]] = [c["id"] for c in question["choices"] if (c["share_percent"] == 100) == wanted][:1]
    return chosen


def sit(enrolment, quiz, *, mistakes, now):
    attempt = start_attempt(enrolment, quiz, now=now)
    return submit_attempt(attempt, right(attempt, mistakes=mistakes), now=now)


def refused(action) -> str:
    with pytest.raises(ValidationError) as refusal:
        action()
    return refusal.value.code


def url(attempt, name="attempt_take"):
    return reverse(f"courses:{name}", args=[attempt.pk])


# --- Which attempt counts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "score", "is_passed"), [("best", 75, True), ("last", 25, False), ("average", 50, False)]
)
def test_the_best_the_last_or_the_average_attempt_counts(enrolment, quiz, now, rule, score, is_passed):
    set_rules(quiz, counting=rule)
    mistakes = (1, 3) if rule == "best" else (2, 3) if rule == "last" else (3, 1)
    for wrong in mistakes:
        sit(enrolment, quiz, mistakes=wrong, now=now)

    progress = enrolment.steps.get(step=quiz)
    assert (progress.best_score_percent, progress.completed_at is not None) == (score, is_passed)


def test_what_is_passed_once_stays_passed(enrolment, quiz, now):
    set_rules(quiz, counting="last")
    for wrong in (1, 4):
        sit(enrolment, quiz, mistakes=wrong, now=now)

    progress = enrolment.steps.get(step=quiz)
    assert (progress.best_score_percent, progress.completed_at) == (75, now)


def test_the_next_attempt_waits_so_many_minutes(enrolment, quiz, now):
    set_rules(quiz, minutes_between_attempts=60)
    sit(enrolment, quiz, mistakes=4, now=now)

    assert refused(lambda: start_attempt(enrolment, quiz, now=now + 59 * MINUTE)) == "too_soon"
    assert start_attempt(enrolment, quiz, now=now + 60 * MINUTE).number == 2


def test_a_closed_quiz_begins_no_attempt(enrolment, quiz, now):
    set_rules(quiz, closes_at=now)

    assert refused(lambda: start_attempt(enrolment, quiz, now=now)) == "closed"


# --- Time -----------------------------------------------------------------------------------------------------------


@given(st.integers(1, 600), st.integers(0, 200), st.integers(1, 900))
def test_a_deadline_is_never_beyond_the_closing_nor_shortened_by_extra_time(limit, extra, closing):
    start = factories.datetime(2026, 11, 23, 9, tzinfo=factories.UTC)
    closes = start + closing * MINUTE

    plain = deadline(start, limit_minutes=limit)
    longer = deadline(start, limit_minutes=limit, extra_percent=extra)

    assert plain == start + limit * MINUTE
    assert plain <= longer <= start + 3 * limit * MINUTE
    assert deadline(start, limit_minutes=limit, extra_percent=extra, closes_at=closes) == min(longer, closes)


def test_without_limit_and_closing_there_is_no_deadline(now):
    assert deadline(now, limit_minutes=None) is None


def test_who_has_more_time_gets_it_in_full(enrolment, quiz, now, learner, coordinator):
    set_rules(quiz, time_limit_minutes=20)
    give_extra_time(learner, percent=30, area="valchiavenna", actor=coordinator, now=now)

    assert start_attempt(enrolment, quiz, now=now).deadline_at == now + 26 * MINUTE
    entry = AuditEntry.objects.get(action="give_extra_time")
    assert (entry.after, entry.reason) == ({"extra_percent": 30}, "")


def test_a_coordinator_gives_more_time_and_takes_it_back(
    client_for, enrolment, coordinator, other_coordinator, learner
):
    address = reverse("courses:extra_time", args=[enrolment.pk])

    assert client_for(other_coordinator).post(address, {"percent": 30}).status_code == 404
    assert client_for(coordinator).post(address, {"percent": 500}).status_code == 200
    client_for(coordinator).post(address, {"percent": 30})
    assert ExtraTime.objects.get(user=learner).percent == 30
    client_for(coordinator).post(address, {"percent": 0})
    assert not ExtraTime.objects.exists()


def test_after_the_deadline_neither_an_answer_nor_the_score_changes(enrolment, quiz, now):
    set_rules(quiz, time_limit_minutes=20)
    attempt = start_attempt(enrolment, quiz, now=now)
    save_answers(attempt, right(attempt, mistakes=2), now=now + 19 * MINUTE)

    assert refused(lambda: save_answers(attempt, right(attempt), now=now + 20 * MINUTE)) == "too_late"

    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.score_percent, attempt.is_cut) == (now + 20 * MINUTE, 50, True)
    again = submit_attempt(attempt, right(attempt), now=now + 21 * MINUTE)
    assert again.score_percent == 50


def test_handing_in_too_late_counts_what_was_saved(enrolment, quiz, now):
    set_rules(quiz, time_limit_minutes=20)
    attempt = start_attempt(enrolment, quiz, now=now)

    late = submit_attempt(attempt, right(attempt), now=now + 25 * MINUTE)

    assert (late.submitted_at, late.score_percent) == (now + 20 * MINUTE, 0)


def test_the_next_start_hands_in_what_was_left_behind(enrolment, quiz, now):
    set_rules(quiz, time_limit_minutes=20)
    first = start_attempt(enrolment, quiz, now=now)

    second = start_attempt(enrolment, quiz, now=now + 30 * MINUTE)

    first.refresh_from_db()
    assert (first.submitted_at, second.number) == (now + 20 * MINUTE, 2)


def test_the_sweep_hands_in_what_nobody_came_back_to_once(enrolment, quiz, now, learner):
    set_rules(quiz, time_limit_minutes=20)
    attempt = start_attempt(enrolment, quiz, now=now)
    save_answers(attempt, right(attempt), now=now)

    assert hand_in_overdue_attempts(now=now + 19 * MINUTE) == 0
    assert hand_in_overdue_attempts(now=now + 20 * MINUTE) == 1
    assert hand_in_overdue_attempts(now=now + 21 * MINUTE) == 0
    assert enrolment.steps.get(step=quiz).completed_at is not None


def test_the_sweep_leaves_who_has_left(enrolment, quiz, now, learner):
    set_rules(quiz, time_limit_minutes=20)
    start_attempt(enrolment, quiz, now=now)
    leave(enrolment, actor=learner, now=now)

    assert hand_in_overdue_attempts(now=now + 30 * MINUTE) == 0


def test_the_clock_is_the_databases(client_for, enrolment, quiz, learner):
    """The test's own clock stands still on a day in November; the deadline is a second ago by the database's."""
    attempt = start_attempt(enrolment, quiz, now=database_now())
    save_answers(attempt, right(attempt, mistakes=1), now=database_now())
    Attempt.objects.update(deadline_at=database_now() - timedelta(seconds=1))
    client = client_for(learner)

    late = client.post(url(attempt, "attempt_answer"), {"shown": attempt.paper[0]["id"]})
    result = client.get(url(attempt, "attempt_result"))

    assert (late.status_code, late.json()) == (
        409,
        {"error": "Il tempo è finito: conta quello che era già salvato."},
    )
    assert result.context["attempt"].score_percent == 75


def test_opening_an_attempt_past_its_deadline_writes_nothing_and_offers_the_result(
    client_for, enrolment, quiz, learner
):
    attempt = start_attempt(enrolment, quiz, now=database_now())
    Attempt.objects.update(deadline_at=database_now())
    client = client_for(learner)

    page = client.get(url(attempt))
    assert "Il tempo è finito" in page.content.decode()
    assert Attempt.objects.get().submitted_at is None

    assert client.post(url(attempt), {"anyway": 1}, follow=True).context["attempt"].is_cut


def test_the_page_says_how_much_time_is_left(client_for, enrolment, quiz, learner):
    set_rules(quiz, time_limit_minutes=20)
    attempt = start_attempt(enrolment, quiz, now=database_now())

    seconds = client_for(learner).get(url(attempt)).context["seconds_left"]

    assert 1100 < seconds <= 1200


def test_the_task_asks_the_databases_clock(enrolment, quiz):
    start_attempt(enrolment, quiz, now=database_now())
    Attempt.objects.update(deadline_at=database_now())

    sweep.call_local()

    assert Attempt.objects.get().is_cut


@pytest.mark.django_db(transaction=True)
def test_sweep_and_a_late_hand_in_are_one_submission(enrolment, quiz, now):
    set_rules(quiz, time_limit_minutes=20)
    attempt = start_attempt(enrolment, quiz, now=now)
    save_answers(attempt, right(attempt, mistakes=1), now=now)
    later = now + 25 * MINUTE

    contenders = [lambda: str(submit_attempt(attempt, right(attempt), now=later).score_percent)] * 2
    said = race([*contenders, *[lambda: hand_in_overdue_attempts(now=later) in (0, 1)] * 2])

    assert ({Decimal(score) for score in said[:2]}, said[2:]) == ({Decimal(75)}, [True, True])
    assert Attempt.objects.get().score_percent == 75


# --- Peers, day one: 17 ---------------------------------------------------------------------------------------------


def test_a_timed_quiz_of_10_drawn_from_60_with_two_attempts_and_comments_after_closing(
    client_for, enrolment, quiz, learner, colleague, edition, coordinator, now
):
    closing = database_now() + timedelta(days=1)
    bank = [factories.QuestionFactory() for _number in range(60)]
    for question in bank:
        question.tags.add("soglie")
        question.save()
    QuizQuestion.objects.all().delete()
    QuizDraw.objects.create(quiz=quiz, tag=bank[0].tags.get(), count=10)
    later = dict.fromkeys(("verdicts_shown", "comments_shown", "key_shown"), When.CLOSED)
    set_rules(quiz, time_limit_minutes=20, maximum_attempts=2, closes_at=closing, **later)
    give_extra_time(colleague, percent=30, area="", actor=coordinator, now=now)
    other = factories.EnrolmentFactory(edition=edition, user=colleague)

    papers, start = [], database_now()
    for person in (enrolment, other):
        for _attempt in range(2):
            attempt = start_attempt(person, quiz, now=start)
            papers.append([question["id"] for question in attempt.paper])
            last = submit_attempt(attempt, right(attempt, mistakes=1), now=start)
        minutes = 26 if person is other else 20
        assert last.deadline_at == start + minutes * MINUTE
        assert refused(lambda person=person: start_attempt(person, quiz, now=start)) == "no_attempts_left"

    assert [len(set(paper)) for paper in papers] == [10] * 4
    assert len({frozenset(paper) for paper in papers}) > 1
    mine = enrolment.attempts.last()
    page = client_for(learner).get(url(mine, "attempt_result")).content.decode()
    assert "Risposte giuste: 90%" in page
    assert "Perché" not in page
    assert "Lo dice la legge" not in page

    set_rules(quiz, closes_at=database_now())
    page = client_for(learner).get(url(mine, "attempt_result")).content.decode()
    assert "Perché una determina." in page
    assert "Lo dice la legge" in page


# --- What is shown when ---------------------------------------------------------------------------------------------

matrices = st.fixed_dictionaries({what: st.sampled_from(When) for what in What})


@given(matrices)
def test_more_is_seen_with_time_and_never_less(matrix):
    submitted, finished, closed = (
        seen(matrix, is_finished=is_finished, is_closed=is_closed)
        for is_finished, is_closed in ((False, False), (True, False), (False, True))
    )

    assert submitted <= finished <= closed
    assert {what for what, when in matrix.items() if when == When.NEVER}.isdisjoint(closed)


MARKS = {  # what the result page holds when its row is shown, and never else
    What.SCORE: "Risposte giuste: 75%",
    What.ANSWERS: "che cosa serve?",
    What.VERDICTS: "Sbagliata",
    What.COMMENTS: "Lo dice la legge",
    What.KEY: "La risposta giusta:",
}


@pytest.mark.parametrize("hidden", list(What))
def test_what_the_editor_hides_is_not_on_the_result_page(client_for, enrolment, quiz, learner, now, hidden):
    set_rules(quiz, **{f"{what}_shown": When.NEVER if what == hidden else When.SUBMITTED for what in What})
    attempt = sit(enrolment, quiz, mistakes=1, now=now)

    page = client_for(learner).get(url(attempt, "attempt_result")).content.decode()

    missing = {what for what, words in MARKS.items() if words not in page}
    without_questions = set(What) - {What.SCORE}
    assert missing == ({hidden} if hidden != What.ANSWERS else without_questions)


def test_the_key_waits_until_no_attempt_is_left(client_for, enrolment, quiz, learner, now):
    set_rules(quiz, maximum_attempts=2)
    first = sit(enrolment, quiz, mistakes=4, now=now)
    client = client_for(learner)
    assert MARKS[What.KEY] not in client.get(url(first, "attempt_result")).content.decode()

    second = start_attempt(enrolment, quiz, now=now)
    assert MARKS[What.KEY] not in client.get(url(first, "attempt_result")).content.decode()

    submit_attempt(second, {}, now=now)
    assert MARKS[What.KEY] in client.get(url(first, "attempt_result")).content.decode()


# --- One question at a time -----------------------------------------------------------------------------------------


def test_one_question_at_a_time_with_a_navigator_and_a_review(client_for, enrolment, quiz, learner, now):
    set_rules(quiz, is_one_at_a_time=True, is_shuffled=False)
    attempt = start_attempt(enrolment, quiz, now=now)
    client, first = client_for(learner), attempt.paper[0]
    data = {"shown": first["id"], f"question-{first['id']}": first["choices"][0]["id"]}

    page = client.get(url(attempt))
    assert [question["number"] for question in page.context["shown"]] == [1]

    page = client.post(url(attempt), data | {"go": 3}, follow=True)
    assert [question["number"] for question in page.context["shown"]] == [3]
    assert [question["is_answered"] for question in page.context["questions"]] == [True, False, False, False]

    review = client.post(url(attempt), {"submit": 1}, follow=True)
    assert review.context["shown"] == []
    assert [question["number"] for question in review.context["unanswered"]] == [2, 3, 4]

    client.post(url(attempt), {"anyway": 1})
    assert Attempt.objects.get().score_percent == 25


@pytest.mark.parametrize("number", ["0", "5", "-1", "x", "²", "9" * 30])
def test_a_number_that_is_no_question_shows_the_first_open_one(client_for, enrolment, quiz, learner, now, number):
    set_rules(quiz, is_one_at_a_time=True)
    attempt = start_attempt(enrolment, quiz, now=now)

    page = client_for(learner).get(url(attempt), {"domanda": number})

    assert [question["number"] for question in page.context["shown"]] == [1]


def test_the_script_gets_the_next_address_instead_of_a_redirect(client_for, enrolment, quiz, learner, now):
    attempt = start_attempt(enrolment, quiz, now=now)

    said = client_for(learner).post(url(attempt), {"anyway": 1}, headers={"accept": "application/json"})

    assert said.json() == {"go": url(attempt, "attempt_result")}


def test_the_quiz_page_says_why_it_cannot_begin(client_for, enrolment, quiz, learner, now):
    set_rules(quiz, minutes_between_attempts=60)
    sit(enrolment, quiz, mistakes=4, now=database_now())

    page = client_for(learner).get(reverse("courses:step", args=[enrolment.edition.course.slug, quiz.slug]))

    assert "Un altro tentativo si può iniziare dal" in page.content.decode()
