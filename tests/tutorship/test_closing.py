"""After the session: attendance, outcome, its correction, tasks on both sides, the note of the author."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from certificates.models import TrainingRecord
from journal.models import AuditEntry, OutgoingMail
from tests.tutorship.conftest import refusal
from tests.tutorship.factories import BookingFactory, FollowUpTaskFactory, OutcomeFactory, SessionFactory
from tutorship.actions.closing import close_session, correct_outcome
from tutorship.actions.following import add_task, mark_task, save_note
from tutorship.models import FollowUpTask, Outcome, PrivateNote, Session
from tutorship.signals import session_closed

pytestmark = pytest.mark.django_db
YESTERDAY = datetime(2026, 11, 22, 8, tzinfo=UTC)
IN_A_WEEK = date(2026, 11, 30)


@pytest.fixture
def held(learner, tutor, area_a, topic, service):
    """A session of yesterday with one learner."""
    session = SessionFactory(tutor=tutor, area=area_a, topic=topic, service=service, starts_at=YESTERDAY)
    return BookingFactory(session=session, learner=learner)


def close(booking, action=close_session, **options):
    facts = {"attended_minutes": {booking.pk: 50}, "kind": "solved", "summary": "Fatto"}
    return action(booking.session, **{**facts, "actor": booking.session.tutor, **options})


def correct(booking, **options):
    return close(booking, action=correct_outcome, **{"reason": "Tocco sbagliato", **options})


def text(response) -> str:
    return response.content.decode()


# --- Closing -----------------------------------------------------------------------------------------------------
def test_closing_notes_attendance_outcome_and_tells_the_apps_above(held, now):
    heard = []

    def listen(sender, session, now, **_):
        heard.append((sender, session.pk, now))

    session_closed.connect(listen)

    outcome = close(held, now=now)

    held.refresh_from_db()
    assert (held.attendance, held.attended_minutes) == ("attended", 50)
    assert (outcome.kind, outcome.minutes, outcome.summary) == ("solved", 50, "Fatto")
    assert held.session.state == "closed"
    assert heard == [(Session, held.session.pk, now)]


def test_a_session_where_nobody_came_ends_so_and_brings_no_minutes(held, now):
    outcome = close(held, now=now, attended_minutes={held.pk: None}, kind="", summary="")

    held.refresh_from_db()
    assert (held.attendance, held.attended_minutes, outcome.kind) == ("no_show", 0, "no_show")
    assert TrainingRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"attended_minutes": {}}, "attendance_incomplete"),
        ({"summary": " "}, "no_summary"),
        ({"kind": ""}, "no_kind"),
        ({"kind": "no_show"}, "no_kind"),
        ({"kind": "needs_course"}, "no_course"),
        ({"now": datetime(2026, 11, 22, 7, tzinfo=UTC)}, "not_started"),
    ],
)
def test_closing_is_refused(held, now, options, code):
    assert refusal(close, held, **{"now": now, **options}) == code
    assert (Outcome.objects.count(), OutgoingMail.objects.count()) == (0, 0)


@pytest.mark.parametrize("minutes", [0, 121])
def test_minutes_that_cannot_be_true_are_refused(held, now, minutes):
    assert refusal(close, held, now=now, attended_minutes={held.pk: minutes}) == "too_long"


def test_a_session_is_closed_once(held, now):
    close(held, now=now)

    assert refusal(close, held, now=now) == "already_closed"


def test_the_message_says_what_the_record_says_and_recommends_the_course(held, now, course):
    close(held, now=now, kind="needs_course", needs_course=course)

    mail = OutgoingMail.objects.get()
    assert mail.subject == "Esito: tutoraggio Appalti di prova, 22 novembre 2026, 09:00"
    assert "Nel libretto formativo: 50 minuti" in mail.text
    assert f"Il tutor consiglia il corso «{course}»" in mail.text
    assert "Fatto" not in mail.text  # what was talked about stays on the page


def test_whoever_was_absent_is_told_until_when_it_can_be_put_right(held, now):
    close(held, now=now, attended_minutes={held.pk: None}, kind="", summary="")

    assert "può correggerlo fino al 7 dicembre 2026" in OutgoingMail.objects.get().text


# --- Correcting --------------------------------------------------------------------------------------------------
def test_a_correction_takes_the_training_record_along(held, now):
    close(held, now=now)
    assert list(TrainingRecord.objects.values_list("minutes", flat=True)) == [50]

    outcome = correct(held, now=now + timedelta(hours=1), attended_minutes={held.pk: 20})
    assert (outcome.minutes, outcome.written_at, outcome.corrected_at) == (20, now, now + timedelta(hours=1))
    assert list(TrainingRecord.objects.values_list("minutes", flat=True)) == [20]

    correct(held, now=now + timedelta(hours=2), attended_minutes={held.pk: None}, summary="", kind="")
    assert list(TrainingRecord.objects.values_list("minutes", flat=True)) == []


def test_the_register_keeps_before_after_and_why_but_not_the_summary(held, now):
    close(held, now=now)

    correct(held, now=now, attended_minutes={held.pk: None}, kind="", summary="")

    entry = AuditEntry.objects.get(action="correct_outcome")
    assert entry.before == {"present": 1, "minutes": 50, "outcome": "Risolto"}
    assert entry.after == {"present": 0, "minutes": 0, "outcome": "Non è venuto nessuno"}
    assert entry.reason == "Tocco sbagliato"


def test_everybody_who_had_a_seat_is_told_of_each_correction(held, now):
    close(held, now=now)

    for hour in (1, 2):
        correct(held, now=now + timedelta(hours=hour), attended_minutes={held.pk: 50 - hour})

    subjects = list(OutgoingMail.objects.order_by("pk").values_list("subject", flat=True))
    assert [subject.split(":")[0] for subject in subjects] == ["Esito", "Esito corretto", "Esito corretto"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"reason": " "}, "no_reason"),
        ({"attended_minutes": {}}, "attendance_incomplete"),
        ({"now": datetime(2026, 12, 7, 9, tzinfo=UTC)}, "too_late"),
    ],
)
def test_a_correction_is_refused(held, now, options, code):
    close(held, now=now)

    assert refusal(correct, held, **{"now": now, **options}) == code
    assert list(TrainingRecord.objects.values_list("minutes", flat=True)) == [50]


def test_there_is_nothing_to_correct_before_the_outcome(held, now):
    assert refusal(correct, held, now=now) == "not_closed"


def test_the_form_says_until_when_it_can_be_corrected_before_anything_is_saved(client_for, held):
    page = client_for(held.session.tutor).get(reverse("tutorship:session_close", args=[held.session_id]))
    assert "<legend>Come si è concluso</legend>" in page.content.decode()
    assert "Serve quando è stata presente almeno una persona." in page.content.decode()

    assert "si può correggere fino al 7 dicembre 2026" in text(page)


def test_the_correction_begins_with_what_was_written(client_for, held, now):
    close(held, now=now)
    url, browser = reverse("tutorship:outcome_correct", args=[held.session_id]), client_for(held.session.tutor)

    form = browser.get(url).context["form"]
    assert (form.initial["kind"], form.initial["summary"]) == ("solved", "Fatto")
    assert (form.initial[f"attendance_{held.pk}"], form.initial[f"minutes_{held.pk}"]) == ("present", 50)
    data = {f"attendance_{held.pk}": "absent", "reason": "Tocco sbagliato"}
    assert browser.post(url, data).url == held.session.get_absolute_url()

    held.refresh_from_db()
    assert held.attendance == "no_show"


def test_a_coordinator_corrects_the_attendance_without_reading_the_outcome(client_for, held, now, coordinator):
    close(held, now=now, summary="Esito riservato")
    url, browser = reverse("tutorship:outcome_correct", args=[held.session_id]), client_for(coordinator)

    assert "Esito riservato" not in text(browser.get(url))
    data = {f"attendance_{held.pk}": "present", f"minutes_{held.pk}": 40, "kind": "solved", "reason": "Registro"}
    browser.post(url, data)

    outcome = Outcome.objects.get()
    assert (outcome.minutes, outcome.summary) == (40, "Esito riservato")


# --- What follows ------------------------------------------------------------------------------------------------
def test_closing_with_a_note_and_a_task_leads_back_to_the_day(client_for, held, learner, tutor):
    data = {f"attendance_{held.pk}": "present", f"minutes_{held.pk}": 60, "kind": "follow_up", "summary": "A metà"}
    follows = {
        "task-text": "Inviare la bozza",
        "task-owner": learner.pk,
        "task-due_on": "2026-11-30",
        "note": "Sentire",
    }
    url = reverse("tutorship:session_close", args=[held.session_id])

    response = client_for(tutor).post(url, {**data, **follows})

    assert response.url == reverse("tutorship:tutor_week")
    task = FollowUpTask.objects.get()
    assert (task.owner, task.text, task.due_on) == (learner, "Inviare la bozza", IN_A_WEEK)
    assert PrivateNote.objects.get().text == "Sentire"


def test_a_task_that_makes_no_sense_keeps_the_whole_form_unsaved(client_for, held, learner, tutor):
    data = {f"attendance_{held.pk}": "present", f"minutes_{held.pk}": 60, "kind": "solved", "summary": "Fatto"}
    follows = {"task-text": "Inviare", "task-owner": learner.pk, "task-due_on": "2026-11-01"}
    url = reverse("tutorship:session_close", args=[held.session_id])

    response = client_for(tutor).post(url, {**data, **follows})

    assert set(response.context["task"].errors) == {"due_on"}
    assert Outcome.objects.count() == 0


def test_a_task_is_told_to_who_has_to_do_it(held, learner, tutor, now):
    common = {"due_on": IN_A_WEEK, "actor": tutor, "now": now}

    add_task(held.session, owner=learner, text="Inviare la bozza", **common)
    add_task(held.session, owner=tutor, text="Rileggerla", **common)

    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.subject) == (learner.email, "Da fare: Inviare la bozza")
    assert held.get_absolute_url() in mail.text


def test_a_task_is_for_who_took_part_and_for_a_day_to_come(held, neighbour, tutor, learner, now):
    common = {"text": "Inviare", "actor": tutor, "now": now}

    assert refusal(add_task, held.session, owner=neighbour, due_on=IN_A_WEEK, **common) == "not_a_participant"
    assert refusal(add_task, held.session, owner=learner, due_on=date(2026, 11, 22), **common) == "in_the_past"


def test_whoever_has_to_do_it_marks_it_and_may_take_that_back(client_for, held, learner, tutor, now):
    task = FollowUpTaskFactory(session=held.session, owner=learner)
    browser, url = client_for(learner), reverse("tutorship:task_mark", args=[task.pk])

    assert refusal(mark_task, task, is_done=True, actor=tutor, now=now) == "not_the_owner"
    for _click in range(2):
        assert browser.post(url, {"done": "1", "next": held.get_absolute_url()}).url == held.get_absolute_url()
    task.refresh_from_db()
    assert (task.done_at, AuditEntry.objects.filter(action="finish_task").count()) == (now, 1)

    assert browser.post(url, {"done": "0", "next": "https://example.org/"}).url == reverse("tutorship:booking_list")
    task.refresh_from_db()
    assert task.done_at is None


def test_tasks_stand_on_both_sides(client_for, held, learner, tutor, neighbour, coordinator):
    mine = FollowUpTaskFactory(session=held.session, owner=learner, text="Compito della persona")
    theirs = FollowUpTaskFactory(session=held.session, owner=tutor, text="Compito del tutor")
    every = FollowUpTask.objects.all()

    assert set(every.visible_to(learner)) == set(every.visible_to(tutor)) == {mine, theirs}
    assert [list(every.visible_to(person)) for person in (neighbour, coordinator)] == [[], []]
    assert "Compito del tutor" in text(client_for(tutor).get(reverse("tutorship:tutor_week")))
    assert "Compito della persona" in text(client_for(learner).get(reverse("tutorship:booking_list")))
    assert "Compito" not in text(client_for(coordinator).get(held.session.get_absolute_url()))


def test_in_a_group_nobody_reads_the_task_of_another_learner(tutor, learner, neighbour, area_a, now):
    session = SessionFactory(tutor=tutor, area=area_a, starts_at=YESTERDAY, capacity=2)
    for person in (learner, neighbour):
        BookingFactory(session=session, learner=person)
    task = FollowUpTaskFactory(session=session, owner=learner)

    assert list(FollowUpTask.objects.visible_to(neighbour)) == []
    assert list(FollowUpTask.objects.visible_to(learner)) == [task]


def test_only_the_author_reads_a_private_note(client_for, held, tutor, learner, coordinator, anci):
    browser = client_for(tutor)
    browser.post(reverse("tutorship:note_save", args=[held.session_id]), {"note": "Nota riservata"})
    page = held.session.get_absolute_url()

    assert "Nota riservata" in text(browser.get(page))
    assert [text(client_for(person).get(page)).count("riservata") for person in (coordinator, anci)] == [0, 0]
    assert "riservata" not in text(client_for(learner).get(held.get_absolute_url()))
    assert [PrivateNote.objects.visible_to(person).count() for person in (tutor, anci, learner)] == [1, 0, 0]


def test_a_note_without_words_is_none(held, tutor, now):
    for words in ("Prima", "Poi"):
        save_note(held.session, text=words, author=tutor, now=now)
    assert PrivateNote.objects.get().text == "Poi"

    save_note(held.session, text=" ", author=tutor, now=now)

    assert PrivateNote.objects.count() == 0


def test_an_outcome_that_is_late_stands_on_top_of_the_week(client_for, tutor, area_a, learner, time_machine):
    session = SessionFactory(tutor=tutor, area=area_a, starts_at=YESTERDAY)
    BookingFactory(session=session, learner=learner)
    browser, url = client_for(tutor), reverse("tutorship:tutor_week")

    (found,) = browser.get(url).context["open_sessions"]
    assert not found.is_late
    time_machine.move_to(session.ends_at + timedelta(hours=49))
    (found,) = client_for(tutor).get(url).context["open_sessions"]
    assert found.is_late


def test_an_outcome_of_long_ago_offers_no_correction(client_for, tutor, area_a, learner):
    old = SessionFactory(tutor=tutor, area=area_a, starts_at=datetime(2026, 10, 5, 8, tzinfo=UTC))
    OutcomeFactory(session=old, learner=learner)
    browser = client_for(tutor)

    page = browser.get(old.get_absolute_url())

    assert not page.context["can_correct"]
    assert browser.get(reverse("tutorship:outcome_correct", args=[old.pk])).url == old.get_absolute_url()
