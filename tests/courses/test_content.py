"""The courses that the project ships: complete, in the promised sizes, with quizzes that cannot be guessed."""

import json
from collections import Counter

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.urls import reverse
from docx import Document

from courses import gift, lesson_markdown
from courses.actions.content import CATALOGUE, CONTENT_DIR, OUTLINES, THEMES, import_course, load_courses
from courses.models import (
    ActTemplate,
    CatalogueIndexPage,
    CoursePage,
    Edition,
    GlossaryTerm,
    LessonPage,
    Question,
    Recording,
    Step,
)
from courses.scoring import Kind
from tests import factories

COMPLETE = sorted(path.name for path in CONTENT_DIR.iterdir())
ENTRIES = json.loads(CATALOGUE.read_text())["courses"]


def lessons(code):
    return [
        lesson_markdown.front_matter(path.read_text()) for path in sorted((CONTENT_DIR / code / "lessons").glob("*.md"))
    ]


def questions(code):
    return gift.parse((CONTENT_DIR / code / "quiz.gift").read_text())


def test_six_courses_are_complete():
    assert COMPLETE == ["CIT-02", "CIT-03", "CON-02", "CON-03", "GOV-03", "IMP-01"]


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
        reasons = [choice.feedback for choice in question.options]
        assert all(reasons), question.text
        assert len(set(reasons)) == len(reasons), question.text


def test_the_right_answer_is_not_the_longest_more_often_than_chance_allows():
    single = [question for code in COMPLETE for question in questions(code) if question.kind != Kind.SEVERAL]
    by_chance = sum(1 / len(question.options) for question in single)
    longest = sum(
        max(question.options, key=lambda choice: len(choice.text)).share_percent == 100 for question in single
    )

    assert longest <= by_chance


def test_the_right_answer_is_in_no_position_more_often_than_chance_allows():
    """At most the mean of a fair draw and two of its standard deviations, position by position."""
    written = [q for code in COMPLETE for q in questions(code) if q.kind == Kind.ONE]
    positions = Counter(next(i for i, choice in enumerate(q.options) if choice.share_percent) for q in written)

    for position in range(4):
        chances = [1 / len(q.options) for q in written if len(q.options) > position]
        deviation = sum(chance * (1 - chance) for chance in chances) ** 0.5
        assert positions[position] <= sum(chances) + 2 * deviation


def test_every_entry_has_a_known_theme_and_an_outline_or_its_lessons():
    outlines = yaml.safe_load(OUTLINES.read_text())

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
    assert (
        Edition.objects.filter(is_self_paced=True).count() == len(COMPLETE) - 1
    )  # the blended one is offered on dates
    LessonPage.objects.filter(slug="rotazione").update(title="Titolo cambiato in redazione")

    assert load_courses(now=now) == 0
    assert LessonPage.objects.get(slug="rotazione").title == "Titolo cambiato in redazione"
    assert Question.objects.count() == sum(len(questions(code)) for code in COMPLETE)


def test_credit_is_the_sum_of_the_steps_minutes_and_not_the_planned_hours(loaded):
    for course in CoursePage.objects.filter(is_in_preparation=False):
        steps = list(Step.objects.outline(course))
        minutes = [step.minutes for step in steps]
        expected = [
            lesson_markdown.reading_minutes(len(lesson.words())) + lesson.exercise_minutes
            for lesson in LessonPage.objects.child_of(course)
        ] + [step.minutes for step in steps if step.kind != Step.Kind.LESSON]
        assert (minutes, course.credit_minutes) == (expected, sum(expected))


def test_five_terms_come_with_a_course_whose_lesson_shows_them(loaded, client):
    page = client.get(reverse("courses:glossary")).content.decode()

    assert list(GlossaryTerm.objects.values_list("slug", flat=True)) == [
        "affidamento-diretto",
        "cig",
        "cup",
        "determina",
        "rup",
    ]
    assert "Il codice identificativo di gara." in page
    lesson = LessonPage.objects.get(slug="piattaforme-cig-trasparenza")
    assert [block.value.slug for block in lesson.body if block.block_type == "glossary"] == ["cig", "cup"]


