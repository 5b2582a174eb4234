"""What belongs to the person on a lesson, and the checkpoint question."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses.actions import answer_checkpoint, record_reading, write_margin
from courses.models import CourseFile, LessonPage, Margin
from tests import factories

ANSWERS = [
    {"text": "Oggetto e scadenza", "is_right": True, "feedback": "Si trovano senza aprirlo."},
    {"text": "Il numero della delibera", "is_right": False, "feedback": "Quello va in fondo."},
]
QUESTION = "Che cosa va nel titolo?"


@pytest.fixture
def lesson(course):
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [
        ("reflection", {"question": "In quale avviso del proprio ufficio manca la data?"}),
        ("checkpoint", {"question": QUESTION, "answers": ANSWERS}),
    ]
    lesson.save()
    return lesson


def key_of(lesson, kind):
    return next(block.id for block in lesson.body if block.block_type == kind)


def url_of(lesson, name="step"):
    return reverse(f"courses:{name}", args=[lesson.get_parent().slug, lesson.slug])


def write(client, lesson, **data):
    return client.post(url_of(lesson, "lesson_write"), data)


# --- Checkpoint -------------------------------------------------------------------------------------------------------


def test_a_lesson_counts_once_its_checkpoint_is_answered_rightly_or_not(enrolment, lesson, now):
    read = record_reading(enrolment, lesson, opened_at=now - timedelta(hours=1), now=now)
    assert read.completed_at is None

    later = now + timedelta(minutes=1)
    answer_checkpoint(enrolment, lesson, key=key_of(lesson, "checkpoint"), choice=1, now=later)

    assert enrolment.steps.get().completed_at == later


def test_an_answer_without_the_reading_completes_nothing(enrolment, lesson, now):
    answer_checkpoint(enrolment, lesson, key=key_of(lesson, "checkpoint"), choice=0, now=now)

    assert enrolment.steps.get().completed_at is None


@pytest.mark.parametrize(("key", "choice"), [("checkpoint", 2), ("checkpoint", -1), ("reflection", 0)])
def test_only_an_answer_of_the_question_counts(enrolment, lesson, now, key, choice):
    with pytest.raises(ValidationError) as refused:
        answer_checkpoint(enrolment, lesson, key=key_of(lesson, key), choice=choice, now=now)

    assert (refused.value.code, enrolment.steps.count()) == ("no_answer", 0)


def test_the_key_of_a_checkpoint_leaves_the_server_after_the_answer_only(client_for, learner, enrolment, lesson):
    client, key = client_for(learner), key_of(lesson, "checkpoint")
    before = client.get(url_of(lesson))
    assert QUESTION in before.content.decode()
    for secret in ("is_right", "Si trovano", "va in fondo", "Giusto"):
        assert secret not in before.content.decode() + str(before.headers)

    write(client, lesson, answer=key, **{f"checkpoint-{key}": "1"})

    after = client.get(url_of(lesson)).content.decode()
    assert "Quello va in fondo." in after
    assert "Si trovano" not in after


def test_a_comment_stays_as_it_was_read_when_the_editor_changes_the_question(enrolment, lesson, now):
    key = key_of(lesson, "checkpoint")
    progress = answer_checkpoint(enrolment, lesson, key=key, choice=1, now=now)
    changed = {"question": QUESTION, "answers": [ANSWERS[0], ANSWERS[0]]}
    lesson.body = json.dumps([{"type": "checkpoint", "value": changed, "id": key}])
    lesson.save()

    progress.refresh_from_db()
    assert progress.checkpoints[key]["feedback"] == "Quello va in fondo."


def test_the_page_says_that_an_answer_is_missing(client_for, learner, enrolment, lesson, now):
    client = client_for(learner)
    opened = client.get(url_of(lesson)).context["opened"]

    with time_machine.travel(now + timedelta(minutes=20), tick=False):
        page = client.post(url_of(lesson, "lesson_complete"), {"opened": opened}, follow=True)

    assert "Una domanda di verifica non ha ancora risposta." in page.content.decode()


# --- Notes, reflections, bookmark, usefulness -------------------------------------------------------------------------


def test_notes_and_reflections_are_there_on_another_device(client_for, learner, enrolment, lesson):
    reflection = f"reflection-{key_of(lesson, 'reflection')}"
    write(client_for(learner), lesson, note="Rivedere <b>l’avviso</b>", **{reflection: "La mensa & i <nidi>"})

    page = client_for(learner).get(url_of(lesson)).content.decode()

    assert "Rivedere &lt;b&gt;l’avviso&lt;/b&gt;</textarea>" in page
    assert "La mensa &amp; i &lt;nidi&gt;</textarea>" in page


def test_nobody_else_reads_them(client_for, learner, enrolment, lesson, tutor, coordinator, anci, colleague, now):
    enrolment.edition.tutors.set([tutor])
    factories.EnrolmentFactory(edition=enrolment.edition, user=colleague)
    reflections = {key_of(lesson, "reflection"): "CANARY_MINE"}
    write_margin(user=learner, step=lesson, note="CANARY_MINE", reflections=reflections, is_bookmarked=True, now=now)

    for person in (tutor, coordinator, anci, colleague):
        client = client_for(person)
        for url in (url_of(lesson), url_of(lesson, "lesson_print"), reverse("courses:margin_list")):
            assert "CANARY_MINE" not in client.get(url).content.decode()
    assert "CANARY_MINE" in client_for(learner).get(reverse("courses:margin_list")).content.decode()


def test_what_is_not_sent_stays(learner, enrolment, lesson, now):
    write_margin(user=learner, step=lesson, note="Uno", reflections={"a": "A", "b": "B"}, is_useful=True, now=now)

    margin = write_margin(user=learner, step=lesson, reflections={"b": ""}, is_bookmarked=True, now=now)

    assert (margin.note, margin.reflections, margin.is_bookmarked, margin.is_useful) == ("Uno", {"a": "A"}, True, True)


def test_the_script_is_told_when_it_was_kept(client_for, learner, enrolment, lesson):
    answer = client_for(learner).post(
        url_of(lesson, "lesson_write"), {"note": "Uno"}, headers={"Accept": "application/json"}
    )

    assert answer.json() == {"saved": "Salvato alle 10:00"}


@pytest.mark.parametrize(
    "data",
    [
        {"note": "x" * 5_001},
        {"reflection-a": "x" * 5_001},
        {"bookmark": "2"},
        {"answer": "a b"},
        {"answer": "x" * 65},
        {"useful": "forse"},
    ],
)
def test_strange_input_keeps_nothing(client_for, learner, enrolment, lesson, data):
    assert write(client_for(learner), lesson, **data).status_code == 400
    assert Margin.objects.count() == 0


def test_the_end_of_a_line_counts_as_one_sign(client_for, learner, enrolment, lesson):
    write(client_for(learner), lesson, note="x\r\n" * 2_498 + "fine")

    assert len(Margin.objects.get().note) == 2_498 * 2 + 4


@pytest.mark.parametrize("choice", ["", "x", "²", "-1", "9" * 40])
def test_a_strange_choice_is_no_answer(client_for, learner, enrolment, lesson, choice):
    key = key_of(lesson, "checkpoint")

    answer = write(client_for(learner), lesson, answer=key, **{f"checkpoint-{key}": choice})

    assert (answer.status_code, enrolment.steps.count()) == (302, 0)


def test_the_list_has_what_was_written_and_bookmarked_and_nothing_else(
    client_for, learner, enrolment, course, now, django_assert_max_num_queries
):
    first, second = LessonPage.objects.child_of(course)
    write_margin(user=learner, step=first, is_bookmarked=True, now=now)
    write_margin(user=learner, step=second, is_useful=False, now=now)
    client, url = client_for(learner), reverse("courses:margin_list")
    client.get(url)

    with django_assert_max_num_queries(6 + 2):
        page = client.get(url)

    assert [margin.step.title for margin in page.context["margins"]] == ["Prima lezione"]


def test_the_editors_report_counts_who_found_a_lesson_useful(client_for, editor, learner, colleague, course, now):
    first, _second = LessonPage.objects.child_of(course)
    for person, is_useful in ((learner, True), (colleague, False), (editor, True)):
        write_margin(user=person, step=first, is_useful=is_useful, now=now)

    grant_editors(factories.home_page())
    sync_cms_groups(editor)

    page = client_for(editor).get(reverse("lesson_usefulness"))

    rows = {lesson.title: (lesson.useful, lesson.not_useful) for lesson in page.context["object_list"]}
    assert rows == {"Prima lezione": (2, 1)}


# --- Files and printing -----------------------------------------------------------------------------------------------


def test_a_picture_is_made_light_and_shown_to_who_is_enrolled(client_for, learner, enrolment, course, outsider):
    file = CourseFile(course=course, slug="schema", title="Schema")
    file.file = ContentFile(factories.png(2_000, 500), name="schema.png")
    file.full_clean()
    file.save()

    url = reverse("courses:course_file_download", args=[file.pk])
    answer = client_for(learner).get(url)

    assert (file.width, file.height, answer.headers["Content-Type"]) == (1280, 320, "image/webp")
    assert client_for(outsider).get(url).status_code == 404
    answer.close()


@pytest.mark.parametrize(
    ("name", "content"), [("a.png", b"<svg/>"), ("a.svg", b"<svg/>"), ("a.html", b"<p>"), ("a", b"x")]
)
def test_other_files_are_refused(course, name, content):
    file = CourseFile(course=course, slug="a", title="A", file=ContentFile(content, name=name))

    with pytest.raises(ValidationError):
        file.full_clean()


def test_the_page_to_print_opens_what_is_folded(client_for, learner, enrolment, lesson, now):
    lesson.body = [("solution", {"title": "Soluzione", "text": "<p>Sì.</p>"})]
    lesson.save()
    write_margin(user=learner, step=lesson, note="Da fare", now=now)

    page = client_for(learner).get(url_of(lesson, "lesson_print")).content.decode()

    assert '<details open class="solution">' in page
    assert "Da fare" in page
