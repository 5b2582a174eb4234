"""What keeps a course or a step locked, and how it opens: the engine, the doors and the words."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses.actions import enrol_many, record_reading, request_seat, start_attempt
from courses.models import Prerequisite, QuizPage, Step
from courses.prerequisites import Condition, Facts, unmet
from tests import factories

DAY = date(2026, 11, 23)
conditions = st.lists(
    st.one_of(
        st.integers(1, 4).map(lambda course: {"course": course}),
        st.integers(-2, 2).map(lambda days: {"opens_on": DAY + timedelta(days=days)}),
        st.integers(1, 3).map(lambda area: {"area": area}),
    ),
    max_size=5,
).map(lambda found: [Condition(number, **kind) for number, kind in enumerate(found)])
facts = st.builds(Facts, completed=st.sets(st.integers(1, 4)), areas=st.sets(st.integers(1, 3)), on=st.just(DAY))
NOBODY = Facts(completed=set(), areas=set(), on=DAY)


def test_a_day_that_has_come_opens_and_the_day_before_does_not():
    rows = [Condition("today", opens_on=DAY), Condition("tomorrow", opens_on=DAY + timedelta(days=1))]

    assert [row.key for row in unmet(rows, NOBODY, any_is_enough=False)] == ["tomorrow"]


def test_one_of_several_opens_when_any_is_enough():
    rows = [Condition("course", course=1), Condition("area", area=2)]
    in_the_area = Facts(completed=set(), areas={2}, on=DAY)

    assert unmet(rows, in_the_area, any_is_enough=True) == []
    assert [row.key for row in unmet(rows, in_the_area, any_is_enough=False)] == ["course"]
    assert [row.key for row in unmet(rows, NOBODY, any_is_enough=True)] == ["course", "area"]


@given(conditions, facts, st.booleans())
def test_no_condition_is_open_and_more_facts_never_lock(rows, known, any_is_enough):
    more = Facts(completed={1, 2, 3, 4}, areas={1, 2, 3}, on=DAY + timedelta(days=3))

    assert unmet([], known, any_is_enough=any_is_enough) == []
    assert unmet(rows, more, any_is_enough=any_is_enough) == []
    missing = unmet(rows, known, any_is_enough=any_is_enough)
    assert missing == [row for row in rows if row in missing]
    each = [not unmet([row], known, any_is_enough=False) for row in rows]
    assert (not missing) == (not rows or (any(each) if any_is_enough else all(each)))


# --- Doors and words -------------------------------------------------------------------------------------------------
@pytest.fixture
def first_course(db, now):
    return factories.CourseFactory(title="Le basi", with_steps=True)


def require(page, **condition) -> None:
    Prerequisite.objects.create(page=page.page_ptr if hasattr(page, "page_ptr") else page, **condition)


def ask(edition, user, now):
    return request_seat(edition, user=user, employment=user.employments.get(), now=now)


def refusal(call) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        call()
    return refused.value


def complete(course, user, now) -> None:
    factories.EnrolmentFactory(
        edition=factories.EditionFactory(course=course), user=user, completed_at=now, credit_minutes=45
    )


def page_of(client, course) -> str:
    return client.get(reverse("courses:course_detail", args=[course.slug])).content.decode()


def test_a_course_opens_when_the_one_before_is_completed(edition, course, first_course, learner, client_for, now):
    require(course, course=first_course)
    client = client_for(learner)

    locked = page_of(client, course)
    refused = refusal(lambda: ask(edition, learner, now))
    complete(first_course, learner, now)

    link = f'<a href="{reverse("courses:course_detail", args=[first_course.slug])}">completare il corso «Le basi»</a>'
    assert link in locked
    assert (refused.code, refused.messages) == (
        "locked",
        ["Ancora bloccato. Per aprirlo: completare il corso «Le basi»."],
    )
    assert "Iscriviti al corso" in page_of(client, course)
    assert ask(edition, learner, now).is_open


def test_nobody_gets_past_a_condition_not_even_with_a_list(edition, course, first_course, learner, coordinator, now):
    require(course, course=first_course)

    outcome, *_others = enrol_many(edition, employments=[learner.employments.get()], actor=coordinator, now=now)

    assert outcome.refusal == "Ancora bloccato. Per aprirlo: completare il corso «Le basi»."


def test_one_of_two_is_enough_where_the_editor_says_so(edition, course, first_course, learner, area_b, now):
    course.opens_with = "any"
    course.save()
    require(course, course=first_course)
    require(course, area=area_b)
    refused = refusal(lambda: ask(edition, learner, now))

    complete(first_course, learner, now)

    assert refused.messages == [
        "Ancora bloccato. Per aprirlo basta una di queste cose: "
        "completare il corso «Le basi»; lavorare per un ente dell’area Lomellina."
    ]
    assert ask(edition, learner, now).is_open


def test_a_locked_lesson_says_what_is_missing_with_links(enrolment, course, first_course, learner, client_for, now):
    first, second, *_quiz = Step.objects.outline(course)
    require(second, course=first_course)
    require(second, opens_on=date(2026, 12, 3))
    client = client_for(learner)
    url = reverse("courses:step", args=[course.slug, second.slug])

    page = client.get(url).content.decode()

    assert reverse("courses:course_detail", args=[first_course.slug]) in page
    assert "attendere il 3 dicembre 2026" in page
    assert "La motivazione dice perché si sceglie." not in page
    assert "ancora bloccato" in page_of(client, course)
    first_page = client.get(reverse("courses:step", args=[course.slug, first.slug]))
    assert "La motivazione dice perché si sceglie." in first_page.content.decode()


def test_no_evidence_counts_for_a_locked_step(enrolment, course, first_course, now):
    lesson, _second, quiz = Step.objects.outline(course)
    for step in (lesson, quiz):
        require(step, course=first_course)

    reading = refusal(lambda: record_reading(enrolment, lesson, opened_at=now - timedelta(minutes=20), now=now))
    sitting = refusal(lambda: start_attempt(enrolment, QuizPage.objects.get(pk=quiz.pk), now=now))

    assert (reading.code, sitting.code, enrolment.steps.count(), enrolment.attempts.count()) == (
        "locked",
        "locked",
        0,
        0,
    )


def test_what_is_completed_stays_open(enrolment, course, first_course, learner, client_for, now):
    lesson, *_others = Step.objects.outline(course)
    record_reading(enrolment, lesson, opened_at=now - timedelta(minutes=20), now=now)

    require(lesson, course=first_course)

    page = client_for(learner).get(reverse("courses:step", args=[course.slug, lesson.slug]))
    assert "La motivazione dice perché si sceglie." in page.content.decode()


def test_a_condition_is_exactly_one_thing(course, first_course, area_a):
    both = Prerequisite(page=course.page_ptr, course=first_course, area=area_a)

    assert "un corso, un giorno o un’area" in refusal(both.full_clean).messages[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        both.save()


def test_who_looks_after_the_course_reads_locked_lessons(course, first_course, editor, client_for, now):
    lesson, *_others = Step.objects.outline(course)
    require(lesson, course=first_course)

    page = client_for(editor).get(reverse("courses:step", args=[course.slug, lesson.slug]))

    assert "La motivazione dice perché si sceglie." in page.content.decode()


def test_the_fullest_page_of_a_course_stays_within_the_limit(
    course, first_course, area_a, body_a, client_for, now, django_assert_max_num_queries
):
    """Of a coordinator who takes the course: steps with conditions, meetings, editions on dates, another enrolment."""
    taker = factories.with_role(factories.employee(body_a), "coordinator", area=area_a)
    for step in Step.objects.outline(course):
        require(step, opens_on=date(2027, 1, 1))
    factories.LiveStepFactory(parent=course)
    dated = {"course": course, "is_self_paced": False, "starts_on": date(2026, 12, 1)}
    taken, *others = [factories.EditionFactory(**dated) for _number in range(3)]
    for edition in (taken, *others):
        edition.areas.set([area_a])
        edition.bodies.set([body_a])
    factories.LiveSessionFactory(edition=taken)
    enrolment = factories.EnrolmentFactory(edition=taken, user=taker)
    enrolment.decisions.create(is_complete=False, reason="Manca il laboratorio", decided_by=taker, decided_at=now)
    client, url = client_for(taker), reverse("courses:course_detail", args=[course.slug])
    client.get(url)

    with django_assert_max_num_queries(15):
        assert "Manca il laboratorio" in client.get(url).text


@pytest.mark.parametrize("conditions", [1, 5])
def test_conditions_cost_two_queries(
    enrolment, course, first_course, learner, client_for, conditions, django_assert_max_num_queries
):
    lesson, *others = Step.objects.outline(course)
    for step in others:
        for number in range(conditions):
            require(step, opens_on=date(2027, 1, 1 + number))
    client, url = client_for(learner), reverse("courses:step", args=[course.slug, lesson.slug])
    client.get(url)

    with django_assert_max_num_queries(14):
        client.get(url)
