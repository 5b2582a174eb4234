"""Last year's course and its editions on new dates, without anybody's record."""

import html
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses.actions import copy_course, copy_edition, renew_invitation
from courses.models import ActTemplate, CoursePage, Edition, LessonPage, Prerequisite, QuizPage, Step
from tests import factories


@pytest.fixture
def webinar(course, area_a, body_a2, tutor):
    """From 2 to 20 December, with two meetings at ten in Rome."""
    edition = factories.EditionFactory(
        course=course,
        title="Webinar",
        is_self_paced=False,
        starts_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 20),
        enrol_until=date(2026, 11, 30),
        due_on=date(2026, 12, 31),
        capacity=40,
        minimum=8,
        offer_hours=48,
        admission=Edition.Admission.APPROVAL,
        place="Chiavenna",
    )
    edition.areas.set([area_a])
    edition.bodies.set([body_a2])
    edition.tutors.set([tutor])
    for day in (1, 15):
        factories.LiveSessionFactory(
            edition=edition,
            starts_at=datetime(2026, 12, day, 9, tzinfo=UTC),
            ends_at=datetime(2026, 12, day, 12, tzinfo=UTC),
            place="Sala",
        )
    return edition


def days_of(edition) -> tuple:
    return edition.starts_on, edition.ends_on, edition.enrol_from, edition.enrol_until, edition.due_on


def meetings_of(edition) -> list[tuple]:
    return list(edition.live_sessions.values_list("starts_at", "ends_at", "place"))


def test_copy_edition_moves_every_date_and_nobody(webinar, learner, coordinator, area_a, body_a2, tutor, now):
    factories.EnrolmentFactory(edition=webinar, user=learner)
    factories.SeatRequestFactory(edition=webinar)
    renew_invitation(webinar, until=date(2026, 11, 30), actor=coordinator, now=now)

    twin = copy_edition(webinar, code="webinar-estate", starts_on=date(2027, 6, 1), actor=coordinator, now=now)

    assert days_of(twin) == (date(2027, 6, 1), date(2027, 6, 20), None, date(2027, 5, 31), date(2027, 7, 1))
    assert meetings_of(twin) == [  # ten o'clock stays ten o'clock: 8 UTC in summer
        (datetime(2027, 6, 1, 8, tzinfo=UTC), datetime(2027, 6, 1, 11, tzinfo=UTC), "Sala"),
        (datetime(2027, 6, 15, 8, tzinfo=UTC), datetime(2027, 6, 15, 11, tzinfo=UTC), "Sala"),
    ]
    assert (twin.capacity, twin.minimum, twin.offer_hours, twin.admission) == (40, 8, 48, "approval")
    assert ([*twin.areas.all()], [*twin.bodies.all()], [*twin.tutors.all()]) == ([area_a], [body_a2], [tutor])
    assert (twin.enrolments.count(), twin.seat_requests.count(), twin.invitation_until) == (0, 0, None)


def test_a_code_that_is_taken_is_refused_with_nothing_written(webinar, coordinator, now):
    with pytest.raises(ValidationError):
        copy_edition(webinar, code=webinar.code, starts_on=date(2027, 6, 1), actor=coordinator, now=now)

    assert Edition.objects.count() == 1


def test_the_coordinator_copies_from_the_page_of_the_edition(webinar, coordinator, client_for, now):
    webinar.bodies.clear()
    client, url = client_for(coordinator), reverse("courses:edition_copy", args=[webinar.pk])

    taken = client.post(url, {"code": webinar.code, "starts_on": "2027-06-01"})
    done = client.post(url, {"code": "webinar-2027", "starts_on": "2027-06-01"})

    assert "Edizione con questo Codice esiste già" in html.unescape(taken.content.decode())
    assert done.url == reverse("courses:edition_update", args=[Edition.objects.get(code="webinar-2027").pk])


@pytest.fixture
def full_course(course, edition, webinar, learner, now):
    """A course with everything that a copy has to take along, and the record of one person."""
    document = factories.ActTemplateFactory(course=course, title="Schema di determina")
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [("text", "<p>La motivazione.</p>"), ("act_template", document)]
    lesson.prerequisites.add(Prerequisite(opens_on=date(2026, 12, 3)))
    lesson.save_revision().publish()
    factories.EnrolmentFactory(edition=edition, user=learner, completed_at=now, credit_minutes=45)
    return course


def copied(course, anci, now, starts_on=date(2027, 12, 7)) -> CoursePage:
    return copy_course(course, title="Corso 2027", code="COR-2027", starts_on=starts_on, actor=anci, now=now)


