"""People at risk and silent municipalities as files: the rows of the page, of the own areas only."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from lxml import html

from tests.factories import BodyFactory, CourseFactory, EditionFactory, EnrolmentFactory, employee
from tests.reports.factories import CallFactory
from tests.reports.sheets import in_csv, in_xlsx

AT_RISK, SILENT = "reports:at_risk", "reports:silent_list"
FILES = {AT_RISK: "reports:at_risk_export", SILENT: "reports:silent_export"}
DUE = date(2026, 11, 20)


@pytest.fixture
def stuck(learner, neighbour, outsider, tutor, coordinator, now):
    """Lucia late in a course called like a formula, with a call to come; Nadia idle; somebody of the other area."""
    edition = EditionFactory(course=CourseFactory(title="=Appalti"))
    late = EnrolmentFactory(user=learner, edition=edition, due_on=DUE, last_activity_at=now)
    CallFactory(enrolment=late, tutor=tutor, asked_by=coordinator)
    for person in (neighbour, outsider):
        before = {name: now - timedelta(days=20) for name in ("enrolled_at", "last_activity_at")}
        EnrolmentFactory(user=person, edition=EditionFactory(), **before)


@pytest.fixture
def silent(body_a, body_a2, body_b, learner, now):
    """Campodolcino enrolled long ago, Piuro and Mede never; Madesimo last week."""
    long_ago = now - timedelta(days=300)
    EnrolmentFactory(user=learner, edition=EditionFactory(), enrolled_at=long_ago)
    awake = employee(BodyFactory(area=body_a.area, name="Madesimo"))
    EnrolmentFactory(user=awake, edition=EditionFactory(), enrolled_at=now - timedelta(days=7))


def page(client, name, **query):
    return html.fromstring(client.get(reverse(name), query).content)


def people_on_screen(client, **query) -> list[list[str]]:
    """Person, course and reasons of each row."""
    return [
        [
            row.xpath("string(.//h2/a)"),
            row.xpath("string(.//h2/following-sibling::p[1])").split(" · ")[0],
            "; ".join(row.xpath(".//ul[@class='reasons']/li/text()")),
        ]
        for row in page(client, AT_RISK, **query).xpath("//ul[@class='due']/li")
    ]


@pytest.mark.parametrize("query", [{}, {"motivo": "in-ritardo"}, {"area": "valchiavenna"}])
def test_the_people_at_risk_are_the_ones_of_the_page(client_for, coordinator, stuck, query):
    client = client_for(coordinator)
    screen = people_on_screen(client, **query)

    assert screen[0] == ["Lucia Moro", "=Appalti", "scaduto: 20 novembre 2026"]
    header, *rows = in_csv(client, FILES[AT_RISK], "csv", **query)
    assert [[f"{row[1]} {row[0]}", row[4].removeprefix("'"), row[6]] for row in rows] == screen
    assert rows[0][2:6] == ["Campodolcino", "Valchiavenna", "'=Appalti", "20/11/2026"]
    assert rows[0][7].endswith("Del Curto, 27/11/2026")
    _header, *plain = in_csv(client, FILES[AT_RISK], "csv-semplice", **query)
    assert [row[5] for row in plain] == ["2026-11-20", ""][: len(screen)]
    cells = in_xlsx(client, FILES[AT_RISK], **query)
    assert len(cells[cells.index(header) + 1 :]) == len(screen)


def test_a_workbook_says_list_filters_and_moment(client_for, coordinator, stuck, silent):
    client = client_for(coordinator)

    people = in_xlsx(client, FILES[AT_RISK], area="valchiavenna", motivo="in-ritardo")
    assert people[:4] == [
        ["Elenco", "Persone a rischio"],
        ["Area interna", "Valchiavenna"],
        ["Motivo", "In ritardo"],
        ["Situazione al", "23/11/2026 10:00"],
    ]
    assert in_xlsx(client, FILES[SILENT])[:2] == [["Elenco", "Comuni silenti"], ["Situazione al", "23/11/2026 10:00"]]


def test_the_silent_municipalities_are_the_ones_of_the_page(client_for, coordinator, silent):
    client = client_for(coordinator)
    screen = page(client, SILENT).xpath("//ul[contains(@class, 'plain2')]/li//a/text()")

    for kind in ("csv", "csv-semplice"):
        _header, *rows = in_csv(client, FILES[SILENT], kind)
        assert [f"{name} ({province})" for name, province, *_more in rows] == screen
        assert [row[0] for row in rows] == ["Piuro", "Campodolcino"]
    cells = in_xlsx(client, FILES[SILENT])
    assert [row[0] for row in cells[-2:]] == ["Piuro", "Campodolcino"]
    assert rows[1][3] == "2026-01-27"
    assert isinstance(cells[-1][3], float)


@pytest.mark.parametrize("name", [AT_RISK, SILENT])
def test_nobody_reads_the_other_area(client_for, coordinator, referent, stuck, silent, area_b, name):
    client = client_for(coordinator)

    for kind in ("csv", "csv-semplice"):
        assert not {"CANARY_B", "Mede", "Lomellina"} & {
            word for row in in_csv(client, FILES[name], kind) for word in row
        }
    assert "Mede" not in str(in_xlsx(client, FILES[name]))
    assert client.get(reverse(FILES[name]), {"area": area_b.slug}).status_code == 404
    assert client.get(reverse(FILES[name]), {"formato": "exe"}).status_code == 404
    assert client_for(referent).get(reverse(FILES[name])).status_code == 404


def test_the_name_of_a_file_says_what_when_and_for_whom(client_for, coordinator, stuck):
    client, names = client_for(coordinator), []
    for kind in ("xlsx", "csv", "csv-semplice"):
        response = client.get(reverse(FILES[AT_RISK]), {"formato": kind})
        names.append(response["Content-Disposition"])
        b"".join(response)  # read to its end, the file is closed

    assert names == [
        f'attachment; filename="persone-a-rischio-al-2026-11-23{end}"'
        for end in (".xlsx", ".csv", "-per-programmi.csv")
    ]


def test_a_long_list_costs_no_more_queries(client_for, coordinator, stuck, area_a, now, django_assert_max_num_queries):
    client, body = client_for(coordinator), BodyFactory(area=area_a)
    for _number in range(60):
        EnrolmentFactory(user=employee(body), edition=EditionFactory(), due_on=DUE)

    with django_assert_max_num_queries(12):
        assert len(in_csv(client, FILES[AT_RISK], "csv")) == 63
