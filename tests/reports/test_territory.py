"""Overviews add up: every number on every level against the test's own list of events."""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Employment, Scope
from reports.models.people import staff
from reports.models.period import Period
from reports.models.territory import overview
from reports.reach import OfStaff, Reach
from territory.models import Area, PublicBody, StaffCount
from tests.factories import AreaFactory, BodyFactory, EmploymentFactory, EnrolmentFactory, UserFactory, employee
from tests.reports.factories import BookingFactory, CertificateFactory, CourseRecordFactory, TutoringRecordFactory

TODAY = date(2026, 11, 23)
PERIOD = Period(2026, TODAY)
ANCI = Scope(is_anci=True)


@dataclass(frozen=True)
class Event:
    """A course taken by one of six people: two at each of two bodies in area A, one in area B, one outside."""

    person: int
    began_on: date
    days: int | None  # until the completion; None: still open
    minutes: int
    is_left: bool
    is_certified: bool

    @property
    def ended_on(self) -> date | None:
        return None if self.days is None else self.began_on + timedelta(days=self.days)

    @property
    def counts(self) -> bool:
        return not self.is_left and (self.began_on.year == 2026 or bool(self.ended_on and self.ended_on.year == 2026))

    @property
    def counted_minutes(self) -> int:
        return self.minutes if self.ended_on and self.ended_on.year == 2026 else 0


