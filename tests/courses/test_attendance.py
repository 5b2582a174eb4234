from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from certificates.models import Certificate, TrainingRecord
from courses.actions import excuse, record_reading, save_register, settle_ended_meetings, withdraw_excuse
from courses.actions.progress import missing_steps
from courses.completion import Reason
from courses.models import Attendance, Enrolment, Outlook, Presence, Step
from courses.presence import Stay
from journal.models import AuditEntry
from tests import factories
from tests.races import race

FIRST_DAY, SECOND_DAY = (datetime(2026, 12, day, 8, tzinfo=UTC) for day in (1, 8))  # nine in the morning in Rome
HOURS = timedelta(hours=3)


@pytest.fixture
def workshop(db, now):
    """An edition of two meetings of three hours: the course asks for 70 % of the 360 minutes, which is 252."""
    course = factories.CourseFactory()
    factories.LiveStepFactory(parent=course)
    edition = factories.EditionFactory(course=course, is_self_paced=False, starts_on=date(2026, 12, 1))
    for day in (FIRST_DAY, SECOND_DAY):
        factories.LiveSessionFactory(edition=edition, starts_at=day, ends_at=day + HOURS)
    return edition


@pytest.fixture
def meetings(workshop):
    return list(workshop.live_sessions.all())


@pytest.fixture
def enrolled(workshop, learner):
    return factories.EnrolmentFactory(edition=workshop, user=learner)


def keep(session, stays, tutor, *, at=None):
    return save_register(session, stays, actor=tutor, now=at or session.ends_at)


def after(session, minutes):
    return Stay(session.starts_at + timedelta(minutes=minutes), session.ends_at)


def test_seventy_percent_of_the_minutes_complete_the_course_and_issue_the_certificate(meetings, enrolled, tutor):
    first, second = meetings

    keep(first, {enrolled.pk: first.whole()}, tutor)
    enrolled.refresh_from_db()
    assert (enrolled.completed_at, missing_steps(enrolled)[0].reason) == (None, Reason.NOT_ATTENDED)

    keep(second, {enrolled.pk: after(second, 108)}, tutor)  # 72 minutes: 180 + 72 = 252
    enrolled.refresh_from_db()
    assert (enrolled.completed_at, enrolled.credit_minutes) == (second.ends_at, 360)
    assert Certificate.objects.filter(enrolment=enrolled).exists()


def test_one_minute_less_than_needed_completes_nothing(meetings, enrolled, tutor):
    first, second = meetings

    keep(first, {enrolled.pk: first.whole()}, tutor)
    keep(second, {enrolled.pk: after(second, 109)}, tutor)

    enrolled.refresh_from_db()
    assert enrolled.completed_at is None


def test_a_first_meeting_alone_completes_nothing_while_the_second_has_no_date_yet(meetings, enrolled, tutor):
    first, second = meetings
    second.delete()

    keep(first, {enrolled.pk: first.whole()}, tutor)

    enrolled.refresh_from_db()
    assert enrolled.completed_at is None


def test_live_meetings_are_one_step_among_others(workshop, meetings, enrolled, tutor, now):
    lesson = factories.LessonFactory(parent=workshop.course)  # of one minute
    for session in meetings:
        keep(session, {enrolled.pk: session.whole()}, tutor)
    assert [(row.step_id, row.reason) for row in missing_steps(enrolled)] == [(lesson.pk, Reason.NOT_OPENED)]

    record_reading(enrolled, Step.objects.get(pk=lesson.pk), opened_at=now - timedelta(hours=1), now=now)

    enrolled.refresh_from_db()
    assert (enrolled.completed_at, enrolled.credit_minutes) == (now, 361)


def test_the_register_says_the_same_thing_twice_without_effect(meetings, enrolled, tutor):
    for _time in range(2):
        keep(meetings[0], {enrolled.pk: after(meetings[0], 30)}, tutor)

    assert list(Attendance.objects.values_list("minutes", flat=True)) == [150]
    assert Presence.objects.count() == 1


def test_a_correction_of_the_register_changes_the_minutes_but_takes_no_completion_back(meetings, enrolled, tutor):
    for session in meetings:
        keep(session, {enrolled.pk: session.whole()}, tutor)

    keep(meetings[1], {enrolled.pk: None}, tutor)

    enrolled.refresh_from_db()
    assert (enrolled.steps.get().attended_minutes, enrolled.completed_at) == (180, meetings[1].ends_at)


def test_nobody_is_counted_before_the_meeting_is_over_and_then_without_anybody_asking(meetings, enrolled, tutor):
    first = meetings[0]
    keep(first, {enrolled.pk: first.whole()}, tutor, at=first.starts_at)
    assert Attendance.objects.get().minutes is None

    early = settle_ended_meetings(now=first.ends_at - timedelta(seconds=1))
    then = settle_ended_meetings(now=first.ends_at)

    assert (early, then, settle_ended_meetings(now=first.ends_at)) == (0, 1, 0)
    assert Attendance.objects.get().minutes == 180


