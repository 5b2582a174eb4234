"""Videos: what an editor may save, what counts as watched, and who gets the files."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses import watching
from courses.actions import record_reading, record_transcript, record_watching
from courses.forms import sign_opening
from courses.models import LessonPage, Recording, Step, Watching
from tests import factories
from tests.races import race


@pytest.fixture
def recording(course):
    return factories.RecordingFactory(course=course)


@pytest.fixture
def lesson(course, recording):
    """The first lesson: a video of 100 seconds of which 90 per cent are asked."""
    return ask_for(recording, course)


def ask_for(recording, course, **changes):
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [("video", {"recording": recording, "percent": 90, "twin_counts": True} | changes)]
    lesson.save()
    return lesson


@pytest.fixture
def watch(enrolment, lesson, recording, now):
    """Play spans on one device; by default the page was opened ten minutes ago and the report is of now."""

    def play(*spans, at=now, **changes):
        facts = {
            "user": enrolment.user,
            "enrolment_id": enrolment.pk,
            "step_id": lesson.pk,
            "recording_id": recording.pk,
            "opened_at": now - timedelta(minutes=10),
            "spans": spans,
            "rate": 1,
            "position_seconds": spans[-1][1] if spans else 0,
            "placed_at": at,
            "now": at,
        }
        return record_watching(**facts | changes)

    return play


# --- What an editor may save ------------------------------------------------------------------------------------------


def test_a_video_knows_how_long_it_plays(course):
    recording = factories.RecordingFactory.build(course=course, duration_seconds=None)

    recording.full_clean(exclude=["duration_seconds"])

    assert recording.duration_seconds == 100


@pytest.mark.parametrize(
    ("field", "content", "code"),
    [
        ("captions", b"Buongiorno", "not_webvtt"),
        ("small", b"<html>", "not_mp4"),
        ("audio", factories.mp4(40), "mix"),
    ],
)
def test_a_recording_that_cannot_be_played_is_refused(course, field, content, code):
    recording = factories.RecordingFactory.build(course=course)
    getattr(recording, field).save(getattr(recording, field).name, ContentFile(content), save=False)

    with pytest.raises(ValidationError) as refused:
        recording.full_clean()

    assert code in {error.code for errors in refused.value.error_dict.values() for error in errors}


def test_a_video_without_captions_cannot_be_saved(course):
    with pytest.raises(ValidationError) as refused:
        factories.RecordingFactory.build(course=course, captions="").full_clean()
    assert "A un video servono i sottotitoli" in str(refused.value)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.RecordingFactory(course=course, captions="")


def test_an_audio_alone_needs_no_captions(course):
    factories.RecordingFactory.build(course=course, small="", captions="").full_clean()


# --- What counts as watched (day one, no. 14) -------------------------------------------------------------------------


def test_a_video_stopped_at_the_office_goes_on_at_home(watch, now, client_for, learner, course, lesson, enrolment):
    watch((0, 60))
    evening = now + timedelta(hours=8)
    page = client_for(learner).get(reverse("courses:step", args=[course.slug, lesson.slug]))
    assert json.loads(page.context["seen"])[str(Recording.objects.get().pk)]["position"] == 60

    home = watch((60, 95), at=evening, opened_at=evening - timedelta(minutes=2))

    assert (home.spans, home.position_seconds, home.percent) == ([(0, 95)], 95, 95)
    record_reading(enrolment, lesson, opened_at=now, now=evening)
    assert enrolment.steps.get().completed_at == evening


def test_jumping_to_the_end_does_not_complete(watch, enrolment, lesson, now):
    row = watch((0, 3), (95, 100))
    record_reading(enrolment, lesson, opened_at=now - timedelta(hours=1), now=now)

    assert (row.percent, row.position_seconds, enrolment.steps.get().completed_at) == (8, 100, None)


def test_watching_again_never_lowers(watch, now):
    watch((0, 95))

    again = watch((0, 10), at=now + timedelta(minutes=5))

    assert (again.percent, again.position_seconds) == (95, 10)


def test_no_more_is_believed_than_the_time_since_the_last_report_can_hold(watch, now):
    watch((0, 5), opened_at=now - timedelta(seconds=5))

    fast = watch((0, 100), at=now + timedelta(seconds=10), rate=1.5)
    assert fast.spans == [(0, 20)]
    whatever_the_browser_says = watch((0, 100), at=now + timedelta(seconds=15), rate=16)
    assert whatever_the_browser_says.spans == [(0, 30)]


def test_a_report_repeated_adds_nothing(watch, now):
    watch((0, 50))

    assert watch((0, 50), at=now + timedelta(hours=1)).spans == [(0, 50)]


def test_what_was_kept_while_the_line_was_down_counts_but_does_not_move_the_place(watch, now):
    watch((40, 60), at=now + timedelta(minutes=5), opened_at=now)

    late = watch((0, 40), at=now + timedelta(minutes=6), placed_at=now + timedelta(minutes=1))

    assert (late.spans, late.position_seconds) == ([(0, 60)], 60)


def test_the_lesson_completes_at_the_share_the_editor_set(watch, enrolment, lesson, now):
    record_reading(enrolment, lesson, opened_at=now - timedelta(hours=1), now=now)
    assert enrolment.steps.get().completed_at is None

    watch((0, 89))
    assert enrolment.steps.get().completed_at is None

    watch((89, 90), at=now + timedelta(seconds=10))
    assert enrolment.steps.get().completed_at == now + timedelta(seconds=10)


def test_a_share_raised_later_takes_no_completion_back(watch, enrolment, lesson, now, course, recording):
    watch((0, 92))
    record_reading(enrolment, lesson, opened_at=now - timedelta(hours=1), now=now)

    ask_for(recording, course, percent=100)
    record_reading(enrolment, lesson, opened_at=now, now=now + timedelta(minutes=1))

    assert enrolment.steps.get().completed_at == now


def test_the_transcript_counts_the_same_when_the_editor_says_so(enrolment, lesson, recording, now, course):
    record_reading(enrolment, lesson, opened_at=now - timedelta(hours=1), now=now)
    with pytest.raises(ValidationError) as refused:
        record_transcript(enrolment, lesson, recording, opened_at=now - timedelta(seconds=2), now=now)
    assert refused.value.code == "too_quick"

    record_transcript(enrolment, lesson, recording, opened_at=now - timedelta(minutes=2), now=now)
    assert enrolment.steps.get().completed_at == now

    lesson = ask_for(recording, course, twin_counts=False)
    with pytest.raises(ValidationError) as refused:
        record_transcript(enrolment, lesson, recording, opened_at=now - timedelta(minutes=2), now=now)
    assert refused.value.code == "no_twin"


@pytest.mark.django_db(transaction=True)
def test_devices_that_report_at_the_same_moment_lose_nothing_that_was_confirmed(watch, now):
    watch((0, 1))

    def device(start):
        return json.dumps(watch((start, start + 20), at=now + timedelta(minutes=start)).spans)

    said = race([lambda start=start: device(start) for start in (20, 40, 60, 80)])

    kept = [tuple(span) for span in Watching.objects.get().spans]
    assert [watching.difference(map(tuple, json.loads(spans)), kept) for spans in said] == [[]] * 4


# --- The player's reports ---------------------------------------------------------------------------------------------


def report_url(enrolment, lesson, recording):
    return reverse("courses:watching_report", args=[enrolment.pk, lesson.pk, recording.pk])


def report(user, lesson, now, **changes):
    opened = sign_opening(user_id=user.pk, step_id=lesson.pk, now=now - timedelta(minutes=1))
    return {"opened": opened, "spans": "0-5.4", "rate": "1", "position": "5.4", "age": "0"} | changes


def test_a_position_costs_two_statements_beyond_session_person_and_roles(
    client_for, learner, enrolment, lesson, recording, now
):
    client, url = client_for(learner), report_url(enrolment, lesson, recording)
    assert client.post(url, report(learner, lesson, now)).json() == {"spans": [[0, 5]], "percent": 5}

    with CaptureQueriesContext(connection) as seen, time_machine.travel(now + timedelta(seconds=5), tick=False):
        answer = client.post(url, report(learner, lesson, now, spans="5.00-10.2"))

    assert answer.json() == {"spans": [[0, 10]], "percent": 10}
    statements = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]  # the tests' own transaction
    own = ["courses_watching" in statement for statement in statements]
    assert own == [False, False, False, True, True]  # session, person, roles; the row is locked and written


@pytest.mark.parametrize(
    "changes",
    [
        {"opened": "x"},
        {"spans": "0"},
        {"spans": "0-1-2"},
        {"spans": "-5-1"},
        {"spans": "0-1e400"},
        {"spans": "0-NaN"},
        {"spans": "0-" + "9" * 30},
        {"spans": "[[0, 1]]"},
        {"spans": "0-1," * 3_000},
        {"rate": "0"},
        {"rate": "nan"},
        {"position": "-1"},
        {"age": "inf"},
    ],
)
def test_a_report_that_makes_no_sense_changes_nothing(client_for, learner, enrolment, lesson, recording, now, changes):
    url = report_url(enrolment, lesson, recording)

    answer = client_for(learner).post(url, report(learner, lesson, now, **changes))

    assert (answer.status_code, Watching.objects.count()) == (400, 0)
    assert answer.json()["error"]


def test_only_recordings_of_the_lesson_can_be_reported(client_for, learner, enrolment, lesson, now, recording):
    other = factories.RecordingFactory(course=enrolment.edition.course)
    quiz = Step.objects.outline(enrolment.edition.course).last()
    client = client_for(learner)

    for step, film in ((lesson, other), (quiz, recording)):
        answer = client.post(report_url(enrolment, step, film), report(learner, step, now))
        assert answer.status_code == 404
    assert Watching.objects.count() == 0


def test_who_has_left_reports_nothing(client_for, learner, enrolment, lesson, recording, now):
    type(enrolment).objects.update(left_at=now)

    answer = client_for(learner).post(report_url(enrolment, lesson, recording), report(learner, lesson, now))

    assert (answer.status_code, Watching.objects.count()) == (400, 0)


# --- The files and the light version ----------------------------------------------------------------------------------


def file_url(recording, part="piccolo"):
    return reverse("courses:recording_file", args=[recording.pk, part])


def test_the_film_comes_in_pieces_to_who_is_enrolled(client_for, enrolment, learner, outsider, recording):
    whole = factories.mp4(100)

    piece = client_for(learner).get(file_url(recording), headers={"Range": "bytes=4-7"})

    assert (piece.status_code, piece.content, piece.headers["Content-Type"]) == (206, whole[4:8], "video/mp4")
    assert "private" in piece.headers["Cache-Control"]
    assert client_for(outsider).get(file_url(recording)).status_code == 404


@pytest.mark.parametrize(("part", "status"), [("sottotitoli", 200), ("audio", 200), ("copertina", 404), ("small", 404)])
def test_only_parts_that_are_there_are_sent(client_for, enrolment, learner, recording, part, status):
    answer = client_for(learner).get(file_url(recording, part))
    answer.close()

    assert answer.status_code == status


def test_the_light_version_is_a_link_for_all_and_comes_first_on_a_slow_line(client_for, learner, enrolment, lesson):
    client, url = client_for(learner), reverse("courses:step", args=[enrolment.edition.course.slug, lesson.slug])

    usual, slow = client.get(url).content.decode(), client.get(url, headers={"Save-Data": "on"}).content.decode()

    light = f'href="registrazione/{Recording.objects.get().pk}/"'
    assert (light in usual, light in slow) == (True, True)
    assert usual.index(light) < usual.index("<video")
    assert (" data-slow" in usual, " data-slow" in slow) == (False, True)


def test_what_is_missing_is_said_beside_the_button_and_only_there(client_for, learner, enrolment, lesson, recording):
    client, address = client_for(learner), reverse("courses:step", args=[enrolment.edition.course.slug, lesson.slug])
    opened = client.get(address).context["opened"]

    answer = client.post(f"{address}fatto/", {"opened": opened})
    page = client.get(address).content.decode()

    assert answer.url == f"{address}#avanti"
    said, forward = page.index("La registrazione non è ancora"), page.index('id="avanti"')
    assert forward < said < page.index("<button", forward)
    assert page.count("La registrazione non è ancora") == page[forward:].count('role="alert"') == 1
    assert "La registrazione non è ancora" not in client.get(address).content.decode()


def test_reading_the_transcript_without_any_script_completes(client_for, learner, enrolment, lesson, recording, now):
    client = client_for(learner)
    url = reverse("courses:recording_light", args=[enrolment.edition.course.slug, lesson.slug, recording.pk])
    opened = client.get(url).context["opened"]

    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        client.post(url, {"opened": opened})
        client.post(url, {"opened": "forged"})

    assert Watching.objects.get().percent == 100
