from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from courses.actions import record_reading, send_message
from courses.models import Enrolment, Step
from courses.models.roster import for_roster, roster, stuck
from journal.models import AuditEntry, OutgoingMail
from tests import factories

KEY = UUID(int=7)


@pytest.fixture
def taught(edition, tutor):
    edition.tutors.set([tutor])
    return edition


def page_of(edition) -> str:
    return reverse("courses:edition_detail", args=[edition.pk])


def row_of(enrolment, now):
    people = for_roster(Enrolment.objects.filter(pk=enrolment.pk))
    return roster(enrolment.edition, people, now=now)[0]


def fail(enrolment, times):
    quiz = enrolment.edition.course.get_children().last().specific
    for number in range(1, times + 1):
        at = {"started_at": timezone.now(), "submitted_at": timezone.now(), "score_percent": 40}
        factories.AttemptFactory(enrolment=enrolment, quiz=quiz, number=number, **at)


def test_the_roster_says_where_everybody_is(enrolment, now):
    first, second, _quiz = Step.objects.outline(enrolment.edition.course)
    record_reading(enrolment, first, opened_at=now - timedelta(hours=1), now=now)

    row = row_of(enrolment, now)

    assert (row.done, row.total, row.step.pk, row.reasons) == (1, 3, second.pk, [])


@pytest.mark.parametrize(
    ("days_idle", "days_to_due", "failed", "reasons"),
    [
        (13, None, 1, []),
        (14, None, 0, ["idle"]),
        (0, 0, 0, []),
        (0, -1, 0, ["late"]),
        (0, None, 2, ["failed"]),
        (20, -3, 2, ["late", "failed", "idle"]),
    ],
)
def test_who_is_stuck_and_why(days_idle, days_to_due, failed, reasons, enrolment, now):
    due_on = None if days_to_due is None else timezone.localdate(now) + timedelta(days=days_to_due)
    fail(enrolment, failed)
    Enrolment.objects.update(last_activity_at=now - timedelta(days=days_idle), due_on=due_on)

    assert row_of(enrolment, now).reasons == reasons
    assert stuck(Enrolment.objects.all(), now=now).exists() == bool(reasons)


def test_who_has_completed_is_not_stuck(completed_enrolment, now):
    Enrolment.objects.update(last_activity_at=now - timedelta(days=90))

    assert row_of(completed_enrolment, now).reasons == []
    assert not stuck(Enrolment.objects.all(), now=now).exists()


def test_the_page_of_five_thousand_has_fifty_rows_and_as_many_queries_as_the_page_of_one(
    taught, enrolment, tutor, client_for, django_assert_num_queries
):
    client = client_for(tutor)
    client.get(page_of(taught))
    with django_assert_num_queries(13):
        client.get(page_of(taught))
    factories.EnrolmentFactory.create_batch(60, edition=taught)

    with django_assert_num_queries(13):
        page = client.get(page_of(taught))

    assert len(page.context["roster"]) == 50
    assertContains(page, "Pagina 1 di 2")


def test_the_roster_is_narrowed_to_who_is_stuck(taught, enrolment, colleague, tutor, client_for, now):
    idle = factories.EnrolmentFactory(edition=taught, user=colleague)
    Enrolment.objects.filter(pk=idle.pk).update(last_activity_at=now - timedelta(days=20))

    page = client_for(tutor).get(page_of(taught), {"stato": "fermi"})

    assertContains(page, "nessuna attività da due settimane")
    assertContains(page, "Ghiggi")
    assertNotContains(page, "Moro")


# --- One message to some of them ----------------------------------------------------------------------------------
def write(client, edition, **fields):
    fields = {"subject": "Il foglio di calcolo", "text": "È nella seconda lezione.", "key": KEY} | fields
    return client.post(reverse("courses:edition_message", args=[edition.pk]), fields, follow=True)


def test_one_message_reaches_the_selected_only(taught, enrolment, colleague, tutor, learner, client_for):
    factories.EnrolmentFactory(edition=taught, user=colleague)

    answer = write(client_for(tutor), taught, persona=enrolment.pk)

    mail = OutgoingMail.objects.get()
    assertContains(answer, "Il messaggio parte per 1 persona.")
    assert (mail.recipient, mail.subject) == (learner.email, "Il foglio di calcolo")
    assert "È nella seconda lezione." in mail.text
    assert tutor.email in mail.text
    assert AuditEntry.objects.get(action="send_message").after == {"people": 1}


def test_the_same_page_sent_twice_leaves_one_mail(taught, enrolment, tutor, now):
    message = {"subject": "Avviso", "text": "Una volta sola.", "key": KEY, "actor": tutor}

    counts = [send_message(taught, [enrolment], now=now + timedelta(minutes=n), **message) for n in range(2)]

    assert (counts, OutgoingMail.objects.count()) == ([1, 0], 1)


def test_the_message_to_the_stuck_reaches_all_of_them(taught, enrolment, colleague, tutor, client_for, now):
    factories.EnrolmentFactory(edition=taught, user=colleague)
    Enrolment.objects.filter(pk=enrolment.pk).update(last_activity_at=now - timedelta(days=20))

    write(client_for(tutor), taught, a="fermi")

    assert [mail.recipient for mail in OutgoingMail.objects.all()] == [enrolment.user.email]


def test_people_of_another_edition_or_area_get_no_message(taught, outsider, tutor, client_for):
    elsewhere = factories.EnrolmentFactory(user=outsider)

    page = write(client_for(tutor), taught, persona=[elsewhere.pk, "x", "9" * 30])

    assertContains(page, "Nessuna persona è selezionata")
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("fields", [{"text": ""}, {"subject": "x" * 151}, {"key": "no"}])
def test_a_message_that_lacks_something_is_shown_again(fields, taught, enrolment, tutor, client_for):
    page = write(client_for(tutor), taught, persona=enrolment.pk, **fields)

    assertContains(page, "Scrivi ai partecipanti")
    assert not OutgoingMail.objects.exists()


def test_the_mail_of_a_message_leaves_once_for_each_page(taught, enrolment, tutor, now):
    for key in (uuid4(), uuid4()):
        send_message(taught, [enrolment], subject="Avviso", text="Due pagine.", key=key, actor=tutor, now=now)

    assert OutgoingMail.objects.count() == 2