def test_the_register_stays_closed_until_half_an_hour_before(meetings, enrolled, tutor):
    first = meetings[0]

    with pytest.raises(ValidationError) as refused:
        keep(first, {enrolled.pk: first.whole()}, tutor, at=first.starts_at - timedelta(minutes=31))

    assert refused.value.code == "too_early"
    assert not Attendance.objects.exists()


def test_people_of_another_edition_or_who_left_are_not_written(meetings, enrolled, tutor, now):
    stranger = factories.EnrolmentFactory()
    gone = factories.EnrolmentFactory(edition=enrolled.edition, left_at=now)
    stay = meetings[0].whole()

    rows = keep(meetings[0], {stranger.pk: stay, gone.pk: stay, enrolled.pk: stay}, tutor)

    assert [row.enrolment_id for row in rows] == [enrolled.pk]


def test_an_apology_in_advance_is_not_an_absence(meetings, enrolled, learner, tutor):
    first = meetings[0]
    excuse(first, enrolled, reason="Consiglio comunale", actor=learner, now=first.starts_at - timedelta(minutes=1))

    keep(first, {enrolled.pk: None}, tutor)

    attendance = Attendance.objects.get()
    assert (attendance.is_excuse, attendance.is_absence, attendance.minutes) == (True, False, 0)


def test_who_says_nothing_and_does_not_come_is_absent(meetings, enrolled, tutor):
    keep(meetings[0], {enrolled.pk: None}, tutor)

    assert Attendance.objects.get().is_absence


@pytest.mark.parametrize("act", [partial(excuse, reason=""), withdraw_excuse])
def test_an_apology_is_given_and_withdrawn_before_the_meeting(act, meetings, enrolled, learner):
    with pytest.raises(ValidationError) as refused:
        act(meetings[0], enrolled, actor=learner, now=meetings[0].starts_at)

    assert refused.value.code == "too_late"


def test_an_apology_can_be_withdrawn(meetings, enrolled, learner, now):
    excuse(meetings[0], enrolled, reason="Ferie", actor=learner, now=now)

    withdraw_excuse(meetings[0], enrolled, actor=learner, now=now)

    assert (Attendance.objects.get().excused_at, Attendance.objects.get().apology) == (None, "")


def test_an_apology_belongs_to_the_own_edition(meetings, learner, now):
    elsewhere = factories.EnrolmentFactory(user=learner)

    with pytest.raises(ValidationError) as refused:
        excuse(meetings[0], elsewhere, reason="", actor=learner, now=now)

    assert refused.value.code == "wrong_edition"


def outlook_of(enrolment) -> Outlook:
    steps = Step.objects.outline(enrolment.edition.course).with_rules()
    return Outlook.read(enrolment.edition, [enrolment], steps)[enrolment.pk]


def test_the_outlook_warns_once_the_minimum_can_no_longer_be_reached(meetings, enrolled, learner, tutor, now):
    first, second = meetings
    assert (outlook_of(enrolled).best, outlook_of(enrolled).is_out_of_reach) == (360, False)

    keep(first, {enrolled.pk: after(first, 108)}, tutor)  # 72 minutes, and 180 to come: exactly 252
    assert outlook_of(enrolled).is_out_of_reach is False

    keep(first, {enrolled.pk: after(first, 109)}, tutor)
    assert outlook_of(enrolled).is_out_of_reach is True

    excuse(second, enrolled, reason="", actor=learner, now=now)
    assert outlook_of(enrolled).best == 71


def test_the_register_is_logged(meetings, enrolled, tutor):
    keep(meetings[0], {enrolled.pk: meetings[0].whole()}, tutor)

    entry = AuditEntry.objects.get(action="save_register")
    assert (entry.actor, entry.after) == (tutor, {"present": 1, "absent": 0})


def test_live_minutes_without_completion_stand_in_the_training_record_once(meetings, enrolled, tutor):
    first, second = meetings
    keep(first, {enrolled.pk: first.whole()}, tutor)
    line = TrainingRecord.objects.get(user=enrolled.user)
    assert (line.minutes, line.earned_on) == (180, date(2026, 12, 1))

    keep(second, {enrolled.pk: second.whole()}, tutor)

    assert list(TrainingRecord.objects.filter(user=enrolled.user).values_list("minutes", flat=True)) == [360]


def test_minutes_that_a_correction_takes_away_leave_the_training_record(meetings, enrolled, tutor):
    keep(meetings[0], {enrolled.pk: meetings[0].whole()}, tutor)

    keep(meetings[0], {enrolled.pk: None}, tutor)

    assert not TrainingRecord.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_registers_saved_at_once_count_everybody_and_complete_everybody(workshop, meetings, tutor):
    people = [factories.EnrolmentFactory(edition=workshop) for _person in range(6)]

    def save(session, keys):
        save_register(session, {key: session.whole() for key in keys}, actor=tutor, now=SECOND_DAY + HOURS)
        return "saved"

    keys = [person.pk for person in people]
    said = race([partial(save, meetings[0], keys), partial(save, meetings[1], keys[::-1])])

    assert said == ["saved", "saved"]
    assert Enrolment.objects.completed().count() == Certificate.objects.count() == 6
