"""A video on two devices, with the line cut in between (peers.md, day one no. 14)."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse

from courses.actions.content import CONTENT_DIR
from courses.models import LessonPage, Margin, Recording, Watching
from tests.courses.test_lesson_markdown_writer import EVERY
from tests.courses.test_margin import ANSWERS, QUESTION

pytestmark = pytest.mark.browser
FILMS = CONTENT_DIR / "CIT-03" / "registrazioni" / "una-frase-alla-volta"
PLAY = "rate => { const v = document.querySelector('video'); v.muted = true; v.playbackRate = rate; return v.play() }"
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


@pytest.fixture
def device(live_site, chromium, client_for, learner, enrolment, lesson):
    """A browser of the learner, on the lesson; unlike `page_for` it may complain about a line that is down."""
    contexts = []

    def open_device():
        context = chromium.new_context(base_url=live_site, locale="it-IT")
        contexts.append(context)
        key = client_for(learner).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_site}])
        page = context.new_page()
        page.goto(reverse("courses:step", args=[lesson.get_parent().slug, lesson.slug]))
        return page

    yield open_device
    for context in contexts:
        context.close()


def play(page, *, until, start=None):
    """Play from where the player stands, or from `start`, up to a second of the film."""
    if start is not None:
        page.evaluate("at => { document.querySelector('video').currentTime = at }", start)
    page.evaluate(
        "() => { const v = document.querySelector('video'); v.muted = true; v.playbackRate = 2; return v.play() }"
    )
    page.wait_for_function("until => document.querySelector('video').currentTime >= until", arg=until)
    page.evaluate("document.querySelector('video').pause()")


def seen():
    row = Watching.objects.get()
    return [tuple(span) for span in row.spans]


def test_a_video_stopped_at_the_office_goes_on_at_home_and_no_second_is_lost(device):
    office = device()
    with office.expect_response("**/visione/**"):
        play(office, until=4)
    with office.expect_response("**/visione/**"):
        play(office, start=50, until=52)
    office.wait_for_timeout(300)
    (start, end), *jumped = seen()
    assert (start, jumped[0][0]) == (0, 50)
    assert end in range(3, 7)

    office.context.set_offline(True)
    play(office, start=10, until=14)
    office.get_by_text("La linea è caduta: quanto visto resta qui").wait_for()
    assert 10 not in {start for start, _end in seen()}
    office.context.set_offline(False)
    with office.expect_response("**/visione/**"):
        office.evaluate("dispatchEvent(new Event('online'))")
    office.wait_for_timeout(6_000)  # what was too much at once is sent again
    assert any(start <= 10 and end >= 13 for start, end in seen())

    home = device()
    place = Watching.objects.get().position_seconds
    home.evaluate(PLAY, 1)
    home.wait_for_function("at => document.querySelector('video').currentTime >= at", arg=place)
    assert home.get_by_text("per cento; ne serve il 90").is_visible()


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