def test_copy_course_takes_lessons_quizzes_and_editions_along_and_nobody(full_course, anci, now):
    """Thing 13 of day one: last year's course with quizzes, dates shifted, without learners."""
    twin = copied(full_course, anci, now)

    outline, original = Step.objects.outline(twin), Step.objects.outline(full_course)
    assert [step.title for step in outline] == [step.title for step in original]
    assert {step.pk for step in outline}.isdisjoint(step.pk for step in original)
    quiz, old_quiz = (QuizPage.objects.child_of(page).get() for page in (twin, full_course))
    questions = list(quiz.quiz_questions.values_list("question", flat=True))
    assert questions == list(old_quiz.quiz_questions.values_list("question", flat=True))
    assert len(questions) == 4
    in_own_time, on_dates = twin.editions.all()
    assert in_own_time.is_self_paced
    assert (on_dates.starts_on, on_dates.ends_on) == (date(2027, 12, 7), date(2027, 12, 26))
    assert [edition.enrolments.count() for edition in twin.editions.all()] == [0, 0]


def test_the_copy_is_a_draft_until_it_is_published(full_course, anci, client_for, learner, now):
    twin = copied(full_course, anci, now)
    url = reverse("courses:course_detail", args=[twin.slug])
    assert (twin.slug, client_for(learner).get(url).status_code) == ("corso-2027", 404)

    twin.get_latest_revision().publish()

    twin.refresh_from_db()
    assert (client_for(learner).get(url).status_code, twin.code, twin.editions.count()) == (200, "COR-2027", 2)
    assert twin.credit_minutes == sum(Step.objects.outline(twin).values_list("minutes", flat=True))


def test_the_copy_has_documents_and_opening_days_of_its_own(full_course, anci, now):
    twin = copied(full_course, anci, now)

    document = ActTemplate.objects.get(course=twin)
    lesson = LessonPage.objects.child_of(twin).first()
    offered = [block.value for block in lesson.body if block.block_type == "act_template"]
    assert offered == [document]
    with document.file.open() as file:
        assert file.read() == b"atto"
    assert document.file.name != ActTemplate.objects.get(course=full_course).file.name
    assert [row.opens_on for row in lesson.prerequisites.all()] == [date(2027, 12, 9)]
    again = lesson.get_latest_revision_as_object()  # what the editor sees
    assert [row.opens_on for row in again.prerequisites.all()] == [date(2027, 12, 9)]


def test_a_quiz_closes_at_the_same_hour_of_the_moved_day(full_course, webinar, anci, now):
    quiz = QuizPage.objects.child_of(full_course).first()
    quiz.closes_at = datetime(2026, 12, 20, 17, tzinfo=UTC)  # six in the evening in Rome
    quiz.save_revision().publish()

    twin = copied(full_course, anci, now, starts_on=date(2027, 6, 1))

    moved = QuizPage.objects.child_of(twin).get().get_latest_revision_as_object()
    shift = date(2027, 6, 1) - webinar.starts_on
    assert moved.closes_at == datetime(2026, 12, 20, 16, tzinfo=UTC) + shift


def test_without_a_day_the_editions_on_dates_stay_behind(full_course, anci, now):
    twin = copied(full_course, anci, now, starts_on=None)

    assert [edition.is_self_paced for edition in twin.editions.all()] == [True]


def test_the_editor_copies_from_the_page_of_the_course(full_course, editor, client_for, now):
    grant_editors(factories.home_page())
    sync_cms_groups(editor)
    client = client_for(editor)
    page = client.get(reverse("wagtailadmin_pages:edit", args=[full_course.pk])).content.decode()
    url = reverse("course_copy", args=[full_course.pk])
    taken = client.post(url, {"title": "Corso 2027", "code": full_course.code, "starts_on": "2027-12-07"})

    client.post(url, {"title": "Corso 2027", "code": "COR-2027", "starts_on": "2027-12-07"})

    assert f'href="{url}"' in page
    assert "Un altro corso ha questo codice." in taken.content.decode()
    assert CoursePage.objects.get(code="COR-2027").editions.count() == 2


def test_the_copy_plays_and_shows_what_is_its_own(course, anci, now):
    film, picture = factories.RecordingFactory(course=course), factories.CourseFileFactory(course=course)
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [("video", {"recording": film, "percent": 90, "twin_counts": True}), ("document", picture)]
    lesson.save()

    twin = copy_course(course, title="Gemello", code="GEM-1", starts_on=None, actor=anci, now=now)

    video, document = LessonPage.objects.child_of(twin).first().body
    copied = twin.recordings.get()
    assert (video.value["recording"], document.value) == (copied, twin.files.get())
    assert (copied.duration_seconds, copied.slug) == (film.duration_seconds, film.slug)
    assert {copied.small.name, copied.audio.name, copied.captions.name}.isdisjoint({film.small.name, film.audio.name})
    assert LessonPage.objects.child_of(twin).first().demands == {
        "recordings": {str(copied.pk): {"percent": 90, "twin": True}}
    }
