from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from courses.models import Attendance, Presence
from tests import factories

TODAY = date(2026, 11, 23)  # the day of `now`, ten in the morning in Rome


@pytest.fixture
def workshop(area_a, tutor, now):
    """An edition of this area with one meeting that ends now, and one next week."""
    course = factories.CourseFactory(title="Laboratorio sui servizi associati")
    factories.LiveStepFactory(parent=course, slug="incontri")
    edition = factories.EditionFactory(
        course=course, is_self_paced=False, starts_on=TODAY, video_url="https://video.example.org/stanza"
    )
    edition.areas.set([area_a])
    edition.tutors.set([tutor])
    for start in (now - timedelta(hours=3), now + timedelta(days=7)):
        factories.LiveSessionFactory(edition=edition, starts_at=start, ends_at=start + timedelta(hours=3))
    return edition


@pytest.fixture
def meeting(workshop):
    return workshop.live_sessions.first()


@pytest.fixture
def enrolled(workshop, learner):
    return factories.EnrolmentFactory(edition=workshop, user=learner)


def register_of(session) -> str:
    return reverse("courses:attendance_update", args=[session.pk])


def step_of(edition) -> str:
    return reverse("courses:step", args=[edition.course.slug, "incontri"])


def row(enrolment, *, joined="07:00", left="10:00", present=True) -> dict:
    fields = {f"joined-{enrolment.pk}": joined, f"left-{enrolment.pk}": left}
    return fields | ({f"present-{enrolment.pk}": "on"} if present else {})


def test_the_tutor_saves_the_register_and_the_learner_reads_the_minutes(meeting, enrolled, tutor, learner, client_for):
    answer = client_for(tutor).post(register_of(meeting), row(enrolled, left="09:15"), follow=True)
    assertContains(answer, "2 ore e 15 minuti")

    page = client_for(learner).get(step_of(enrolled.edition))
    assertContains(page, "presente, 2 ore e 15 minuti")
    assertContains(page, "Il passo è completo con 4 ore e 12 minuti di presenza (70% dei minuti).")
    assertContains(page, 'href="https://video.example.org/stanza"')


def test_the_register_says_which_row_is_wrong_and_writes_nothing(meeting, enrolled, tutor, client_for):
    other = factories.EnrolmentFactory(edition=enrolled.edition)

    page = client_for(tutor).post(register_of(meeting), row(enrolled) | row(other, joined="10:00", left="07:00"))

    assertContains(page, "Questi orari sono fuori dall’incontro, oppure la fine viene prima dell’inizio.", count=1)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("clock", ["25:99", "ieri", "\x00", "9" * 400])
def test_no_time_of_day_breaks_the_register(clock, meeting, enrolled, tutor, client_for):
    answer = client_for(tutor).post(register_of(meeting), row(enrolled, joined=clock))

    assert answer.status_code == 200
    assert not Attendance.objects.exists()


def test_everybody_is_ticked_with_one_link(meeting, enrolled, tutor, client_for):
    page = client_for(tutor).get(register_of(meeting), {"tutti": "1"})

    assert [field["present"].value() for field in page.context["form"].rows()] == [True]


def test_the_register_of_a_coming_meeting_cannot_be_saved(workshop, enrolled, tutor, client_for):
    coming = workshop.live_sessions.last()

    page = client_for(tutor).post(register_of(coming), row(enrolled, joined="10:00", left="13:00"))

    assertContains(page, "Il registro si apre mezz’ora prima dell’incontro.")
    assertNotContains(page, "Salva il registro")


def test_a_register_takes_as_many_queries_for_fifty_people_as_for_one(
    meeting, enrolled, tutor, client_for, django_assert_num_queries
):
    client = client_for(tutor)
    client.get(register_of(meeting))
    with django_assert_num_queries(7):
        client.get(register_of(meeting))
    factories.EnrolmentFactory.create_batch(49, edition=enrolled.edition)

    with django_assert_num_queries(7):
        client.get(register_of(meeting))


def test_a_learner_excuses_oneself_and_comes_after_all(workshop, enrolled, learner, client_for):
    coming, client = workshop.live_sessions.last(), client_for(learner)

    answer = client.post(reverse("courses:attendance_excuse", args=[coming.pk]), {"reason": "Consiglio"}, follow=True)
    assertContains(answer, "assenza comunicata prima: Consiglio")

    answer = client.post(reverse("courses:attendance_excuse_withdraw", args=[coming.pk]))
    assertRedirects(answer, step_of(workshop))
    assert Attendance.objects.get().excused_at is None


def test_an_apology_that_is_too_long_or_too_late_changes_nothing(meeting, workshop, enrolled, learner, client_for):
    client = client_for(learner)

    late = client.post(reverse("courses:attendance_excuse", args=[meeting.pk]), follow=True)
    long = reverse("courses:attendance_excuse", args=[workshop.live_sessions.last().pk])

    assertContains(late, "L’incontro è già iniziato: l’assenza si comunica prima.")
    assertContains(client.post(long, {"reason": "x" * 201}, follow=True), "al massimo 200 caratteri")
    assert not Attendance.objects.exists()


def test_the_learner_is_warned_when_the_minimum_can_no_longer_be_reached(meeting, enrolled, tutor, learner, client_for):
    client_for(tutor).post(register_of(meeting), row(enrolled, present=False))

    page = client_for(learner).get(step_of(enrolled.edition))

    assertContains(page, "si arriva al massimo a 3 ore, e ne servono 4 ore e 12 minuti")


def test_who_reads_the_course_without_an_enrolment_sees_what_the_step_is_about(workshop, tutor, client_for):
    page = client_for(tutor).get(step_of(workshop))

    assertContains(page, "Circa 6 ore in tutto. Il passo è completo con il 70% dei minuti.")


def test_without_dates_the_step_says_so(enrolled, learner, client_for):
    enrolled.edition.live_sessions.all().delete()

    assertContains(client_for(learner).get(step_of(enrolled.edition)), "I giorni degli incontri compaiono qui")


def test_the_register_keeps_what_the_connection_log_says(meeting, enrolled, tutor, client_for):
    attendance = Attendance.objects.create(session=meeting, enrolment=enrolled)
    log = {"joined_at": meeting.starts_at, "left_at": meeting.starts_at + timedelta(hours=1)}
    Presence.objects.create(attendance=attendance, source="log", **log)

    client_for(tutor).post(register_of(meeting), row(enrolled, joined="09:30"))

    attendance.refresh_from_db()
    assert attendance.minutes == 90
