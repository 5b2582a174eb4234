"""A tutor leaves: every coming session finds another tutor at its time, or stands on a list. Nothing is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from journal.models import AuditEntry, OutgoingMail
from tests import factories
from tests.tutorship.conftest import ask, refusal
from tests.tutorship.factories import HOUR, TUESDAY_NINE, CoverageFactory, RuleFactory, WaitingEntryFactory, covering
from tutorship.actions.feeding import make_feed
from tutorship.actions.handover import hand_over, hand_over_all
from tutorship.actions.waiting import serve_waiting
from tutorship.models import Coverage, Occupancy, Session, WaitingEntry
from tutorship.models.feed import owner_of

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def successor(area_a, topic):
    """Another tutor of the topic in the area, with the same Tuesdays."""
    return covering(
        factories.with_role(factories.UserFactory(last_name="Bordoni"), "tutor", area=area_a), area_a, topic
    )


def leave(tutor, coordinator, now, **more):
    return hand_over_all(tutor, actor=coordinator, reason="Trasferimento", now=now, **more)


def test_sessions_cases_and_calendars_go_to_the_colleague(search, covered, area_a, successor, coordinator, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE + WEEK)
    uid = booking.session.ical_uid

    found = leave(covered, coordinator, now)

    session = Session.objects.get()
    booking.refresh_from_db()
    assert ([row.pk for row in found.placed], found.left) == ([session.pk], [])
    assert (session.tutor, session.starts_at, session.ical_uid, session.ical_sequence) == (
        successor,
        TUESDAY_NINE + WEEK,
        uid,
        1,
    )
    assert booking.case.tutor == successor
    assert set(Occupancy.objects.values_list("resource_id", flat=True)) == {successor.pk, search.learner.pk}
    assert not Coverage.objects.filter(tutor=covered, ended_at=None).exists()
    mails = OutgoingMail.objects.filter(calendar__contains="SEQUENCE:1")
    methods = {mail.recipient: mail.calendar_method for mail in mails}
    assert methods == {covered.email: "CANCEL", successor.email: "REQUEST", search.learner.email: "REQUEST"}
    assert {str(Calendar.from_ical(mail.calendar).events[0]["uid"]) for mail in mails} == {uid}
    assert booking.question in mails.get(recipient=successor.email).text
    assert booking.question not in "".join(mails.exclude(recipient=successor.email).values_list("text", flat=True))
    history = session.handovers.get()
    assert (history.from_tutor, history.to_tutor, history.reason) == (covered, successor, "Trasferimento")
    entry = AuditEntry.objects.get(action="hand_over_session")
    assert (entry.before["tutor"], entry.after["tutor"]) == (str(covered), str(successor))


def test_what_finds_nobody_is_listed_and_stays(search, covered, area_a, successor, coordinator, neighbour, now):
    first = ask(search, covered, area_a, TUESDAY_NINE + WEEK)
    second = ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE + WEEK + HOUR)
    Occupancy.objects.create(
        resource_id=successor.pk,
        session=first.session,
        starts_at=TUESDAY_NINE + WEEK + HOUR,
        ends_at=TUESDAY_NINE + WEEK + 2 * HOUR,
    )

    found = leave(covered, coordinator, now)

    assert [row.pk for row in found.placed] == [first.session_id]
    assert [row.pk for row in found.left] == [second.session_id]
    second.session.refresh_from_db()
    assert (second.session.state, second.session.tutor) == ("scheduled", covered)


def test_nobody_teaches_oneself_or_outside_the_own_hours(search, covered, area_a, topic, coordinator, now):
    CoverageFactory(tutor=factories.with_role(search.learner, "tutor", area=area_a), area=area_a, topic=topic)
    RuleFactory(tutor=search.learner)
    late = factories.with_role(factories.UserFactory(), "tutor", area=area_a)
    CoverageFactory(tutor=late, area=area_a, topic=topic)
    RuleFactory(tutor=late, opens_at="15:00", closes_at="18:00")
    ask(search, covered, area_a, TUESDAY_NINE + WEEK)

    assert len(leave(covered, coordinator, now).left) == 1


def test_only_in_the_own_areas_and_with_a_reason(
    search, covered, area_a, successor, other_coordinator, coordinator, now
):
    booking = ask(search, covered, area_a, TUESDAY_NINE + WEEK)
    common = {"tutor": successor, "reason": "Trasferimento", "now": now}

    assert leave(covered, other_coordinator, now).placed == []
    assert refusal(hand_over, booking.session, actor=other_coordinator, **common) == "not_entitled"
    assert refusal(hand_over_all, covered, actor=coordinator, reason=" ", now=now) == "no_reason"
    assert Coverage.objects.filter(tutor=covered, ended_at=None).exists()
    later = {**common, "now": TUESDAY_NINE + 2 * WEEK}
    assert refusal(hand_over, booking.session, actor=coordinator, **later) == "not_movable"


def test_an_hour_that_is_held_is_given_back_with_the_turn(search, covered, area_a, topic, neighbour, coordinator, now):
    WaitingEntryFactory(learner=neighbour, area=area_a, topic=topic, service=search.service)
    assert serve_waiting(now=now) == 1

    leave(covered, coordinator, now)

    assert (WaitingEntry.objects.get().state, Session.objects.get().state) == ("queued", "cancelled")
    assert not Occupancy.objects.exists()
    covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
    assert serve_waiting(now=now) == 1
    assert OutgoingMail.objects.filter(kind="tutorship.waiting_offered", state="waiting").count() == 1


def test_the_pages_of_the_coordinator(client_for, search, covered, area_a, successor, coordinator, now, count_queries):
    ask(search, covered, area_a, TUESDAY_NINE + WEEK)
    browser, queue = client_for(coordinator), reverse("tutorship:handover_list")
    address = reverse("tutorship:handover", args=[covered.pk])
    assert "Ogni appuntamento in arrivo ha un tutor" in browser.get(queue).content.decode()
    covered.roles.update(ended_at=now)
    token = make_feed(covered, now=now)
    covered.is_active = False
    covered.save()

    waiting = browser.get(queue)
    assert [session.tutor for session in waiting.context["waiting"]] == [covered]
    assert owner_of(token) is None
    assert browser.post(address, {"reason": ""}).status_code == 200
    done = browser.post(address, {"reason": "Pensione"}, follow=True)

    assert "1 appuntamento ha ora un altro tutor" in done.content.decode()
    assert list(done.context["waiting"]) == []
    assert browser.get(address).status_code == 404


def test_what_finds_nobody_is_told_before_the_button_and_stands_in_the_queue_after(
    client_for, search, covered, area_a, topic, coordinator, neighbour, now, count_queries
):
    ask(search, covered, area_a, TUESDAY_NINE + WEEK)
    browser, queue = client_for(coordinator), reverse("tutorship:handover_list")
    address = reverse("tutorship:handover", args=[covered.pk])

    page = browser.get(address).content.decode()
    assert "Termina comunque: 1 appuntamento resta da riassegnare" in page
    assert "Nessun altro è libero a quell’ora" in page
    refused = browser.post(address, {"reason": "Trasferimento"})
    assert "agreed" in refused.context["form"].errors
    assert Coverage.objects.filter(tutor=covered, ended_at=None).exists()

    browser.post(address, {"reason": "Trasferimento", "agreed": "on"})
    assert not Coverage.objects.filter(tutor=covered, ended_at=None).exists()
    waiting = browser.get(queue)
    assert [session.tutor for session in waiting.context["waiting"]] == [covered]
    assert "Ogni appuntamento in arrivo ha un tutor" not in waiting.content.decode()
    with_one = count_queries(browser, queue)

    other = covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
    for hour in (1, 2):
        learner = neighbour if hour == 1 else factories.EmploymentFactory(body=neighbour.employments.get().body).user
        ask(replace(search, learner=learner), other, area_a, TUESDAY_NINE + WEEK + hour * HOUR)
    other.coverages.update(ended_at=now)
    assert len(browser.get(queue).context["waiting"]) == 3
    assert count_queries(browser, queue) == with_one

    colleague = covering(
        factories.with_role(factories.UserFactory(last_name="Bordoni"), "tutor", area=area_a), area_a, topic
    )
    page = browser.get(address)
    assert str(colleague) in page.content.decode()
    assert "agreed" not in page.context["form"].fields  # nothing ends any more
