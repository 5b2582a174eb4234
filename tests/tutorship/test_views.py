"""The pages: one question a step, nothing lost when the time is taken, and each person sees what the role allows."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journal.models import OutgoingMail
from tests import factories
from tests.tutorship.conftest import ask
from tests.tutorship.factories import (
    HOUR,
    TUESDAY_NINE,
    BookingFactory,
    ClosureFactory,
    CoverageFactory,
    ExceptionFactory,
    RuleFactory,
    SessionFactory,
    covering,
)
from tutorship.models import AvailabilityRule, Booking, Closure, Coverage, Session

pytestmark = pytest.mark.django_db
QUESTION = "Come si motiva la scelta dell’operatore?"
FRAME_QUERIES = 6


@pytest.fixture
def answers(covered, topic, service, area_a, learner):
    """The answers as they travel in the address."""
    return {
        "topic": topic.slug,
        "employment": learner.employments.get().pk,
        "area": area_a.slug,
        "service": service.slug,
        "slot": f"{covered.pk}-20261124T0800Z",
    }


@pytest.fixture
def browser(client_for, learner):
    return client_for(learner)


def where(response) -> str:
    return response.redirect_chain[-1][0].split("?")[0] if response.redirect_chain else response.request["PATH_INFO"]


def text(response) -> str:
    return response.content.decode()


# --- The steps ---------------------------------------------------------------------------------------------------
def test_from_the_topic_to_the_confirmation(browser, answers, learner):
    step = browser.get(reverse("tutorship:booking_area"), {"topic": answers["topic"]}, follow=True)
    assert where(step) == reverse("tutorship:booking_time")
    assert answers["slot"] in text(step)
    question = reverse("tutorship:booking_question")
    assert browser.get(question, answers).status_code == 200

    review = browser.post(question, {**answers, "question": QUESTION}, follow=True)
    assert (where(review), QUESTION in text(review)) == (reverse("tutorship:booking_review"), True)
    confirmed = browser.post(reverse("tutorship:booking_create"), answers, follow=True)

    booking = Booking.objects.get()
    assert where(confirmed) == booking.get_absolute_url()
    assert (booking.learner, booking.question, booking.session.starts_at) == (learner, QUESTION, TUESDAY_NINE)


def test_the_question_never_stands_in_an_address(browser, answers):
    response = browser.post(reverse("tutorship:booking_question"), {**answers, "question": QUESTION}, follow=True)

    assert [url for url, _status in response.redirect_chain if "motiva" in url] == []


@pytest.mark.parametrize("step", ["booking_question", "booking_review"])
def test_going_back_after_booking_leads_to_the_booking(browser, answers, search, covered, area_a, step):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    assert where(browser.get(reverse(f"tutorship:{step}"), answers, follow=True)) == booking.get_absolute_url()


def test_a_second_click_leads_to_the_same_booking(browser, answers):
    browser.post(reverse("tutorship:booking_question"), {**answers, "question": QUESTION})

    first, second = [browser.post(reverse("tutorship:booking_create"), answers) for _click in range(2)]

    assert first.url == second.url
    assert (Booking.objects.count(), OutgoingMail.objects.count()) == (1, 2)


def test_a_time_that_was_taken_meanwhile_brings_three_near_ones_and_keeps_the_question(
    browser, answers, search, covered, area_a, neighbour
):
    browser.post(reverse("tutorship:booking_question"), {**answers, "question": QUESTION})
    ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE)

    response = browser.post(reverse("tutorship:booking_create"), answers)

    assert [offer.start for offer in response.context["near"]] == [TUESDAY_NINE + n * HOUR for n in (1, 2, 3)]
    assert Booking.objects.filter(learner=search.learner).count() == 0
    again = {**answers, "slot": f"{covered.pk}-20261124T0900Z"}
    assert QUESTION in text(browser.get(reverse("tutorship:booking_question"), again))


def test_no_free_time_is_no_dead_end(browser, answers, covered, other_tutor, area_b, topic, coordinator):
    AvailabilityRule.objects.filter(tutor=covered).delete()
    covering(other_tutor, area_b, topic)

    response = browser.get(reverse("tutorship:booking_time"), answers)

    assert [offer.area for offer in response.context["elsewhere"]] == [area_b]
    assert list(response.context["coordinators"]) == [coordinator]
    assert coordinator.email in text(response)


def test_a_person_of_two_bodies_chooses_one(browser, answers, learner, body_a2):
    factories.EmploymentFactory(user=learner, body=body_a2)

    response = browser.get(reverse("tutorship:booking_area"), {"topic": answers["topic"]})

    assert len(response.context["choices"].employments) == 2
    assert response.context["asks_employment"]


def test_a_person_outside_the_areas_chooses_one(client_for, answers, covered):
    outside = factories.employee(factories.BodyFactory(area=None))
    browser = client_for(outside)

    step = browser.get(reverse("tutorship:booking_area"), {"topic": answers["topic"]})
    times = browser.get(reverse("tutorship:booking_time"), {"topic": answers["topic"], "area": answers["area"]})

    assert not step.context["asks_employment"]
    assert len(times.context["offers"]) == 12


def test_a_person_without_a_body_is_sent_to_say_it(client_for, answers):
    response = client_for(factories.UserFactory()).get(reverse("tutorship:booking_start"))

    assert reverse("accounts:employment_create") in text(response)


@pytest.mark.parametrize(
    "wrong",
    [
        {"slot": "1"},
        {"slot": "9" * 30 + "-20261124T0800Z"},
        {"slot": "1-00010101T0000Z"},
        {"slot": "²-20261124T0800Z"},
        {"employment": "9" * 30},
        {"area": "nessuna"},
        {"service": "nessuno"},
        {"topic": "nessuno"},
        {"week": "9999-12-31"},
        {"week": "0001-01-01"},
    ],
)
@pytest.mark.parametrize("step", ["booking_area", "booking_time", "booking_question", "booking_review"])
def test_no_address_breaks_a_step(browser, answers, step, wrong):
    response = browser.get(reverse(f"tutorship:{step}"), {**answers, **wrong}, follow=True)

    assert response.status_code == 200


def test_the_employment_of_another_person_is_not_taken(browser, answers, outsider):
    wrong = {**answers, "employment": outsider.employments.get().pk}

    response = browser.get(reverse("tutorship:booking_time"), wrong)

    assert response.context["choices"].employment.user == response.wsgi_request.user


def test_a_stranger_reads_what_a_tutor_does_and_logs_in_from_there(client, only_topic):
    response = client.get(reverse("tutorship:booking_start"), {"topic": only_topic.slug})

    assert list(response.context["topics"]) == [only_topic]
    assert f'href="/accesso/?next=%2Ftutor%2F%3Ftopic%3D{only_topic.slug}">Accedi per prenotare</a>' in text(response)


# --- Appointments ------------------------------------------------------------------------------------------------
def test_cancelling_asks_for_a_reason_and_tells_that_it_is_late(browser, search, covered, area_a):
    booking = ask(search, covered, area_a, TUESDAY_NINE)
    url = reverse("tutorship:booking_cancel", args=[booking.pk])

    assert browser.get(url).context["is_late"]
    assert browser.post(url, {"reason": ""}).status_code == 200
    response = browser.post(url, {"reason": "Malattia"})

    booking.refresh_from_db()
    assert (response.url, booking.is_late_cancel) == (booking.get_absolute_url(), True)


def test_the_calendar_file_is_in_utc(browser, search, covered, area_a):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    response = browser.get(reverse("tutorship:booking_calendar", args=[booking.pk]))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "DTSTART:20261124T080000Z" in text(response)
    assert "METHOD:PUBLISH" in text(response)


def test_the_coordinator_reads_topic_and_state_but_not_the_question(client_for, search, covered, area_a, coordinator):
    booking = ask(search, covered, area_a, TUESDAY_NINE, question="Il caso riservato")
    pages = [booking.get_absolute_url(), booking.session.get_absolute_url()]

    def shown(user):
        return ["Il caso riservato" in text(client_for(user).get(page)) for page in pages]

    assert shown(coordinator) == [False, False]
    assert shown(covered) == [True, True]


def test_the_outcome_reaches_the_learner_and_no_coordinator(client_for, browser, tutor, learner, coordinator, area_a):
    past = SessionFactory(tutor=tutor, area=area_a, starts_at=datetime(2026, 11, 22, 8, tzinfo=UTC))
    booking = BookingFactory(session=past, learner=learner)
    data = {
        f"attendance_{booking.pk}": "present",
        f"minutes_{booking.pk}": 45,
        "summary": "Esito riservato",
        "kind": "solved",
    }

    response = client_for(tutor).post(reverse("tutorship:session_close", args=[past.pk]), data)

    assert response.url == reverse("tutorship:tutor_week")
    booking.refresh_from_db()
    assert (booking.attendance, booking.attended_minutes) == ("attended", 45)
    assert "Esito riservato" in text(browser.get(booking.get_absolute_url()))
    assert "Esito riservato" not in text(client_for(coordinator).get(booking.get_absolute_url()))
    assert "Esito riservato" not in text(client_for(coordinator).get(past.get_absolute_url()))


def test_the_outcome_is_not_for_who_cancelled(client_for, browser, tutor, learner, neighbour, area_a, now):
    past = SessionFactory(tutor=tutor, area=area_a, starts_at=datetime(2026, 11, 22, 8, tzinfo=UTC), capacity=2)
    came = BookingFactory(session=past, learner=neighbour)
    cancelled = BookingFactory(
        session=past, learner=learner, cancelled_at=now, cancelled_by=learner, cancel_reason="Neve"
    )
    data = {
        f"attendance_{came.pk}": "present",
        f"minutes_{came.pk}": 45,
        "summary": "Esito riservato",
        "kind": "solved",
    }

    client_for(tutor).post(reverse("tutorship:session_close", args=[past.pk]), data)

    assert "Esito riservato" in text(client_for(neighbour).get(came.get_absolute_url()))
    assert "Esito riservato" not in text(browser.get(cancelled.get_absolute_url()))


@pytest.mark.parametrize("week", ["", "2026-11-26", "1900-01-01", "9999-12-31", "2026-13-45", "ieri"])
def test_the_agenda_begins_on_a_monday_whatever_is_asked_for(client_for, tutor, week):
    response = client_for(tutor).get(reverse("tutorship:tutor_week"), {"week": week})

    assert [day.on.weekday() for day in response.context["days"]] == list(range(7))


def test_the_register_names_a_session_by_the_clock_of_rome(topic):
    assert str(SessionFactory(topic=topic, starts_at=TUESDAY_NINE)) == "Appalti di prova, 24/11/2026 09:00"


def test_attendance_has_to_be_said_for_everybody(client_for, tutor, learner, area_a):
    past = SessionFactory(tutor=tutor, area=area_a, starts_at=datetime(2026, 11, 22, 8, tzinfo=UTC))
    booking = BookingFactory(session=past, learner=learner)

    response = client_for(tutor).post(reverse("tutorship:session_close", args=[past.pk]), {"summary": "Fatto"})

    assert set(response.context["form"].errors) == {f"attendance_{booking.pk}"}
    assert Session.objects.get().state == "scheduled"


# --- Availability and planning -----------------------------------------------------------------------------------
RULE = {"weekday": 2, "opens_at": "09:00", "closes_at": "12:00", "every_n_weeks": 1, "valid_from": "2026-11-23"}


def test_a_tutor_adds_changes_and_removes_hours(client_for, tutor):
    browser = client_for(tutor)

    browser.post(reverse("tutorship:rule_create"), RULE)
    rule = AvailabilityRule.objects.get()
    browser.post(reverse("tutorship:rule_change", args=[rule.pk]), {**RULE, "closes_at": "11:00"})
    rule.refresh_from_db()
    assert (rule.tutor, rule.closes_at.hour) == (tutor, 11)
    browser.post(reverse("tutorship:rule_delete", args=[rule.pk]))

    assert AvailabilityRule.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"closes_at": "08:00"}, "closes_at"),
        ({"closes_at": "09:00"}, "closes_at"),
        ({"opens_at": "08:00", "closes_at": "09:30"}, "__all__"),
        ({"weekday": 5, "valid_until": "2026-11-25"}, "valid_until"),  # a Saturday between Monday and Wednesday
        ({"weekday": 5, "valid_from": "2026-01-01", "valid_until": "2026-10-31"}, "valid_until"),
        ({"weekday": 6, "opens_at": "02:30", "valid_from": "2027-03-28", "valid_until": "2027-03-28"}, "opens_at"),
    ],
)
def test_hours_that_make_no_sense_are_refused(client_for, tutor, change, field):
    RuleFactory(tutor=tutor, weekday=2)

    response = client_for(tutor).post(reverse("tutorship:rule_create"), {**RULE, **change})

    assert {name: len(reasons) for name, reasons in response.context["form"].errors.items()} == {field: 1}
    assert AvailabilityRule.objects.count() == 1


def test_a_number_of_weeks_has_one_minimum(client_for, tutor):
    browser = client_for(tutor)
    pages = [browser.post(reverse("tutorship:rule_create"), {**RULE, "every_n_weeks": number}) for number in (-1, 0)]

    said = [page.context["form"].errors["every_n_weeks"] for page in pages]
    assert said[0] == said[1]
    assert (len(said[0]), "1" in said[0][0]) == (1, True)


def test_an_exception_on_a_day_that_is_over_is_refused(client_for, tutor):
    response = client_for(tutor).post(reverse("tutorship:exception_create"), {"on": "2026-11-20", "kind": "closes"})

    assert response.context["form"].errors["on"] == ["Questo giorno è passato: sceglierne uno futuro."]


def test_removing_hours_names_the_appointments_inside_and_keeps_them(client_for, search, covered, area_a):
    booking = ask(search, covered, area_a, TUESDAY_NINE)
    rule = AvailabilityRule.objects.get()
    browser, url = client_for(covered), reverse("tutorship:rule_delete", args=[rule.pk])

    assert browser.get(url).context["touched"] == [booking.session]
    response = browser.post(url, {"agreed": booking.session_id}, follow=True)

    assert response.context["outside"] == [booking.session]
    assert [str(message) for message in response.context["messages"]] == [
        "La disponibilità è salvata. 1 appuntamento fuori dagli orari resta com’è: 24 novembre, 09:00."
    ]


def test_an_exception_that_closes_needs_no_hours(client_for, tutor):
    client_for(tutor).post(reverse("tutorship:exception_create"), {"on": "2026-12-01", "kind": "closes"})

    assert tutor.availability_exceptions.get().opens_at is None


def test_a_coordinator_plans_in_the_own_area_only(client_for, coordinator, tutor, other_tutor, area_a, area_b, topic):
    browser = client_for(coordinator)
    data = {"tutor": tutor.pk, "area": area_a.pk, "topic": topic.pk, "weight": 1}

    browser.post(reverse("tutorship:coverage_create"), data)
    refused = browser.post(reverse("tutorship:coverage_create"), {**data, "tutor": other_tutor.pk, "area": area_b.pk})
    again = browser.post(reverse("tutorship:coverage_create"), data)

    assert set(refused.context["form"].errors) == {"tutor", "area"}
    assert set(again.context["form"].errors) == {"__all__"}
    assert [row.tutor for row in Coverage.objects.all()] == [tutor]


def test_ending_coverage_and_closing_days(client_for, coordinator, covered, search, area_a):
    booking = ask(search, covered, area_a, TUESDAY_NINE)
    browser, coverage = client_for(coordinator), Coverage.objects.get()

    assert len(browser.get(reverse("tutorship:coverage_end", args=[coverage.pk])).context["sessions"]) == 1
    browser.post(reverse("tutorship:coverage_end", args=[coverage.pk]))
    data = {"area": area_a.pk, "first_on": "2026-11-24", "last_on": "2026-11-24", "reason": "Patrono"}
    browser.post(reverse("tutorship:closure_create"), {**data, "agreed": booking.session_id})

    coverage.refresh_from_db()
    assert coverage.ended_at is not None
    browser.post(reverse("tutorship:closure_delete", args=[Closure.objects.get().pk]))
    assert Closure.objects.count() == 0


# --- How many queries --------------------------------------------------------------------------------------------
def queries(browser, url, data=None) -> int:
    browser.get(url, data)  # settings and the like are read once per process
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(url, data).status_code == 200
    return len(seen)


def test_the_times_cost_the_same_for_one_tutor_or_twenty(browser, answers, topic, area_a):
    url = reverse("tutorship:booking_time")
    one = queries(browser, url, answers)

    for _number in range(19):
        tutor = covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
        ExceptionFactory(tutor=tutor)
    ClosureFactory(area=area_a, first_on="2026-12-01", last_on="2026-12-02")

    assert queries(browser, url, answers) == one
    assert one <= FRAME_QUERIES + 11


def test_booking_costs_the_same_statements_in_a_pool_of_one_or_twenty(search, covered, topic, area_a, now):
    """Whatever the size of the pool; savepoints are no questions."""

    employment = search.learner.employments.select_related("body__area").get()

    def statements(starts_at) -> int:
        key = f"{starts_at:%Y%m%d%H%M}".zfill(32)
        with CaptureQueriesContext(connection) as seen:
            ask(search, covered, area_a, starts_at, employment=employment, key=key)
        return len([query for query in seen if "SAVEPOINT" not in query["sql"]])

    statements(TUESDAY_NINE)  # opens the case
    alone = statements(TUESDAY_NINE + HOUR)
    for _number in range(19):
        covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)

    assert statements(TUESDAY_NINE + 2 * HOUR) == alone
    assert alone <= 15


def test_the_last_click_takes_at_most_20_questions_and_the_frames_four(browser, answers):
    """The frame: session read and written, person, roles. The first booking of all also opens the case."""
    browser.post(reverse("tutorship:booking_question"), {**answers, "question": QUESTION})
    page = browser.get(reverse("tutorship:booking_review"), answers)

    with CaptureQueriesContext(connection) as seen:
        browser.post(reverse("tutorship:booking_create"), {**answers, "key": page.context["key"]})

    assert len([query for query in seen if "SAVEPOINT" not in query["sql"]]) <= 20 + 4
    assert Booking.objects.get().request_key == page.context["key"]


def many_bookings(learner, tutor, area, topic, service, count=12):
    for number in range(count):
        start = TUESDAY_NINE + timedelta(days=count % 2, hours=number)
        session = SessionFactory(tutor=tutor, area=area, topic=topic, service=service, starts_at=start)
        BookingFactory(session=session, learner=learner)


@pytest.mark.parametrize(
    ("person", "page"),
    [
        ("learner", "booking_list"),
        ("learner", "booking_start"),
        ("tutor", "tutor_week"),
        ("tutor", "availability"),
        ("coordinator", "coverage_list"),
        ("coordinator", "closure_list"),
    ],
)
def test_lists_cost_the_same_for_one_row_or_many(
    request, client_for, learner, tutor, area_a, topic, service, person, page
):
    browser, url = client_for(request.getfixturevalue(person)), reverse(f"tutorship:{page}")
    many_bookings(learner, tutor, area_a, topic, service, count=1)
    CoverageFactory(tutor=tutor, area=area_a, topic=topic)
    RuleFactory(tutor=tutor)
    ExceptionFactory(tutor=tutor)
    ClosureFactory(area=area_a)
    one = queries(browser, url)

    many_bookings(learner, tutor, area_a, topic, service)
    for _number in range(5):
        CoverageFactory(tutor=tutor, area=area_a)
        RuleFactory(tutor=tutor, weekday=4)
        ClosureFactory(area=area_a)

    assert queries(browser, url) == one
    assert one <= FRAME_QUERIES + 8


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([], "no: mancano gli orari"),
        ([(ExceptionFactory, {})], "no: mancano gli orari"),
        ([(RuleFactory, {"valid_until": date(2026, 11, 22)})], "no: mancano gli orari"),
        ([(RuleFactory, {})], "sì"),
        ([(ExceptionFactory, {"kind": "adds", "opens_at": time(9), "closes_at": time(12)})], "sì"),
    ],
)
def test_only_a_tutor_with_hours_can_be_booked(client_for, coordinator, tutor, area_a, topic, hours, words):
    CoverageFactory(tutor=tutor, area=area_a, topic=topic)
    for factory, fields in hours:
        factory(tutor=tutor, **fields)

    page = client_for(coordinator).get(reverse("tutorship:coverage_list")).content.decode()

    assert f'<td data-l="Prenotabile">{words}</td>' in page


# --- One set of words, and no door to an empty room --------------------------------------------------------------
ROOM = "https://video.example.org/stanza"


@pytest.fixture
def with_room(tutor, learner, area_a, topic):
    session = SessionFactory(tutor=tutor, area=area_a, topic=topic, starts_at=TUESDAY_NINE, video_url=ROOM)
    return BookingFactory(session=session, learner=learner)


def rooms(client_for, booking) -> list[bool]:
    """Whether the learner's page, the tutor's page and the tutor's week lead to the room."""
    session = booking.session
    week = reverse("tutorship:tutor_week") + "?week=2026-11-24"
    learner, tutor = client_for(booking.learner), client_for(session.tutor)
    pages = [(learner, booking.get_absolute_url()), (tutor, session.get_absolute_url()), (tutor, week)]
    return [ROOM in text(browser.get(page)) for browser, page in pages]


