import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from courses.models import Attempt, Enrolment, QuizPage, QuizQuestion, Step
from tests import factories


def outline(course):
    return list(Step.objects.outline(course))


def step_url(course, step, name="step"):
    return reverse(f"courses:{name}", args=[course.slug, step.slug])


def opened_token(page):
    return re.search(r'name="opened" value="([^"]+)"', page.content.decode())[1]


def queries_beyond_the_frame(client, url, django_assert_max_num_queries, limit, frame=6):
    client.get(url)  # what the process keeps (settings of the site, compiled templates) is warm
    with django_assert_max_num_queries(frame + limit):
        assert client.get(url).status_code == 200


# --- Catalogue and course page ------------------------------------------------------------------------------------


def titles(page):
    return [course.title for course in page.context["courses"]]


def test_catalogue_finds_by_word_and_by_facet(client, course):
    other = factories.CourseFactory(title="Energia dal tetto", theme="ecologica")
    url = reverse("courses:catalogue")

    assert titles(client.get(url, {"q": "tetto"})) == [other.title]
    assert titles(client.get(url, {"tema": "ecologica"})) == [other.title]
    assert set(titles(client.get(url, {"tema": ["ecologica", "amministrativa"]}))) == {course.title, other.title}
    assert titles(client.get(url, {"tema": "ecologica", "q": "determina", "livello": "avanzato"})) == []


def test_catalogue_facets_say_how_many_courses_each_value_leaves(client, course):
    factories.CourseFactory(theme="ecologica")
    factories.CourseFactory(theme="ecologica", level="avanzato")

    facets = {
        facet.name: facet for facet in client.get(reverse("courses:catalogue"), {"livello": "base"}).context["facets"]
    }

    assert {option.value: option.count for option in facets["tema"].options} == {"amministrativa": 1, "ecologica": 1}
    assert {option.value: option.count for option in facets["livello"].options} == {"base": 2, "avanzato": 1}


def test_catalogue_area_facet_counts_editions_for_everybody_and_for_the_area(client, edition, area_a, area_b):
    local = factories.EditionFactory(is_self_paced=False, starts_on=date(2026, 12, 1))
    local.areas.set([area_a])

    assert set(titles(client.get(reverse("courses:catalogue"), {"area": area_a.slug}))) == {
        edition.course.title,
        local.course.title,
    }
    assert titles(client.get(reverse("courses:catalogue"), {"area": area_b.slug})) == [edition.course.title]


def test_catalogue_ignores_unknown_values_and_archived_courses(client, course):
    factories.CourseFactory(is_archived=True)

    assert titles(client.get(reverse("courses:catalogue"), {"tema": "nulla", "area": "' OR 1=1"})) == [course.title]


def test_catalogue_finds_whatever_the_ending_of_the_word(client, db):
    course = factories.CourseFactory(title="Contratti per stazioni appaltanti piccole")

    assert titles(client.get(reverse("courses:catalogue"), {"q": "appalti"})) == [course.title]


def test_catalogue_shows_the_persons_own_state(client_for, learner, completed_enrolment):
    course = completed_enrolment.edition.course

    page = client_for(learner).get(reverse("courses:catalogue"))

    assert {c.title: c.own_state for c in page.context["courses"]} == {course.title: "completed"}


@pytest.mark.parametrize("count", [1, 100])
def test_catalogue_queries_do_not_grow(client, client_for, learner, django_assert_max_num_queries, count):
    for _number in range(count):
        factories.EditionFactory(course=factories.CourseFactory())

    url = reverse("courses:catalogue")
    queries_beyond_the_frame(client_for(learner), url, django_assert_max_num_queries, 6)
    assert len(titles(client.get(url))) == count


def test_catalogue_costs_strangers_no_query_for_a_minute(client, course, django_assert_num_queries):
    first = client.get(reverse("courses:catalogue")).content

    with django_assert_num_queries(0):
        assert client.get(reverse("courses:catalogue")).content == first


