"""Notes, checkpoint questions and the player of a lesson in the browser; two devices are in test_learner_story.py."""

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from courses.actions.content import CONTENT_DIR
from courses.models import LessonPage, Margin, Recording
from tests.courses.test_lesson_markdown_writer import EVERY
from tests.courses.test_margin import ANSWERS, QUESTION

pytestmark = pytest.mark.browser
FILMS = CONTENT_DIR / "CIT-03" / "registrazioni" / "una-frase-alla-volta"
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def recording(course):
    recording = Recording(
        course=course, slug="una-frase", title="Una frase alla volta", transcript="Buongiorno.\n\nUna frase."
    )
    for name in ("small.mp4", "audio.m4a", "captions.vtt", "poster.webp"):
        setattr(recording, name.split(".")[0], ContentFile((FILMS / name).read_bytes(), name=name))
    recording.full_clean()
    recording.save()
    return recording


@pytest.fixture
def lesson(course, recording):
    lesson = LessonPage.objects.child_of(course).first()
    video = {"recording": recording, "percent": 90, "twin_counts": True}
    lesson.body = [
        ("video", video),
        *[(b.type, b.value) for b in EVERY if b.type in {"text", "accordion", "term", "embed", "reflection", "table"}],
        ("checkpoint", {"question": QUESTION, "answers": ANSWERS}),
    ]
    lesson.save()
    return lesson


def test_notes_are_kept_while_they_are_written_and_a_checkpoint_tells_why(page_for, learner, enrolment, lesson):
    page = page_for(learner)
    page.goto(reverse("courses:step", args=[lesson.get_parent().slug, lesson.slug]))

    page.get_by_label("Li legge solo chi li scrive").fill("Rivedere l’avviso della mensa")
    page.get_by_text("Salvato alle").wait_for()
    assert Margin.objects.get().note == "Rivedere l’avviso della mensa"

    page.get_by_label("Il numero della delibera").check()
    page.get_by_role("button", name="Rispondi").click()
    page.get_by_text("Quello va in fondo.").wait_for()
    assert enrolment.steps.get().checkpoints


def test_nothing_is_asked_of_another_site_before_the_click(page_for, learner, enrolment, lesson):
    page = page_for(learner)  # complains about any foreign request
    page.goto(reverse("courses:step", args=[lesson.get_parent().slug, lesson.slug]))

    assert page.get_by_role("button", name="Mostra qui").is_visible()
    assert page.locator("iframe").count() == 0
    if SHOTS:
        for width in (1280, 375):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(SHOTS) / f"lesson-{width}.png", full_page=True)
        for name in ("lesson_print", "recording_light"):
            arguments = [lesson.get_parent().slug, lesson.slug]
            arguments += [Recording.objects.get().pk] if name == "recording_light" else []
            page.goto(reverse(f"courses:{name}", args=arguments))
            page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
        page.goto(reverse("courses:margin_list"))
        page.screenshot(path=Path(SHOTS) / "margin_list.png", full_page=True)