def test_the_room_opens_15_minutes_before_and_closes_at_the_end(client_for, with_room, time_machine):
    start = with_room.session.starts_at
    time_machine.move_to(start - timedelta(minutes=16))
    assert rooms(client_for, with_room) == [False] * 3
    time_machine.move_to(start - timedelta(minutes=15))
    assert rooms(client_for, with_room) == [True] * 3
    time_machine.move_to(with_room.session.ends_at)
    assert rooms(client_for, with_room) == [False] * 3


def test_a_cancelled_appointment_has_no_room(client_for, with_room, browser):
    browser.post(reverse("tutorship:booking_cancel", args=[with_room.pk]), {"reason": "Malattia"})

    assert rooms(client_for, with_room) == [False] * 3


def test_states_are_told_in_one_set_of_words(with_room, now):
    booking = with_room
    found = [booking.state_label]
    booking.session.state, booking.attendance = Session.State.CLOSED, Booking.Attendance.ATTENDED
    found.append(booking.state_label)
    booking.attendance = Booking.Attendance.NO_SHOW
    found.append(booking.state_label)
    booking.cancelled_at, booking.session.state = now, Session.State.CANCELLED
    found += [booking.state_label, booking.session.get_state_display()]

    assert found == ["confermato", "svolto", "assente", "annullato", "annullato"]


