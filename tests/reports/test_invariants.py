"""Whatever happens, the hours add up: lines = statement, certified lines = register, bodies = areas = Lombardy.

The expected sums come from the test's own list of events, never from another query of ours.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.actions import (
    approve_external,
    issue_statement,
    record_tutoring,
    refuse_external,
    revoke_certificate,
)
from certificates.models import Certificate, TrainingRecord
from reports.models import territory
from reports.models.period import Period
from reports.models.piao import piao
from tests.certificates.factories import certificate_of, external_of
from tests.factories import EmploymentFactory
from tests.tutorship.factories import BookingFactory, SessionFactory
from tutorship.models import Booking

PERIOD = Period(2026, date(2026, 12, 31))


@dataclass(frozen=True)
class Event:
    kind: str
    place: int  # 0 and 1: the two employments of the shared officer, 2: of body A, 3: of body B
    minutes: int
    day: date

    @property
    def counts(self) -> bool:
        return self.kind in {"course", "tutoring", "approved"}


EVENTS = st.builds(
    Event,
    kind=st.sampled_from(["course", "revoked", "tutoring", "approved", "refused", "waiting"]),
    place=st.integers(0, 3),
    minutes=st.sampled_from([15, 25, 45, 50, 75, 600]),  # a quarter of an hour and its neighbours
    day=st.dates(date(2025, 11, 1), date(2026, 11, 20)),
)


@pytest.fixture
def places(learner, colleague, outsider, body_a2):
    EmploymentFactory(user=learner, body=body_a2)
    own = list(learner.employments.order_by("body__name"))
    return [*own, colleague.employments.get(), outsider.employments.get()]


@given(events=st.lists(EVENTS, min_size=1, max_size=8))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_sum_agrees(events, places, edition, tutor, anci, now):
    with transaction.atomic():
        for number, event in enumerate(events):
            happen(event, number, places[event.place], edition, tutor, anci, now)
        this_year = [event for event in events if event.counts and event.day.year == 2026]
        check_lines(this_year, places)
        check_territory(this_year, places, anci)
        check_statements(this_year, places, now)
        check_people([event for event in events if event.kind in {"course", "revoked"}], places, anci)
        check_register([event for event in events if event.kind == "course"])
        transaction.set_rollback(True)


def happen(event, number, employment, edition, tutor, anci, now):
    moment = datetime(event.day.year, event.day.month, event.day.day, 9, tzinfo=UTC)
    person = employment.user
    if event.kind in {"course", "revoked"}:
        facts = {"employment": employment, "credit_minutes": event.minutes, "enrolled_at": moment}
        certificate = certificate_of(person, edition, now=moment, **facts)
        if event.kind == "revoked":
            revoke_certificate(certificate, actor=anci, reason="Errore", now=moment)
    elif event.kind == "tutoring":
        session = SessionFactory(tutor=tutor, area=employment.body.area, starts_at=moment)
        booking = BookingFactory(session=session, learner=person, employment=employment, body=employment.body)
        Booking.objects.filter(pk=booking.pk).update(attendance="attended", attended_minutes=event.minutes)
        record_tutoring(session, now=moment)
    else:
        facts = {"employment": employment, "minutes": event.minutes, "finished_on": event.day, "title": f"n. {number}"}
        external = external_of(person, now=now, **facts)
        if event.kind == "approved":
            approve_external(external, actor=anci, now=now)
        elif event.kind == "refused":
            refuse_external(external, actor=anci, reason="No", now=now)


def sums(events, places, key) -> dict:
    found = Counter()
    for event in events:
        found[key(places[event.place])] += event.minutes
    return dict(found)


def check_lines(events, places):
    lines = TrainingRecord.objects.in_year(2026)

    assert lines.minutes_by_person() == sums(events, places, lambda row: row.user_id)
    assert lines.minutes_by_body() == sums(events, places, lambda row: row.body_id)
    assert lines.minutes_by_area() == sums(events, places, lambda row: row.body.area_id)


def check_territory(events, places, anci):
    by_body = sums(events, places, lambda row: row.body_id)
    overview = territory.overview(anci.scope, PERIOD)
    bodies = {row.body.pk: row.tally.minutes for area in overview.areas for row in area.bodies}

    assert {key: minutes for key, minutes in bodies.items() if minutes} == by_body
    assert overview.tally.minutes == sum(row.tally.minutes for row in overview.rows) == sum(by_body.values())
    for employment in places:
        assert piao(employment.body, PERIOD).total.minutes == by_body.get(employment.body_id, 0)


def check_people(enrolled, places, anci):
    """Counted once in a body, in an area and in Lombardy, whatever the number of bodies."""
    there = [places[event.place] for event in enrolled if event.day.year == 2026]
    overview = territory.overview(anci.scope, PERIOD)

    assert overview.tally.people == len({row.user_id for row in there})
    for area in overview.areas:
        assert area.tally.people == len({row.user_id for row in there if row.body.area_id == area.area.pk})


def check_statements(events, places, now):
    by_person = sums(events, places, lambda row: row.user_id)

    assert {key: stated(person, now) for key, person in people_of(places).items()} == {
        key: by_person.get(key, 0) for key in people_of(places)
    }


def people_of(places) -> dict:
    return {employment.user_id: employment.user for employment in places}


def stated(person, now) -> int:
    try:
        return issue_statement(person, kind="year", year=2026, now=now).credit_minutes
    except ValidationError:  # nothing to be stated
        return 0


def check_register(courses):
    certified = set(Certificate.objects.standing().filter(enrolment__isnull=False).values_list("enrolment", flat=True))
    lines = set(TrainingRecord.objects.filter(enrolment__isnull=False).values_list("enrolment", flat=True))

    assert certified == lines
    assert len(certified) == len(courses)


def test_a_person_of_two_bodies_is_one_person_of_the_area(learner, body_a2, edition, area_a, now):
    second = EmploymentFactory(user=learner, body=body_a2)
    certificate_of(learner, edition, now=now)
    certificate_of(learner, edition, now=now, employment=second)

    row = territory.area_row(area_a, PERIOD)
    assert (row.tally.people, [body.tally.people for body in row.bodies if body.tally.people]) == (1, [1, 1])
    assert row.tally.minutes == sum(body.tally.minutes for body in row.bodies) == 90
