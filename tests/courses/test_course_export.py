"""A whole course out as files and in again: nothing is lost."""

from datetime import date
from io import BytesIO, StringIO

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from taggit.models import Tag

from courses.actions.content import CONTENT_DIR, import_course
from courses.actions.course_export import export_course, plain
from courses.lesson_markdown import front_matter
from courses.models import CoursePage, GlossaryTerm, LessonPage, Prerequisite, QuizDraw, QuizPage, Step
from lib.archives import read_folder, read_zip, write_zip
from lib.pictures import lighten
from tests import factories
from tests.courses.test_lesson_markdown_writer import EVERY

PICTURE = lighten(BytesIO(factories.png(40, 30)))[0]
DEFAULTS = {"pillar": 1, "objective": "1", "theme": "valori", "modality": "e-learning", "planned_hours": 4}


@pytest.fixture
def index(db, now):
    factories.PillarFactory()
    factories.ObjectiveFactory()
    return factories.catalogue_page()


def twin(files: dict[str, bytes], **changes) -> dict[str, bytes]:
    """The same files for a course with another code and address."""
    facts, body = front_matter(files["course.md"].decode())
    facts |= {"code": "GEMELLO", "slug": "gemello"} | changes
    return files | {"course.md": f"---\n{yaml.safe_dump(facts, allow_unicode=True)}---\n{body}\n".encode()}


def in_and_out(course, index, now) -> tuple[dict, dict]:
    """The course's files, and those of the course that is made of them, under the name of the first."""
    files = read_zip(write_and_open(export_course(course)))
    again = export_course(import_course(twin(files), index=index, now=now))
    facts = front_matter(files["course.md"].decode())
    renamed, body = front_matter(again.pop("course.md").decode())
    assert (renamed | {"code": facts[0]["code"], "slug": facts[0]["slug"]}, body) == facts
    return {name: content for name, content in files.items() if name != "course.md"}, again


def write_and_open(files):
    packed = write_zip(files)
    return BytesIO(packed)


@pytest.mark.parametrize("code", ["CIT-03", "IMP-01"])
def test_the_courses_of_the_project_come_back_as_they_were(code, index, now):
    course = import_course(read_folder(CONTENT_DIR / code), defaults=DEFAULTS, index=index, now=now)

    before, after = in_and_out(course, index, now)

    assert after == before
    assert [step.slug for step in Step.objects.outline(CoursePage.objects.get(code="GEMELLO"))] == [
        step.slug for step in Step.objects.outline(course)
    ]


@pytest.fixture
def everything(index, now):
    """A course with every block, a file of every kind and a quiz with every rule."""
    law = {"legal_basis": "L. 4/2004", "is_mandatory": True}
    course = factories.CourseFactory(title="Tutto", description="<p>Con <b>tutto</b>.</p>", **law)
    act = factories.ActTemplateFactory(course=course, slug="determina")
    document = factories.CourseFileFactory(course=course, slug="elenco")
    picture = factories.CourseFileFactory(
        course=course, slug="schema", width=40, height=30, file__data=PICTURE, file__filename="a.webp"
    )
    film = factories.RecordingFactory(course=course, slug="una-frase")
    term = GlossaryTerm.objects.create(term="CIG", slug="cig", definition="<p>Il <b>codice</b> di una gara.</p>")
    files = {"cig": term, "determina": act, "elenco": document, "schema": picture, "una-frase": film}
    body = [(block.type, chosen(block.value, files)) for block in EVERY]
    factories.LessonFactory(parent=course, slug="tutti-i-blocchi", body=body, exercise_minutes=7, is_required=False)
    quiz = factories.QuizFactory(parent=course, slug="a-meta", maximum_attempts=2, time_limit_minutes=30)
    tagged = factories.QuestionFactory(code="sorteggiata")
    tagged.tags.add("scadenze")
    tagged.save()
    QuizDraw.objects.create(quiz=quiz, tag=Tag.objects.get(name="scadenze"), count=1)
    last = factories.LessonFactory(parent=course, slug="dopo-la-prova", opens_with="any")
    before = factories.CourseFactory(code="PRIMA")
    for page, condition in [
        (course, {"course": before}),
        (quiz, {"course": before}),
        (quiz, {"opens_on": date(2027, 1, 31)}),
        (last, {"area": factories.AreaFactory(slug="valchiavenna")}),
        (last, {"opens_on": date(2027, 2, 1)}),
    ]:
        Prerequisite.objects.create(page=page, **condition)
    return course


def chosen(value, files):
    if isinstance(value, dict):
        return {
            name: files[part] if name in {"picture", "recording"} else chosen(part, files)
            for name, part in value.items()
        }
    return files.get(value, value) if isinstance(value, str) else value


def test_every_block_file_and_rule_comes_back(everything, index, now):
    before, after = in_and_out(everything, index, now)

    assert after == before
    assert sorted(name.rpartition(".")[2] for name in before if name.startswith("lessons/")) == ["gift", "md", "md"]
    first, second = LessonPage.objects.filter(slug="tutti-i-blocchi").order_by("pk")
    assert [(b.block_type, plain(b.value)) for b in second.body] == [(b.block_type, plain(b.value)) for b in first.body]
    quizzes = QuizPage.objects.filter(slug="a-meta")
    assert {(q.maximum_attempts, q.time_limit_minutes, q.draws.count(), q.quiz_questions.count()) for q in quizzes} == {
        (2, 30, 1, 4)
    }
    assert conditions(everything) == conditions(CoursePage.objects.get(code="GEMELLO"))
    assert [len(rows) for _way, rows in conditions(everything)] == [1, 0, 2, 2]


def conditions(course):
    pages = [course, *Step.objects.outline(course)]
    return [(page.opens_with, [str(row) for row in page.prerequisites.all()]) for page in pages]


def test_another_question_under_the_same_code_is_refused(everything, index, now):
    files = twin(export_course(everything))
    question = QuizPage.objects.get().quiz_questions.first().question
    question.text = "Tutt’altro?"
    question.save()

    with pytest.raises(ValidationError) as refused:
        import_course(files, index=index, now=now)
    assert "lessons/02-a-meta.gift: La banca ha già un’altra domanda" in refused.value.messages[0]


def test_the_commands_write_a_folder_and_read_a_zip(everything, tmp_path, now):
    call_command("export_course", everything.code, tmp_path / "corso", stdout=StringIO())
    files = read_folder(tmp_path / "corso")
    (tmp_path / "gemello.zip").write_bytes(write_zip(twin(files)))
    (tmp_path / "rotto.zip").write_bytes(b"rotto")

    call_command("import_course", tmp_path / "gemello.zip", stdout=(said := StringIO()))

    assert said.getvalue() == "GEMELLO: 3 steps\n"
    for command in (
        ["export_course", "NESSUNO", tmp_path / "altro"],
        ["export_course", everything.code, tmp_path / "corso"],
        ["import_course", tmp_path / "gemello.zip"],
        ["import_course", tmp_path / "rotto.zip"],
        ["import_course", tmp_path / "manca.zip"],
    ):
        with pytest.raises(CommandError):
            call_command(*command)