def test_only_a_course_that_can_be_taken_is_recommended(client_for, tutor, area_a, course):
    factories.CourseFactory(is_in_preparation=True)
    factories.CourseFactory(is_archived=True)
    past = SessionFactory(tutor=tutor, area=area_a, starts_at=datetime(2026, 11, 22, 8, tzinfo=UTC))

    form = client_for(tutor).get(reverse("tutorship:session_close", args=[past.pk])).context["form"]

    assert list(form.fields["needs_course"].queryset) == [course]


def test_the_first_choice_of_day_has_words(client_for, tutor):
    form = client_for(tutor).get(reverse("tutorship:rule_create")).context["form"]

    assert form.fields["weekday"].choices[0] == ("", "Scegliere il giorno")


@pytest.mark.parametrize(
    ("starts_at", "is_told"), [(TUESDAY_NINE - HOUR, True), (TUESDAY_NINE + HOUR, False)], ids=["overlaps", "touches"]
)
def test_the_review_tells_of_an_own_course_meeting_at_that_hour(browser, answers, learner, starts_at, is_told):
    edition = factories.EditionFactory(is_self_paced=False, starts_on=date(2026, 11, 24))
    factories.LiveSessionFactory(
        edition=edition, title="Aula di prova", starts_at=starts_at, ends_at=starts_at + 1.5 * HOUR
    )
    factories.LiveSessionFactory(title="Incontro di altri", starts_at=TUESDAY_NINE, ends_at=TUESDAY_NINE + HOUR)
    factories.EnrolmentFactory(user=learner, edition=edition)

    review = browser.post(reverse("tutorship:booking_question"), {**answers, "question": QUESTION}, follow=True)

    assert (where(review), "Aula di prova" in text(review)) == (reverse("tutorship:booking_review"), is_told)
    assert "Incontro di altri" not in text(review)


def test_the_tutors_week_takes_at_most_12_queries_with_5_or_50_sessions(
    client_for, tutor, learner, area_a, topic, service
):
    browser, url = client_for(tutor), reverse("tutorship:tutor_week")
    found = []
    for count in (5, 45):
        for number in range(count):
            start = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=2 * (number if count == 5 else number + 5))
            session = SessionFactory(tutor=tutor, area=area_a, topic=topic, service=service, starts_at=start)
            BookingFactory(session=session, learner=learner)
        found.append(queries(browser, url))

    assert found[0] == found[1] <= 12
