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


def workbook(**parts: bytes) -> bytes:
    """A workbook whose parts, told by a piece of their names, hold something else."""
    out = BytesIO()
    with ZipFile(BytesIO(xlsx_bytes("Foglio", HEADER, [["Anna", None, 5]]))) as book, ZipFile(out, "w") as other:
        for name in book.namelist():
            other.writestr(name, next((parts[part] for part in parts if part in name), book.read(name)))
    return out.getvalue()


def marked(content: bytes, offset: int, value: int) -> bytes:
    """Change a byte in the directory's line of every part, and in the part's own head four bytes before."""
    for mark, place in ((b"PK\x01\x02", offset), (b"PK\x03\x04", offset - 2)):
        pieces = content.split(mark)
        content = mark.join(
            [pieces[0], *(piece[: place - 4] + bytes([value]) + piece[place - 3 :] for piece in pieces[1:])]
        )
    return content


def another_archive() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(another_archive(), id="another archive"),
        pytest.param(b"PK\x03\x04 cut off", id="cut off"),
        pytest.param(b"%PDF-1.7\x00\x01\x02", id="a PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", id="a picture"),
        pytest.param(marked(workbook(), 8, 1), id="under a password"),
        pytest.param(marked(workbook(), 10, 99), id="another compression"),
        pytest.param(marked(workbook(), 10, 8), id="broken data"),
        pytest.param(workbook(sheet1=b"<worksheet><sheetData><row"), id="broken XML"),
        pytest.param(workbook(styles=b"<styleSheet"), id="broken XML of the styles"),
        pytest.param(workbook(workbook=b'<?xml version="1.0" encoding="UTF-3"?><workbook/>'), id="unknown letters"),
    ],
)
def test_a_file_of_another_kind_or_damaged_is_refused(content):
    with pytest.raises(ValueError, match=r"."):
        read_sheet(content)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(sheet_rows, "MOST_BYTES", 1_000)

    with pytest.raises(ValueError, match="too much"):
        read_sheet(xlsx_bytes("Foglio", HEADER, [["Anna" * 200, None, None]]))
