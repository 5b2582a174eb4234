"""The figures of a year from the region to a single step, on the screen and in the workbooks.

peers.md, day one: 6 (every total the sum of the rows below it).
"""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from tests import factories
from tests.browser.pages import link, saved, text_of
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
