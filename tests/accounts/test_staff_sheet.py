"""The engine that reads a list of staff."""

from datetime import date

import pytest

from accounts.staff_sheet import Fault, Problem, Rules, guess, read, share_of
from lib.body_names import BodyNames

BODIES = BodyNames(
    [
        (1, "014012", "Campodolcino", "SO"),
        (2, "014050", "Piuro", "SO"),
        (3, "", "San Giacomo", "SO"),
        (4, "", "San Giacomo", "PV"),
    ]
)
RULES = Rules(BODIES, date(2026, 11, 23), is_email=lambda text: "@" in text, is_name=lambda text: text.isalpha())
ROW = {"mail": "Anna@Example.org", "nome": "Anna", "cognome": "Neri", "ente": "Piuro", "istat": "", "dal": "", "al": ""}
COLUMNS = {
    **dict.fromkeys(["job_title", "share_percent"], ""),
    "email": "mail",
    "first_name": "nome",
    "last_name": "cognome",
    "body": "ente",
    "body_code": "istat",
    "started_on": "dal",
    "ended_on": "al",
}


def faults_of(**cells):
    return [(fault.column, fault.problem) for fault in read([ROW | cells], COLUMNS, RULES, seen_rows=id)[1]]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("50", 50),
        ("50%", 50),
        ("50,0", 50),
        ("0,5", 50),
        ("1", 100),
        ("100", 100),
        ("0", None),
        ("101", None),
        ("x", None),
    ],
)
def test_share_of_reads_percent_and_fractions(text, share):
    assert share_of(text) == share


def test_guess_takes_no_column_twice():
    columns = [
        "nome ente",
        "codice istat",
        "nome",
        "cognome",
        "indirizzo e-mail",
        "dal",
        "al",
        "quota %",
        "qualifica",
        "",
    ]

    assert guess(columns) == {
        "email": "indirizzo e-mail",
        "last_name": "cognome",
        "body_code": "codice istat",
        "body": "nome ente",
        "job_title": "qualifica",
        "started_on": "dal",
        "ended_on": "al",
        "share_percent": "quota %",
        "first_name": "nome",
    }


def test_a_good_row_is_an_entry_and_an_empty_one_nothing():
    seen = []
    entries, faults = read([ROW | {"dal": "1/2/2020"}, dict.fromkeys(ROW, "")], COLUMNS, RULES, seen_rows=seen.append)

    entry = entries[0]
    assert (len(entries), faults, seen) == (1, [], [1, 2])
    assert (entry.line, entry.email, entry.body, entry.started_on) == (2, "anna@example.org", 2, date(2020, 2, 1))
    assert (entry.ended_on, entry.share_percent, entry.job_title) == (None, None, "")


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"mail": "anna"}, ("email", Problem.NO_EMAIL)),
        ({"nome": "4"}, ("first_name", Problem.NO_FIRST_NAME)),
        ({"cognome": ""}, ("last_name", Problem.NO_LAST_NAME)),
        ({"ente": "Altrove"}, ("body", Problem.UNKNOWN_BODY)),
        ({"istat": "1E+04"}, ("body_code", Problem.UNKNOWN_BODY)),
        ({"dal": "ieri"}, ("started_on", Problem.NO_DAY)),
        ({"dal": "24/11/2026"}, ("started_on", Problem.FUTURE)),
        ({"dal": "1/2/2020", "al": "1/1/2020"}, ("ended_on", Problem.BACKWARDS)),
    ],
)
def test_a_bad_cell_is_named_with_its_reason(cells, fault):
    assert faults_of(**cells) == [fault]


def test_rows_that_clash_name_the_other_row():
    rows = [ROW, ROW, ROW | {"ente": "Campodolcino", "cognome": "Bianchi"}]

    entries, faults = read(rows, COLUMNS, RULES, seen_rows=id)

    assert [entry.line for entry in entries] == [2]
    assert faults == [
        Fault(3, "email", Problem.REPEATED, "2"),
        Fault(4, "last_name", Problem.OTHER_NAME, "Anna Neri"),
    ]
