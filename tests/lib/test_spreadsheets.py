from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.spreadsheets import cell, csv_response


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0"),
        (1240, "1240"),
        (-3, "-3"),
        (Decimal("1.5"), "1,5"),
        (date(2026, 11, 23), "23/11/2026"),
        (datetime(2026, 11, 23, 9, 5, tzinfo=UTC), "23/11/2026 09:05"),
        ("Valle d’Intelvi; è; «qui»", "Valle d’Intelvi; è; «qui»"),
        ("=1+1", "'=1+1"),
        ("+39 02", "'+39 02"),
        ("-3", "'-3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (" =HYPERLINK(1)", "' =HYPERLINK(1)"),
        ("＝1+1", "'＝1+1"),
        ("a\x00b", "ab"),
    ],
)
def test_cell_writes_values_as_italian_excel_reads_them(value, text):
    assert cell(value) == text


@given(st.text())
def test_cell_of_a_text_never_begins_like_a_formula(text):
    assert cell(text).lstrip()[:1] not in {"=", "+", "-", "@"}


def test_csv_response_opens_with_a_double_click():
    response = csv_response("territorio-2026", ["Area", "Ore"], [["Valchiavenna", Decimal("1.5")], ["=1;2", 3]])

    assert response.content == '\ufeffArea;Ore\r\nValchiavenna;1,5\r\n"\'=1;2";3\r\n'.encode()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="territorio-2026.csv"'
    assert response["Cache-Control"] == "private, no-store"
