"""Read the first sheet of a workbook or a CSV as people send them: rows of texts under the names of the columns."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from importlib import import_module
from io import BytesIO

from lib.csv_rows import decode, read_rows

MOST_FILES = 500
MOST_BYTES = 150_000_000  # unpacked; zipfile never reads beyond the size that an entry states
MOST_LINES = 200_000
BROKEN = (  # what zipfile and openpyxl raise for a file that is none of theirs, or damaged, or under a password
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError),
    *(SyntaxError, LookupError, TypeError, AttributeError, RuntimeError),  # bad XML is a SyntaxError of either parser
)
ZIP_MARK = b"PK\x03\x04"


def read_sheet(content: bytes, *, most: int | None = None) -> list[dict[str, str]]:
    """Return the rows below the header, of a workbook the first `most`; raise ValueError for any other kind of file."""
    if not content.startswith(ZIP_MARK):
        return read_rows(decode(content))[:most]
    try:
        _refuse_bomb(content)
        return _rows(content, most)
    except BROKEN as broken:
        raise ValueError("not a workbook") from broken


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise ValueError("the workbook unpacks to too much")


def _rows(content: bytes, most: int | None) -> list[dict[str, str]]:
    openpyxl = import_module("openpyxl")  # only whoever sends a workbook pays for it
    book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    try:
        lines = _lines(book.worksheets[0], most)
        names = [name.lower() for name in next(lines, [])]
        rows = [dict(zip(names, [*line, *[""] * (len(names) - len(line))], strict=False)) for line in lines]
    finally:
        book.close()
    while rows and not any(rows[-1].values()):
        rows.pop()
    return rows


def _lines(sheet, most: int | None) -> Iterator[list[str]]:
    for number, cells in enumerate(sheet.iter_rows(values_only=True)):
        if number > MOST_LINES:
            raise ValueError("too many rows")
        if most is not None and number > most:
            return
        yield [_text(value) for value in cells]


def _text(value: object) -> str:
    """A cell as a person would type it: a day as 2026-11-27, a whole number without its point."""
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
    return str(value).strip()