BODY_OF = ["a1", "a1", "a2", "a2", "b", "outside"]
AREA_OF = {"a1": "a", "a2": "a", "b": "b", "outside": None}
DAYS = st.dates(date(2025, 6, 1), TODAY)
EVENTS = st.lists(
    st.builds(
        lambda person, began_on, days, minutes, is_left, is_certified: Event(
            person,
            began_on,
            None if is_left or days is None or began_on + timedelta(days=days) > TODAY else days,
            minutes,
            is_left,
            is_certified,
        ),
        st.integers(0, 5),
        DAYS,
        st.none() | st.integers(0, 300),
        st.integers(1, 3_000),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def happen(events: list[Event], people: list) -> None:
    for event in events:
        ended_at = event.ended_on and noon(event.ended_on)
        enrolment = EnrolmentFactory(
            edition__is_self_paced=False,
            edition__starts_on=date(2025, 1, 1),
            edition__course=people[0].course,
            user=people[event.person],
            enrolled_at=noon(event.began_on),
            last_activity_at=ended_at or noon(event.began_on),
            completed_at=ended_at,
            left_at=noon(TODAY) if event.is_left else None,
        )
        if ended_at:
            CourseRecordFactory(enrolment=enrolment, minutes=event.minutes, earned_on=event.ended_on)
        if ended_at and event.is_certified:
            CertificateFactory(enrolment=enrolment, register__year=ended_at.year)


def expected(events: list[Event], keep) -> dict:
    """The numbers of the people whose body passes `keep`, straight from the list."""
    chosen = [event for event in events if keep(BODY_OF[event.person]) and not event.is_left]
    done = [event for event in chosen if event.ended_on and event.ended_on.year == 2026]
    return {
        "people": len({event.person for event in chosen if event.counts}),
        "completed": len(done),
        "minutes": sum(event.minutes for event in done),
        "certificates": sum(event.is_certified for event in done),
        "over_target": len(over_target(done)),
        "last_enrolled_on": max((event.began_on for event in chosen), default=None),
    }


def over_target(done: list[Event]) -> list[int]:
    people = {event.person for event in done}
    return [person for person in people if sum(e.minutes for e in done if e.person == person) >= 40 * 60]


def found(tally, names) -> dict:
    return {name: getattr(tally, name) for name in names}


@pytest.fixture
def people(now, course):
    area_a, area_b = AreaFactory(slug="a"), AreaFactory(slug="b")
    bodies = {"a1": BodyFactory(area=area_a), "a2": BodyFactory(area=area_a), "b": BodyFactory(area=area_b)}
    bodies["outside"] = BodyFactory(area=None)
    people = [employee(bodies[name]) for name in BODY_OF]
    people[0].course = course
    return people


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_every_level_is_the_sum_of_the_events(people, events):
    bodies = {name: people[index].employments.get().body for index, name in enumerate(BODY_OF)}
    with transaction.atomic():
        happen(events, people)
        page = overview(ANCI, PERIOD)
        files = {name: staff(body, ANCI, PERIOD) for name, body in bodies.items()}
        transaction.set_rollback(True)
    by_body = {row.body.pk: row.tally for area in page.rows for row in area.bodies}
    by_area = {area.area and area.area.slug: area.tally for area in page.rows}
    whole = expected(events, lambda body: True)

    assert found(page.tally, whole) == whole
    for area in by_area:
        numbers = expected(events, lambda body, area=area: AREA_OF[body] == area)
        assert found(by_area[area], numbers) == numbers
    for name, body in bodies.items():
        numbers = expected(events, lambda one, name=name: one == name)
        assert found(files[name].tally, numbers) == numbers
        if body.pk in by_body:
            assert found(by_body[body.pk], numbers) == numbers
    for index, person in enumerate(people):
        numbers = sum(event.counted_minutes for event in events if event.person == index)
        rows = {row.person.pk: row for row in files[BODY_OF[index]].rows}
        assert rows[person.pk].tally.minutes == numbers
    assert page.reached == sum(tally.is_reached for tally in (by_body[bodies[name].pk] for name in ("a1", "a2", "b")))
    assert sum(len(rows) for rows in page.by_reach.values()) == len(page.municipalities) == 3


def enrol(person, now, *, days_ago=0, **fields):
    return EnrolmentFactory(user=person, enrolled_at=now - timedelta(days=days_ago), **fields)


def test_only_confirmed_people_count(learner, now, anci):
    CourseRecordFactory(enrolment=enrol(learner, now, completed_at=now))
    Employment.objects.update(confirmed_at=None)

    page = overview(anci.scope, PERIOD)

    assert (page.tally.people, page.tally.minutes, page.reached) == (0, 0, 0)


def test_a_move_leaves_the_facts_where_they_happened(learner, body_b, area_a, area_b, now, anci):
    CourseRecordFactory(enrolment=enrol(learner, now, completed_at=now), minutes=90)
    PublicBody.objects.filter(pk=learner.employments.get().body_id).update(area=area_b)

    page = overview(anci.scope, PERIOD)

    assert [(row.area.slug, row.tally.minutes) for row in page.areas] == [("valchiavenna", 90), ("lomellina", 0)]


def test_coordinator_counts_the_own_area_only(coordinator, learner, outsider, now):
    enrol(learner, now)
    enrol(outsider, now)

    page = overview(coordinator.scope, PERIOD)

    assert [(row.area.slug, row.tally.people) for row in page.rows] == [("valchiavenna", 1)]


def test_own_training_elsewhere_does_not_enter_the_coordinators_figures(coordinator, body_b, now):
    Employment.objects.create(user=coordinator, body=body_b, started_on=TODAY, confirmed_at=now)
    enrol(coordinator, now)

    assert overview(coordinator.scope, PERIOD).tally.people == 0


def test_bodies_outside_the_areas_are_a_row_of_their_own(anci, area_a, now):
    enrol(employee(BodyFactory(area=None)), now)

    page = overview(anci.scope, PERIOD)

    assert [row.area for row in page.rows] == [area_a, None]
    assert (page.others.tally.people, page.tally.people, page.reached) == (1, 1, 0)


def test_silent_are_municipalities_without_an_enrolment_in_ninety_days(anci, learner, neighbour, body_a, body_a2, now):
    silent = BodyFactory(area=body_a.area, name="Madesimo")
    BodyFactory(area=body_a.area, name="Comunità montana", kind="mountain_community")
    enrol(learner, now, days_ago=89)
    enrol(neighbour, now, days_ago=91)

    page = overview(anci.scope, PERIOD)

    assert [row.body for row in page.silent] == [silent, body_a2]
    assert page.reached == 2


def test_states_of_the_year(anci, learner, neighbour, now):
    CertificateFactory(enrolment=enrol(learner, now, completed_at=now))
    enrol(neighbour, now, last_activity_at=now + timedelta(hours=1))
    area = learner.employments.get().body.area
    enrol(employee(BodyFactory(area=area)), now)
    EmploymentFactory(user=UserFactory(), body=BodyFactory(area=area), confirmed_at=None)
    BodyFactory(area=area)

    counts = {reach: len(rows) for reach, rows in overview(anci.scope, PERIOD).by_reach.items()}

    assert counts == {
        Reach.NO_CONTACT: 1,
        Reach.INVITED: 1,
        Reach.ENROLLED: 1,
        Reach.ACTIVE: 1,
        Reach.CERTIFIED: 1,
    }


def test_in_training_is_who_went_on_in_the_last_ninety_days(anci, learner, neighbour, body_a, body_a2, now):
    enrol(learner, now, days_ago=200, last_activity_at=now - timedelta(days=89))
    enrol(neighbour, now, days_ago=200, last_activity_at=now - timedelta(days=90))

    def states(period):
        return {row.body: row.reach for row in overview(anci.scope, period).municipalities}

    assert states(PERIOD) == {body_a: Reach.ACTIVE, body_a2: Reach.ENROLLED}
    assert states(Period(2026, date(2027, 2, 1))) == dict.fromkeys((body_a, body_a2), Reach.ACTIVE)  # of the whole year


def test_hours_of_the_last_ninety_days_are_training_too(anci, learner, body_a, now):
    TutoringRecordFactory(booking=BookingFactory(learner=learner, session__starts_at=now - timedelta(days=89)))

    assert [row.reach for row in overview(anci.scope, PERIOD).municipalities if row.body == body_a] == [Reach.ACTIVE]


def test_a_revoked_certificate_is_none(anci, learner, now):
    CertificateFactory(
        enrolment=enrol(learner, now), created_at=now, state="revoked", revoked_at=now, revoke_reason="x"
    )

    assert overview(anci.scope, PERIOD).tally.certificates == 0


def test_the_year_turns_at_midnight_in_rome(anci, learner, now):
    enrol(learner, datetime(2025, 12, 31, 23, 30, tzinfo=UTC))

    assert overview(anci.scope, PERIOD).tally.people == 1
    assert overview(anci.scope, Period(2025, TODAY)).tally.people == 0


def test_change_is_what_came_since_the_end_of_last_month(client_for, anci, learner, neighbour, now):
    done = enrol(learner, now, days_ago=40, completed_at=now - timedelta(days=30))
    CourseRecordFactory(enrolment=done, minutes=120)
    enrol(neighbour, now, days_ago=3)
    TutoringRecordFactory(booking=BookingFactory(learner=neighbour, session__starts_at=now), minutes=60)

    page = client_for(anci).get("/coordinamento/")

    assert [(figure.label, figure.value, figure.of, figure.change) for figure in page.context["figures"]] == [
        ("Comuni raggiunti", "2", "di 2", "1 in più di fine ottobre"),
        ("Persone iscritte", "2", "", "1 in più di fine ottobre"),
        ("Ore, tutoraggio compreso", "3", "", "1 in più di fine ottobre"),
        ("Appuntamenti di tutoraggio svolti", "1", "", "1 in più di fine ottobre"),
    ]


def cells(response) -> list[list[str]]:
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_export_holds_what_the_screen_shows(client_for, coordinator, learner, now):
    CourseRecordFactory(enrolment=enrol(learner, now, completed_at=now), minutes=90)
    client = client_for(coordinator)

    response = client.get("/coordinamento/esporta/?anno=2026")
    row, total = cells(response)[1:]
    page = client.get("/coordinamento/?anno=2026").content.decode()

    assert response["Content-Disposition"] == 'attachment; filename="territorio-2026-al-2026-11-23.csv"'
    unknown = ["non noto", "non noto", "0", "1"]
    assert row == ["Valchiavenna", "1", "1", "1", "0", "1,5", "90", "0", "0", "0", "0", *unknown]
    assert total == ["Totale", *row[1:]]
    assert page.count('data-v="90"') == 2  # the area and the total
    assert page.count(">1,5<") == 3  # and the figure above


def test_export_of_an_area_and_of_a_body_hold_their_rows(client_for, coordinator, learner, colleague, body_a, now):
    CourseRecordFactory(enrolment=enrol(learner, now, completed_at=now), minutes=90)
    client = client_for(coordinator)

    area = cells(client.get(reverse("reports:area_export", args=["valchiavenna"])))
    body = cells(client.get(reverse("reports:body_export", args=[body_a.pk])))

    name, last, unknown = "Comune di Campodolcino (SO)", "23/11/2026", ["non noto", "non noto", "0", "1"]
    assert area[1:] == [
        [name, "In formazione", "2", "1", "1", "1,5", "90", "0", "0", "0", "0", last, *unknown],
        ["Totale", "", "2", "1", "1", "1,5", "90", "0", "0", "0", "0", last, *unknown],
    ]
    title = "Istruttore amministrativo"
    assert body[1:] == [
        ["Ghiggi", "Carlo", title, "sì", "0", "0", "0", "0", "0", "0", "0", "0", ""],
        ["Moro", "Lucia", title, "sì", "1", "1", "1,5", "90", "0", "0", "0", "0", last],
        ["Totale", "", "", "2", "1", "1", "1,5", "90", "0", "0", "0", "0", last],
    ]


def count(body, people, day=date(2025, 12, 31)):
    return StaffCount.objects.create(body=body, people=people, counted_on=day)


def test_people_reached_stand_beside_the_staff(client_for, coordinator, learner, neighbour, body_a, body_a2, now):
    """Both are enrolled; the staff is known for one of the two bodies only."""
    for person in (learner, neighbour):
        enrol(person, now)
    count(body_a, 5)
    client = client_for(coordinator)

    overview_page = client.get(reverse("reports:overview")).text
    area_page = client.get(reverse("reports:area_detail", args=["valchiavenna"])).text
    rows = cells(client.get(reverse("reports:area_export", args=["valchiavenna"])))
    (_header, _row, total) = cells(client.get(reverse("reports:overview_export")))

    assert "1 di 5<br><small>noto per 1 ente su 2</small>" in overview_page
    assert ("1 di 5\n</td>" in area_page, "non noto\n</td>" in area_page) == (True, True)
    assert [row[-4:] for row in rows[1:]] == [
        ["1", "5", "1", "1"],
        ["non noto", "non noto", "0", "1"],
        ["1", "5", "1", "2"],
    ]
    assert total[-4:] == ["1", "5", "1", "2"]


def test_more_people_than_the_count_are_not_cut(client_for, coordinator, learner, colleague, body_a, now):
    for person in (learner, colleague):
        enrol(person, now)
    count(body_a, 1)

    client = client_for(coordinator)

    assert "2 di 1<br><small>più di quelle rilevate</small>" in (
        client.get(reverse("reports:area_detail", args=["valchiavenna"])).text
    )
    assert "Le persone raggiunte sono più di quelle rilevate" in client.get(body_a.get_absolute_url()).text


def test_a_past_year_has_its_own_count(anci, learner, body_a, now):
    count(body_a, 5, date(2025, 6, 1))
    count(body_a, 8, date(2026, 1, 1))

    staff_of = {year: overview(anci.scope, Period(year, TODAY)).of_staff.staff for year in (2024, 2025, 2026)}

    assert staff_of == {2024: 0, 2025: 5, 2026: 8}


def test_the_staff_stands_once_however_a_body_moves_or_ends(anci, learner, body_a, body_a2, area_b, now):
    enrol(learner, now)
    for body in (body_a, body_a2):
        count(body, 5)
    PublicBody.objects.filter(pk=body_a.pk).update(area=area_b)
    PublicBody.objects.filter(pk=body_a2.pk).update(ceased_on=date(2026, 5, 1))

    page = overview(anci.scope, PERIOD)

    assert [row.of_staff.staff for row in page.areas] == [0, 5]
    assert page.of_staff == OfStaff(0, 5, 1, 1)


def test_who_works_for_two_bodies_has_two_employments(client_for, coordinator, colleague, body_a2):
    EmploymentFactory(user=colleague, body=body_a2)
    client = client_for(coordinator)

    page = client.get(reverse("reports:area_detail", args=["valchiavenna"])).content.decode()
    header, *rows = cells(client.get(reverse("reports:area_export", args=["valchiavenna"])))

    assert ("Rapporti di lavoro" in page, header[2]) == (True, "Rapporti di lavoro confermati")
    assert [row[2] for row in rows] == ["1", "1", "2"]


def test_silent_municipalities_come_by_fifty(client_for, anci, area_a, area_b):
    for area in (area_a, area_b):
        BodyFactory.create_batch(51, area=area)
    client, url = client_for(anci), reverse("reports:silent_list")

    pages = [client.get(url, {"area": "lomellina", "page": number}) for number in (1, 2)]

    assert [len(page.context["rows"]) for page in pages] == [50, 1]
    assert {name for page in pages for _row, name in page.context["rows"]} == {"Lomellina"}
    assert "51 Comuni" in pages[1].content.decode()
    assert 'href="?area=lomellina&amp;page=2"' in pages[0].content.decode()


def test_a_formula_in_a_name_stays_text(client_for, coordinator, body_a):
    employee(body_a, first_name="Ada", last_name='=HYPERLINK("http://x")')

    rows = cells(client_for(coordinator).get(reverse("reports:body_export", args=[body_a.pk])))

    assert rows[1][0] == '\'=HYPERLINK("http://x")'


@pytest.mark.parametrize("query", ["", "?anno=2025", "?anno=1", "?anno=99999", "?anno=x", "?anno=²²²²"])
def test_an_odd_year_is_no_error(client_for, coordinator, query):
    assert client_for(coordinator).get(f"/coordinamento/{query}").status_code == 200


@pytest.mark.parametrize(
    ("name", "queries"),
    [("reports:overview", 13), ("reports:area_detail", 11), ("reports:silent_list", 8), ("reports:body_detail", 12)],
)
@pytest.mark.parametrize("rows", [1, 100])
def test_queries_do_not_grow(
    name, queries, rows, client_for, coordinator, area_a, body_a, edition, now, django_assert_max_num_queries
):
    for number in range(rows):
        body = body_a if name.endswith("body_detail") else BodyFactory(area=area_a)
        done = EnrolmentFactory(edition=edition, user=employee(body), completed_at=now, due_on=TODAY)
        CourseRecordFactory(enrolment=done)
        EnrolmentFactory(edition=edition, user=employee(body), enrolled_at=now - timedelta(days=30 + number))
    kwargs = {"reports:area_detail": [area_a.slug], "reports:body_detail": [body_a.pk]}.get(name, [])
    client, url = client_for(coordinator), reverse(name, args=kwargs)
    client.get(url)

    with django_assert_max_num_queries(4 + queries):
        client.get(url)


def test_coordinator_of_a_guesses_nothing_of_b(client_for, coordinator, outsider, body_b, now):
    area_b = body_b.area
    Area.objects.filter(pk=area_b.pk).update(name="CANARY_B")
    PublicBody.objects.filter(pk=body_b.pk).update(name="CANARY_B")
    CourseRecordFactory(enrolment=enrol(outsider, now, days_ago=30, due_on=TODAY), earned_on=TODAY, title="CANARY_B")
    client = client_for(coordinator)
    hidden = [
        reverse("reports:area_detail", args=[area_b.slug]),
        reverse("reports:area_export", args=[area_b.slug]),
        reverse("reports:body_detail", args=[body_b.pk]),
        reverse("reports:body_export", args=[body_b.pk]),
        reverse("reports:person_detail", args=[outsider.pk]),
        f"/coordinamento/a-rischio/?area={area_b.slug}",
        f"/coordinamento/comuni-silenti/?area={area_b.slug}",
    ]
    shown = [
        "/coordinamento/",
        "/coordinamento/esporta/",
        "/coordinamento/a-rischio/",
        "/coordinamento/comuni-silenti/",
    ]

    assert [client.get(url).status_code for url in hidden] == [404] * len(hidden)
    assert [b"CANARY_B" in client.get(url).content for url in [*hidden, *shown]] == [False] * 11


def test_shared_officer_counts_in_each_body_and_shows_only_the_own_side(
    client_for, coordinator, learner, body_b, now, anci
):
    there = Employment.objects.create(user=learner, body=body_b, started_on=TODAY, confirmed_at=now)
    here = learner.employments.get(body__name="Campodolcino")
    CourseRecordFactory(enrolment=enrol(learner, now, employment=here, completed_at=now), minutes=60)
    CourseRecordFactory(enrolment=enrol(learner, now, employment=there, completed_at=now), minutes=30, title="CANARY_B")

    whole, page = (
        overview(anci.scope, PERIOD),
        client_for(coordinator).get(reverse("reports:person_detail", args=[learner.pk])),
    )

    assert (whole.tally.people, [row.tally.people for row in whole.areas], whole.tally.minutes) == (1, [1, 1], 90)
    assert page.context["file"].minutes == 60
    assert b"CANARY_B" not in page.content


def test_the_few_municipalities_of_an_area_are_named_and_opened_on_the_map(client_for, coordinator, body_a, enrolment):
    PublicBody.objects.filter(pk=body_a.pk).update(latitude=46.4, longitude=9.35)

    page = client_for(coordinator).get(reverse("reports:overview"))

    dot = page.context["map"].dots[0]
    assert (dot.body, str(dot.label)) == (body_a, "Solo iscritti")
    assert f'href="{reverse("reports:body_detail", args=[body_a.pk])}" aria-label="Campodolcino: Solo iscritti"' in (
        page.content.decode()
    )


def test_an_area_has_its_own_map_whose_municipalities_open(client_for, anci, area_a, body_a, area_b):
    PublicBody.objects.filter(pk=body_a.pk).update(latitude=46.4, longitude=9.35)
    BodyFactory(area=area_b, latitude=45.2, longitude=8.9)

    page = client_for(anci).get(reverse("reports:area_detail", args=[area_a.slug]))

    assert [dot.body for dot in page.context["map"].dots] == [body_a]
    assert f'href="{reverse("reports:body_detail", args=[body_a.pk])}" aria-label="Campodolcino: ' in page.text


def test_the_map_of_all_areas_opens_each_of_them_and_names_its_municipalities(client_for, anci, body_a, area_b):
    PublicBody.objects.filter(pk=body_a.pk).update(latitude=46.4, longitude=9.35)
    BodyFactory(area=None, latitude=45.5, longitude=9.2)

    page = client_for(anci).get(reverse("reports:overview"))

    assert page.context["map"].dots == []
    assert [shape.names for shape in page.context["map"].shapes] == ["Campodolcino: Nessun contatto", ""]
    assert page.content.decode().count('<a class="whole"') == 1  # an area without positions is in the table only
