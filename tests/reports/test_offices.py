"""Fragile offices: who works alone, which theme hangs on one person, which one nobody knows any more."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Employment
from courses.models import CoursePage
from reports.models.offices import Weakness, fragile_offices, office_rows
from territory.actions import merge_bodies
from territory.models import StaffCount
from tests.factories import BodyFactory, CourseFactory, EditionFactory, EnrolmentFactory, employee
from tests.reports.sheets import in_csv, in_xlsx, on_screen

TODAY = date(2026, 11, 23)
DIGITAL, GREEN = CoursePage.Theme.DIGITAL, CoursePage.Theme.ECOLOGICAL
LIST, EXPORT = "reports:office_list", "reports:office_export"


def completes(person, theme, now):
    return EnrolmentFactory(user=person, edition=EditionFactory(course=CourseFactory(theme=theme)), completed_at=now)


def count(body, people, day=TODAY):
    return StaffCount.objects.create(body=body, people=people, counted_on=day)


@pytest.fixture
def offices(learner, colleague, neighbour, outsider, now):
    """Campodolcino: two people, digital known by both, green by one. Piuro: one person; who knew digital has left."""
    count(neighbour.employments.get().body, 1)
    for person, theme in [(learner, DIGITAL), (colleague, DIGITAL), (learner, GREEN), (outsider, DIGITAL)]:
        completes(person, theme, now)
    gone = employee(neighbour.employments.get().body, last_name="Andato")
    completes(gone, DIGITAL, now)
    gone.employments.update(ended_on=TODAY - timedelta(days=1))


def found(person, **chosen):
    rows = office_rows(fragile_offices(person.scope, today=TODAY, **chosen))
    return [(row.body.name, row.weakness, row.theme, row.person and row.person.last_name) for row in rows]


LOST = ("Piuro", Weakness.LOST, "Transizione digitale", None)
ON_ONE = ("Campodolcino", Weakness.HANGS_ON_ONE, "Transizione ecologica", "Moro")
ALONE = ("Piuro", Weakness.ALONE, "", "Trussoni")


def test_the_gravest_comes_first(offices, coordinator):
    assert found(coordinator) == [LOST, ON_ONE, ALONE]


def test_a_coordinator_sees_the_own_areas_and_anci_all(offices, coordinator, other_coordinator, anci, area_a, area_b):
    of_b = [
        ("Mede", Weakness.HANGS_ON_ONE, "Transizione digitale", "CANARY_B"),
        ("Mede", Weakness.ONE_SIGNED_UP, "", "CANARY_B"),
    ]

    assert found(other_coordinator) == of_b
    assert sorted(found(anci), key=str) == sorted([LOST, ON_ONE, ALONE, *of_b], key=str)
    assert found(anci, area_id=area_b.pk) == of_b
    assert found(coordinator, area_id=area_b.pk) == []


def test_the_filters_narrow_it(offices, coordinator):
    assert found(coordinator, theme=GREEN) == [ON_ONE]
    assert found(coordinator, weakness=Weakness.ALONE) == [ALONE]
    assert found(coordinator, theme=DIGITAL, weakness=Weakness.HANGS_ON_ONE) == []


@pytest.mark.parametrize(
    ("counts", "weakness"),
    [
        ([(1, 0)], Weakness.ALONE),
        ([(4, 9), (1, 0)], Weakness.ALONE),
        ([(4, 0)], None),  # three have not signed up
        ([(1, 9), (4, 0)], None),
        ([], Weakness.ONE_SIGNED_UP),
    ],
)
def test_who_works_alone_is_what_the_count_says(coordinator, neighbour, body_a2, counts, weakness):
    for people, days_ago in counts:
        count(body_a2, people, TODAY - timedelta(days=days_ago))

    assert found(coordinator) == ([("Piuro", weakness, "", "Trussoni")] if weakness else [])


def test_one_counted_need_not_have_signed_up_and_two_who_have_are_not_alone(coordinator, body_a, body_a2, neighbour):
    count(body_a, 1)
    count(body_a2, 1)
    employee(body_a2)

    assert found(coordinator) == [("Campodolcino", Weakness.ALONE, "", None)]


def test_a_merged_body_is_known_through_its_successor(offices, coordinator, anci, body_a, body_a2, area_a, now):
    """Four people went over: digital by both of Campodolcino, green by one; the count of Piuro is from before."""
    merge_bodies([body_a], successor=body_a2, first_on=date(2026, 11, 1), actor=anci, now=now)
    new = BodyFactory(name="Alta Valle", area=area_a)
    merge_bodies([body_a2], successor=new, first_on=date(2026, 11, 20), actor=anci, now=now)

    assert found(coordinator) == [("Alta Valle", Weakness.HANGS_ON_ONE, "Transizione ecologica", "Moro")]


def test_two_jobs_of_one_person_are_one_person_and_an_unconfirmed_one_is_nobody(offices, coordinator, body_a2, now):
    twice = Employment.objects.get(body=body_a2, ended_on=None)
    Employment.objects.create(
        user=twice.user, body=body_a2, started_on=TODAY - timedelta(days=9), ended_on=TODAY, confirmed_at=now
    )
    waiting = employee(body_a2)
    waiting.employments.update(confirmed_at=None)
    completes(waiting, DIGITAL, now)

    assert found(coordinator) == [LOST, ON_ONE, ALONE]


def test_a_body_that_has_ended_or_is_only_proposed_is_no_office(offices, coordinator, body_a, body_a2):
    body_a.ceased_on = TODAY
    body_a.save()
    body_a2.is_proposed = True
    body_a2.save()

    assert found(coordinator) == []


@pytest.mark.parametrize("query", [{}, {"tema": "digitale"}, {"motivo": "una-persona"}, {"area": "valchiavenna"}])
def test_screen_and_files_hold_the_same_rows(client_for, coordinator, offices, query):
    client = client_for(coordinator)
    screen = on_screen(client, LIST, **query)

    assert screen
    for kind in ("csv", "csv-semplice"):
        _header, *rows = in_csv(client, EXPORT, kind, **query)
        assert [[cell or "–" for cell in row] for row in rows] == screen
    header, *rows = in_csv(client, EXPORT, "csv", **query)
    cells = in_xlsx(client, EXPORT, **query)
    top = cells.index(header)
    assert [[cell or "–" for cell in row] for row in cells[top + 1 :]] == screen
    assert cells[0] == ["Elenco", "Uffici fragili"]
    assert cells[top - 1] == ["Situazione al", "23/11/2026 10:00"]


def test_the_workbook_says_its_filters(client_for, coordinator, offices):
    cells = in_xlsx(client_for(coordinator), EXPORT, area="valchiavenna", tema="digitale", motivo="nessuno-formato")

    assert cells[1:4] == [
        ["Area interna", "Valchiavenna"],
        ["Tema", "Transizione digitale"],
        ["Motivo", "Nessuno più formato"],
    ]


def test_nobody_reads_the_other_area(client_for, coordinator, referent, offices, area_b):
    client = client_for(coordinator)
    for name in (LIST, EXPORT):
        assert "CANARY" not in str(b"".join(client.get(reverse(name))))
        assert client.get(reverse(name), {"area": area_b.slug}).status_code == 404
        assert client_for(referent).get(reverse(name)).status_code == 404
    assert "CANARY" not in str(in_xlsx(client, EXPORT))


def test_no_input_breaks_the_list(client_for, coordinator, offices):
    client = client_for(coordinator)
    odd = {"tema": "è'", "motivo": "9" * 40, "page": "x"}

    assert on_screen(client, LIST, **odd) == on_screen(client, LIST)
    assert client.get(reverse(LIST), {"area": "'"}).status_code == 404
    assert client.get(reverse(EXPORT), {"formato": "exe"}).status_code == 404


def test_the_page_is_as_many_queries_at_any_size(
    client_for, coordinator, offices, area_a, now, django_assert_max_num_queries
):
    client = client_for(coordinator)
    client.get(reverse(LIST))
    for number in range(60):
        completes(employee(BodyFactory(area=area_a, name=f"Comune {number}")), DIGITAL, now)

    with django_assert_max_num_queries(11):
        assert len(on_screen(client, LIST)) == 50
    assert len(on_screen(client, LIST, page=3)) == 23


def test_the_empty_list_says_what_would_stand_there(client_for, coordinator):
    client = client_for(coordinator)

    assert "appare qui" in client.get(reverse(LIST)).content.decode()
    assert "Nessun ufficio" in client.get(reverse(LIST), {"tema": "digitale"}).content.decode()
