"""Loads the course content kept in the project (Markdown, GIFT, JSON) into the CMS.

Safe to run again: what exists stays as the editors have left it.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath

import yaml
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.files.base import ContentFile
from django.db import DataError, IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from taggit.models import Tag

from accounts.models import User
from courses import act_document, gift, lesson_markdown
from courses.actions.catalogue import refuse_double
from courses.actions.conditions import read_conditions_in_line, set_conditions
from courses.actions.glossary import load_term
from courses.actions.questions import as_gift, picture_of, store_question
from courses.models import (
    ActTemplate,
    CatalogueIndexPage,
    CourseFile,
    CoursePage,
    LessonPage,
    LiveStepPage,
    Question,
    QuizDraw,
    QuizPage,
    QuizQuestion,
    Recording,
)
from courses.models.catalogue import CourseOutcome
from courses.models.material import light_picture
from courses.models.recording import PLAYED
from journal.actions import record
from lib.archives import read_folder
from territory.models import Objective, Pillar

COURSES_DIR = Path(__file__).resolve().parent.parent
CATALOGUE = COURSES_DIR / "data" / "catalogue.json"
OUTLINES = COURSES_DIR / "data" / "outlines.yaml"
CONTENT_DIR = COURSES_DIR / "content"
STATED = ("code", "title", "slug", "summary", "theme", "modality", "planned_hours")
GLOSSARY_FOLDER = "glossario/"
PICTURE_FOLDER = "immagini/"  # of questions
RECORDING_FILES = {*PLAYED, "poster", "captions"}
QUIZ_RULES = [  # what a quiz may say on top beside title, intro, introduction, minutes, pass_mark and draws
    "is_required",
    "is_shuffled",
    "maximum_attempts",
    "counting",
    "is_one_at_a_time",
    "time_limit_minutes",
    "minutes_between_attempts",
    "closes_at",
    "score_shown",
    "answers_shown",
    "verdicts_shown",
    "comments_shown",
    "key_shown",
]
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


def load_course(index: CatalogueIndexPage, entry: dict, *, outline: list[str], now: datetime) -> CoursePage:
    """One course of the catalogue: complete when its folder is there, otherwise in preparation with its outline."""
    folder = CONTENT_DIR / entry["code"]
    files = read_folder(folder) if folder.is_dir() else {}
    defaults = {
        "code": entry["code"],
        "title": entry["title"],
        "slug": slugify(entry["title"])[:60].strip("-"),
        "summary": entry["description"],
        "search_description": entry["description"],
        "pillar": entry["pillar_n"],
        "objective": entry["objective"],
        "theme": THEMES[entry["ambito_direttiva"]].value,
        "modality": CoursePage.Modality.ONLINE.value if files else entry["modality"],
        "planned_hours": entry["hours"],
        "audience": entry["target"],
        "legal_basis": entry["mandatory_basis"],
        "is_mandatory": bool(entry["mandatory_basis"]),
        "planned_outline": outline,
        "is_in_preparation": not files,
    }
    return import_course(files, defaults=defaults, index=index, now=now)


@transaction.atomic
def import_course(
    files: Mapping[str, bytes],
    *,
    defaults: Mapping | None = None,
    changes: Mapping | None = None,
    index: CatalogueIndexPage,
    is_draft: bool = False,
    actor: User | None = None,
    now: datetime,
) -> CoursePage:
    """Make a course of its files (docs/editors.md says which); all of it, or nothing and a ValidationError.

    What `course.md` does not say comes from `defaults`; `changes` go before what it says. A draft is not published.
    """
    course, outcomes = _course(files, defaults or {}, changes or {})
    refuse_double(course)
    course.live = not is_draft
    try:
        course.outcomes = [CourseOutcome(text=text, sort_order=number) for number, text in enumerate(outcomes)]
        index.add_child(instance=course)
        _fill(course, files)
    except IntegrityError as double:
        raise ValidationError(_("A short name or a code stands twice."), code="course_folder") from double
    except (DataError, TypeError) as broken:
        text = _("A text in the files is too long, or not of its kind.")
        raise ValidationError(text, code="course_folder") from broken
    revision = course.save_revision(user=actor)
    if not is_draft:
        revision.publish()  # the receivers count the credit and open the course
    after = {"code": course.code, "steps": course.get_children().count()}
    record("load_course", course, actor=actor, after=after, now=now)
    return course


def _fill(course: CoursePage, files: Mapping[str, bytes]) -> None:
    """Store what the course offers, then its questions and its steps."""
    offered = _offered(course, files)
    if "banca.gift" in files:
        source = files["banca.gift"].decode(errors="replace")
        _reading("banca.gift", _questions, course, source, offered["question_picture"])
    steps = sorted(path for path in files if path.startswith("lessons/"))
    for path in [*steps, *(["quiz.gift"] if "quiz.gift" in files else [])]:
        _reading(path, _load_step, course, path, files[path], offered)


def _offered(course: CoursePage, files: Mapping[str, bytes]) -> dict[str, dict]:
    """What lessons and questions name: by kind and short name."""
    return {
        "act_template": _each(files, "atti/", (".md", ".yaml"), partial(_load_act_template, course, files)),
        "file": _each(files, "materiali/", (".yaml",), partial(_load_file, course, files)),
        "recording": _each(files, "registrazioni/", ("/scheda.md",), partial(_load_recording, course, files)),
        "glossary": _each(files, GLOSSARY_FOLDER, (".md",), lambda path: load_term(PurePath(path).stem, files[path])),
        "question_picture": {
            name.removeprefix(PICTURE_FOLDER): files[name] for name in files if name.startswith(PICTURE_FOLDER)
        },
    }


def _course(files: Mapping[str, bytes], defaults: Mapping, changes: Mapping) -> tuple[CoursePage, list[str]]:
    """The page, not saved yet, and its outcomes."""
    stated, description = ({}, "")
    if "course.md" in files or not defaults:
        stated, description = _reading("course.md", lambda: lesson_markdown.front_matter(files["course.md"].decode()))
    facts = {**defaults, **stated, **changes}
    audience = facts.get("audience", "")
    course = _reading(
        "course.md",
        lambda: CoursePage(
            description=lesson_markdown.html(description),
            pillar=Pillar.objects.get(number=facts["pillar"]),
            objective=Objective.objects.get(code=facts["objective"]),
            audience=audience if isinstance(audience, str) else ", ".join(audience),
            planned_outline="\n".join(facts.get("planned_outline", [])),
            is_in_preparation=facts.get("is_in_preparation", False),
            **{name: facts[name] for name in STATED},
            **{name: facts.get(name, "") for name in ("search_description", "legal_basis")},
            level=facts.get("level", CoursePage.Level.BASIC),
            is_mandatory=facts.get("is_mandatory", False) is True,
        ),
    )
    _reading("course.md", set_conditions, course, facts)
    return course, facts.get("outcomes", [])


def _reading(path: str, read: Callable, *arguments):
    """What a file gives, or a ValidationError that names the file."""
    try:
        return read(*arguments)
    except ValidationError as error:
        raise ValidationError(f"{path}: {' '.join(error.messages)}", code="course_folder") from error
    except KeyError as missing:
        text = _("%(path)s: %(name)s is missing.") % {"path": path, "name": missing}
        raise ValidationError(text, code="course_folder") from missing
    except (ValueError, TypeError, AttributeError, ObjectDoesNotExist, yaml.YAMLError) as broken:
        text = _("%(path)s cannot be read: %(reason)s") % {"path": path, "reason": broken}
        raise ValidationError(text, code="course_folder") from broken


def _each(files: Mapping[str, bytes], folder: str, endings: tuple[str, ...], load: Callable) -> dict:
    """Load what the files of one folder describe; by short name."""
    paths = [path for path in sorted(files) if path.startswith(folder) and path.endswith(endings)]
    rows = [_reading(path, load, path) for path in paths]
    return {row.slug: row for row in rows}


def _load_act_template(course: CoursePage, files: Mapping[str, bytes], path: str) -> ActTemplate:
    """A document of its own with its facts beside it, or one written from Markdown."""
    if path.endswith(".yaml"):
        facts, (name, content) = yaml.safe_load(files[path]), _beside(files, path)
    else:
        facts, body = lesson_markdown.front_matter(files[path].decode())
        document, name = io.BytesIO(), f"{PurePath(path).stem}.docx"
        act_document.write(document, title=facts["title"], blocks=lesson_markdown.parse(body))
        content = document.getvalue()
    return _saved(
        ActTemplate(
            course=course,
            slug=PurePath(path).stem,
            title=facts["title"],
            description=facts["description"],
            version=str(facts["version"]),
            valid_on=facts["valid_on"],
            file=ContentFile(content, name=name),
        )
    )


def _load_file(course: CoursePage, files: Mapping[str, bytes], path: str) -> CourseFile:
    name, content = _beside(files, path)
    title = yaml.safe_load(files[path])["title"]
    file = ContentFile(content, name=name)
    return _saved(CourseFile(course=course, slug=PurePath(path).stem, title=title, file=file))


def _load_recording(course: CoursePage, files: Mapping[str, bytes], path: str) -> Recording:
    folder = PurePath(path).parent
    facts, transcript = lesson_markdown.front_matter(files[path].decode())
    recording = Recording(course=course, slug=folder.name, title=facts["title"], transcript=transcript)
    for name in (PurePath(path) for path in files if PurePath(path).parent == folder and path.count(".") == 1):
        if name.stem in RECORDING_FILES:
            setattr(recording, name.stem, ContentFile(files[name.as_posix()], name=f"{folder.name}{name.suffix}"))
    return _saved(recording)


def _beside(files: Mapping[str, bytes], path: str) -> tuple[str, bytes]:
    """Name and content of the one file that a .yaml file describes."""
    stem = path.removesuffix(".yaml")
    found = [name for name in files if name.rpartition(".")[0] == stem and name != path]
    if len(found) != 1:
        raise ValidationError(_("There must be exactly one file beside it."), code="course_folder")
    return PurePath(found[0]).name, files[found[0]]


def _saved(row):
    row.full_clean(exclude=["duration_seconds"])
    row.save()
    return row


def _load_step(course: CoursePage, path: str, content: bytes, offered: Mapping[str, Mapping]) -> None:
    load = STEPS.get(PurePath(path).suffix)
    if load is None:
        raise ValidationError(_("A lesson ends in .md, a quiz in .gift, live meetings in .live."))
    load(course, path, content, offered)


def _load_lesson(course: CoursePage, path: str, content: bytes, offered: Mapping[str, Mapping]) -> None:
    facts, body = lesson_markdown.front_matter(content.decode())
    lesson = LessonPage(
        title=facts["title"],
        slug=_slug(path),
        summary=facts["summary"],
        exercise_minutes=facts["exercise_minutes"],
        is_required=facts.get("is_required", True),
        body=[(block.type, _value(block, offered)) for block in lesson_markdown.parse(body)],
    )
    set_conditions(lesson, facts)
    course.add_child(instance=lesson)
    lesson.save_revision().publish()


def _load_live(course: CoursePage, path: str, content: bytes, offered: Mapping[str, Mapping]) -> None:
    facts, introduction = lesson_markdown.front_matter(content.decode())
    step = LiveStepPage(
        title=facts["title"],
        slug=_slug(path),
        summary=facts["summary"],
        minutes=facts["minutes"],
        minimum_percent=facts["minimum_percent"],
        is_required=facts.get("is_required", True),
        introduction=lesson_markdown.html(introduction),
    )
    set_conditions(step, facts)
    course.add_child(instance=step)
    step.save_revision().publish()


def _slug(path: str) -> str:
    """lessons/03-la-rotazione.md stands at /la-rotazione/."""
    return PurePath(path).stem.partition("-")[2]


CHOSEN = {
    "act_template": "act_template",
    "document": "file",
    "glossary": "glossary",
    "picture": "file",
    "video": "recording",
    "audio": "recording",
}


def _value(block: lesson_markdown.Block, offered: Mapping[str, Mapping]):
    """The block's value with the files of the course in place of their short names."""
    kind = CHOSEN.get(block.type)
    if kind is None:
        return block.value
    if isinstance(block.value, str):
        return offered[kind][block.value]
    field = "picture" if block.type == "picture" else "recording"
    return block.value | {field: offered[kind][block.value[field]]}


