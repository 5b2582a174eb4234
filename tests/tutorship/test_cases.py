"""Cases: one problem over several sessions, with its thread and files, and who may read which of it."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from journal.models import AuditEntry, OutgoingMail
from tests import factories
from tests.factories import pdf_of
from tests.tutorship.conftest import ask, refusal
from tests.tutorship.factories import HOUR, TUESDAY_NINE, CaseFactory, CaseMessageFactory, covering
from tutorship.actions.cancelling import cancel_booking
from tutorship.actions.cases import close_case, escalate_case, reassign_case, reopen_case, write_in_case
from tutorship.actions.closing import close_session, correct_outcome
from tutorship.models import Case, CaseMessage

pytestmark = pytest.mark.django_db
PDF = pdf_of("prova")


@pytest.fixture
def booking(search, covered, area_a):
    return ask(search, covered, area_a, TUESDAY_NINE, question="Il caso riservato")


@pytest.fixture
def case(booking):
    return booking.case


@pytest.fixture
def other(area_a, topic):
    """Another tutor who answers on the topic in the area."""
    return covering(
        factories.with_role(factories.UserFactory(last_name="Bonazzi"), "tutor", area=area_a), area_a, topic
    )


def upload(content=PDF, name="bozza.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def written(case) -> str:
    return reverse("tutorship:case_write", args=[case.pk])


def text(response) -> str:
    return response.content.decode()


def held(booking, *, kind, action=close_session, **options):
    facts = {"attended_minutes": {booking.pk: 50}, "kind": kind, "summary": "Fatto", "actor": booking.session.tutor}
    action(booking.session, **{**facts, "now": booking.session.ends_at, **options})
    return Case.objects.get(pk=booking.case_id)


# --- Opening and going on ----------------------------------------------------------------------------------------
def test_booking_opens_a_case_and_the_next_one_goes_on_with_it(booking, search, covered, area_a, learner):
    again = ask(search, covered, area_a, TUESDAY_NINE + HOUR)

    case = Case.objects.get()
    assert (case.learner, case.tutor, case.area, case.topic) == (learner, covered, area_a, search.topic)
    assert set(case.bookings.all()) == {booking, again}


def test_a_closed_case_is_left_alone_by_the_next_booking(case, search, covered, area_a, now):
    close_case(case, ending="solved", actor=covered, now=now)

    assert ask(search, covered, area_a, TUESDAY_NINE + HOUR).case != case


def test_the_tutor_of_the_next_session_has_the_case_from_then_on(case, search, other, covered, area_a):
    ask(search, other, area_a, TUESDAY_NINE + HOUR)

    case.refresh_from_db()
    assert case.tutor == other
    assert [list(Case.objects.readable_by(tutor)) for tutor in (other, covered)] == [[case], [case]]


@pytest.mark.parametrize(
    ("kind", "state", "ending"),
    [("solved", "closed", "solved"), ("follow_up", "open", ""), ("escalated", "escalated", "")],
)
def test_the_outcome_of_the_session_decides_about_the_case(booking, kind, state, ending):
    case = held(booking, kind=kind)

    assert (case.state, case.ending) == (state, ending)


def test_a_correction_decides_again(booking):
    held(booking, kind="solved")

    case = held(booking, kind="follow_up", action=correct_outcome, reason="Tocco sbagliato")
    assert (case.state, case.closed_at) == ("open", None)

    held(booking, kind="solved", action=correct_outcome, reason="No")
    absent = {"attended_minutes": {booking.pk: None}, "summary": "", "reason": "Assente"}
    assert held(booking, kind="", action=correct_outcome, **absent).state == "open"


# --- The thread --------------------------------------------------------------------------------------------------
def test_words_and_files_reach_the_other_side_before_the_session(client_for, case, learner, covered):
    url, page = case.get_absolute_url(), reverse("tutorship:session_detail", args=[case.bookings.get().session_id])
    client_for(learner).post(written(case), {"text": "Ecco la bozza riservata", "file": upload()})

    message = CaseMessage.objects.get()
    assert (message.author, message.file_name) == (learner, "bozza.pdf")
    with message.file.open() as kept:
        assert kept.read() == PDF
    shown = text(client_for(covered).get(url))
    assert [words in shown for words in ("Il caso riservato", "Ecco la bozza riservata", "bozza.pdf")] == [True] * 3
    assert "messaggi e file (1 file)" in text(client_for(covered).get(page))
    mail = OutgoingMail.objects.get(key__startswith="case_message")
    assert (mail.recipient, mail.subject) == (covered.email, "Novità nel caso: Appalti di prova")
    assert "riservata" not in mail.text


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"text": " "}, "empty"),
        ({"text": "", "file": SimpleUploadedFile("virus.pdf", b"MZ\x90\x00")}, "wrong_kind"),
        ({"text": "", "file": SimpleUploadedFile("finto.pdf", b"%PDF-1.4 fake")}, "unreadable"),
        ({"text": "", "file": SimpleUploadedFile("grande.pdf", PDF + b" " * 10 * 1024 * 1024)}, "too_large"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_changes_nothing(case, learner, now, facts, code):
    assert refusal(write_in_case, case, author=learner, now=now, **facts) == code
    assert CaseMessage.objects.count() == 0


def test_a_file_of_the_wrong_kind_gets_a_clear_error_on_the_page(client_for, case, learner):
    page = client_for(learner).post(written(case), {"text": "Ecco", "file": upload(b"<svg/>", "a.pdf")})

    assert set(page.context["form"].errors) == {"file"}
    assert "Questo file non è" in text(page)
    assert CaseMessage.objects.count() == 0


def test_a_case_holds_20_files(case, learner, now):
    for _number in range(20):
        CaseMessageFactory(case=case)

    assert refusal(write_in_case, case, text="", file=upload(), author=learner, now=now) == "too_many"
    assert write_in_case(case, text="Senza file", author=learner, now=now).pk


def test_a_file_is_always_a_download_under_its_cleaned_name(
    client_for, case, learner, covered, coordinator, neighbour, now
):
    message = write_in_case(case, text="", file=upload(name="../<b>è.exe"), author=learner, now=now)
    url = reverse("tutorship:case_file", args=[case.pk, message.pk])

    answer = client_for(covered).get(url)

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    assert message.file_name == "b_è.pdf"
    assert [client_for(person).get(url).status_code for person in (coordinator, neighbour)] == [404, 404]


def test_a_file_of_another_case_is_not_found_through_an_own_one(client_for, case, learner):
    strange = CaseMessageFactory(case__learner=factories.employee(case.body))

    url = reverse("tutorship:case_file", args=[case.pk, strange.pk])

    assert client_for(learner).get(url).status_code == 404


def test_a_tutor_keeps_the_tabs_of_tutoring_in_the_cases(client_for, case, learner, covered):
    places = [reverse("tutorship:case_list"), case.get_absolute_url(), reverse("tutorship:feed_detail")]

    shown = [client_for(covered).get(place) for place in places]

    tabs = [re.findall(r'class="active" aria-current="(page|true)">(Casi|Calendario)<', page.text) for page in shown]
    assert tabs == [[("page", "Casi")], [("true", "Casi")], [("page", "Calendario")]]
    current = [[link.label for link in page.context["frame"].navigation if link.is_current] for page in shown[:2]]
    assert current == [["Tutoraggio"]] * 2
    learners = client_for(learner).get(places[1])
    assert [link.label for link in learners.context["frame"].navigation if link.is_current] == ["Tutor"]
    assert reverse("tutorship:tutor_week") not in learners.text


def test_nobody_writes_in_a_closed_case_until_it_is_open_again(client_for, case, learner, covered, now):
    close_case(case, ending="solved", actor=covered, now=now)
    assert refusal(write_in_case, case, text="Ancora", author=learner, now=now) == "closed"

    client_for(learner).post(reverse("tutorship:case_reopen", args=[case.pk]))

    assert write_in_case(case, text="Ancora", author=learner, now=now).text == "Ancora"


# --- Who may do what ---------------------------------------------------------------------------------------------
def test_a_coordinator_sees_topic_and_state_only(client_for, case, coordinator, learner, now):
    write_in_case(case, text="Ecco la bozza riservata", file=upload(), author=learner, now=now)
    browser = client_for(coordinator)

    shown = text(browser.get(case.get_absolute_url()))

    assert str(case.topic) in shown
    assert [words in shown for words in ("riservat", "bozza")] == [False, False]
    assert browser.post(written(case), {"text": "Ciao"}).status_code == 404


def test_a_learner_neither_closes_nor_passes_on(case, learner, other, now):
    common = {"actor": learner, "now": now}

    assert refusal(close_case, case, ending="solved", **common) == "not_entitled"
    assert refusal(escalate_case, case, reason="Subito", **common) == "not_entitled"
    assert refusal(reassign_case, case, tutor=other, reason="Subito", **common) == "not_entitled"


def test_the_other_tutor_gets_the_case_with_its_thread(client_for, case, learner, other, coordinator, now):
    write_in_case(case, text="Ecco la bozza riservata", author=learner, now=now)
    url = reverse("tutorship:case_reassign", args=[case.pk])

    client_for(coordinator).post(url, {"tutor": other.pk, "reason": "Cambio di sede"})

    assert "Ecco la bozza riservata" in text(client_for(other).get(case.get_absolute_url()))
    mails = OutgoingMail.objects.filter(key__startswith="case_reassigned")
    assert {mail.recipient for mail in mails} == {other.email, learner.email}
    entry = AuditEntry.objects.get(action="reassign_case")
    assert (entry.before, entry.reason) == ({"tutor": str(case.tutor)}, "Cambio di sede")


def test_only_a_tutor_of_topic_and_area_gets_the_case(case, other_tutor, coordinator, now):
    common = {"reason": "Cambio", "actor": coordinator, "now": now}

    assert refusal(reassign_case, case, tutor=other_tutor, **common) == "not_covered"


def test_the_coordinators_of_the_area_are_told_of_an_escalated_case_once(
    case, covered, coordinator, other_coordinator, now
):
    for _click in range(2):
        escalate_case(case, reason="Serve un parere", actor=covered, now=now)

    mail = OutgoingMail.objects.get(key__startswith="case_escalated")
    assert (mail.recipient, "Serve un parere" in mail.text) == (coordinator.email, True)


def test_closing_needs_an_ending_and_opening_again_takes_it_back(case, covered, now):
    assert refusal(close_case, case, ending="", actor=covered, now=now) == "no_ending"

    close_case(case, ending="elsewhere", actor=covered, now=now)
    reopened = reopen_case(case, actor=covered, now=now + timedelta(hours=1))

    assert (reopened.state, reopened.ending, reopened.closed_at) == ("open", "", None)


def test_the_register_keeps_no_word_of_the_case(case, learner, covered, now):
    write_in_case(case, text="Ecco la bozza riservata", file=upload(), author=learner, now=now)

    kept = [f"{entry.label} {entry.before} {entry.after} {entry.reason}" for entry in AuditEntry.objects.all()]
    assert [line for line in kept if "riservat" in line] == []


def test_a_cancelled_booking_leaves_no_reading_right_to_its_tutor(
    booking, case, covered, other, learner, coordinator, now
):
    reassign_case(case, tutor=other, reason="Cambio", actor=coordinator, now=now)
    cancel_booking(booking, actor=learner, reason="Neve", now=now)

    assert list(Case.objects.readable_by(covered)) == []
    assert list(Case.objects.readable_by(other)) == [case]


@pytest.mark.parametrize("state", ["", "chiusi"])
def test_the_lists_cost_the_same_for_one_case_or_many(
    client_for, case, learner, covered, state, django_assert_num_queries, now
):
    for number in range(5):
        closed = {"state": "closed", "ending": "solved", "closed_at": now} if number % 2 else {}
        CaseFactory(learner=learner, tutor=covered, area=case.area, **closed)
    browser, url = client_for(learner), reverse("tutorship:case_list")
    browser.get(url)

    with django_assert_num_queries(5):
        browser.get(url, {"stato": state})
