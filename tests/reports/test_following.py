"""From the list of people at risk: one message, a later due date, a call of a tutor; never beyond the own area."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db.models import Q
from django.urls import reverse

from courses.models import Attendance, Enrolment, LiveSession
from journal.actions import send_due_mail
from journal.models import AuditEntry, OutgoingMail
from reports.models import Call
from reports.models.at_risk import at_risk, at_risk_rows
from reports.models.labels import risk_words
from reports.models.presence import out_of_reach
from reports.risk import Reason, risks
from tests.factories import CourseFactory, EditionFactory, EnrolmentFactory, LiveStepFactory
from tests.reports.factories import CallFactory

TODAY = date(2026, 11, 23)


@pytest.fixture
def stuck(learner, neighbour, edition, now):
    """Two people of the own area who stopped three weeks ago; Lucia in two courses."""
    long_ago = {"enrolled_at": now - timedelta(days=60), "last_activity_at": now - timedelta(days=21)}
    due = {"due_on": TODAY - timedelta(days=1)}
    return [
        EnrolmentFactory(user=learner, edition=edition, **long_ago, **due),
        EnrolmentFactory(user=learner, edition=EditionFactory(), **long_ago),
        EnrolmentFactory(user=neighbour, edition=edition, **long_ago, due_on=date(2027, 3, 1)),
    ]


@pytest.fixture
def foreign(outsider, edition, now):
    return EnrolmentFactory(user=outsider, edition=edition, last_activity_at=now - timedelta(days=30))


def url(name, rows) -> str:
    return f"{reverse(f'reports:{name}')}?{'&'.join(f'iscrizione={row.pk}' for row in rows)}"


def keys(rows) -> list[int]:
    return [row.pk for row in rows]


def test_the_list_leads_to_each_act_with_the_ticked_people(client_for, coordinator, stuck, foreign):
    client = client_for(coordinator)
    page = client.get(reverse("reports:at_risk")).content.decode()
    assert page.count('name="iscrizione"') == 3
    assert "CANARY" not in page
    for name in ("at_risk_message", "at_risk_extend", "at_risk_call"):
        assert f'formaction="{reverse(f"reports:{name}")}"' in page
        form = client.get(url(name, [stuck[0], foreign])).content.decode()
        assert "Lucia Moro" in form
        assert "CANARY" not in form
        assert client.get(url(name, []) + "iscrizione=99999999999999999999&iscrizione=x").status_code == 200


def test_one_message_reaches_each_person_once(client_for, coordinator, stuck, foreign):
    form = {
        "subject": "Come va?",
        "text": "Serve una mano?",
        "key": str(uuid4()),
        "iscrizione": keys([*stuck, foreign]),
    }

    for _time in range(2):
        client_for(coordinator).post(reverse("reports:at_risk_message"), form)

    mails = OutgoingMail.objects.filter(kind="courses.edition_message")
    assert sorted(mails.values_list("recipient", flat=True)) == sorted({row.user.email for row in stuck})


def test_the_message_stands_under_the_bell_too_and_leaves_by_mail_once(client_for, coordinator, learner, stuck, now):
    form = {"subject": "Come va?", "text": "Serve una mano?", "key": str(uuid4()), "iscrizione": keys(stuck)}
    for _time in range(2):
        client_for(coordinator).post(reverse("reports:at_risk_message"), form)
    for _time in range(2):
        send_due_mail(now=now)

    inbox = client_for(learner).get(reverse("journal:inbox"))

    assert [message.subject for message in inbox.context["page"]] == ["Come va?"]
    assert inbox.wsgi_request.user.unread_messages == 1
    assert [message.subject for message in mail.outbox if message.to == [learner.email]] == ["Come va?"]


def test_due_dates_move_and_what_is_due_later_is_named(client_for, coordinator, stuck, foreign):
    form = {"due_on": "2026-12-31", "reason": "Maternità", "iscrizione": keys([*stuck, foreign])}

    page = client_for(coordinator).post(reverse("reports:at_risk_extend"), form, follow=True).content.decode()

    due = list(Enrolment.objects.filter(pk__in=keys(stuck)).order_by("pk").values_list("due_on", flat=True))
    assert due == [date(2026, 12, 31), date(2026, 12, 31), date(2027, 3, 1)]
    assert Enrolment.objects.get(pk=foreign.pk).due_on is None
    assert "Nadia Trussoni" in page
    assert AuditEntry.objects.filter(action="extend", reason="Maternità").count() == 2


def test_a_day_that_is_over_moves_nothing_and_keeps_what_was_typed(client_for, coordinator, stuck):
    form = {"due_on": "2026-11-01", "reason": "Maternità", "iscrizione": keys(stuck)}
    before = list(Enrolment.objects.order_by("pk").values_list("due_on", flat=True))

    page = client_for(coordinator).post(reverse("reports:at_risk_extend"), form)

    assert (page.status_code, page.context["form"].errors.keys()) == (200, {"due_on"})
    text = page.content.decode()
    assert ('value="2026-11-01"' in text, "Maternità" in text, text.count('name="iscrizione"')) == (True, True, 3)
    assert list(Enrolment.objects.order_by("pk").values_list("due_on", flat=True)) == before


def test_a_tutor_is_asked_to_call_and_says_how_it_went(client_for, coordinator, tutor, stuck, foreign, now):
    form = {
        "tutor": tutor.pk,
        "due_on": "2026-11-27",
        "note": "Ferma da tre settimane",
        "iscrizione": keys([*stuck, foreign]),
    }
    for _time in range(2):  # asking again asks for nobody twice
        client_for(coordinator).post(reverse("reports:at_risk_call"), form)
    assert set(Call.objects.values_list("enrolment", flat=True)) == set(keys(stuck))
    mail = OutgoingMail.objects.get(kind="reports.calls_asked")
    assert mail.recipient == tutor.email
    assert "Lucia Moro" in mail.text
    assert "Ferma da tre settimane" in mail.text

    client = client_for(tutor)
    assert "Lucia Moro" in client.get(reverse("reports:call_list")).content.decode()
    call = Call.objects.get(enrolment=stuck[0])
    client.post(reverse("reports:call_finish", args=[call.pk]), {"outcome": " "})
    assert Call.objects.open().count() == 3
    client.post(reverse("reports:call_finish", args=[call.pk]), {"outcome": "Riprende lunedì"})

    call.refresh_from_db()
    assert (call.outcome, call.done_at) == ("Riprende lunedì", now)
    assert client.get(reverse("reports:call_finish", args=[call.pk])).status_code == 404
    assert AuditEntry.objects.filter(action="finish_call", area="valchiavenna").count() == 1


def test_only_tutors_of_the_area_are_asked(client_for, coordinator, other_tutor, stuck):
    form = {"tutor": other_tutor.pk, "due_on": "2026-11-27", "iscrizione": keys(stuck)}
    page = client_for(coordinator).post(reverse("reports:at_risk_call"), form)

    assert page.status_code == 200
    assert "CANARY" not in page.content.decode()
    assert not Call.objects.exists()


def test_the_calls_of_the_other_area_are_nobodys_business(client_for, coordinator, tutor, foreign, other_tutor, anci):
    CallFactory(enrolment=foreign, tutor=other_tutor, asked_by=anci, note="CANARY_B")

    for person in (coordinator, tutor):
        assert "CANARY" not in client_for(person).get(reverse("reports:call_list")).content.decode()
    assert "CANARY" in client_for(anci).get(reverse("reports:call_list")).content.decode()


def test_presence_that_cannot_be_reached_is_a_reason(learner, colleague, now):
    """Two meetings of two hours, 70 % needed: who misses one is out of reach, who comes to it is not."""
    course = CourseFactory()
    LiveStepFactory(parent=course, minutes=240, minimum_percent=70)
    edition = EditionFactory(course=course, is_self_paced=False, starts_on=date(2026, 11, 1))
    first, _second = [
        LiveSession.objects.create(edition=edition, starts_at=day, ends_at=day + timedelta(hours=2))
        for day in (datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 12, 4, 9, tzinfo=UTC))
    ]
    absent, present = [EnrolmentFactory(user=person, edition=edition) for person in (learner, colleague)]
    Attendance.objects.create(session=first, enrolment=absent, minutes=0)
    Attendance.objects.create(session=first, enrolment=present, minutes=110)

    missed = out_of_reach(Q())

    assert missed == {absent.pk: date(2026, 11, 20)}
    (row,) = at_risk_rows(at_risk(Q(), today=TODAY, missed=missed), today=TODAY, missed=missed)
    assert [risk.reason for risk in row.risks] == [Reason.MISSED]
    assert [row.pk for row in at_risk(Q(), today=TODAY, missed=missed, reason=Reason.MISSED)] == [absent.pk]


@pytest.mark.parametrize(
    ("missed_on", "words"), [(23, "incontro perso il 23"), (24, "assenza annunciata per l’incontro del 24")]
)
def test_a_meeting_still_to_come_is_not_missed_yet(missed_on, words):
    (risk,) = risks(due_on=None, active_on=TODAY, failed_on=None, missed_on=date(2026, 11, missed_on), today=TODAY)

    assert f"{words} novembre 2026" in risk_words(risk)