def _load_quiz(course: CoursePage, path: str, content: bytes, offered: Mapping[str, Mapping]) -> None:
    source = content.decode()
    facts = gift.facts(source)
    quiz = QuizPage(
        title=facts["title"],
        slug=_slug(path) or "prova-finale",
        summary=facts.get("intro", ""),
        introduction=lesson_markdown.normal(facts.get("introduction", f"<p>{facts.get('intro', '')}</p>")),
        minutes=int(facts["minutes"]),
        pass_mark_percent=int(facts["pass_mark"]),
    )
    for name in QUIZ_RULES:
        if name in facts:
            setattr(quiz, name, QuizPage._meta.get_field(name).to_python(facts[name]))
    quiz.quiz_questions = [
        QuizQuestion(question=question, sort_order=number)
        for number, question in enumerate(_questions(course, source, offered["question_picture"]))
    ]
    quiz.draws = [_draw(words, number) for number, words in enumerate(facts.get("draws", "").split(", ")) if words]
    set_conditions(quiz, read_conditions_in_line(facts))
    course.add_child(instance=quiz)
    quiz.save_revision().publish()


def _draw(words: str, number: int) -> QuizDraw:
    """ "anticorruzione 3" draws three questions of that tag."""
    tag, _space, count = words.rpartition(" ")
    return QuizDraw(tag=Tag.objects.get(name=tag), count=int(count), sort_order=number)


