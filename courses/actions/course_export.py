"""A course as files: Markdown lessons with front matter, GIFT quizzes, and the files that they offer."""

from pathlib import PurePath

import yaml
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.struct_block import StructValue
from wagtail.models import Page
from wagtail.rich_text import RichText

from courses import gift, lesson_markdown
from courses.actions.conditions import write_conditions, write_conditions_in_line
from courses.actions.content import GLOSSARY_FOLDER, PICTURE_FOLDER, QUIZ_RULES, RECORDING_FILES
from courses.actions.glossary import term_file
from courses.actions.questions import as_gift, question_pictures
from courses.lesson_markdown import Block, normal, write_front_matter
from courses.models import (
    ActTemplate,
    CourseFile,
    CoursePage,
    GlossaryTerm,
    LessonPage,
    LiveStepPage,
    Question,
    QuizDraw,
    QuizPage,
    QuizQuestion,
    Recording,
    Step,
)

SCALARS = ["search_description", "theme", "level", "modality", "planned_hours", "legal_basis"]


def export_course(course: CoursePage) -> dict[str, bytes]:
    """Every file of the course by its path, so that `import_course` makes the same course of them."""
    return {"course.md": _course(course).encode(), **_steps(course), **_offered(course)}


def _steps(course: CoursePage) -> dict[str, bytes]:
    files = {}
    for number, step in enumerate(Step.objects.outline(course), start=1):
        model, ending, written = STEPS[step.kind]
        files[f"lessons/{number:02}-{step.slug}.{ending}"] = written(model.objects.get(pk=step.pk)).encode()
    if drawn := _drawn(course):
        files["banca.gift"] = gift.write(as_gift(drawn)).encode()
    asked = Question.objects.filter(uses__quiz__in=QuizPage.objects.child_of(course).live()).distinct()
    pictures = question_pictures([*drawn, *asked])
    return files | {f"{PICTURE_FOLDER}{name}": content for name, content in pictures.items()}


def _offered(course: CoursePage) -> dict[str, bytes]:
    files = {}
    for template in course.act_templates.all():
        files |= _act_template(template)
    for file in course.files.all():
        files[f"materiali/{file.slug}.{file.extension}"] = _content(file.file)
        files[f"materiali/{file.slug}.yaml"] = _yaml({"title": file.title})
    for recording in course.recordings.all():
        files |= _recording(recording)
    lessons = LessonPage.objects.child_of(course).live()
    named = {block.value for lesson in lessons for block in lesson.body if block.block_type == "glossary"}
    return files | {f"{GLOSSARY_FOLDER}{term.slug}.md": term_file(term) for term in named}


def _course(course: CoursePage) -> str:
    facts = {
        "code": course.code,
        "title": course.title,
        "slug": course.slug,
        "summary": course.summary,
        "outcomes": [outcome.text for outcome in course.outcomes.all()],
        "audience": course.audience,
        "pillar": course.pillar.number,
        "objective": course.objective.code,
        **{name: _scalar(getattr(course, name)) for name in SCALARS},
        "planned_outline": course.planned_outline.splitlines(),
        "is_mandatory": course.is_mandatory,
        "is_in_preparation": course.is_in_preparation,
        **write_conditions(course),
    }
    text = lesson_markdown.write([Block("text", course.description)]) if course.description else ""
    return write_front_matter(facts) + text


def _scalar(value):
    """YAML knows texts and numbers, not the members of an enumeration."""
    return str(value) if isinstance(value, str) else value


def _lesson(lesson: LessonPage) -> str:
    facts = {
        "title": lesson.title,
        "summary": lesson.summary,
        "exercise_minutes": lesson.exercise_minutes,
        "is_required": lesson.is_required,
        **write_conditions(lesson),
    }
    blocks = [Block(child.block_type, plain(child.value)) for child in lesson.body]
    return write_front_matter(facts) + lesson_markdown.write(blocks)


def plain(value):
    """A block's value as text, lists and dictionaries; a file of the course by its short name."""
    match value:
        case RichText():
            return normal(value.source, link=_link)
        case StructValue():
            return {name: plain(part) for name, part in value.items()}
        case ListValue():
            return [plain(part) for part in value]
        case ActTemplate() | CourseFile() | GlossaryTerm() | Recording():
            return value.slug
    return value


def _link(attributes: dict) -> str | None:
    """Links to pages of this site become their paths: numbers of pages mean nothing elsewhere."""
    if attributes.get("linktype") == "page":
        page = Page.objects.filter(pk=attributes.get("id")).specific().first()
        return page and page.get_url()
    return attributes.get("href")


def _live(step: LiveStepPage) -> str:
    facts = {
        "title": step.title,
        "summary": step.summary,
        "minutes": step.minutes,
        "minimum_percent": step.minimum_percent,
        "is_required": step.is_required,
        **write_conditions(step),
    }
    text = lesson_markdown.write([Block("text", step.introduction)]) if step.introduction else ""
    return write_front_matter(facts) + text


def _drawn(course: CoursePage) -> list[Question]:
    """Questions that a quiz of the course draws at random, and that none of its quizzes names."""
    quizzes = QuizPage.objects.child_of(course).live()
    named = QuizQuestion.objects.filter(quiz__in=quizzes)
    tags = QuizDraw.objects.filter(quiz__in=quizzes).values("tag")
    drawn = Question.objects.filter(tags__in=tags).exclude(pk__in=named.values("question"))
    return list(drawn.distinct().order_by("code"))


def _quiz(quiz: QuizPage) -> str:
    facts = {"title": quiz.title, "intro": quiz.summary, "minutes": quiz.minutes, "pass_mark": quiz.pass_mark_percent}
    facts |= {name: _scalar(getattr(quiz, name)) for name in QUIZ_RULES if getattr(quiz, name) is not None}
    facts |= write_conditions_in_line(quiz)
    facts["introduction"] = " ".join(normal(quiz.introduction, link=_link).split()) or "<p></p>"
    facts["draws"] = ", ".join(
        f"{draw.tag.name} {draw.count}" for draw in quiz.draws.select_related("tag").order_by("sort_order", "pk")
    )
    questions = [row.question for row in quiz.quiz_questions.select_related("question").order_by("sort_order", "pk")]
    return gift.write(as_gift(questions), {name: value for name, value in facts.items() if value != ""})


def _act_template(template: ActTemplate) -> dict[str, bytes]:
    facts = {
        "title": template.title,
        "description": template.description,
        "version": template.version,
        "valid_on": template.valid_on,
    }
    suffix = PurePath(template.file.name).suffix
    return {f"atti/{template.slug}{suffix}": _content(template.file), f"atti/{template.slug}.yaml": _yaml(facts)}


def _recording(recording: Recording) -> dict[str, bytes]:
    folder = f"registrazioni/{recording.slug}"
    files = {f"{folder}/scheda.md": (write_front_matter({"title": recording.title}) + recording.transcript).encode()}
    for name in sorted(RECORDING_FILES):
        if file := getattr(recording, name):
            files[f"{folder}/{name}{PurePath(file.name).suffix}"] = _content(file)
    return files


def _content(file) -> bytes:
    with file.storage.open(file.name) as stored:
        return stored.read()


def _yaml(facts: dict) -> bytes:
    return yaml.safe_dump(facts, allow_unicode=True, sort_keys=False).encode()


STEPS = {
    Step.Kind.LESSON: (LessonPage, "md", _lesson),
    Step.Kind.LIVE: (LiveStepPage, "live", _live),
    Step.Kind.QUIZ: (QuizPage, "gift", _quiz),
}
