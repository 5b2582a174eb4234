"""The courses that the project ships: complete, in the promised sizes, with quizzes that cannot be guessed."""

import json
from collections import Counter

import pytest
from docx import Document

from courses import gift, lesson_markdown
from courses.actions.content import CATALOGUE, CONTENT_DIR, OUTLINES, THEMES, load_courses
from courses.models import ActTemplate, CoursePage, Edition, LessonPage, Question, QuizPage, Step
from tests import factories

COMPLETE = sorted(path.name for path in CONTENT_DIR.iterdir())
ENTRIES = json.loads(CATALOGUE.read_text())["courses"]


def lessons(code):
    return [
        lesson_markdown.front_matter(path.read_text()) for path in sorted((CONTENT_DIR / code / "lessons").glob("*.md"))
    ]


def questions(code):
    return gift.parse((CONTENT_DIR / code / "quiz.gift").read_text())


def test_at_least_four_courses_are_complete():
    assert COMPLETE == ["CIT-02", "CON-02", "CON-03", "GOV-03"]


@pytest.mark.parametrize("code", COMPLETE)
def test_lessons_are_five_or_more_of_400_to_900_words(code):
    counts = [len(lesson_markdown.words(body)) for _facts, body in lessons(code)]

    assert len(counts) >= 5
    assert [count for count in counts if not 400 <= count <= 900] == []


@pytest.mark.parametrize("code", COMPLETE)
def test_lessons_have_examples_tables_and_an_act_template(code):
    kinds = Counter()
    for _facts, body in lessons(code):
        for block in lesson_markdown.parse(body):
            kinds[block.value["kind"] if block.type == "callout" else block.type] += 1

    assert min(kinds["esempio"], kinds["table"], kinds["esercizio"], kinds["solution"]) >= 3
    assert kinds["act_template"] == len(list((CONTENT_DIR / code / "atti").glob("*.md"))) >= 1


@pytest.mark.parametrize("code", COMPLETE)
def test_quizzes_have_eight_questions_whose_answers_each_have_a_reason_of_their_own(code):
    bank = questions(code)

    assert len(bank) >= 8
    for question in bank:
        reasons = [choice.feedback for choice in question.choices]
        assert all(reasons), question.text
        assert len(set(reasons)) == len(reasons), question.text


def test_the_right_answer_is_not_the_longest_more_often_than_chance_allows():
    single = [question for code in COMPLETE for question in questions(code) if not question.has_several_right]
    by_chance = sum(1 / len(question.choices) for question in single)
    longest = sum(
        max(question.choices, key=lambda choice: len(choice.text)).share_percent == 100 for question in single
    )

    assert longest <= by_chance


def test_the_right_answer_is_in_no_position_more_often_than_chance_allows():
    """At most the mean of a fair draw and two of its standard deviations, position by position."""
    written = [
        q for code in COMPLETE for q in questions(code) if not q.has_several_right and q.choices[0].text != "Vero"
    ]
    positions = Counter(next(i for i, choice in enumerate(q.choices) if choice.share_percent) for q in written)

    for position in range(4):
        chances = [1 / len(q.choices) for q in written if len(q.choices) > position]
        deviation = sum(chance * (1 - chance) for chance in chances) ** 0.5
        assert positions[position] <= sum(chances) + 2 * deviation


def test_every_entry_has_a_known_theme_and_an_outline_or_its_lessons():
    outlines = lesson_markdown.yaml.safe_load(OUTLINES.read_text())

    assert len(ENTRIES) == 27
    assert {entry["ambito_direttiva"] for entry in ENTRIES} <= set(THEMES)
    assert {entry["code"] for entry in ENTRIES} == set(outlines) | set(COMPLETE)
    assert min(len(lines) for lines in outlines.values()) >= 4


@pytest.fixture
def loaded(db, now):
    factories.catalogue_page()
    for entry in ENTRIES:
        factories.PillarFactory(number=entry["pillar_n"], name=entry["pillar"])
        factories.ObjectiveFactory(code=entry["objective"])
    load_courses(now=now)


def test_load_courses_fills_the_catalogue_and_a_second_run_changes_nothing(loaded, now):
    assert CoursePage.objects.live().count() == 27
    assert set(CoursePage.objects.filter(is_in_preparation=False).values_list("code", flat=True)) == set(COMPLETE)
    assert Edition.objects.filter(is_self_paced=True).count() == 4
    LessonPage.objects.filter(slug="rotazione").update(title="Titolo cambiato in redazione")

    assert load_courses(now=now) == 0
    assert LessonPage.objects.get(slug="rotazione").title == "Titolo cambiato in redazione"
    assert Question.objects.count() == sum(len(questions(code)) for code in COMPLETE)


def test_credit_is_the_sum_of_the_steps_minutes_and_not_the_planned_hours(loaded):
    for course in CoursePage.objects.filter(is_in_preparation=False):
        minutes = [step.minutes for step in Step.objects.outline(course)]
        expected = [
            lesson_markdown.reading_minutes(len(lesson.words())) + lesson.exercise_minutes
            for lesson in LessonPage.objects.child_of(course)
        ] + [quiz.minutes for quiz in QuizPage.objects.child_of(course)]
        assert (minutes, course.credit_minutes) == (expected, sum(expected))


def test_act_templates_are_documents_that_open(loaded):
    for template in ActTemplate.objects.all():
        with template.file.open() as file:
            document = Document(file)
        assert document.core_properties.title == template.title
        assert sum(len(paragraph.text.split()) for paragraph in document.paragraphs) > 300
