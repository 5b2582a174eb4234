"""The page of the hours, and the table for the PIAO: every sum is the sum of the lines below it."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from certificates.actions import approve_external, refuse_external
from certificates.models import Certificate, TrainingRecord
from reports.models.period import Period
from reports.models.piao import piao
from reports.models.record import record_of
from tests.certificates.factories import certificate_of, external_of
from tests.factories import EmploymentFactory

PAGE = reverse("reports:training_record")
PERIOD = Period(2026, date(2026, 11, 23))


@pytest.fixture
def trained(learner, edition, referent, now):
    """45 minutes of a course and 120 of Syllabus, both this year; 60 of the year before."""
    certificate_of(learner, edition, now=now)
    for title, day in (("Sicurezza", date(2026, 3, 5)), ("Vecchio", date(2025, 5, 1))):
        minutes = 120 if day.year == 2026 else 60
        waiting = external_of(learner, now=now, title=title, finished_on=day, minutes=minutes, is_mandatory=True)
        approve_external(waiting, actor=referent, now=now)
    return learner


def test_every_table_of_the_page_adds_up_the_lines(trained):
    record = record_of(trained, PERIOD)

    assert [line.minutes for line in record.lines] == [120, 45]
    assert record.hours.minutes == 165
    assert dict(record.by_theme) == {"transizione amministrativa": 45, "transizione digitale": 120}
    assert dict(record.hours.by_kind) == {"corso": 45, "formazione esterna": 120}
    assert [(row.minutes, row.so_far) for row in record.months] == [
        (0, 0), (0, 0), (120, 120), *[(0, 120)] * 7, (45, 165),
    ]  # fmt: skip
    assert record.mandatory_minutes == 120


def test_the_page_shows_hours_projection_and_what_waits(trained, referent, client_for, now):
    external_of(trained, now=now, title="In attesa")
    refuse_external(external_of(trained, now=now, title="No"), actor=referent, reason="Manca la firma", now=now)

    page = client_for(trained).get(PAGE).text

    assert "2 ore e 45 minuti</b> di 40 ore" in page
    assert "le ore saranno circa 3." in page
    assert ("In attesa" in page, "Manca la firma" in page) == (True, True)


def test_a_course_that_the_law_asks_for_is_said_so_in_record_table_and_statement(
    learner, edition, body_a, client_for, now
):
    edition.course.is_mandatory = True
    edition.course.save(update_fields=["is_mandatory"])
    certificate_of(learner, edition, now=now)
    client = client_for(learner)

    page = client.get(PAGE).text
    answer = client.post(reverse("certificates:statement_create"), {"tipo": "year", "anno": "2026"})

    statement = Certificate.objects.get(kind="year")
    assert "Transizione amministrativa, obbligatoria per legge" in page
    assert 'name="tipo" value="year"' in page
    assert ('name="anno" value="2026"' in page, answer.status_code) == (True, 302)
    assert [(line["theme"], line["is_mandatory"]) for line in statement.snapshot["lines"]] == [("amministrativa", True)]
    assert piao(body_a, PERIOD).total.mandatory_minutes == 45


def test_another_year_has_its_own_hours_and_no_projection(trained, client_for):
    page = client_for(trained).get(f"{PAGE}?anno=2025").text

    assert ("1 ora</b> di 40 ore" in page, "Con questo ritmo" in page) == (True, False)


def test_the_page_costs_the_same_for_one_or_many(trained, referent, client_for, now, django_assert_num_queries):
    client = client_for(trained)
    client.get(PAGE)
    with django_assert_num_queries(6):
        client.get(PAGE)
    for number in range(5):
        approve_external(external_of(trained, now=now, title=f"{number}"), actor=referent, now=now)

    with django_assert_num_queries(6):
        client.get(PAGE)


def test_the_empty_page_offers_the_first_step(colleague, client_for):
    assert "Trova un corso" in client_for(colleague).get(PAGE).text


def test_the_piao_counts_people_once_in_the_total(trained, colleague, body_a, edition, now):
    certificate_of(colleague, edition, now=now, credit_minutes=40 * 60)

    table = piao(body_a, PERIOD)

    rows = {row.label: (row.activities, len(row.people), row.minutes) for row in table.rows if row.activities}
    assert rows == {"transizione amministrativa": (2, 2, 2_445), "transizione digitale": (1, 1, 120)}
    assert (table.total.activities, len(table.total.people), table.total.minutes) == (3, 2, 2_565)
    assert (table.over_target, len(table.staff), table.share) == (1, 3, 33)


def test_hours_for_another_body_do_not_lift_the_share(learner, body_a, body_b, edition, now):
    other = EmploymentFactory(user=learner, body=body_b)
    certificate_of(learner, edition, now=now, employment=other, credit_minutes=50 * 60)

    assert [(piao(body, PERIOD).over_target, piao(body, PERIOD).total.minutes) for body in (body_a, body_b)] == [
        (0, 0),
        (1, 3_000),
    ]


def test_the_workbook_holds_numbers_as_numbers_and_no_formula(trained, referent, body_a, client_for, monkeypatch):
    monkeypatch.setattr("reports.models.piao._", lambda text: f"={text}" if text == "Activities" else text)

    answer = client_for(referent).get(reverse("reports:piao_export", args=[body_a.pk]) + "?formato=xlsx")

    sheet = load_workbook(BytesIO(answer.content)).active
    assert answer["Content-Disposition"] == 'attachment; filename="piao-3-3-campodolcino-2026-al-2026-11-23.xlsx"'
    assert (sheet["B1"].value, sheet["B1"].data_type) == ("=Activities", "s")
    totals = [cell for row in sheet.iter_rows() if row[0].value == "Total" for cell in row[1:]]
    assert [cell.value for cell in totals] == [2, 1, 2.75, 165, 2]
    assert {cell.data_type for cell in totals} == {"n"}


def test_the_csv_holds_the_same_table(trained, referent, body_a, client_for):
    answer = client_for(referent).get(reverse("reports:piao_export", args=[body_a.pk]))

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert [line for line in lines if line.startswith("Totale")] == ["Totale;2;1;2,75;165;2"]


def test_the_body_page_says_who_has_reached_the_target(trained, referent, body_a, client_for):
    page = client_for(referent).get(reverse("reports:body_detail", args=[body_a.pk])).text

    assert (
        "Nel 2026 0 persone su 2 con rapporto di lavoro confermato (0%) hanno raggiunto 40 ore per questo ente" in page
    )
    assert reverse("reports:piao_export", args=[body_a.pk]) in page


def test_only_counted_lines_reach_the_piao(trained, learner, body_a):
    learner.employments.update(confirmed_at=None)

    assert (piao(body_a, PERIOD).total.minutes, TrainingRecord.objects.count()) == (0, 3)