def test_act_templates_are_documents_that_open(loaded):
    for template in ActTemplate.objects.all():
        with template.file.open() as file:
            document = Document(file)
        assert document.core_properties.title == template.title
        assert sum(len(paragraph.text.split()) for paragraph in document.paragraphs) > 300


def test_the_course_with_a_video_has_its_files_captions_and_transcript(loaded):
    recording = Recording.objects.get()
    lesson = LessonPage.objects.get(slug="perche-un-avviso-non-viene-capito")

    assert (recording.course.code, recording.duration_seconds) == ("CIT-03", 55)
    assert recording.small.size + recording.audio.size + recording.captions.size + recording.poster.size < 300_000
    assert lesson.demands == {"recordings": {str(recording.pk): {"percent": 90, "twin": True}}}


# --- A folder of somebody else's --------------------------------------------------------------------------------------


@pytest.fixture
def folder(db, now):
    """The files of a small course that is not in the catalogue."""
    factories.catalogue_page()
    factories.PillarFactory()
    factories.ObjectiveFactory()
    course = (
        "---\ncode: PROVA-1\ntitle: Prova\nslug: prova\nsummary: S\ntheme: valori\nmodality: e-learning\n"
        "planned_hours: 1\npillar: 1\nobjective: '1'\n---\nTesto.\n"
    )
    lesson = "---\ntitle: Prima\nsummary: S\nexercise_minutes: 0\n---\nUna riga.\n"
    return {"course.md": course.encode(), "lessons/01-prima.md": lesson.encode()}


def load(files, now):
    return import_course(files, index=CatalogueIndexPage.objects.get(), now=now)


def test_a_folder_becomes_a_course(folder, now):
    course = load(folder, now)

    assert [step.slug for step in Step.objects.outline(course)] == ["prima"]
    assert course.editions.get().is_self_paced


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("course.md", b"Senza fatti", "course.md"),
        ("course.md", b"---\ncode: X\n---\n", "course.md: "),
        ("course.md", b"---\n: : :\n---\n", "course.md"),
        ("lessons/02-due.md", b"\xff\xfe", "lessons/02-due.md"),
        ("lessons/02-due.md", b"---\ntitle: T\nsummary: S\nexercise_minutes: 0\n---\n::: boh\n", "lessons/02-due.md"),
        ("lessons/02-due.md", b"---\ntitle: T\nsummary: S\nexercise_minutes: 0\n---\n[[atto: nulla]]\n", "'nulla'"),
        ("lessons/02-due.md", b"---\ntitle: T\nsummary: S\nexercise_minutes: molti\n---\nx\n", "lessons/02-due.md"),
        ("quiz.gift", b"::1::Che cosa?{", "quiz.gift"),
        ("materiali/schema.yaml", b"title: Schema", "materiali/schema.yaml"),
        ("registrazioni/film/scheda.md", b"---\ntitle: F\n---\nTesto", "registrazioni/film/scheda.md"),
        ("lessons/02-prima.md", b"---\ntitle: T\nsummary: S\nexercise_minutes: 0\n---\nx\n", "lessons/02-prima.md"),
    ],
)
def test_a_folder_that_cannot_be_read_names_the_file_and_leaves_nothing(folder, now, path, content, said):
    with pytest.raises(ValidationError) as refused:
        load(folder | {path: content}, now)

    assert said in " ".join(refused.value.messages)
    assert not CoursePage.objects.filter(code="PROVA-1").exists()


def test_a_course_that_is_there_is_not_loaded_again(folder, now):
    load(folder, now)

    with pytest.raises(ValidationError):
        load(folder, now)
    assert CoursePage.objects.filter(code="PROVA-1").count() == 1
