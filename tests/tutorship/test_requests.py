"""Asking for a session: from no free time to an appointment or an answer."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from journal.models import AuditEntry, OutgoingMail
from tests import factories
from tests.races import race
from tests.tutorship.conftest import ask, refusal
from tests.tutorship.factories import HOUR, TUESDAY_NINE, RequestFactory
from tutorship.actions.requests import answer_request, ask_for_session, match_request, withdraw_request
from tutorship.models import Booking, SessionRequest
from tutorship.models.request import answer_due

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")
THURSDAY_SEVEN_PM = datetime(2026, 11, 26, 18, tzinfo=UTC)  # outside the published hours
WINDOWS = [(date(2026, 12, 2), "morning"), (date(2026, 12, 3), "all_day")]
QUESTION = "Serve un parere entro il mese."


@pytest.fixture
def wanted(learner, area_a, topic, service):
    """A request that is not written yet."""
    return SessionRequest(
        learner=learner,
        employment=learner.employments.get(),
        area=area_a,
        topic=topic,
        service=service,
        question=QUESTION,
    )


@pytest.fixture
def asked(wanted, now):
    return ask_for_session(wanted, windows=WINDOWS, now=now)


def match(asked, tutor, actor, now, starts_at=THURSDAY_SEVEN_PM):
    return match_request(asked, tutor=tutor, starts_at=starts_at, actor=actor, now=now)


# --- Asking ------------------------------------------------------------------------------------------------------
def test_a_request_waits_in_the_queue_of_its_area(asked, coordinator, other_coordinator, anci, body_a):
    queues = [list(SessionRequest.objects.visible_to(person)) for person in (coordinator, anci, other_coordinator)]

    assert queues == [[asked], [asked], []]
    assert (asked.body, [str(window.on) for window in asked.windows.all()]) == (body_a, ["2026-12-02", "2026-12-03"])


def test_person_and_coordinator_read_by_when_it_is_answered_and_no_mail_holds_the_question(coordinator, learner, asked):
    mails = {mail.recipient: mail.text for mail in OutgoingMail.objects.all()}

    assert set(mails) == {coordinator.email, learner.email}
    assert "risponde entro mercoledì 25 novembre 2026" in mails[learner.email]
    assert "attesa entro mercoledì 25 novembre 2026" in mails[coordinator.email]
    assert [text for text in mails.values() if "parere" in text] == []


def test_where_nobody_coordinates_anci_is_told(anci, learner, asked):
    assert {mail.recipient for mail in OutgoingMail.objects.all()} == {anci.email, learner.email}


@pytest.mark.parametrize(
    ("day", "due"),
    [(23, date(2026, 11, 25)), (26, date(2026, 11, 30)), (28, date(2026, 12, 1))],
    ids=["Monday", "Thursday", "Saturday"],
)
def test_an_answer_takes_two_working_days(day, due):
    assert answer_due(datetime(2026, 11, day, 9, tzinfo=UTC)) == due


def test_the_second_click_finds_the_request_and_another_question_is_not_thrown_away(
    client_for, asked, learner, area_a, topic, service, now
):
    again = SessionRequest(
        learner=learner, employment=learner.employments.get(), area=area_a, topic=topic, service=service
    )
    again.question = QUESTION
    assert ask_for_session(again, windows=WINDOWS, now=now) == asked
    assert refusal(ask_for_session, again, windows=WINDOWS[:1], now=now) == "already_asked"

    other = {"question": "Chi firma la determina?", "on_1": "2026-12-04", "part_1": "morning"}
    choices = {"topic": topic.slug, "service": service.slug}
    page = client_for(learner).post(reverse("tutorship:request_create"), {**choices, **other}).content.decode()
    assert "C’è già una richiesta aperta su questo argomento" in page
    assert f'href="{asked.get_absolute_url()}"' in page
    assert "Chi firma la determina?" in page
    assert "2026-12-04" in page
    assert OutgoingMail.objects.filter(recipient=learner.email).count() == 1


@pytest.mark.parametrize(
    ("windows", "code"),
    [
        ([], "no_window"),
        ([(date(2026, 12, day), "morning") for day in (1, 2, 3, 4)], "no_window"),
        ([WINDOWS[0], WINDOWS[0]], "window_twice"),
        ([(date(2026, 11, 23), "morning")], "window_out_of_reach"),
        ([(date(2027, 12, 1), "morning")], "window_out_of_reach"),
    ],
)
def test_windows_that_make_no_sense_are_refused(wanted, now, windows, code):
    assert refusal(ask_for_session, wanted, windows=windows, now=now) == code
    assert SessionRequest.objects.count() == 0


def test_nobody_asks_for_the_body_of_another(wanted, outsider, now):
    wanted.employment = outsider.employments.get()

    assert refusal(ask_for_session, wanted, windows=WINDOWS, now=now) == "wrong_employment"


# --- Answering ---------------------------------------------------------------------------------------------------
def test_a_match_is_an_appointment_also_outside_the_hours(asked, covered, coordinator, learner, now):
    booking = match(asked, covered, coordinator, now)

    asked.refresh_from_db()
    assert (asked.state, asked.booking, asked.answered_by) == ("matched", booking, coordinator)
    assert (booking.learner, booking.question, booking.session.starts_at) == (learner, QUESTION, THURSDAY_SEVEN_PM)
    confirmed = OutgoingMail.objects.filter(key__startswith="booking_confirmed")
    assert {mail.recipient for mail in confirmed} == {learner.email, covered.email}
    assert AuditEntry.objects.get(action="match_request").actor == coordinator


def test_a_match_never_books_anybody_twice(asked, search, covered, area_a, neighbour, coordinator, now):
    ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE)

    assert refusal(match, asked, covered, coordinator, now, TUESDAY_NINE + HOUR / 2) == "slot_taken"
    asked.refresh_from_db()
    assert (asked.state, Booking.objects.filter(learner=asked.learner).count()) == ("open", 0)


@pytest.mark.parametrize(
    ("whom", "actor", "starts_at", "code"),
    [
        ("covered", "other_coordinator", THURSDAY_SEVEN_PM, "not_entitled"),
        ("covered", "learner", THURSDAY_SEVEN_PM, "not_entitled"),
        ("other_tutor", "coordinator", THURSDAY_SEVEN_PM, "not_a_tutor"),
        ("learner", "coordinator", THURSDAY_SEVEN_PM, "own_session"),
        ("covered", "coordinator", TUESDAY_NINE - 48 * HOUR, "in_the_past"),
        ("covered", "coordinator", datetime(2026, 11, 26, 2, 15, tzinfo=UTC), "at_night"),
        ("covered", "coordinator", datetime(2026, 11, 26, 18, 30, tzinfo=UTC), "at_night"),
    ],
)
def test_a_match_is_refused(request, asked, now, whom, actor, starts_at, code):
    whom, actor = request.getfixturevalue(whom), request.getfixturevalue(actor)

    assert refusal(match, asked, whom, actor, now, starts_at) == code


def test_an_answer_in_words_reaches_the_person(asked, coordinator, learner, now):
    answer_request(asked, answer="A gennaio apre un corso.", actor=coordinator, now=now)

    mail = OutgoingMail.objects.get(key__startswith="request_answered")
    assert (mail.recipient, "A gennaio apre un corso." in mail.text) == (learner.email, True)
    assert refusal(answer_request, asked, answer="Ancora", actor=coordinator, now=now) == "already_answered"


def test_an_empty_answer_is_refused(asked, coordinator, now):
    assert refusal(answer_request, asked, answer=" ", actor=coordinator, now=now) == "no_answer"


def test_a_withdrawn_request_is_not_matched_and_can_be_asked_anew(asked, covered, coordinator, now):
    withdraw_request(asked, now=now)

    assert refusal(match, asked, covered, coordinator, now) == "already_answered"
    again = SessionRequest.objects.get(pk=asked.pk)
    again.pk = again.answered_by = again.answered_at = None
    again.state, again._state.adding = "open", True
    assert ask_for_session(again, windows=WINDOWS, now=now).pk != asked.pk


def test_the_page_marks_who_answers_on_the_topic_and_says_who_is_busy(
    client_for, asked, search, covered, area_a, neighbour, coordinator
):
    idle = factories.with_role(factories.UserFactory(last_name="Bordoni"), "tutor", area=area_a)
    ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE)
    desk, page = client_for(coordinator), reverse("tutorship:request_answer", args=[asked.pk])

    names = [str(label) for _key, label in desk.get(page).context["match"].fields["tutor"].choices]
    assert f"{covered} (segue l’argomento)" in names
    assert f"{idle} (non segue l’argomento)" in names

    busy = desk.post(page, {"tutor": covered.pk, "starts_at": f"{TUESDAY_NINE.astimezone(ROME):%Y-%m-%dT%H:%M}"})
    assert "Il tutor ha già un appuntamento a quell’ora." in busy.content.decode()
    gap = desk.post(page, {"tutor": covered.pk, "starts_at": "2027-03-28T02:30"}).content.decode()
    assert "Quest’ora non esiste o c’è due volte" in gap
    assert "fuso orario" not in gap


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_match_and_a_withdrawal_race(asked, covered, coordinator, now):
    said = race(
        [
            lambda: match(asked, covered, coordinator, now) and "matched",
            lambda: withdraw_request(asked, now=now) and "withdrawn",
        ]
    )

    asked.refresh_from_db()
    assert sorted(said) == sorted(["already_answered", asked.state])
    assert Booking.objects.count() == (asked.state == "matched")


# --- The pages ---------------------------------------------------------------------------------------------------
def test_from_no_free_time_to_the_appointment(client_for, learner, tutor, coordinator, area_a, topic, service):
    """Nobody has hours: the person asks, the coordinator makes the appointment, the person opens it."""
    browser, desk = client_for(learner), client_for(coordinator)
    answers = {"topic": topic.slug, "service": service.slug}

    times = browser.get(reverse("tutorship:booking_time"), answers).content.decode()
    assert reverse("tutorship:request_create") in times
    sent = browser.post(
        reverse("tutorship:request_create"),
        {**answers, "question": QUESTION, "on_1": "2026-12-02", "part_1": "morning"},
    )
    asked = SessionRequest.objects.get()
    assert sent.url == asked.get_absolute_url()
    assert asked.get_absolute_url() in browser.get(reverse("tutorship:booking_list")).content.decode()

    page = reverse("tutorship:request_answer", args=[asked.pk])
    assert page in desk.get(reverse("tutorship:request_list")).content.decode()
    desk.post(page, {"tutor": tutor.pk, "starts_at": "2026-12-02T10:00"})

    booking = Booking.objects.get()
    assert booking.session.starts_at == datetime(2026, 12, 2, 9, tzinfo=UTC)
    assert booking.get_absolute_url() in browser.get(asked.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"tutor": "9" * 30, "starts_at": "2026-12-02T10:00"}, "tutor"),
        ({"starts_at": "2027-03-28T02:30"}, "starts_at"),
        ({"starts_at": "2026-12-02T10:03"}, "starts_at"),
        ({"starts_at": "ieri"}, "starts_at"),
    ],
    ids=["no such tutor", "the hour that does not exist", "off the marks", "no date"],
)
def test_a_wrong_match_is_asked_again(client_for, asked, covered, coordinator, data, field):
    page = reverse("tutorship:request_answer", args=[asked.pk])

    response = client_for(coordinator).post(page, {"tutor": covered.pk, **data})

    assert set(response.context["match"].errors) == {field}
    assert Booking.objects.count() == 0


def test_an_overdue_request_is_marked(client_for, coordinator, learner, area_a, topic):
    RequestFactory(learner=learner, area=area_a, topic=topic, answer_due_on=date(2026, 11, 20))

    assert "in ritardo: attesa entro il 20 novembre" in (
        client_for(coordinator).get(reverse("tutorship:request_list")).content.decode()
    )


def test_the_queue_costs_the_same_for_one_request_or_many(
    client_for, coordinator, learner, area_a, django_assert_max_num_queries
):
    browser, url = client_for(coordinator), reverse("tutorship:request_list")
    for _number in range(5):
        RequestFactory(learner=factories.employee(learner.employments.get().body), area=area_a)
    browser.get(url)

    with django_assert_max_num_queries(12):
        browser.get(url)