def test_course_in_preparation_shows_its_programme_and_no_enrolment(client_for, learner, db):
    course = factories.CourseFactory(is_in_preparation=True, planned_outline="Prima parte\nSeconda parte")

    page = client_for(learner).get(reverse("courses:course_detail", args=[course.slug])).content.decode()

    assert "Seconda parte" in page
    assert "Iscriviti" not in page


# --- Enrolment ------------------------------------------------------------------------------------------------------


def test_enrolling_takes_one_post(client_for, learner, course, edition):
    client, url = client_for(learner), reverse("courses:enrolment_create", args=[course.slug])

    client.post(url, {"edition": edition.pk, "employment": learner.employments.get().pk})

    assert Enrolment.objects.get(user=learner).edition == edition


def test_extra_fields_and_foreign_rows_change_nothing(client_for, learner, colleague, course, edition):
    elsewhere = factories.EditionFactory()
    client, url = client_for(learner), reverse("courses:enrolment_create", args=[course.slug])

    for data in (
        {"edition": edition.pk, "employment": colleague.employments.get().pk},
        {"edition": elsewhere.pk, "employment": learner.employments.get().pk},
        {"edition": "9" * 30, "employment": "uno", "completed_at": "2026-01-01", "user": colleague.pk},
    ):
        assert client.post(url, data).status_code == 200

    assert Enrolment.objects.count() == 0


def test_leaving_is_for_the_own_enrolment(client_for, enrolment, colleague, learner):
    url = reverse("courses:enrolment_leave", args=[enrolment.pk])

    assert client_for(colleague).post(url).status_code == 404
    assert client_for(learner).post(url).status_code == 302
    assert not Enrolment.objects.open().exists()


# --- Lessons --------------------------------------------------------------------------------------------------------


def test_steps_lead_who_is_not_enrolled_to_the_course_page(client_for, course, edition, learner):
    page = client_for(learner).get(step_url(course, outline(course)[0]))

    assert page.headers["Location"] == reverse("courses:course_detail", args=[course.slug])


def test_opening_a_step_writes_nothing_and_marking_it_moves_on(client_for, enrolment, learner, course, now):
    first, second, _quiz = outline(course)
    client = client_for(learner)
    page = client.get(step_url(course, first))
    assert enrolment.steps.count() == 0

    with time_machine.travel(now + timedelta(minutes=20), tick=False):
        answer = client.post(step_url(course, first, "lesson_complete"), {"opened": opened_token(page)})

    assert answer.headers["Location"] == step_url(course, second)
    assert enrolment.steps.get().dwell_seconds == 1200


def test_a_direct_post_without_the_page_completes_nothing(
    client_for, enrolment, learner, colleague, course, edition, now
):
    first, second, _quiz = outline(course)
    factories.EnrolmentFactory(edition=edition, user=colleague)
    theirs = opened_token(client_for(colleague).get(step_url(course, first)))
    client = client_for(learner)
    of_the_other_lesson = opened_token(client.get(step_url(course, second)))

    with time_machine.travel(now + timedelta(hours=1), tick=False):
        for opened in ("", "completed", theirs, of_the_other_lesson, theirs[:-3] + "abc"):
            client.post(step_url(course, first, "lesson_complete"), {"opened": opened})

    assert enrolment.steps.count() == 0


def test_a_step_of_an_unpublished_course_is_gone(client_for, enrolment, learner, course):
    course.unpublish()

    assert client_for(learner).get(step_url(course, outline(course)[0])).status_code == 404


@pytest.mark.parametrize("lessons", [0, 100])
def test_lesson_queries(client_for, enrolment, learner, course, django_assert_max_num_queries, lessons):
    for _number in range(lessons):
        factories.LessonFactory(parent=course)

    queries_beyond_the_frame(
        client_for(learner), step_url(course, outline(course)[0]), django_assert_max_num_queries, 6
    )


def test_act_template_is_for_who_is_enrolled(client_for, enrolment, learner, outsider, course, tmp_path):
    template = factories.ActTemplateFactory(course=course)
    url = reverse("courses:act_template_download", args=[template.pk])

    answer = client_for(learner).get(url)

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{template.slug}.docx"'
    assert b"".join(answer.streaming_content) == b"atto"
    assert client_for(outsider).get(url).status_code == 404


