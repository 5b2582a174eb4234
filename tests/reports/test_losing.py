"""The last person trained on a theme leaves: who answers for the body hears of it at once, and once."""

from datetime import date, timedelta

import pytest

from accounts.actions import end_employment, erase_person, move_person
from accounts.actions.staff_plan import make_plan, store_plan
from accounts.models import Employment
from accounts.staff_sheet import Entry
from courses.models import CoursePage
from journal.models import OutgoingMail
from reports.actions import tell_of_lost_themes
from territory.actions import merge_bodies
from tests.factories import BodyFactory, CourseFactory, EditionFactory, EnrolmentFactory, UserFactory, with_role

LAST = date(2026, 11, 30)
FIRST = date(2026, 11, 1)
DIGITAL, GREEN = CoursePage.Theme.DIGITAL, CoursePage.Theme.ECOLOGICAL


def completes(person, theme, now):
    EnrolmentFactory(user=person, edition=EditionFactory(course=CourseFactory(theme=theme)), completed_at=now)


def told():
    return sorted(OutgoingMail.objects.filter(kind="reports.theme_lost").values_list("recipient", flat=True))


@pytest.fixture
def readers(referent, coordinator, other_coordinator, anci):
    """Who is to be told; the coordinator of the other area and ANCI are there, and are not."""
    return sorted([referent.email, coordinator.email])


@pytest.fixture
def work(readers, learner, now):
    completes(learner, DIGITAL, now)
    return learner.employments.get()


def entry(work, ended_on) -> Entry:
    person = work.user
    names = {"first_name": person.first_name, "last_name": person.last_name}
    return Entry(
        line=2, email=person.email, **names, body=work.body_id, job_title="", started_on=None, ended_on=ended_on,
        share_percent=None,
    )  # fmt: skip


def ends(work, coordinator, anci, body_a2, now):
    end_employment(work, actor=coordinator, ended_on=LAST, now=now)


def moves(work, coordinator, anci, body_a2, now):
    facts = {"job_title": "", "share_percent": 100, "first_on": now.date()}
    move_person(work, body=body_a2, actor=coordinator, now=now, **facts)


def is_erased(work, coordinator, anci, body_a2, now):
    erase_person(work.user, actor=anci, reason="request", now=now)


def ends_in_a_file(work, coordinator, anci, body_a2, now):
    store_plan(make_plan([entry(work, LAST)], actor=coordinator, now=now), actor=coordinator, now=now)


@pytest.mark.parametrize("leave", [ends, moves, is_erased, ends_in_a_file])
def test_referent_and_coordinators_are_told_however_the_work_ends(
    leave, work, readers, coordinator, anci, body_a, body_a2, now
):
    name = work.user.last_name
    leave(work, coordinator, anci, body_a2, now)

    assert told() == readers
    mail = OutgoingMail.objects.get(kind="reports.theme_lost", recipient=coordinator.email)
    assert mail.subject == "Comune di Campodolcino (SO): nessuno è più formato su transizione digitale"
    assert mail.path == body_a.get_absolute_url()
    assert name not in mail.text
    assert "- transizione digitale\n" in mail.text


def test_the_message_says_all_themes_and_the_last_day(work, learner, coordinator, now):
    completes(learner, GREEN, now)
    end_employment(work, actor=coordinator, ended_on=LAST, now=now)

    text = OutgoingMail.objects.get(recipient=coordinator.email).text
    assert "- transizione digitale\n- transizione ecologica\n" in text
    assert "30 novembre 2026" in text


def test_nothing_where_somebody_else_knows_it(work, colleague, learner, coordinator, now):
    completes(colleague, DIGITAL, now)
    end_employment(work, actor=coordinator, ended_on=LAST, now=now)
    assert told() == []

    end_employment(colleague.employments.get(), actor=coordinator, ended_on=LAST + timedelta(days=1), now=now)
    assert told() != []


def test_a_colleague_who_leaves_earlier_an_unconfirmed_one_and_another_body_do_not_help(
    work, readers, colleague, neighbour, coordinator, now
):
    completes(colleague, DIGITAL, now)
    completes(neighbour, DIGITAL, now)
    Employment.objects.filter(user=colleague).update(ended_on=LAST)
    unconfirmed = EnrolmentFactory(
        user=UserFactory(), edition=EditionFactory(course=CourseFactory(theme=DIGITAL)), completed_at=now
    ).employment
    Employment.objects.filter(pk=unconfirmed.pk).update(body=work.body, confirmed_at=None)

    end_employment(work, actor=coordinator, ended_on=LAST, now=now)

    assert told() == readers


def test_the_same_end_twice_a_corrected_one_and_a_later_erasure_tell_once(work, readers, coordinator, anci, now):
    for day in (LAST, LAST, LAST + timedelta(days=2)):
        end_employment(work, actor=coordinator, ended_on=day, now=now)
    erase_person(work.user, actor=anci, reason="request", now=now)
    tell_of_lost_themes([Employment.objects.get(pk=work.pk)], now=now)

    assert told() == readers


def test_who_has_trained_on_nothing_or_not_to_the_end_leaves_without_a_word(readers, enrolment, coordinator, now):
    end_employment(enrolment.employment, actor=coordinator, ended_on=LAST, now=now)

    assert told() == []


def test_a_referent_who_leaves_is_not_told_about_the_own_leaving(referent, coordinator, now):
    completes(referent, DIGITAL, now)
    end_employment(referent.employments.get(), actor=coordinator, ended_on=LAST, now=now)

    assert told() == [coordinator.email]


def test_a_coordinator_who_is_the_referent_too_is_told_once(work, body_a, coordinator, now):
    with_role(coordinator, "referent", body=body_a)
    end_employment(work, actor=coordinator, ended_on=LAST, now=now)

    assert told().count(coordinator.email) == 1


def test_a_merged_municipality_loses_nothing(work, anci, body_a, body_a2, now):
    merge_bodies([body_a], successor=body_a2, first_on=now.date(), actor=anci, now=now)

    assert told() == []


def test_the_successor_is_told_when_what_it_took_over_is_lost(work, readers, learner, coordinator, anci, body_a, now):
    middle, last = (BodyFactory(area=body_a.area, name=name) for name in ("Alta Valle", "Valle Nuova"))
    merge_bodies([body_a], successor=middle, first_on=FIRST, actor=anci, now=now)
    merge_bodies([middle], successor=last, first_on=FIRST + timedelta(days=9), actor=anci, now=now)

    end_employment(learner.employments.get(ended_on=None), actor=coordinator, ended_on=LAST, now=now)

    assert told() == readers
