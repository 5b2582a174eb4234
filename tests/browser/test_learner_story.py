"""A course on two devices at once, with the line cut during the video and during the quiz, to its completion.

peers.md, day one: 14 (a video stopped at the office goes on at home), 15 (the line drops while a quiz is handed in).
"""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from courses.actions.content import CONTENT_DIR
from courses.models import LessonPage, QuizPage, Recording, Watching

pytestmark = pytest.mark.browser
FILMS = CONTENT_DIR / "CIT-03" / "registrazioni" / "una-frase-alla-volta"
PLAY = "() => { const v = document.querySelector('video'); v.muted = true; v.playbackRate = 2; return v.play() }"
OFFLINE = "La linea è caduta"


@pytest.fixture
def lesson(course, settings):
    """A video of which ten seconds are asked; the second lesson is not required."""
    settings.LESSON_MINIMUM_SECONDS_PER_MINUTE = 0
    recording = Recording(course=course, slug="una-frase", title="Una frase", transcript="Una frase alla volta.")
    for name in ("small.mp4", "captions.vtt", "poster.webp"):
        setattr(recording, name.split(".")[0], ContentFile((FILMS / name).read_bytes(), name=name))
    recording.full_clean()
    recording.save()
    lesson, other = LessonPage.objects.child_of(course)
    LessonPage.objects.filter(pk=other.pk).update(is_required=False)
    asked = 10 * 100 // recording.duration_seconds
    lesson.body = [("video", {"recording": recording, "percent": asked, "twin_counts": False})]
    lesson.save()
    return lesson


@pytest.fixture
def devices(page_for, learner, enrolment, lesson, course):
    office, home = page_for(learner, may_lose_line=True), page_for(learner, may_lose_line=True)
    for page in (office, home):
        page.goto(reverse("courses:step", args=[course.slug, lesson.slug]))
    return office, home


def play(page, start: int, until: int) -> None:
    page.evaluate("at => { document.querySelector('video').currentTime = at }", start)
    page.evaluate(PLAY)
    page.wait_for_function("until => document.querySelector('video').currentTime >= until", arg=until)
    page.evaluate("document.querySelector('video').pause()")


def seconds_seen() -> set[int]:
    return {second for start, end in Watching.objects.get().spans for second in range(int(start), int(end))}


def wait_until(page, is_so) -> None:
    """Give the page and the server the time they need: half a minute, as Playwright gives them."""
    for _look in range(150):
        if is_so():
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{page.url}: it does not come")


def choose(page, number: int, text: str) -> None:
    page.locator("fieldset.question").nth(number).get_by_label(text).check()


def test_a_course_is_finished_on_two_devices_over_a_line_that_drops(devices, enrolment, course, lesson):
    office, home = devices
    with office.expect_response("**/visione/**"):
        play(office, 0, 4)
    office.context.set_offline(True)
    play(office, 10, 14)
    office.get_by_text("La linea è caduta: quanto visto resta qui").wait_for()
    with home.expect_response("**/visione/**"):
        play(home, 20, 24)
    assert {11, 12} & seconds_seen() == set()

    office.context.set_offline(False)
    office.evaluate("dispatchEvent(new Event('online'))")
    wait_until(office, lambda: {1, 2, 11, 12, 21, 22} <= seconds_seen())  # what was too much at once is sent again
    wait_until(office, enrolment.steps.filter(step=lesson, completed_at__isnull=False).exists)
    home.reload()
    home.evaluate(PLAY)
    at = home.evaluate("document.querySelector('video').currentTime")
    assert at >= Watching.objects.get().position_seconds - 1  # goes on where the person stopped

    home.goto(reverse("courses:step", args=[course.slug, QuizPage.objects.get().slug]))
    home.get_by_role("button", name="Inizia").click()
    choose(home, 0, "Una determina")
    home.locator("#saved", has_text="Salvato alle").wait_for()
    office.goto(home.url)
    assert office.locator("fieldset.question").nth(0).get_by_label("Una determina").is_checked()

    home.context.set_offline(True)
    for number in range(1, 4):
        choose(home, number, "Una determina")
    home.locator("#saved", has_text=OFFLINE).wait_for()
    home.get_by_role("button", name="Consegna la prova").click()
    home.locator("#saved", has_text="la prova si consegna quando torna").wait_for()
    home.context.set_offline(False)
    home.get_by_role("heading", name="Prova superata").wait_for()

    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None
    office.goto(reverse("courses:course_detail", args=[course.slug]))
    assert office.get_by_text("Corso completato").first.is_visible()