def _questions(course: CoursePage, source: str, pictures: Mapping[str, bytes]) -> list[Question]:
    """The questions of a GIFT text: the ones of the bank where it has them word for word, else new ones."""
    found = []
    for number, asked in enumerate(gift.parse(source), start=1):
        code = asked.code or f"{course.code.lower()}-{number:02}"
        picture = _picture(asked, pictures)
        there = Question.objects.filter(code=code).first()
        if there and not _is_same(there, asked, picture):
            text = _("The bank already has another question with the code “%(code)s”.") % {"code": code}
            raise ValidationError(text, code="course_folder")
        found.append(there or store_question(asked, code=code, picture=picture))
    return found


def _picture(asked: gift.GiftQuestion, pictures: Mapping[str, bytes]) -> bytes | None:
    if not asked.picture:
        return None
    if asked.picture not in pictures:
        raise ValidationError(_("The picture “%(name)s” is not in the zip.") % {"name": asked.picture})
    return pictures[asked.picture]


def _is_same(there: Question, asked: gift.GiftQuestion, picture: bytes | None) -> bool:
    """Whether the bank has this very question; its picture by what is stored of it."""
    written = as_gift([there])
    named = replace(asked, code=there.code, name=there.code, picture=written[0].picture if picture else "")
    light = picture and light_picture(ContentFile(picture, name=asked.picture), "picture")[0].read()
    return gift.write(written) == gift.write([named]) and picture_of(there) == light


STEPS = {".md": _load_lesson, ".live": _load_live, ".gift": _load_quiz}  # by the ending of a file in lessons/
