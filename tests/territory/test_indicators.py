"""The import of the indicators and their values: all or nothing, twice the same, real values before invented ones."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from journal.models import AuditEntry, Job
from lib.csv_rows import read_rows
from territory.actions import confirm, prepare
from territory.actions.imports import INDICATORS
from territory.models import Indicator, IndicatorDomain, IndicatorValue
from tests.factories import IndicatorFactory, IndicatorValueFactory

LIST = "codice;dominio;nome;unità;polarità;riferimento;fonte\n"
VECCHIAIA = "DEM-1;demografia;Indice di vecchiaia;%;alto;;ISTAT\n"
IMPORT = "/coordinamento/territorio/indicatori/"


@pytest.fixture
def domain(db):
    return IndicatorDomain.objects.create(code="DEM", name="Demografia", indicator_count=7)


@pytest.fixture
def ageing(domain):
    return IndicatorFactory(code="DEM-1", domain=domain, name="Indice di vecchiaia")


def prepare_indicators(text, *, actor, now) -> Job:
    return prepare(INDICATORS, read_rows(text), actor=actor, now=now)


def load(text, anci, now) -> Job:
    return confirm(prepare_indicators(text, actor=anci, now=now), actor=anci, now=now)


def values_csv(*rows: str) -> str:
    return "\n".join(["codice_istat;indicatore;anno;valore", *rows])


def errors(text, anci, now) -> list[tuple]:
    job = prepare_indicators(text, actor=anci, now=now)
    return [(error["line"], error["column"]) for error in job.outcome["errors"]]


def test_the_list_is_read_with_its_domain_polarity_and_reference(domain, anci, now):
    load(LIST + VECCHIAIA + "DEM-2;DEM;Saldo migratorio;;basso;-1,5;\n", anci, now)

    rows = Indicator.objects.values_list("code", "domain", "unit", "is_fragile_when_high", "reference")
    assert list(rows) == [("DEM-1", domain.pk, "%", True, None), ("DEM-2", domain.pk, "", False, -1.5)]


def test_the_list_reads_english_columns_too(domain, anci, now):
    load("code,domain,name,unit,polarity,source\nDEM-1,DEM,Indice,%,alto,ISTAT\n", anci, now)

    assert Indicator.objects.get().source == "ISTAT"


def test_the_list_is_whole_but_keeps_what_has_real_values(ageing, body_a, anci, now):
    for code, is_demo in (("DEM-2", True), ("DEM-3", False)):
        IndicatorValueFactory(indicator=IndicatorFactory(code=code, domain=ageing.domain), body=body_a, is_demo=is_demo)

    job = load(LIST + VECCHIAIA, anci, now)

    assert list(Indicator.objects.values_list("code", flat=True)) == ["DEM-1", "DEM-3"]
    assert [job.outcome[name] for name in ("removed", "kept", "demo_removed")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (";DEM;Nome;;alto;;", "codice"),
        ("DEM 1;DEM;Nome;;alto;;", "codice"),
        ("DEM-1;XYZ;Nome;;alto;;", "dominio"),
        ("DEM-1;DEM;;;alto;;", "nome"),
        ("DEM-1;DEM;Nome;;forse;;", "polarità"),
        ("DEM-1;DEM;Nome;;alto;1.000,5;", "riferimento"),
        ("DEM-1;DEM;Nome;;alto;inf;", "riferimento"),
        ("DEM-1;DEM;Nome;" + "u" * 41 + ";alto;;", "unità"),
    ],
)
def test_a_bad_row_of_the_list_is_named_and_nothing_is_written(domain, anci, now, row, column):
    assert errors(LIST + "DEM-9;DEM;Buona;;alto;;\n" + row, anci, now) == [(3, column)]
    assert not Indicator.objects.exists()


def test_an_indicator_stands_in_the_list_once(domain, anci, now):
    assert errors(LIST + VECCHIAIA + VECCHIAIA.lower(), anci, now) == [(3, "codice")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("999999;DEM-1;2024;5", "codice_istat"),
        ("{code};DEM-9;2024;5", "indicatore"),
        ("{code};DEM-1;24;5", "anno"),
        ("{code};DEM-1;²024;5", "anno"),
        ("{code};DEM-1;2024;", "valore"),
        ("{code};DEM-1;2024;nan", "valore"),
        ("{code};DEM-1;2024;1.234,5", "valore"),
        ("{code};DEM-1;2024;" + "9" * 400, "valore"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_written(ageing, body_a, body_a2, anci, now, row, column):
    text = values_csv(f"{body_a2.istat_code};DEM-1;2024;1", row.format(code=body_a.istat_code))

    assert errors(text, anci, now) == [(3, column)]
    assert not IndicatorValue.objects.exists()


@pytest.mark.parametrize(
    ("text", "line"), [("", 1), ("nome\nx", 1), ("codice_istat;anno\n", 1), (LIST + ";;;;;;\n", 2)]
)
def test_a_file_without_its_columns_or_rows_is_refused(ageing, anci, now, text, line):
    assert errors(text, anci, now) == [(line, "")]


def test_values_take_the_decimal_comma_and_a_code_that_lost_its_zeros(ageing, body_a, anci, now):
    load(values_csv(f"{int(body_a.istat_code)};dem-1;2024;12,5"), anci, now)

    value = IndicatorValue.objects.get()
    assert (value.body, value.value, value.year, value.is_demo) == (body_a, 12.5, 2024, False)


def test_the_same_value_twice_in_a_file_is_refused(ageing, body_a, anci, now):
    row = f"{body_a.istat_code};DEM-1;2024;12,5"

    assert errors(values_csv(row, row), anci, now) == [(3, "codice_istat")]


def test_the_same_file_twice_changes_nothing(ageing, body_a, anci, now):
    text = values_csv(f"{body_a.istat_code};DEM-1;2024;12,5")

    first, second = load(text, anci, now), load(text, anci, now)

    assert [(job.outcome["added"], job.outcome["unchanged"]) for job in (first, second)] == [(1, 0), (0, 1)]


def test_a_confirmed_import_is_not_written_again(ageing, body_a, anci, now):
    job = load(values_csv(f"{body_a.istat_code};DEM-1;2024;12,5"), anci, now)
    IndicatorValue.objects.update(value=3)

    confirm(job, actor=anci, now=now)

    assert (IndicatorValue.objects.get().value, AuditEntry.objects.filter(action="import_values").count()) == (3, 1)


def test_real_values_take_the_place_of_every_invented_one_of_indicator_and_year(ageing, body_a, body_a2, anci, now):
    for body, year in ((body_a, 2024), (body_a2, 2024), (body_a2, 2023)):
        IndicatorValueFactory(indicator=ageing, body=body, year=year, is_demo=True)

    job = load(values_csv(f"{body_a.istat_code};DEM-1;2024;12,5"), anci, now)

    assert job.outcome["demo_removed"] == 2
    rows = IndicatorValue.objects.values_list("body", "year", "is_demo")
    assert sorted(rows) == sorted([(body_a.pk, 2024, False), (body_a2.pk, 2023, True)])


def test_an_invented_value_never_stands_beside_real_ones(ageing, body_a, body_a2, anci, now):
    IndicatorValueFactory(indicator=ageing, body=body_a, year=2024)
    text = f"codice_istat;indicatore;anno;valore;dimostrativo\n{body_a2.istat_code};DEM-1;2024;5;sì"

    assert errors(text, anci, now) == [(2, "dimostrativo")]


@pytest.mark.parametrize("query", ["", "?valori=1"])
def test_what_is_exported_reads_back_as_it_was(ageing, body_a, body_a2, anci, client_for, now, query):
    ageing.unit, ageing.reference = "%", -0.1
    ageing.save()
    IndicatorValueFactory(indicator=ageing, body=body_a, value=-0.1, is_demo=True)
    IndicatorValueFactory(indicator=ageing, body=body_a2, value=0.000001, year=2023)
    client = client_for(anci)
    content = b"".join(client.get(f"{reverse('territory:indicator_export')}{query}").streaming_content)

    page = client.post(IMPORT, {"file": SimpleUploadedFile("i.csv", content)}, follow=True)

    outcome = Job.objects.get().outcome
    assert [outcome.get(name) for name in ("added", "changed", "removed", "error_count")] == [0, 0, 0, 0]
    assert page.status_code == 200


def test_another_import_in_between_asks_for_the_file_again(ageing, body_a, anci, client_for, now):
    texts = [values_csv(f"{body_a.istat_code};DEM-1;2024;{value}") for value in (1, 2)]
    old, newer = (prepare_indicators(text, actor=anci, now=now) for text in texts)
    confirm(newer, actor=anci, now=now + timedelta(minutes=1))

    client_for(anci).post(reverse("territory:indicator_import_confirm", args=[old.pk]))

    assert IndicatorValue.objects.get().value == 2


def test_preview_and_confirmation_on_the_pages(ageing, body_a, anci, client_for, now):
    IndicatorValueFactory(indicator=ageing, body=body_a, year=2024, value=3, is_demo=True)
    client, text = client_for(anci), values_csv(f"{body_a.istat_code};DEM-1;2024;12,5")
    upload = SimpleUploadedFile("valori.csv", text.encode("cp1252"))

    preview = client.post(IMPORT, {"file": upload}, follow=True).content.decode()
    done = client.post(reverse("territory:indicator_import_confirm", args=[Job.objects.get().pk]), follow=True)

    assert "I valori veri prendono il posto di 1 valore dimostrativo." in preview
    assert "<td>DEM-1, 2024</td><td>3,0</td><td>12,5</td>" in preview
    assert ("Scrivi queste modifiche" in preview, "Scrivi queste modifiche" in done.content.decode()) == (True, False)
    assert IndicatorValue.objects.get().value == 12.5