# --- Quizzes --------------------------------------------------------------------------------------------------------


@pytest.fixture
def attempt(client_for, enrolment, learner, course) -> Attempt:
    client_for(learner).post(step_url(course, outline(course)[-1], "attempt_create"))
    return Attempt.objects.get()


def take_url(attempt, name="attempt_take"):
    return reverse(f"courses:{name}", args=[attempt.pk])


def choices(attempt, *, right: bool) -> dict:
    return {"shown": [q["id"] for q in attempt.paper]} | {
        f"question-{q['id']}": next(c["id"] for c in q["choices"] if (c["share_percent"] == 100) == right)
        for q in attempt.paper
    }


def test_the_key_does_not_leave_the_server_before_handing_in(client_for, learner, attempt, course):
    client = client_for(learner)
    pages = [client.get(take_url(attempt)), client.get(step_url(course, outline(course)[-1]))]
    pages.append(client.post(take_url(attempt, "attempt_answer"), choices(attempt, right=True)))

    for page in pages:
        text = page.content.decode() + str(page.headers)
        assert "Perché" not in text
        assert "share_percent" not in text
        assert "Lo dice la legge" not in text


def test_the_right_answers_are_named_only_after_a_pass(client_for, learner, attempt):
    client = client_for(learner)
    client.post(take_url(attempt), choices(attempt, right=False) | {"submit": 1})
    failed = client.get(take_url(attempt, "attempt_result")).content.decode()

    assert "Una determina" not in failed
    assert "Perché una determina." not in failed


def test_answers_saved_by_the_script_are_there_on_another_device(client_for, learner, attempt):
    client_for(learner).post(take_url(attempt, "attempt_answer"), choices(attempt, right=True))

    page = client_for(learner).get(take_url(attempt))

    assert [question["is_answered"] for question in page.context["questions"]] == [True] * 4


def test_handing_in_with_empty_questions_asks_first(client_for, learner, attempt):
    client, data = client_for(learner), choices(attempt, right=True)
    removed = data.popitem()[0]

    page = client.post(take_url(attempt), data | {"submit": 1}, follow=True)
    assert [f"question-{question['id']}" for question in page.context["unanswered"]] == [removed]

    client.post(take_url(attempt), data | {"anyway": 1})
    assert Attempt.objects.get().score_percent == 75


def test_nobody_else_opens_an_attempt(client_for, attempt, colleague, referent, coordinator, anci, editor, tutor):
    for person in (colleague, referent, coordinator, anci, editor, tutor):
        for name in ("attempt_take", "attempt_result"):
            assert client_for(person).get(take_url(attempt, name)).status_code == 404


def test_answers_after_handing_in_are_refused_with_a_sentence(client_for, learner, attempt):
    client = client_for(learner)
    client.post(take_url(attempt), choices(attempt, right=True) | {"submit": 1})

    late = client.post(take_url(attempt, "attempt_answer"), choices(attempt, right=False))

    assert (late.status_code, late.json()) == (
        409,
        {"error": "Questa prova è già stata consegnata: le risposte restano come sono."},
    )


@pytest.mark.parametrize("value", ["", "x", "²", "-1", "9" * 40, "1" * 5_000])
def test_strange_answers_are_no_answers(client_for, learner, attempt, value):
    question = attempt.paper[0]["id"]
    data = {"shown": question, f"question-{question}": value}

    assert client_for(learner).post(take_url(attempt, "attempt_answer"), data).status_code == 200
    assert attempt.answers.get(question_id=attempt.paper[0]["id"]).given == []


