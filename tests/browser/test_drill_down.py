"""The figures of a year from the region to a single step, on the screen and in the workbooks.

peers.md, day one: 6 (every total the sum of the rows below it), 11 (who has passed 40 hours, and with what).
"""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from tests import factories
from tests.browser.pages import button, link, saved, text_of
from tests.reports.factories import BookingFactory, CertificateFactory, CourseRecordFactory, TutoringRecordFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What a column is called on the screen and in the workbook.
NUMBERS = {
    "Iscritti": "Persone iscritte",
    "Completati": "Corsi completati",
    "Ore": "Ore",
    "Tutoraggio": "Ore di tutoraggio",
    "Attestati": "Attestati",
}
READ = """table => {
    const heads = [...table.tHead.rows[0].cells].map((head) => head.innerText.trim());
    return [...table.tBodies[0].rows, ...table.tFoot.rows].map((row) => Object.fromEntries(
        [...row.cells].map((cell, column) => [heads[column], [cell.innerText, Number(cell.dataset.v)]])));
}"""


def table(page) -> list[dict[str, tuple[str, float]]]:
    """The rows of the page's table, its total last: the text of each cell and the number that it stands for."""
    return page.locator("table.sortable").evaluate(READ)


def numbers(row: dict) -> dict[str, float]:
    """The numbers of a row by their columns; hours as minutes."""
    return {name: row[name][1] for name in NUMBERS if name in row}


def adds_up(page) -> dict[str, float]:
    """The total of the page's table, which is the sum of its rows, row for row what the workbook holds."""
    *rows, total = table(page)
    assert numbers(total) == {name: sum(numbers(row)[name] for row in rows) for name in numbers(total)}
    header, *lines = load_workbook(BytesIO(saved(page, "Esporta questa vista"))).active.iter_rows(values_only=True)
    assert len(lines) == len(rows) + 1
    for row, line in zip([*rows, total], lines, strict=True):
        cells = dict(zip(header, line, strict=True))
        for name in numbers(row):
            value = cells.get(NUMBERS[name], cells.get(name))
            assert isinstance(value, int | float)
            assert value == float(row[name][0].split("\n")[0].replace(",", "."))
    return numbers(total)


def row_of(page, words: str) -> dict[str, float]:
    return next(numbers(row) for row in table(page) if words in next(iter(row.values()))[0])


@pytest.fixture
def year(edition, learner, colleague, neighbour, outsider, now):
    """Two areas, three bodies, four people with hours that do not divide by six, one of whom has only begun."""
    today = timezone.localdate(now)
    for person, minutes in [(learner, 101), (neighbour, 45), (outsider, 47)]:
        done = factories.EnrolmentFactory(edition=edition, user=person, completed_at=now, credit_minutes=minutes)
        CourseRecordFactory(enrolment=done, minutes=minutes, earned_on=today)
        CertificateFactory(enrolment=done, register__year=today.year)
    factories.EnrolmentFactory(edition=edition, user=colleague)
    held = BookingFactory(learner=colleague, session__starts_at=now - timedelta(hours=2))
    TutoringRecordFactory(booking=held, minutes=64, earned_on=today)


def test_every_total_is_the_sum_of_the_rows_below_it(year, learner, anci, page_for):
    """Day one, 6: from the region to a step; the workbook of each table holds the same rows, numbers as numbers."""
    page = page_for(anci)
    page.goto("/coordinamento/")
    region = adds_up(page)
    assert region == {"Iscritti": 4, "Ore": 101 + 45 + 47 + 64, "Tutoraggio": 64, "Attestati": 3}

    for words in ("Valchiavenna", "Campodolcino"):
        above = row_of(page, words)
        link(page, words)
        total = adds_up(page)
        assert above == {name: total.get(name, above[name]) for name in above}

    above = row_of(page, str(learner))
    link(page, str(learner))
    assert above["Ore"] == 101
    assert f"Ore del {timezone.localdate().year}\n1 h 41 min" in text_of(page)
    page.get_by_text("passi completati su").click()
    assert page.get_by_text("Seconda lezione").is_visible()


@pytest.fixture
def webinar(now, area_a, learner):
    """A course of one meeting, an hour that has just ended, which the learner is enrolled in."""
    course = factories.CourseFactory(title="Webinar sul codice")
    factories.LiveStepFactory(parent=course, minutes=60)
    edition = factories.EditionFactory(course=course, is_self_paced=False, starts_on=timezone.localdate(now))
    edition.areas.add(area_a)
    factories.LiveSessionFactory(edition=edition, starts_at=now - timedelta(minutes=65), ends_at=now)
    factories.EnrolmentFactory(edition=edition, user=learner)
    return edition


@pytest.fixture
def thirty_eight_and_a_half_hours(edition, learner, now):
    """Courses, and half an hour with a tutor."""
    today = timezone.localdate(now)
    done = factories.EnrolmentFactory(edition=edition, user=learner, completed_at=now, credit_minutes=38 * 60)
    CourseRecordFactory(enrolment=done, minutes=38 * 60, earned_on=today)
    held = BookingFactory(learner=learner, session__starts_at=now - timedelta(hours=2))
    TutoringRecordFactory(booking=held, minutes=30, earned_on=today)


def send_training_done_elsewhere(page, minutes: str) -> None:
    page.goto("/la-mia-formazione/ore/")
    link(page, "Aggiungi formazione esterna")
    page.get_by_label("Titolo del corso").fill("Sicurezza informatica")
    page.get_by_label("Chi l’ha tenuto").fill("Syllabus")
    page.get_by_label("Tema").select_option("digitale")
    page.get_by_label("Ore indicate sull’attestato").fill(minutes)
    page.get_by_label("Giorno in cui è terminato").fill(timezone.localdate().isoformat())
    proof = {"name": "attestato.pdf", "mimeType": "application/pdf", "buffer": factories.pdf_of("attestato")}
    page.get_by_label("Attestato o dichiarazione").set_input_files(proof)
    button(page, "Invia per l’approvazione")


def test_forty_hours_come_from_every_source(
    thirty_eight_and_a_half_hours, webinar, learner, body_a2, coordinator, page_for
):
    """Day one, 11: an hour of webinar by the register, tutoring, and a certificate from elsewhere once approved."""
    send_training_done_elsewhere(page_for(learner), "0,5")
    page = page_for(coordinator)
    page.goto("/coordinamento/")
    link(page, "Corsi")
    link(page, str(webinar))
    link(page, "Registro presenze", exact=False)
    link(page, "Segna tutti")
    button(page, "Salva il registro")
    page.goto("/coordinamento/")
    link(page, "Valchiavenna")
    assert row_of(page, "Campodolcino")["Ore"] == 39 * 60 + 30
    assert "con 40 ore" not in text_of(page)

    link(page, "Persone")
    link(page, "Formazione esterna")
    button(page, f"Approva Sicurezza informatica di {learner}")
    page.goto("/coordinamento/")
    link(page, "Valchiavenna")
    assert row_of(page, "Campodolcino")["Ore"] == 40 * 60
    header, *rows = load_workbook(BytesIO(saved(page, "Esporta questa vista"))).active.iter_rows(values_only=True)
    over = header.index("Persone con le ore dell’obiettivo")
    assert [row[over] for row in rows] == [1, 0, 1]  # Campodolcino, Piuro, the total
    assert "1 con 40 ore" in text_of(page)

    link(page, "Campodolcino")
    assert re.search(r"1 persona su 1 .*\(100%\) ha raggiunto 40 ore", text_of(page))
