"""The table of areas and domains: on the screen and in the files the same rows."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from tests.factories import IndicatorFactory, IndicatorValueFactory

PAGE = "/coordinamento/fragilita/"


@pytest.fixture
def values(body_a, body_b):
    """Demography of both areas, safety of area A alone: there is nothing to compare it with."""
    ageing, safety = (
        IndicatorFactory(code="DEM-1"),
        IndicatorFactory(code="SIC-1", domain__code="SIC", domain__name="Sicurezza"),
    )
    for indicator, body, value in ((ageing, body_a, 10), (ageing, body_b, 20), (safety, body_a, 5)):
        IndicatorValueFactory(indicator=indicator, body=body, value=value, is_demo=body == body_b)


def test_the_page_shows_all_areas_with_the_label_of_invented_values(values, coordinator, client_for):
    page = client_for(coordinator).get(PAGE).content.decode()

    assert all(words in page for words in (">70,0<", ">130,0<", "dati mancanti", "Valori dimostrativi", "Lomellina"))


def test_the_files_hold_the_rows_of_the_page(values, coordinator, client_for):
    client = client_for(coordinator)

    text = b"".join(client.get(f"{PAGE}esporta/").streaming_content).decode("utf-8-sig")
    book = load_workbook(BytesIO(b"".join(client.get(f"{PAGE}esporta/?formato=xlsx").streaming_content))).active

    assert list(csv.reader(StringIO(text), delimiter=";")) == [
        ["Area interna", "Demografia", "Sicurezza", "Valori", "Anno"],
        ["Valchiavenna", "70,0", "dati mancanti", "veri", "2024"],
        ["Lomellina", "130,0", "dati mancanti", "dimostrativi", "2024"],
    ]
    assert [cell.value for cell in book[2]] == ["Valchiavenna", 70, "dati mancanti", "veri", 2024]


@pytest.mark.parametrize("query", ["", "?anno=1999", "?anno=x", "?anno=²", "?anno=2024"])
def test_an_unknown_year_shows_the_usual_one(values, coordinator, client_for, query):
    assert client_for(coordinator).get(PAGE + query).context["profile"].year == 2024


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}esporta/", f"{PAGE}esporta/?formato=xlsx"])
def test_without_values_the_page_says_so(area_a, coordinator, client_for, path):
    answer = client_for(coordinator).get(path)

    answer.close()
    assert answer.status_code == 200
    assert path != PAGE or "Nessun valore è ancora caricato." in answer.content.decode()


def test_the_page_of_an_area_names_its_weakest_domain(values, coordinator, client_for):
    page = client_for(coordinator).get("/coordinamento/aree/valchiavenna/").content.decode()

    assert "Dominio più fragile: Demografia, 70,0." in page


def test_queries_of_the_page(values, coordinator, client_for, django_assert_max_num_queries):
    client = client_for(coordinator)

    with django_assert_max_num_queries(15):
        client.get(PAGE)
