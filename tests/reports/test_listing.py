"""The lists behind the numbers: what the overview adds up, the same on the screen and in every file."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.urls import reverse
from lxml import html

from accounts.models import Scope
from courses.models import CoursePage
from journal.models import Job
from reports.actions import export
from reports.models import territory
from reports.models.period import Period
from tests.factories import EditionFactory, EnrolmentFactory, employee
from tests.reports.factories import CertificateFactory, CourseRecordFactory

TODAY = date(2026, 11, 23)
LISTS = ("iscrizioni", "ore", "attestati")


@pytest.fixture
def facts(learner, neighbour, outsider, edition, now):
    """Three completed courses in area A, one of last year; one in area B full of canaries; a formula as a name."""
    learner.last_name = "=1+1"
    learner.save()
    for person, at, minutes in [
        (learner, now, 45),
        (neighbour, now - timedelta(days=40), 90),
        (neighbour, now - timedelta(days=400), 600),
        (outsider, now, 50),
    ]:
        done = EnrolmentFactory(
            user=person, edition=EditionFactory(), enrolled_at=at, completed_at=at, credit_minutes=minutes
        )
        CourseRecordFactory(enrolment=done, minutes=minutes)
        CertificateFactory(enrolment=done, register__year=at.year)
    EnrolmentFactory(user=learner, edition=edition, enrolled_at=now, due_on=date(2026, 12, 24))


def path(name, slug, **query) -> str:
    wanted = "&".join(f"{key}={value}" for key, value in query.items())
    return f"{reverse(f'reports:{name}', args=[slug])}?{wanted}"


def on_screen(client, slug, **query) -> list[list[str]]:
    table = html.fromstring(client.get(path("listing_detail", slug, **query)).content).xpath("//tbody/tr")
    return [["".join(cell.itertext()) for cell in row] for row in table]


def in_csv(client, slug, file_format, **query) -> list[list[str]]:
    response = client.get(path("listing_export", slug, formato=file_format, **query))
    assert response.status_code == 200, response.headers
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter="," if file_format == "csv-semplice" else ";"))


def in_xlsx(client, slug, **query) -> tuple[list[list], str]:
    """The cells (numbers as numbers) and the whole sheet as it is written."""
    response = client.get(path("listing_export", slug, formato="xlsx", **query))
    with ZipFile(BytesIO(b"".join(response.streaming_content))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    rows = ElementTree.fromstring(sheet).findall(".//x:row", space)  # noqa: S314 - a file of our own
    return [[_value(cell, space) for cell in row.findall("x:c", space)] for row in rows], sheet


def _value(cell, space):
    if cell.get("t") == "inlineStr":
        return "".join(cell.itertext())
    return float(cell.find("x:v", space).text)


@pytest.mark.parametrize("slug", LISTS)
def test_screen_and_files_hold_the_same_rows(client_for, coordinator, facts, slug):
    client = client_for(coordinator)
    screen = on_screen(client, slug)

    header, *excel = in_csv(client, slug, "csv")
    assert [[cell.removeprefix("'") or "–" for cell in row] for row in excel] == screen
    plain = in_csv(client, slug, "csv-semplice")
    assert len(plain) == len(screen) + 1
    cells, sheet = in_xlsx(client, slug)
    top = cells.index(header)
    assert len(cells[top + 1 :]) == len(screen)
    assert "<f>" not in sheet
    assert 'state="frozen"' in sheet
    assert ["Anno", "2026"] in cells[:top]
    assert all(isinstance(row[-1], float) for row in cells[top + 1 :]) or slug == "attestati"


def test_the_rows_are_the_ones_of_the_numbers(client_for, coordinator, facts, area_a):
    client, tally = client_for(coordinator), territory.area_row(area_a, Period(2026, TODAY)).tally

    assert len({tuple(row[:2]) for row in on_screen(client, "iscrizioni")}) == tally.people == 2
    assert len(on_screen(client, "iscrizioni", stato="completate")) == tally.completed == 2
    assert len(on_screen(client, "iscrizioni", stato="aperte")) == 1
    assert sum(int(row[-1]) for row in on_screen(client, "ore")) == tally.minutes == 135
    assert len(on_screen(client, "attestati")) == tally.certificates == 2
    assert sum(int(row[-1]) for row in on_screen(client, "ore", anno=2025)) == 600


def test_filters_stand_in_the_address(client_for, coordinator, facts, body_a2, area_a, edition):
    client, course = client_for(coordinator), edition.course

    assert [row[0] for row in on_screen(client, "ore", ente=body_a2.pk)] == ["Trussoni"]
    assert len(on_screen(client, "iscrizioni", area=area_a.slug)) == 3
    assert len(on_screen(client, "iscrizioni", corso=course.pk)) == 1
    assert on_screen(client, "ore", stato="tutoraggio") == []
    assert len(on_screen(client, "iscrizioni", tema=course.theme, pilastro=course.pillar.number)) == len(
        in_csv(client, "iscrizioni", "csv", tema=course.theme, pilastro=course.pillar.number)[1:]
    )


@pytest.mark.parametrize("slug", LISTS)
def test_nobody_reads_the_other_area(client_for, coordinator, referent, learner, facts, area_b, body_b, slug):
    for person in (coordinator, referent):
        client = client_for(person)
        assert "CANARY" not in client.get(path("listing_detail", slug)).content.decode()
        assert "CANARY" not in str(in_csv(client, slug, "csv"))
        assert "CANARY" not in str(in_xlsx(client, slug))
        for query in ({"area": area_b.slug}, {"ente": body_b.pk}):
            assert client.get(path("listing_detail", slug, **query)).status_code == 404
            assert client.get(path("listing_export", slug, **query)).status_code == 404
    assert {row[2] for row in on_screen(client_for(referent), slug)} == {"Campodolcino"}
    assert client_for(learner).get(path("listing_detail", slug)).status_code == 404


def test_no_input_breaks_a_list(client_for, coordinator, facts):
    client = client_for(coordinator)
    query = {
        "anno": "mille",
        "tema": "x",
        "pilastro": "9" * 30,
        "obiettivo": "'",
        "stato": "è",
        "corso": "-1",
        "page": "x",
    }
    assert client.get(path("listing_detail", "iscrizioni", **query)).status_code == 200
    assert client.get(path("listing_detail", "iscrizioni", ente="x")).status_code == 404
    assert client.get(path("listing_detail", "altro")).status_code == 404
    assert client.get(path("listing_export", "ore", formato="exe")).status_code == 404


@pytest.fixture
def long_list(monkeypatch):
    monkeypatch.setattr("reports.actions.export.AT_ONCE", 1)


def test_a_long_list_is_prepared_in_the_background(client_for, coordinator, facts, long_list, now):
    client = client_for(coordinator)
    address = path("listing_export", "ore", formato="csv", stato="corsi")
    assert client.get(address).url.startswith(reverse("reports:listing_detail", args=["ore"]))

    page = client.post(address)
    assert client.post(address).url == page.url  # the same wish is one job
    job = Job.objects.get()
    assert (job.total, job.parameters["parameters"]) == (2, {"stato": "corsi"})
    assert "<progress" in client.get(page.url).content.decode()
    download = reverse("reports:export_download", args=[job.pk])
    assert client.get(download).status_code == 404

    assert export.build_exports(now=now) == 1
    assert "<progress" not in client.get(page.url).content.decode()
    text = b"".join(client.get(download).streaming_content).decode("utf-8-sig")
    assert [row.split(";")[0] for row in text.splitlines()[1:]] == ["'=1+1", "Trussoni"]
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 2)
    assert export.build_exports(now=now) == 0
    assert export.delete_expired_exports(now=now + timedelta(days=3)) == 1
    assert client.get(download).status_code == 404


def test_a_file_that_cannot_be_made_says_so_and_holds_up_no_other(
    client_for, coordinator, facts, long_list, monkeypatch, now
):
    client = client_for(coordinator)
    pages = [client.post(path("listing_export", "ore", formato=each)).url for each in ("xlsx", "csv")]
    write = export.write_file
    monkeypatch.setattr(export, "write_file", lambda *args: 1 / 0 if args[2] == "xlsx" else write(*args))

    assert export.build_exports(now=now) == 1
    assert "Non è stato possibile preparare il file" in client.get(pages[0]).text
    assert [job.state for job in Job.objects.order_by("pk")] == ["failed", "done"]


def test_a_file_does_not_outlive_the_role(client_for, coordinator, other_coordinator, facts, long_list, now):
    client = client_for(coordinator)
    for file_format in ("xlsx", "csv"):
        client.post(path("listing_export", "ore", formato=file_format))
    first, second = Job.objects.order_by("pk")
    Job.objects.filter(pk=second.pk).update(state="running", claimed_at=now)
    export.build_exports(now=now)
    download = reverse("reports:export_download", args=[first.pk])
    assert b"".join(client.get(download).streaming_content).startswith(b"PK")
    assert client_for(other_coordinator).get(download).status_code == 404
    assert client_for(other_coordinator).get(reverse("reports:export_detail", args=[first.pk])).status_code == 404

    coordinator.roles.update(ended_at=now)
    assert client_for(coordinator).get(download).status_code == 404
    export.build_exports(now=now + timedelta(minutes=6))  # the lease of the second is over
    second.refresh_from_db()
    assert (second.state, second.path) == ("failed", "")


@pytest.mark.parametrize(
    ("who", "query"),
    [
        ("anci", {}),
        ("anci", {"area": "valchiavenna"}),
        ("anci", {"anno": 2025}),
        ("coordinator", {}),
        ("coordinator", {"stato": "tutoraggio"}),
        ("referent", {}),
    ],
)
def test_a_list_beyond_the_limit_is_cut_and_says_the_same_sum(client_for, request, facts, monkeypatch, who, query):
    client, address = client_for(request.getfixturevalue(who)), path("listing_detail", "ore", **query)
    whole = client.get(address).context

    monkeypatch.setattr("lib.long_lists.MOST", 1)
    page = client.get(address)

    assert page.context["page"].paginator.count == min(whole["page"].paginator.count, 1)
    assert ("Oltre 1 righe" in page.text) is (whole["page"].paginator.count > 1)
    assert page.context["minutes"] == whole["minutes"]


def test_the_sum_of_a_cut_list_of_courses_is_not_told(client_for, anci, facts, monkeypatch):
    theme = CoursePage.objects.first().theme
    monkeypatch.setattr("lib.long_lists.MOST", 1)

    page = client_for(anci).get(path("listing_detail", "ore", tema=theme))

    assert (page.context["page"].paginator.is_cut, page.context["minutes"]) == (True, None)


def test_a_page_beyond_the_limit_is_the_last_one(client_for, anci, facts, monkeypatch):
    monkeypatch.setattr("lib.long_lists.MOST", 2)
    monkeypatch.setattr("reports.views.listing.PAGE_SIZE", 1)

    page = client_for(anci).get(path("listing_detail", "ore", page=3)).context["page"]

    assert (page.number, page.paginator.num_pages, page.has_next()) == (2, 2, False)


@pytest.mark.parametrize("people", [1, 30])
def test_queries_do_not_grow(client_for, coordinator, body_a, edition, now, people, django_assert_max_num_queries):
    for _number in range(people):
        CourseRecordFactory(enrolment=EnrolmentFactory(user=employee(body_a), edition=edition, completed_at=now))
    client = client_for(coordinator)
    client.get(path("listing_detail", "ore"))

    with django_assert_max_num_queries(12):
        client.get(path("listing_detail", "ore"))


def test_reach_is_compared_whole():
    assert export.reach_of(Scope(is_anci=True)) == {"all": True, "areas": [], "bodies": []}
