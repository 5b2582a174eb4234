"""La mia formazione, as the person reads it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Employment
from courses.models import StepProgress
from reports.models.training import my_training
from tests.factories import CourseFactory, EditionFactory, EnrolmentFactory, LiveSessionFactory, UserFactory
from tests.reports.factories import BookingFactory, CertificateFactory, CourseRecordFactory, TutoringRecordFactory

URL = "/la-mia-formazione/"
FRAME = 3  # session, user, roles; the site settings are kept for a minute


def do_step(enrolment, number, now):
    step = enrolment.edition.course.get_children().order_by("path")[number - 1]
    StepProgress.objects.create(enrolment=enrolment, step_id=step.pk, completed_at=now)


def enrol(user, now, *, days_ago=1, **fields):
    moment = now - timedelta(days=days_ago)
    course = CourseFactory(with_steps=True)
    return EnrolmentFactory(edition=EditionFactory(course=course), user=user, enrolled_at=moment, **fields)


def test_resume_is_the_first_open_step_of_the_course_last_worked_at(learner, now):
    enrol(learner, now, days_ago=9)
    latest = enrol(learner, now, days_ago=2)
    do_step(latest, 1, now)

    resume = my_training(learner, now=now).resume

    assert resume.enrolment == latest
    assert resume.outline.next.step.title == "Seconda lezione"
    assert (resume.outline.next_number, len(resume.outline.steps), resume.outline.done) == (2, 3, 1)
    assert resume.outline.minutes_left == 16


def test_page_says_what_is_left_in_plain_words(learner, client_for, now):
    enrolment = enrol(learner, now, due_on=date(2026, 11, 30))
    do_step(enrolment, 1, now)

    page = client_for(learner).get(URL).content.decode()

    assert "Seconda lezione" in page
    assert "Ancora 1 minuto in questa lezione, 16 minuti alla fine del corso." in page
    assert "1 passo completato su 3 necessari" in page
    assert "Entro lunedì 30 novembre 2026" in page
    assert "Riprendi la lezione" in page


def test_tasks_are_the_other_open_courses_the_most_urgent_first(learner, now):
    resumed = enrol(learner, now, days_ago=0)
    without_date = enrol(learner, now, days_ago=2)
    later = enrol(learner, now, days_ago=3, due_on=date(2026, 12, 20))
    late = enrol(learner, now, days_ago=4, due_on=date(2026, 11, 20))
    today = enrol(learner, now, days_ago=5, due_on=date(2026, 11, 23))
    enrol(learner, now, days_ago=6, left_at=now)
    enrol(learner, now, days_ago=7, completed_at=now)

    page = my_training(learner, now=now)

    assert page.resume.enrolment == resumed
    assert [task.enrolment for task in page.tasks] == [late, today, later, without_date]
    assert [(task.days_left, task.is_late, task.is_soon) for task in page.tasks] == [
        (-3, True, False),
        (0, False, True),
        (27, False, False),
        (None, False, False),
    ]


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (date(2026, 11, 22), "in ritardo di un giorno"),
        (date(2026, 11, 20), "in ritardo di 3 giorni"),
        (date(2026, 11, 23), "scade oggi"),
        (date(2026, 11, 24), "manca un giorno"),
        (date(2026, 12, 1), "mancano 8 giorni"),
    ],
)
def test_days_left_are_said_in_words(learner, client_for, now, due_on, words):
    enrol(learner, now, days_ago=0)
    enrol(learner, now, days_ago=2, due_on=due_on)

    assert words in client_for(learner).get(URL).content.decode()


def test_hours_are_the_training_record_of_the_year(learner, now):
    this_year = enrol(learner, now, completed_at=now)
    last_year = enrol(learner, now, days_ago=400, completed_at=now - timedelta(days=390))
    CourseRecordFactory(enrolment=this_year, minutes=90)
    CourseRecordFactory(enrolment=last_year, minutes=600)
    TutoringRecordFactory(booking=BookingFactory(learner=learner), minutes=30)

    hours = my_training(learner, now=now).hours

    assert hours.minutes == 120
    assert hours.missing_minutes == 2400 - 120
    assert [month.minutes for month in hours.months] == [0] * 10 + [120, 134]
    assert hours.projected_hours == 2
    assert [(str(kind), minutes) for kind, minutes in hours.by_kind] == [("corso", 90), ("tutoraggio", 30)]


def test_hours_are_told_in_words_and_the_sources_add_up(learner, client_for, now):
    CourseRecordFactory(enrolment=enrol(learner, now, completed_at=now), minutes=55)
    TutoringRecordFactory(booking=BookingFactory(learner=learner), minutes=142)

    page = client_for(learner).get(URL).content.decode().replace("\N{NO-BREAK SPACE}", " ")

    assert "<b>3 ore e 17 minuti</b> di 40 ore" in page
    assert "Ancora 36 ore e 43 minuti per arrivare a 40 ore." in page
    assert [page.count(f'<td class="num">{words}</td>') for words in ("55 min", "2 h 22 min", "3 h 17 min")] == [1] * 3


def test_appointments_come_in_order_from_tutoring_and_live_sessions(learner, tutor, now):
    booking = BookingFactory(learner=learner, session__tutor=tutor)
    live = LiveSessionFactory(title="Laboratorio d’area", place="Sala consiliare")
    EnrolmentFactory(edition=live.edition, user=learner)
    LiveSessionFactory(title="Di un altro corso")

    found = my_training(learner, now=now).appointments

    assert [(row.starts_at, row.url) for row in found] == [
        (booking.session.starts_at, reverse("tutorship:booking_detail", args=[booking.pk])),
        (live.starts_at, reverse("courses:course_detail", args=[live.edition.course.slug])),
    ]
    assert found[1].where == "Sala consiliare"


def test_sessions_given_stand_among_the_appointments_of_a_tutor(learner, tutor, now):
    booking = BookingFactory(learner=learner, session__tutor=tutor)

    found = my_training(tutor, now=now).appointments

    assert [row.url for row in found] == [reverse("tutorship:session_detail", args=[booking.session.pk])]


def test_new_person_is_led_to_the_body_first(client_for, now, db):
    page = client_for(UserFactory()).get(URL).content.decode()

    assert f'href="{reverse("accounts:employment_create")}"' in page
    assert "Il primo passo: il proprio ente" in page


def test_person_without_courses_is_led_to_the_catalogue(learner, client_for):
    page = client_for(learner).get(URL).content.decode()

    assert "Nessun corso aperto" in page
    assert f'class="btn btn-primary btn-lg" href="{reverse("courses:catalogue")}"' in page


def test_employment_that_waits_is_told(learner, client_for):
    Employment.objects.update(confirmed_at=None)

    page = client_for(learner).get(URL).content.decode()

    assert "Comune di Campodolcino (SO): il rapporto di lavoro non è ancora confermato." in page


def test_page_makes_sense_for_people_who_work_for_others(client_for, tutor, coordinator, referent, body_a):
    assert reverse("tutorship:tutor_week") in client_for(tutor).get(URL).content.decode()
    assert reverse("reports:overview") in client_for(coordinator).get(URL).content.decode()
    assert reverse("reports:body_detail", args=[body_a.pk]) in client_for(referent).get(URL).content.decode()


def test_revoked_certificates_are_not_offered(learner, now):
    done = CertificateFactory(enrolment=enrol(learner, now, completed_at=now))
    CertificateFactory(
        enrolment=enrol(learner, now, completed_at=now), state="revoked", revoked_at=now, revoke_reason="Nome sbagliato"
    )

    assert my_training(learner, now=now).certificates == [done]


def test_other_people_leave_no_trace_on_the_page(learner, outsider, client_for, now):
    CertificateFactory(enrolment=enrol(outsider, now, completed_at=now), title="CANARY_B")

    assert "CANARY_B" not in client_for(learner).get(URL).content.decode()


@pytest.mark.parametrize("rows", [1, 100])
def test_page_asks_at_most_ten_queries_beyond_the_frame(
    learner, tutor, edition, client_for, now, rows, django_assert_num_queries
):
    for number in range(min(rows, 12)):  # open courses, each with its outline
        do_step(enrol(learner, now, days_ago=number), 1, now)
    for number in range(rows):
        moment = now - timedelta(days=number)
        done = EnrolmentFactory(edition=edition, user=learner, enrolled_at=moment, completed_at=moment)
        CourseRecordFactory(enrolment=done)
        CertificateFactory(enrolment=done)
        BookingFactory(learner=learner, session__tutor=tutor)
    client = client_for(learner)
    client.get(URL)

    with django_assert_num_queries(FRAME + 9):
        client.get(URL)


def test_italian_titles_are_marked_in_the_english_interface(learner, client_for, now):
    enrol(learner, now)
    client = client_for(learner)
    client.cookies["django_language"] = "en"

    page = client.get(URL).content.decode()

    assert '<html lang="en"' in page
    assert '<h2 id="resume-title" lang="it">Prima lezione</h2>' in page
