"""Loads the course content kept in the project (Markdown, GIFT, JSON) into the CMS.

Safe to run again: what exists stays as the editors have left it.
"""

import io
import json
from datetime import datetime
from pathlib import Path

import yaml
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify

from courses import act_document, gift, lesson_markdown
from courses.models import (
    ActTemplate,
    CatalogueIndexPage,
    Choice,
    CoursePage,
    LessonPage,
    Question,
    QuizPage,
    QuizQuestion,
)
from courses.models.catalogue import CourseOutcome
from journal.actions import record
from territory.models import Objective, Pillar

COURSES_DIR = Path(__file__).resolve().parent.parent
CATALOGUE = COURSES_DIR / "data" / "catalogue.json"
OUTLINES = COURSES_DIR / "data" / "outlines.yaml"
CONTENT_DIR = COURSES_DIR / "content"
THEMES = {
    "Transizione amministrativa": CoursePage.Theme.ADMINISTRATIVE,
    "Transizione digitale": CoursePage.Theme.DIGITAL,
    "Transizione ecologica": CoursePage.Theme.ECOLOGICAL,
    "Principi e valori della PA": CoursePage.Theme.VALUES,
    "Leadership e competenze trasversali": CoursePage.Theme.LEADERSHIP,
}


def load_courses(*, now: datetime) -> int:
    """Create the courses that are not there yet and return how many; each in its own transaction."""
    index = CatalogueIndexPage.objects.get()
    outlines = yaml.safe_load(OUTLINES.read_text())
    known = set(CoursePage.objects.values_list("code", flat=True))
    entries = [entry for entry in json.loads(CATALOGUE.read_text())["courses"] if entry["code"] not in known]
    for entry in entries:
        load_course(index, entry, outline=outlines.get(entry["code"], []), now=now)
    return len(entries)


@transaction.atomic
def load_course(index: CatalogueIndexPage, entry: dict, *, outline: list[str], now: datetime) -> CoursePage:
    folder = CONTENT_DIR / entry["code"]
    facts, description = {}, ""
    if folder.is_dir():
        facts, description = lesson_markdown.front_matter((folder / "course.md").read_text())
    course = CoursePage(
        title=entry["title"],
        slug=facts.get("slug") or slugify(entry["title"])[:60].strip("-"),
        code=entry["code"],
        summary=facts.get("summary") or entry["description"],
        search_description=entry["description"],
        description=lesson_markdown.html(description),
        pillar=Pillar.objects.get(number=entry["pillar_n"]),
        objective=Objective.objects.get(code=entry["objective"]),
        theme=THEMES[entry["ambito_direttiva"]],
        level=facts.get("level", CoursePage.Level.BASIC),
        modality=CoursePage.Modality.ONLINE if facts else entry["modality"],
        planned_hours=entry["hours"],
        audience=", ".join(facts.get("audience") or entry["target"]),
        legal_basis=entry["mandatory_basis"],
        planned_outline="\n".join(outline),
        is_in_preparation=not facts,
    )
    course.outcomes = [CourseOutcome(text=text) for text in facts.get("outcomes", [])]
    index.add_child(instance=course)
    if facts:
        _load_steps(course, folder)
    course.save_revision().publish()  # the receivers count the credit and open the course
    record("load_course", course, after={"code": course.code, "steps": course.get_children().count()}, now=now)
    return course


def _load_steps(course: CoursePage, folder: Path) -> None:
    acts = {path.stem: _load_act_template(course, path) for path in sorted((folder / "atti").glob("*.md"))}
    for path in sorted((folder / "lessons").glob("*.md")):
        _load_lesson(course, path, acts)
    _load_quiz(course, folder / "quiz.gift")


def _load_act_template(course: CoursePage, path: Path) -> ActTemplate:
    facts, body = lesson_markdown.front_matter(path.read_text())
    document = io.BytesIO()
    act_document.write(document, title=facts["title"], blocks=lesson_markdown.parse(body))
    return ActTemplate.objects.create(
        course=course,
        slug=path.stem,
        title=facts["title"],
        description=facts["description"],
        version=str(facts["version"]),
        valid_on=facts["valid_on"],
        file=ContentFile(document.getvalue(), name=f"{path.stem}.docx"),
    )


def _load_lesson(course: CoursePage, path: Path, acts: dict[str, ActTemplate]) -> None:
    facts, body = lesson_markdown.front_matter(path.read_text())
    blocks = lesson_markdown.parse(body)
    lesson = LessonPage(
        title=facts["title"],
        slug=path.stem.partition("-")[2],
        summary=facts["summary"],
        exercise_minutes=facts["exercise_minutes"],
        body=[(block.type, acts[block.value] if block.type == "act_template" else block.value) for block in blocks],
    )
    course.add_child(instance=lesson)
    lesson.save_revision().publish()


def _load_quiz(course: CoursePage, path: Path) -> None:
    source = path.read_text()
    facts = gift.facts(source)
    questions = [
        _load_question(f"{course.code.lower()}-{number:02}", question)
        for number, question in enumerate(gift.parse(source), start=1)
    ]
    quiz = QuizPage(
        title=facts["title"],
        slug="prova-finale",
        summary=facts["intro"],
        introduction=f"<p>{facts['intro']}</p>",
        minutes=int(facts["minutes"]),
        pass_mark_percent=int(facts["pass_mark"]),
    )
    quiz.quiz_questions = [QuizQuestion(question=question) for question in questions]
    course.add_child(instance=quiz)
    quiz.save_revision().publish()


def _load_question(code: str, question: gift.GiftQuestion) -> Question:
    row = Question(
        code=code,
        text=question.text,
        feedback=question.feedback,
        kind=Question.Kind.SEVERAL if question.has_several_right else Question.Kind.ONE,
    )
    row.choices = [Choice(text=c.text, share_percent=c.share_percent, feedback=c.feedback) for c in question.choices]
    row.save()
    return row
