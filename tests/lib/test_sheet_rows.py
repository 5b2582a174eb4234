from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest

from lib import sheet_rows
from lib.sheet_rows import read_sheet
from lib.spreadsheets import xlsx_bytes

HEADER = ["Nome", "Dal", "Quota"]


def test_a_workbook_and_a_csv_say_the_same():
    workbook = xlsx_bytes("Foglio", HEADER, [["Niccolò", date(2026, 1, 31), 50], ["", None, None]])

    assert read_sheet(workbook) == [{"nome": "Niccolò", "dal": "2026-01-31", "quota": "50"}]
    assert read_sheet("Nome;Dal;Quota\nNiccolò;2026-01-31;50".encode()) == read_sheet(workbook)


def test_most_stops_after_the_first_rows():
    rows = [[f"Riga {number}", None, None] for number in range(5)]

    assert len(read_sheet(xlsx_bytes("Foglio", HEADER, rows), most=2)) == 2
    assert len(read_sheet(b"nome\na\nb\nc\n", most=2)) == 2


def test_a_file_of_another_kind_is_refused():
    other = BytesIO()
    with ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    for content in (other.getvalue(), b"PK\x03\x04 cut off", b"%PDF-1.7\x00\x01\x02", b"\x89PNG\r\n\x1a\n\x00\x00"):
        with pytest.raises(ValueError, match=r"."):
            read_sheet(content)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(sheet_rows, "MOST_BYTES", 1_000)

    with pytest.raises(ValueError, match="too much"):
        read_sheet(xlsx_bytes("Foglio", HEADER, [["Anna" * 200, None, None]]))
