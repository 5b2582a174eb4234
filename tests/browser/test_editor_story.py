"""An editor builds a blended course in the CMS: every block, every kind of question, live meetings, and opens it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses.blocks import LESSON_BLOCKS
from courses.models import CoursePage, GlossaryTerm, LessonPage, LiveStepPage, Question, QuizPage, Step
from courses.scoring import Kind
from tests import factories
from tests.courses.papers import BANK

pytestmark = [pytest.mark.browser, pytest.mark.indexed, pytest.mark.django_db(transaction=True)]
CHOICE = "[data-chooser-modal-choice]"
SEVERAL = {"accordion", "checkpoint"}  # begin with one part and need two


@pytest.fixture
def desk(page_for, editor, now):
    """The editor at the CMS, with a file of each kind to choose from."""
    factories.PillarFactory()
    factories.ObjectiveFactory()
    grant_editors(factories.home_page())
    factories.catalogue_page()
    sync_cms_groups(editor)
    other = factories.CourseFactory(title="Archivio dei materiali")
    factories.ActTemplateFactory(course=other)
    factories.RecordingFactory(course=other)
    factories.CourseFileFactory(
        course=other, width=40, height=30, file__data=factories.png(40, 30), file__filename="a.webp"
    )
    GlossaryTerm.objects.create(term="CIG", slug="cig", definition="<p>Il codice di una gara.</p>")
    # The CMS saves drafts by itself and is told so while a block still lacks a part.
    return page_for(editor, expects="status of 400")


def fill(page: Page, **fields) -> None:
    for name, value in fields.items():
        field = page.locator(f"#page-edit-form [name={name}], main form [name={name}]").first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value) if value else field.select_option(index=1)
        else:
            field.fill(value)


def publish(page: Page) -> None:
    page.get_by_role("button", name="Altre azioni").click()
    with page.expect_navigation():
        page.locator("[name=action-publish]").click()


def add_page(page: Page, model: str, parent) -> None:
    page.goto(reverse("wagtailadmin_pages:add", args=["courses", model, parent.pk]))


def choose_first(page: Page, within: Locator) -> None:
    within.get_by_role("button", name=re.compile("^Scegli")).first.click()
    page.locator(CHOICE).first.click()
    page.locator(CHOICE).first.wait_for(state="detached")


def add_block(page: Page, number: int, name: str, label: str) -> None:
    page.locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name=label, exact=True).click()
    kind = page.locator(f'input[name="body-{number}-type"]')
    kind.wait_for(state="attached")
    assert kind.input_value() == name
    child = kind.locator("xpath=ancestor::*[@data-streamfield-child][1]")
    if name in SEVERAL:
        child.locator(".c-sf-add-button").last.click()
    for field in child.locator("input[type=text], input[type=url], textarea").all():
        if field.is_visible() and not field.input_value():
            is_address = (field.get_attribute("name") or "").endswith("-url")
            field.fill("https://www.youtube.com/watch?v=abcdefghijk" if is_address else f"Testo di {label}")
    for text in child.locator("[contenteditable=true]").all():
        text.click()
        page.keyboard.type(f"Parole di {label}.")
    if name == "checkpoint":
        child.locator("input[type=checkbox]").first.check()
    if child.get_by_role("button", name=re.compile("^Scegli")).count():
        choose_first(page, child)


def test_an_editor_builds_a_blended_course(desk, client_for, learner):
    catalogue = CoursePage.objects.get().get_parent()
    add_page(desk, "coursepage", catalogue)
    fill(desk, title="Appalti in valle", code="VALLE-1", summary="Affidare senza errori", planned_hours="6")
    fill(desk, pillar="", objective="", theme="amministrativa", level="base", modality="blended")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Salva bozza").click()
    course = CoursePage.objects.get(code="VALLE-1")

    add_page(desk, "lessonpage", course)
    fill(desk, title="Tutti i blocchi", summary="Una lezione che li mostra", exercise_minutes="10")
    for number, (name, block) in enumerate(LESSON_BLOCKS):
        add_block(desk, number, name, str(block.label))
    publish(desk)
    lesson = LessonPage.objects.child_of(course).get()
    assert [block.block_type for block in lesson.body] == [name for name, _block in LESSON_BLOCKS]

    desk.goto(reverse("wagtailsnippets_courses_question:add"))
    fill(desk, code="figura-in-valle", kind="one", text="Che cosa mostra la figura?", picture_alt="Un riquadro verde")
    desk.locator("[name=picture]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": factories.png(40, 30)}
    )
    for number, (text, share) in enumerate([("Un riquadro", "100"), ("Un cerchio", "0")]):
        if desk.locator(f"[name=choices-{number}-text]").count() == 0:
            desk.locator("#id_choices-ADD").click()
        fill(desk, **{f"choices-{number}-text": text, f"choices-{number}-share_percent": share})
    with desk.expect_navigation():
        desk.get_by_role("button", name="Salva", exact=True).click()
    desk.goto(reverse("question_import"))
    fill(desk, source="\n\n".join(BANK[kind] for kind in sorted(BANK)), prefix="valle", tags="valle")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Importa", exact=True).click()
    drawn = Question.objects.filter(tags__name="valle")
    assert set(drawn.values_list("kind", flat=True)) == {kind.value for kind in Kind}

    add_page(desk, "quizpage", course)
    fill(desk, title="Prova finale", minutes="20")
    desk.locator("#id_quiz_questions-ADD").click()
    choose_first(desk, desk.locator("#id_quiz_questions-FORMS"))
    desk.locator("#id_draws-ADD").click()
    fill(desk, **{"draws-0-tag": "", "draws-0-count": str(drawn.count())})
    publish(desk)
    quiz = QuizPage.objects.child_of(course).get()
    assert (quiz.quiz_questions.count(), quiz.draws.get().count) == (1, drawn.count())

    add_page(desk, "livesteppage", course)
    fill(desk, title="Due mattine in municipio", minutes="240")
    publish(desk)
    assert LiveStepPage.objects.child_of(course).get().minutes == 240

    desk.goto(reverse("wagtailadmin_pages:edit", args=[course.pk]))
    desk.locator("[name=is_in_preparation]").uncheck()
    publish(desk)
    course.refresh_from_db()
    assert (course.is_open(), course.credit_minutes) == (
        True,
        sum(Step.objects.outline(course).values_list("minutes", flat=True)),
    )
    page = client_for(learner).get(reverse("courses:course_detail", args=[course.slug])).content.decode()
    assert all(title in page for title in ("Tutti i blocchi", "Prova finale", "Due mattine in municipio"))
