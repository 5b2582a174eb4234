"""Demand against coverage: the figures of a small world, typed by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.tutorship.factories import (
    TUESDAY_NINE,
    BookingFactory,
    CoverageFactory,
    OutcomeFactory,
    RequestFactory,
    RuleFactory,
    SessionFactory,
    TopicFactory,
    WaitingEntryFactory,
    covering,
)
from tutorship.models.demand import Cell, Demand

pytestmark = pytest.mark.django_db
ADDRESS = "tutorship:demand"
WEEK = timedelta(days=7)


@pytest.fixture
def world(covered, area_a, area_b, topic, only_topic, service, learner, neighbour, other_tutor, outsider, now):
    """Since 1 November: two sessions of an hour, one with nobody; a request, a waiting place; one coming session."""
    covered.availability_rules.update(valid_from=date(2026, 11, 1))
    common = {"tutor": covered, "area": area_a, "topic": topic, "service": service}
    OutcomeFactory(session=SessionFactory(**common, starts_at=TUESDAY_NINE - WEEK), learner=learner)
    absent = SessionFactory(**common, starts_at=TUESDAY_NINE - 2 * WEEK, state="closed")
    BookingFactory(
        session=absent, learner=neighbour, attendance="no_show", booked_at=datetime(2026, 11, 5, 8, tzinfo=UTC)
    )
    BookingFactory(session=SessionFactory(**common), learner=learner)
    RequestFactory(learner=learner, area=area_a, topic=topic, service=service)
    RequestFactory(learner=neighbour, area=area_a, topic=topic, service=service, state="withdrawn")
    WaitingEntryFactory(learner=neighbour, area=area_a, topic=topic, service=service)
    RequestFactory(learner=outsider, area=area_b, topic=topic, service=service)
    return common


def test_the_figures_of_an_area(world, covered, coordinator, area_a, topic, now):
    found = Demand.read(coordinator, days=90, now=now)
    cell = found.cells[area_a.pk, topic.pk]

    # Tuesdays 3, 10 and 17 November, nine to one; asked: two sessions, a request and a waiting place of an hour
    assert (cell.offered, cell.asked, cell.unserved, cell.level) == (3 * 240, 240, 2, "fair")
    assert (cell.first_in, found.median_first) == (1, 1)  # nine o'clock of tomorrow is taken, ten is free
    assert (found.held, found.no_shows, found.unserved) == (2, 1, 2)
    assert found.median_wait == 0.5  # one was booked afterwards in this world, one five days before
    assert [(row.tutor, row.given, row.target) for row in found.by_tutor] == [(covered, 180, 180)]


def test_the_target_follows_the_weights(world, covered, coordinator, area_a, topic, now):
    colleague = covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
    colleague.coverages.update(weight=2)

    loads = {row.tutor: (row.given, row.target) for row in Demand.read(coordinator, days=90, now=now).by_tutor}

    assert loads == {covered: (180, 60), colleague: (0, 120)}


def test_everybody_sees_the_own_areas(world, coordinator, other_coordinator, anci, area_a, area_b, topic, now):
    own, other, everything = (Demand.read(user, days=90, now=now) for user in (coordinator, other_coordinator, anci))

    assert (own.areas, other.areas) == ([area_a], [area_b])
    assert {area_a, area_b} <= set(everything.areas)
    assert (own.unserved, other.unserved, everything.unserved) == (2, 1, 3)
    assert other.cells[area_b.pk, topic.pk].level == "beyond"
    assert area_b.pk not in {area_id for area_id, _topic_id in own.cells}


@pytest.mark.parametrize(
    ("asked", "offered", "is_covered", "level"),
    [
        (0, 0, False, "none"),
        (0, 0, True, "low"),
        (60, 240, True, "low"),
        (61, 240, True, "fair"),
        (240, 240, True, "high"),
        (241, 240, True, "beyond"),
        (60, 0, False, "beyond"),
    ],
)
def test_levels(asked, offered, is_covered, level):
    assert Cell(asked=asked, offered=offered, is_covered=is_covered).level == level


def test_the_page_says_it_in_words(client_for, world, coordinator, learner, now):
    page = client_for(coordinator).get(reverse(ADDRESS), {"days": "30"})
    text = page.content.decode()

    assert page.context["demand"].days == 30
    for words in ("4 h su 12 h", "circa metà occupata", "2 richieste senza appuntamento", "1 su 2 posti"):
        assert words in text
    assert client_for(coordinator).get(reverse(ADDRESS), {"days": "x"}).context["demand"].days == 90


def test_as_many_questions_for_many_as_for_one(client_for, world, anci, count_queries, area_a, area_b, learner):
    browser, address = client_for(anci), reverse(ADDRESS)
    browser.get(address)
    few = count_queries(browser, address)
    for number in range(4):
        topic = TopicFactory()
        tutor = factories.with_role(factories.UserFactory(), "tutor", area=area_b)
        CoverageFactory(tutor=tutor, area=area_b, topic=topic)
        RuleFactory(tutor=tutor)
        session = SessionFactory(tutor=tutor, area=area_a, topic=topic, starts_at=TUESDAY_NINE - (3 + number) * WEEK)
        BookingFactory(session=session, learner=learner)
        RequestFactory(learner=learner, area=area_b, topic=topic)

    assert count_queries(browser, address) == few
