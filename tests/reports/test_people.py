"""What coordinators and referents read of a body and of a person."""

import re
from datetime import date, timedelta

from django.urls import reverse

from accounts.models import Employment
from courses.models import QuizPage, StepProgress
from tests.factories import EditionFactory, EnrolmentFactory
from tests.reports.factories import BookingFactory, CertificateFactory, CourseRecordFactory, TutoringRecordFactory


def page_of(client, person):
    return client.get(reverse("reports:person_detail", args=[person.pk]))


def test_coordinator_reads_steps_but_no_score(client_for, coordinator, learner, enrolment, now):
    StepProgress.objects.create(
        enrolment=enrolment, step=QuizPage.objects.get(), best_score_percent="98.76", completed_at=now
    )

    page = page_of(client_for(coordinator), learner).content.decode()

    assert "1 passo completato su 3 necessari" in page
    assert "Prova finale" in page
    assert "98,76" not in page
    assert "98.76" not in page


def test_referent_reads_state_and_hours_but_no_step(client_for, referent, learner, enrolment, edition, now):
    done = EnrolmentFactory(edition=edition, user=learner, completed_at=now)
    CourseRecordFactory(enrolment=done, minutes=90)

    page = page_of(client_for(referent), learner).content.decode()

    assert "completato: 23 novembre 2026 · 1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30\N{NO-BREAK SPACE}min" in page
    assert "in corso, ultima attività: 23 novembre 2026" in page
    assert "Prima lezione" not in page


def test_person_file_adds_up(client_for, coordinator, learner, edition, now):
    this_year = EnrolmentFactory(edition=edition, user=learner, completed_at=now)
    last_year = EnrolmentFactory(edition=edition, user=learner, completed_at=now - timedelta(days=365))
    CourseRecordFactory(enrolment=this_year, minutes=90)
    CourseRecordFactory(enrolment=last_year, minutes=45)
    TutoringRecordFactory(booking=BookingFactory(learner=learner), minutes=60, earned_on=date(2026, 11, 20))
    CertificateFactory(enrolment=this_year, number="2026/000042")

    page = page_of(client_for(coordinator), learner)
    file = page.context["file"]

    assert (file.minutes, file.year_minutes, file.tutoring_minutes) == (195, 150, 60)
    assert sorted(row.minutes for row in file.enrolments) == [45, 90]
    assert "n. 2026/000042" in page.content.decode()


def moving(enrolment):
    return f'href="{reverse("courses:enrolment_extend", args=[enrolment.pk])}"'


def test_who_answers_for_the_area_is_led_to_the_due_date(client_for, coordinator, anci, learner, enrolment):
    for reader in (coordinator, anci):
        assert moving(enrolment) in page_of(client_for(reader), learner).content.decode()
        assert client_for(reader).get(reverse("courses:enrolment_extend", args=[enrolment.pk])).status_code == 200


def test_the_due_date_is_not_offered_to_a_referent(client_for, referent, learner, enrolment):
    assert "proroga" not in page_of(client_for(referent), learner).content.decode()


def test_no_due_date_moves_once_the_course_is_over(client_for, coordinator, learner, completed_enrolment):
    assert "proroga" not in page_of(client_for(coordinator), learner).content.decode()


def test_editions_of_one_course_bear_their_names(client_for, coordinator, learner, course, enrolment):
    dated = {"course": course, "is_self_paced": False, "starts_on": date(2026, 11, 8)}
    EnrolmentFactory(edition=EditionFactory(**dated), user=learner)
    EnrolmentFactory(edition=EditionFactory(title="In aula a Chiavenna", **dated), user=learner)
    EnrolmentFactory(edition=EditionFactory(course__title="Un altro corso"), user=learner)

    page = page_of(client_for(coordinator), learner).content.decode()

    names = {name.removeprefix(f"{course.title}: ").strip() for name in re.findall("<h3>(.*?)</h3>", page, re.DOTALL)}
    assert names == {
        "edizione sempre aperta",
        "edizione (inizio: 8 novembre 2026)",
        "In aula a Chiavenna",
        "Un altro corso",
    }


def test_a_question_to_the_tutor_is_not_shown(client_for, coordinator, learner, now):
    TutoringRecordFactory(booking=BookingFactory(learner=learner, question="DOMANDA RISERVATA"))

    assert b"DOMANDA RISERVATA" not in page_of(client_for(coordinator), learner).content


def test_the_topic_of_tutoring_is_for_coordinators_only(client_for, coordinator, anci, referent, learner, body_a):
    """Day and hours are the body's matter, what somebody asked about is not; the body's CSV neither says it."""
    TutoringRecordFactory(
        booking=BookingFactory(learner=learner), title="Tutoraggio: appalti", minutes=60, earned_on=date(2026, 11, 20)
    )

    pages = {person: page_of(client_for(person), learner).content.decode() for person in (coordinator, anci, referent)}
    sheet = client_for(referent).get(reverse("reports:body_export", args=[body_a.pk]))

    assert ["Tutoraggio: appalti" in page for page in pages.values()] == [True, True, False]
    assert ["20/11/2026" in page for page in pages.values()] == [True, True, True]
    assert "appalti" not in b"".join(sheet).decode()


def test_who_left_the_body_keeps_the_hours_on_its_page(client_for, coordinator, learner, body_a, edition, now):
    CourseRecordFactory(enrolment=EnrolmentFactory(edition=edition, user=learner, completed_at=now), minutes=90)
    Employment.objects.update(ended_on=date(2026, 11, 1))
    client = client_for(coordinator)

    page = client.get(reverse("reports:body_detail", args=[body_a.pk]))

    assert [(row.person, row.employment, row.tally.minutes) for row in page.context["staff"].rows] == [
        (learner, None, 90)
    ]
    assert "non lavora più qui" in page.content.decode()
    assert page_of(client, learner).status_code == 200


def test_unconfirmed_people_are_announced_not_listed(client_for, referent, learner, body_a):
    Employment.objects.filter(user=learner).update(confirmed_at=None)

    page = client_for(referent).get(reverse("reports:body_detail", args=[body_a.pk]))

    assert [row.person for row in page.context["staff"].rows] == [referent]
    assert "Un rapporto di lavoro attende la conferma" in page.content.decode()
    assert page_of(client_for(referent), learner).status_code == 404


def test_empty_body_says_what_will_appear(client_for, coordinator, body_a):
    page = client_for(coordinator).get(reverse("reports:body_detail", args=[body_a.pk])).content.decode()

    assert "Nessuna persona di questo ente è ancora confermata." in page
