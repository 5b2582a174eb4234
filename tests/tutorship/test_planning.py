"""What a change of hours, closures or feasts does to the appointments inside: keep, list, ask; never delete."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests import factories
from tests.tutorship.conftest import ask, refusal
from tests.tutorship.factories import (
    HOUR,
    TUESDAY_NINE,
    ClosureFactory,
    PatronSaintFactory,
    RuleFactory,
    ServiceFactory,
    covering,
)
from tutorship.actions.cancelling import cancel_session
from tutorship.actions.planning import (
    add_closure,
    add_patron_saint,
    delete_availability,
    save_availability,
)
from tutorship.models import (
    AvailabilityException,
    AvailabilityRule,
    Booking,
    Closure,
    PatronSaint,
    Search,
    TutorPreference,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def booking(search, covered, area_a):
    return ask(search, covered, area_a, TUESDAY_NINE)


@pytest.fixture
def rule(covered):
    return AvailabilityRule.objects.get()


def touched(action, *args, **kwargs) -> list:
    with pytest.raises(ValidationError) as refused:
        action(*args, **kwargs)
    assert refused.value.code == "touches_sessions"
    return refused.value.params["sessions"]


# --- Asking ------------------------------------------------------------------------------------------------------
def test_shorter_hours_name_the_appointments_outside_and_are_not_saved(booking, rule, covered, now):
    rule.opens_at = time(10)

    assert touched(save_availability, rule, actor=covered, now=now) == [booking.session]

    rule.refresh_from_db()
    booking.refresh_from_db()
    assert (rule.opens_at, booking.is_active) == (time(9), True)


def test_hours_are_saved_once_the_appointments_were_shown(booking, rule, covered, now):
    rule.opens_at = time(10)

    save_availability(rule, actor=covered, now=now, agreed=[str(booking.session_id)])

    rule.refresh_from_db()
    booking.refresh_from_db()
    assert (rule.opens_at, booking.is_active, booking.session.state) == (time(10), True, "scheduled")


def test_an_appointment_made_meanwhile_is_asked_about_again(booking, rule, search, covered, area_a, neighbour, now):
    seen = [str(booking.session_id)]
    newer = ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE + WEEK)
    rule.opens_at = time(10)

    assert touched(save_availability, rule, actor=covered, now=now, agreed=seen) == [newer.session]


def test_what_lies_outside_already_is_not_asked_about_again(booking, rule, covered, now):
    delete_availability(rule, actor=covered, now=now, agreed=[str(booking.session_id)])

    save_availability(RuleFactory.build(tutor=covered, weekday=3), actor=covered, now=now)

    assert AvailabilityRule.objects.get().weekday == 3


@pytest.mark.parametrize(
    "row",
    [
        lambda tutor: AvailabilityException(tutor=tutor, on=date(2026, 11, 24), kind="closes"),
        lambda tutor: AvailabilityException(
            tutor=tutor, on=date(2026, 11, 24), kind="replaces", opens_at=time(15), closes_at=time(17)
        ),
    ],
    ids=["leave", "other hours"],
)
def test_leave_and_other_hours_ask(booking, covered, now, row):
    assert touched(save_availability, row(covered), actor=covered, now=now) == [booking.session]
    assert AvailabilityException.objects.count() == 0


def test_keeping_holidays_free_again_asks(search, covered, area_a, now):
    works = TutorPreference.objects.create(tutor=covered, works_on_holidays=True)
    booking = ask(search, covered, area_a, datetime(2026, 12, 8, 8, tzinfo=UTC))
    works.works_on_holidays = False

    assert touched(save_availability, works, actor=covered, now=now) == [booking.session]


def test_a_cancelled_appointment_touches_nothing(booking, rule, covered, now):
    cancel_session(booking.session, actor=covered, reason="Malattia", now=now)

    delete_availability(rule, actor=covered, now=now)

    assert AvailabilityRule.objects.count() == 0


def test_a_closure_asks_about_its_area_only(booking, coordinator, other_coordinator, area_a, area_b, now):
    assert touched(add_closure, ClosureFactory.build(area=area_a), actor=coordinator, now=now) == [booking.session]
    add_closure(ClosureFactory.build(area=area_b), actor=other_coordinator, now=now)

    assert Closure.objects.get().area == area_b


# --- The pages ---------------------------------------------------------------------------------------------------
RULE = {"weekday": 1, "opens_at": "10:00", "closes_at": "13:00", "every_n_weeks": 1, "valid_from": "2026-01-01"}


@pytest.mark.parametrize("page", ["rule_change", "rule_delete", "closure_create", "exception_create"])
def test_a_page_shows_what_is_touched_and_saves_when_it_is_sent_again(
    client_for, booking, rule, covered, coordinator, area_a, page
):
    browser = client_for(coordinator if page == "closure_create" else covered)
    data = {
        "rule_change": RULE,
        "rule_delete": {},
        "exception_create": {"on": "2026-11-24", "kind": "closes"},
        "closure_create": {
            "area": area_a.pk,
            "first_on": "2026-11-24",
            "last_on": "2026-11-24",
            "reason": "Chiusura",
        },
    }[page]
    url = reverse(f"tutorship:{page}", args=[rule.pk] if page.startswith("rule") else [])

    asked = browser.post(url, data)
    assert asked.context["touched"] == [booking.session]
    assert booking.session.get_absolute_url() in asked.content.decode()
    saved = browser.post(url, {**data, "agreed": booking.session_id})

    booking.refresh_from_db()
    assert (saved.status_code, booking.is_active) == (302, True)


@pytest.mark.parametrize("agreed", ["x", "-1", "9" * 30, "²"])
def test_agreeing_to_anything_else_does_not_count(client_for, booking, rule, covered, agreed):
    url = reverse("tutorship:rule_change", args=[rule.pk])

    assert client_for(covered).post(url, {**RULE, "agreed": agreed}).context["touched"] == [booking.session]


# --- Patron saints -----------------------------------------------------------------------------------------------
@pytest.fixture
def on_site(search, service, body_a):
    service.modality = "both"
    service.save()
    return replace(search, service=service, body=body_a, wants_town_hall=True)


def days(search, area) -> set[str]:
    return {f"{offer.start:%m-%d}" for offer in search.offers(area)}


def test_on_its_patron_saint_the_town_hall_hosts_nobody_and_video_goes_on(on_site, covered, area_a, body_a):
    PatronSaintFactory(body=body_a, day=24, month=11)

    assert days(on_site, area_a) == {"12-01", "12-15"}
    assert days(replace(on_site, wants_town_hall=False), area_a) == {"11-24", "12-01", "12-15"}
    assert refusal(ask, on_site, covered, area_a, TUESDAY_NINE) == "slot_taken"


def test_the_patron_saint_of_another_municipality_closes_nothing(on_site, covered, area_a, body_a2):
    PatronSaintFactory(body=body_a2)

    assert "11-24" in days(on_site, area_a)


def test_a_new_patron_saint_asks_about_meetings_at_the_town_hall(on_site, covered, area_a, body_a, coordinator, now):
    booking = ask(on_site, covered, area_a, TUESDAY_NINE)
    saint = PatronSaintFactory.build(body=body_a)

    assert touched(add_patron_saint, saint, actor=coordinator, now=now) == [booking.session]
    add_patron_saint(saint, actor=coordinator, now=now, agreed=[str(booking.session_id)])

    assert PatronSaint.objects.get().body == body_a


@pytest.mark.parametrize(("day", "month"), [(31, 4), (30, 2), (29, 2), (0, 1)])
def test_a_patron_saint_has_a_day_that_every_year_knows(client_for, coordinator, body_a, day, month):
    data = {"body": body_a.pk, "name": "San Rocco", "day": day, "month": month}

    response = client_for(coordinator).post(reverse("tutorship:patron_saint_create"), data)

    assert set(response.context["form"].errors) == {"day"}
    assert PatronSaint.objects.count() == 0


def test_coordinators_add_and_remove_the_saints_of_their_area(client_for, coordinator, body_a, body_b):
    browser, url = client_for(coordinator), reverse("tutorship:patron_saint_create")
    data = {"name": "San Rocco", "day": 16, "month": 8}

    browser.post(url, {**data, "body": body_a.pk})
    refused = browser.post(url, {**data, "body": body_b.pk})

    saint = PatronSaint.objects.get()
    assert (saint.body, set(refused.context["form"].errors)) == (body_a, {"body"})
    assert "San Rocco, 16 agosto" in browser.get(reverse("tutorship:closure_list")).content.decode()
    browser.post(reverse("tutorship:patron_saint_delete", args=[saint.pk]))
    assert PatronSaint.objects.count() == 0


# --- The terms of a kind of appointment --------------------------------------------------------------------------
def hours(search, area, day="11-24") -> list[str]:
    """Starts in Rome on one day."""
    return [f"{offer.start + HOUR:%H:%M}" for offer in search.offers(area) if f"{offer.start:%m-%d}" == day]


def changed(search, **fields) -> Search:
    for name, value in fields.items():
        setattr(search.service, name, value)
    search.service.save()
    return search


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["09:00", "11:00", "12:00"]),
        ({"buffer_after_minutes": 60}, ["12:00"]),
        ({"buffer_before_minutes": 15, "buffer_after_minutes": 15}, ["12:00"]),
        ({"step_minutes": 30, "buffer_before_minutes": 30}, ["11:30", "12:00"]),
    ],
    ids=["none", "after", "both sides of both", "before"],
)
def test_buffers_keep_the_tutor_free_around_an_appointment(search, covered, area_a, neighbour, fields, expected):
    """Ten to eleven is taken. What touches the buffer exactly is still on offer."""
    changed(search, **fields)
    ask(search, covered, area_a, TUESDAY_NINE + HOUR)

    assert hours(replace(search, learner=neighbour), area_a) == expected


def test_travel_is_kept_free_for_a_meeting_at_the_town_hall_only(on_site, covered, area_a, neighbour):
    changed(on_site, travel_minutes=60)
    ask(on_site, covered, area_a, TUESDAY_NINE)

    assert hours(replace(on_site, learner=neighbour), area_a) == ["12:00"]
    assert hours(replace(on_site, learner=neighbour, wants_town_hall=False), area_a) == ["11:00", "12:00"]


def test_buffers_belong_to_the_tutor_and_not_to_who_learns(search, covered, area_a, topic, coordinator, neighbour):
    changed(search, buffer_before_minutes=60, buffer_after_minutes=60)
    other = covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
    ask(search, covered, area_a, TUESDAY_NINE)

    assert ask(search, other, area_a, TUESDAY_NINE + HOUR).is_active


def test_the_alignment_of_the_starts_is_the_kinds_own(search, covered, area_a, rule):
    rule.opens_at = time(9, 5)
    rule.save()

    assert hours(changed(search, alignment="align"), area_a) == ["10:00", "11:00", "12:00"]
    rule.closes_at = time(12, 20)
    rule.save()
    assert hours(changed(search, alignment="pack"), area_a) == ["09:15", "10:15", "11:15"]
    assert hours(changed(search, alignment="strict", length_minutes=90, step_minutes=90), area_a) == ["10:30"]


def test_the_horizon_counts_working_days(search, covered, area_a):
    """Ten working days after Monday 23 November end on 7 December; the 8th is a holiday, so eleven end on the 9th."""
    RuleFactory(tutor=covered, weekday=2)
    changed(search, horizon_days=10, counts_working_days=True)

    def last(days):
        return f"{changed(search, horizon_days=days).offers(area_a)[-1].start:%m-%d}"

    assert [last(6), last(7), last(10), last(11)] == ["12-01", "12-02", "12-02", "12-09"]


def test_a_service_that_can_be_had_both_ways_makes_the_way_that_was_chosen(on_site, covered, area_a):
    at_the_town_hall = ask(on_site, covered, area_a, TUESDAY_NINE).session
    by_video = ask(replace(on_site, wants_town_hall=False), covered, area_a, TUESDAY_NINE + HOUR).session

    assert [(row.modality, row.place) for row in (at_the_town_hall, by_video)] == [
        ("town_hall", "Comune di Campodolcino (SO)"),
        ("online", ""),
    ]


def test_the_page_of_the_times_offers_both_ways(client_for, on_site, covered, area_a, learner, topic):
    answers = {"topic": topic.slug, "area": area_a.slug, "service": on_site.service.slug, "town_hall": "1"}
    browser = client_for(learner)

    page = browser.get(reverse("tutorship:booking_time"), answers)
    browser.post(
        reverse("tutorship:booking_question"),
        {**answers, "slot": f"{covered.pk}-20261124T0800Z", "question": "Come si motiva la scelta?"},
    )
    browser.post(reverse("tutorship:booking_create"), {**answers, "slot": f"{covered.pk}-20261124T0800Z"})

    assert [kind.is_current for kind in page.context["choices"].kinds] == [False, True]
    assert Booking.objects.get().session.modality == "town_hall"


def test_two_lengths_do_not_overlap(search, covered, area_a, neighbour):
    short = ServiceFactory(length_minutes=30, step_minutes=30)
    ask(search, covered, area_a, TUESDAY_NINE + HOUR)

    found = hours(replace(search, learner=neighbour, service=short), area_a)

    assert found == ["09:00", "09:30", "11:00", "11:30", "12:00", "12:30"]
