from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from courses.connection_log import Problem, guess, moment, read

ROME = ZoneInfo("Europe/Rome")
DAY = date(2026, 12, 1)
NINE_FIVE = datetime(2026, 12, 1, 8, 5, tzinfo=UTC)
COLUMNS = {"email": "e-mail", "joined": "entrata", "left": "uscita"}


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01T09:05:00+01:00",
        "2026-12-01T08:05:00Z",
        "2026-12-01 09:05",
        "01/12/2026 09:05:00",
        "01/12/2026, 09:05:00",
        "1/12/2026 9:05",
        "01.12.2026 09.05",
        "12/1/2026, 9:05:00 AM",
        "12/1/26, 9:05:00\u202fAM",
        " 09:05 ",
        "9.05.00",
    ],
)
def test_a_moment_is_read_as_the_services_write_it(text):
    assert moment(text, day=DAY, zone=ROME) == NINE_FIVE


@pytest.mark.parametrize("text", ["", "ieri", "31/02/2026 09:05", "46357,37847", "2026-12-01"])
def test_what_is_no_moment_is_none(text):
    assert moment(text, day=DAY, zone=ROME) is None


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["name", "user email", "join time", "leave time"], ("user email", "join time", "leave time")),
        (
            ["nome", "indirizzo e-mail", "ora di entrata", "ora di uscita"],
            ("indirizzo e-mail", "ora di entrata", "ora di uscita"),
        ),
        (["a", "b"], ("", "", "")),
    ],
)
def test_the_columns_are_proposed_by_their_names(columns, found):
    assert tuple(guess(columns).values()) == found


def test_every_row_is_an_entry_or_says_what_is_wrong_with_it():
    rows = [
        {"e-mail": "Lucia@Example.org ", "entrata": "09:05", "uscita": "11:00"},
        {"e-mail": "", "entrata": "", "uscita": ""},
        {"e-mail": "Lucia Moro", "entrata": "09:05", "uscita": "11:00"},
        {"e-mail": "lucia@example.org", "entrata": "presto", "uscita": "11:00"},
        {"e-mail": "lucia@example.org", "entrata": "09:05", "uscita": ""},
        {"e-mail": "lucia@example.org", "entrata": "11:00", "uscita": "09:05"},
        {"e-mail": "ospite@example.org", "entrata": "09:05", "uscita": "11:00"},
    ]

    entries, faults = read(rows, COLUMNS, known={"lucia@example.org"}, day=DAY, zone=ROME)

    assert [(entry.line, entry.email, entry.stay.joined) for entry in entries] == [(2, "lucia@example.org", NINE_FIVE)]
    assert [(fault.line, fault.problem) for fault in faults] == [
        (4, Problem.NO_EMAIL),
        (5, Problem.NO_JOINED),
        (6, Problem.NO_LEFT),
        (7, Problem.BACKWARDS),
        (8, Problem.UNKNOWN),
    ]