@pytest.mark.parametrize("questions", [4, 60])
def test_quiz_queries(client_for, enrolment, learner, course, django_assert_max_num_queries, questions):
    quiz = QuizPage.objects.get()
    for _number in range(questions - 4):
        QuizQuestion.objects.create(quiz=quiz, question=factories.QuestionFactory())
    client = client_for(learner)
    queries_beyond_the_frame(client, step_url(course, quiz), django_assert_max_num_queries, 7)
    client.post(step_url(course, quiz, "attempt_create"))

    assert len(Attempt.objects.get().paper) == questions
    queries_beyond_the_frame(client, take_url(Attempt.objects.get()), django_assert_max_num_queries, 6)


# --- Editions -------------------------------------------------------------------------------------------------------


def edition_data(course, areas, **fields):
    return {
        "course": course.pk,
        "code": "lab-1",
        "admission": "open",
        "starts_on": "2026-12-01",
        "areas": [area.pk for area in areas],
    } | fields


def test_a_coordinator_creates_editions_for_the_own_areas_only(
    client_for, coordinator, course, edition, area_a, area_b
):
    client, url = client_for(coordinator), reverse("courses:edition_create")

    assert client.post(url, edition_data(course, [area_b])).status_code == 200
    assert client.post(url, edition_data(course, [])).status_code == 200
    assert client.post(url, edition_data(course, []) | {"areas": ["9" * 20], "tutors": ["9" * 20]}).status_code == 200
    assert not course.editions.filter(code="lab-1").exists()

    assert client.post(url, edition_data(course, [area_a])).status_code == 302
    assert list(course.editions.get(code="lab-1").areas.all()) == [area_a]


def test_an_edition_says_what_is_wrong_with_its_dates(client_for, anci, course):
    odd = {
        "L’ultimo giorno viene prima del primo.": {"ends_on": "2026-11-01"},
        "Le iscrizioni finirebbero prima di cominciare.": {"enrol_from": "2027-01-01", "enrol_until": "2026-01-01"},
        "Andrebbe completata prima di cominciare.": {"due_on": "2020-01-01"},
    }

    for words, days in odd.items():
        page = client_for(anci).post(reverse("courses:edition_create"), edition_data(course, [], **days))
        assert words in page.content.decode()


def test_an_edition_shared_with_another_area_is_not_the_coordinators_to_change(
    client_for, coordinator, course, area_a, area_b
):
    shared = factories.EditionFactory(course=course, is_self_paced=False, starts_on=date(2026, 12, 1))
    shared.areas.set([area_a, area_b])

    assert client_for(coordinator).get(reverse("courses:edition_update", args=[shared.pk])).status_code == 404


def test_a_meeting_lies_within_its_edition_and_can_be_removed(client_for, coordinator, course, area_a):
    edition = factories.EditionFactory(
        course=course, is_self_paced=False, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 20)
    )
    edition.areas.set([area_a])
    client, url = client_for(coordinator), reverse("courses:live_session_create", args=[edition.pk])

    outside = client.post(url, {"starts_at": "2026-11-30T10:00", "ends_at": "2026-11-30T12:00"})
    assert "1 dicembre 2026 – 20 dicembre 2026" in outside.content.decode()

    client.post(url, {"starts_at": "2026-12-02T10:00", "ends_at": "2026-12-02T12:00"})
    client.post(reverse("courses:live_session_delete", args=[edition.live_sessions.get().pk]))
    assert not edition.live_sessions.exists()


def test_a_due_date_does_not_move_back(client_for, coordinator, enrolment):
    url = reverse("courses:enrolment_extend", args=[enrolment.pk])

    page = client_for(coordinator).post(url, {"due_on": "2026-11-22", "reason": "Errore"})

    assert "Scegliere un giorno da oggi in poi" in page.content.decode()


def test_a_due_date_moves_with_a_reason(client_for, coordinator, other_coordinator, enrolment):
    url = reverse("courses:enrolment_extend", args=[enrolment.pk])

    assert client_for(other_coordinator).get(url).status_code == 404
    assert client_for(coordinator).post(url, {"due_on": "2026-12-31"}).status_code == 200
    client_for(coordinator).post(url, {"due_on": "2026-12-31", "reason": "Congedo"})

    enrolment.refresh_from_db()
    assert enrolment.due_on == date(2026, 12, 31)
