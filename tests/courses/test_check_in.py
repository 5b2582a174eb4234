from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from courses.actions import check_in, save_register, settle_ended_meetings
from courses.models import Attendance, LiveSession, Presence
from courses.presence import Stay
from tests import factories
from tests.factories import PASSWORD
from tests.races import race

HERE = "/presenza/"


@pytest.fixture
def meeting(edition, area_a, tutor, now):
    """It began an hour ago and ends in two."""
    edition.areas.set([area_a])
    edition.tutors.set([tutor])
    whole = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=2)}
    return factories.LiveSessionFactory(edition=edition, **whole)


@pytest.fixture
def code(meeting, tutor, client_for) -> str:
    """What a phone reads off the wall."""
    page = client_for(tutor).get(reverse("courses:attendance_code", args=[meeting.pk]))
    return page.context["address"].removeprefix("http://localhost:8000")


def test_a_phone_that_is_not_logged_in_counts_after_the_login(code, meeting, enrolment, learner, now):
    phone = Client()

    assertRedirects(phone.get(code), HERE, fetch_redirect_response=False)
    login = phone.get(HERE)
    assert login.url.startswith(reverse("account_login"))
    with time_machine.travel(now + timedelta(minutes=10), tick=False):  # the password had to be found
        phone.post(login.url, {"login": learner.email, "password": PASSWORD})
        phone.post(HERE)

    stay = Presence.objects.get()
    assert (stay.attendance.enrolment, stay.joined_at, stay.left_at) == (enrolment, now, meeting.ends_at)


def test_looking_at_the_code_writes_no_presence(code, enrolment, learner, client_for):
    phone = client_for(learner)

    assertContains(phone.get(code, follow=True), "Sono qui")

    assert not Attendance.objects.exists()


@pytest.mark.parametrize("age", [121, 3600])
def test_a_code_is_good_for_two_minutes(age, code, now, enrolment, learner, client_for):
    with time_machine.travel(now + timedelta(seconds=age), tick=False):
        answer = client_for(learner).get(code)

    assert answer.status_code == 404
    assertContains(answer, "Questo codice non vale più", status_code=404)


def test_a_code_of_two_minutes_less_a_second_is_good(code, now, enrolment, learner, client_for):
    with time_machine.travel(now + timedelta(seconds=119), tick=False):
        assert client_for(learner).get(code).status_code == 302


@pytest.mark.parametrize("token", ["falso", "MQ:1tTTTT:abc", "à", "x" * 3000])
def test_a_forged_code_opens_nothing(token, learner, client_for):
    phone = client_for(learner)

    assert phone.get(reverse("courses:attendance_scan", args=[token])).status_code == 404
    assertContains(phone.post(HERE), "Inquadrare il codice mostrato in sala.")


def test_the_code_changes(meeting, tutor, client_for, now):
    client, address = client_for(tutor), reverse("courses:attendance_code", args=[meeting.pk])
    first = client.get(address).context["address"]
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        second = client.get(address).context["address"]

    assert first != second


def test_outside_the_meeting_there_is_no_code(meeting, tutor, client_for, now):
    LiveSession.objects.update(starts_at=now + timedelta(minutes=31), ends_at=now + timedelta(hours=3))

    page = client_for(tutor).get(reverse("courses:attendance_code", args=[meeting.pk]))

    assert "code" not in page.context


def test_the_presence_of_the_code_runs_to_the_end_and_is_counted_then(meeting, enrolment, learner, now):
    check_in(meeting, user=learner, scanned_at=now, now=now)
    assert Attendance.objects.get().minutes is None

    settle_ended_meetings(now=meeting.ends_at)

    assert Attendance.objects.get().minutes == 120


def test_a_code_scanned_before_the_beginning_counts_from_the_beginning(meeting, enrolment, learner):
    early = meeting.starts_at - timedelta(minutes=20)

    check_in(meeting, user=learner, scanned_at=early, now=early)

    assert Presence.objects.get().joined_at == meeting.starts_at


def test_scanning_again_changes_nothing(meeting, enrolment, learner, now):
    for minutes in (0, 20):
        moment = now + timedelta(minutes=minutes)
        check_in(meeting, user=learner, scanned_at=moment, now=moment)

    assert Presence.objects.get().joined_at == now


def test_the_tutors_word_stands_above_the_code(meeting, enrolment, learner, tutor, now):
    check_in(meeting, user=learner, scanned_at=now, now=now)
    left_early = Stay(now, now + timedelta(minutes=15))

    save_register(meeting, {enrolment.pk: left_early}, actor=tutor, now=now + timedelta(minutes=20))
    check_in(meeting, user=learner, scanned_at=now + timedelta(minutes=25), now=now + timedelta(minutes=25))
    settle_ended_meetings(now=meeting.ends_at)

    assert Attendance.objects.get().minutes == 15


def test_whoever_was_absent_at_the_roll_call_counts_from_the_scan(meeting, enrolment, learner, tutor, now):
    save_register(meeting, {enrolment.pk: None}, actor=tutor, now=now)

    check_in(meeting, user=learner, scanned_at=now, now=now)
    settle_ended_meetings(now=meeting.ends_at)

    assert Attendance.objects.get().minutes == 120


@pytest.mark.parametrize(
    ("scanned", "confirmed", "code"),
    [(0, 31, "too_long_ago"), (-91, -91, "not_held_now"), (120, 120, "not_held_now")],
)
def test_a_scan_counts_only_while_the_meeting_is_held_and_confirmed_soon(
    scanned, confirmed, code, meeting, enrolment, learner, now
):
    moments = {"scanned_at": now + timedelta(minutes=scanned), "now": now + timedelta(minutes=confirmed)}

    with pytest.raises(ValidationError) as refused:
        check_in(meeting, user=learner, **moments)

    assert refused.value.code == code
    assert not Attendance.objects.exists()


def test_who_is_not_enrolled_is_told_where_to_go(code, colleague, client_for):
    phone = client_for(colleague)
    phone.get(code)

    assertContains(phone.post(HERE), "Non risulta un’iscrizione a questa edizione.")
    assert not Attendance.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_leave_one_presence(meeting, enrolment, learner, now):
    def tap():
        check_in(meeting, user=learner, scanned_at=now, now=now)
        return "here"

    assert race([partial(tap)] * 4) == ["here"] * 4
    assert Presence.objects.count() == 1
