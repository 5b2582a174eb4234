"""Tables for spreadsheets. A CSV that Italian Excel opens with a double click: UTF-8 with BOM, semicolons, decimal
commas, days as 23/11/2026; or an XLSX whose numbers are numbers and whose days are days.

No cell is ever a formula: in a CSV a text that a spreadsheet would compute gets an apostrophe in front; an XLSX holds
it as text.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from io import BytesIO, StringIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from django.http import Http404, HttpResponse

from lib.cells import is_formula

Cell = str | int | Decimal | date | None


XLSX_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
PIECE = 1_000  # rows of a file that is written piece by piece


@dataclass(frozen=True)
class Sheet:
    """A table to be written row by row, however long; `notes` (filters, day) stand above it in a workbook."""

    title: str
    header: list[str]
    rows: Iterable[list[Cell]]
    notes: list[tuple[str, str]] = field(default_factory=list)


def cell(value: Cell) -> str:
    """Return the text of one cell. Numbers stay numbers; a text that begins like a formula is defused."""
    match value:
        case str():
            return defused(value)
        case None:
            return ""
        case int() | Decimal():
            return str(value).replace(".", ",")
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
    return defused(value)


def plain_cell(value: Cell) -> str:
    """The same for programs: decimal points, days as 2026-11-23."""
    match value:
        case str():
            return defused(value)
        case None:
            return ""
        case int() | Decimal():
            return str(value)
        case date():
            return value.isoformat()
    return defused(value)


def defused(value: object) -> str:
    if isinstance(value, str) and value[:1].isalnum() and "\x00" not in value:  # nearly all of a long file
        return value
    text = str(value).replace("\x00", "")
    return f"'{text}" if is_formula(text) else text


def csv_text(header: Iterable[Cell], rows: Iterable[Iterable[Cell]]) -> str:
    """Return the whole file without its BOM, lines ended as RFC 4180 asks."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in [header, *rows])
    return out.getvalue()


def csv_pieces(
    sheet: Sheet, *, is_plain: bool = False, on_rows: Callable[[int], None] | None = None
) -> Iterator[bytes]:
    """Yield the file in pieces, so that its length costs no memory; `on_rows` hears how many rows are done.

    For Italian Excel (BOM, semicolons, decimal commas) unless `is_plain` (commas, decimal points, ISO days).
    """
    write, delimiter = (plain_cell, ",") if is_plain else (cell, ";")
    rows, done, out = iter(sheet.rows), 0, StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([write(value) for value in sheet.header])
    yield out.getvalue().encode("utf-8" if is_plain else "utf-8-sig")
    while piece := list(islice(rows, PIECE)):
        out.seek(0)
        out.truncate()
        writer.writerows([write(value) for value in row] for row in piece)
        done += len(piece)
        if on_rows:
            on_rows(done)
        yield out.getvalue().encode()


def write_xlsx(file, sheet: Sheet, *, on_rows: Callable[[int], None] | None = None) -> None:
    """Write a workbook row by row into `file`: the notes, then the header, which stays in sight."""
    xlsxwriter = import_module("xlsxwriter")
    with xlsxwriter.Workbook(file, XLSX_OPTIONS | {"constant_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - a fixed mark, no moment of ours
        page = book.add_worksheet(sheet.title[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        page.set_column(0, len(sheet.header), 20)
        for number, (label, value) in enumerate(sheet.notes):
            page.write_string(number, 0, label, bold)
            page.write_string(number, 1, value)
        top = len(sheet.notes) + 1 if sheet.notes else 0
        page.freeze_panes(top + 1, 0)
        for column, text in enumerate(sheet.header):
            page.write_string(top, column, text, bold)
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                _write(page, top + number, column, value, day)
            if on_rows and number % PIECE == 0:
                on_rows(number)


def xlsx_file(sheet: Sheet) -> IO[bytes]:
    """A workbook on the disk, from its beginning, to be sent and forgotten."""
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(file, sheet)
    file.seek(0)
    return file


def csv_response(name: str, header: Iterable[Cell], rows: Iterable[Iterable[Cell]]) -> HttpResponse:
    """Answer with the file `name`.csv to be saved; `name` is ASCII."""
    response = HttpResponse(csv_text(header, rows).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def xlsx_bytes(title: str, header: Iterable[Cell], rows: Iterable[Iterable[Cell]]) -> bytes:
    """Return a workbook of one sheet; the same table gives the same bytes."""
    xlsxwriter = import_module("xlsxwriter")  # only whoever exports a workbook pays for it
    out = BytesIO()
    with xlsxwriter.Workbook(out, XLSX_OPTIONS | {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - a fixed mark, no moment of ours
        sheet = book.add_worksheet(title[:31])
        bold, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        for column, text in enumerate(header):
            sheet.write_string(0, column, str(text), bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, day)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 12, 16)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _write(sheet, row: int, column: int, value: Cell, day) -> None:
    match value:
        case None:
            return
        case int() | Decimal():
            sheet.write_number(row, column, value)
        case datetime():
            sheet.write_string(row, column, cell(value))
        case date():
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a day
        case _:
            sheet.write_string(row, column, str(value).replace("\x00", ""))


def xlsx_response(name: str, title: str, header: Iterable[Cell], rows: Iterable[Iterable[Cell]]) -> HttpResponse:
    """Answer with the file `name`.xlsx to be saved; `name` is ASCII."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(xlsx_bytes(title, header, rows), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def wanted_format(request, formats: Iterable[str] = ("csv", "xlsx")) -> str:
    """The form that ?formato= asks for, a CSV where it does not say; 404 for one that is not made."""
    wanted = request.GET.get("formato", "csv")
    if wanted not in formats:
        raise Http404
    return wanted


def table_response(request, name: str, title: str, header: Iterable[Cell], rows: Iterable[Iterable[Cell]]):
    """The table as CSV, or with ?formato=xlsx as a workbook."""
    if wanted_format(request) == "xlsx":
        return xlsx_response(name, title, header, rows)
    return csv_response(name, header, rows)
