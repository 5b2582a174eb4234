from datetime import date

import pytest

from lib.cells import day_of, istat_code, number_of, undefused, whole_of
from lib.spreadsheets import defused


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *((text, date(2026, 1, 31)) for text in ("2026-01-31", "31/01/2026", "31.1.2026", "31-01-2026", "31/01/26")),
        ("2026-01-31 00:00:00", date(2026, 1, 31)),
        ("46053", date(2026, 1, 31)),  # as Excel counts
        *((text, None) for text in ("", "31/31/2026", "gennaio", "123456", "²²²²²")),
    ],
)
def test_day_of_reads_what_spreadsheets_make_of_a_day(text, day):
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [("12,5", 12.5), ("12.5", 12.5), ("-1", -1), ("0,333333333333333", 0.333333)]
    + [(text, None) for text in ("", "1.234,5", "inf", "nan", "1e5", "²", "9" * 13)],
)
def test_number_of_takes_comma_or_point_and_no_thousands(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("3611", 3611), ("3.611", 3611), ("1.234.567", 1234567), ("3611,0", 3611), ("0", 0)]
    + [(text, None) for text in ("", "3,611", "3.61", "3.6111", "1234.567.8", "tremila", "²")],
)
def test_whole_of_reads_thousands_and_no_fraction(text, number):
    assert whole_of(text) == number


def test_a_code_gets_its_zeros_back_and_nothing_stays_nothing():
    assert (istat_code("14050"), istat_code("")) == ("014050", "")


@pytest.mark.parametrize("text", ["=1+1", "-0,5", " +39", "Piuro", "'s-Gravenhage", ""])
def test_what_an_export_has_defused_reads_as_before(text):
    assert undefused(defused(text)) == text
