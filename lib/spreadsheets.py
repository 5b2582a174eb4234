"""Tables for spreadsheets. A CSV that Italian Excel opens with a double click: UTF-8 with BOM, semicolons, decimal
commas, days as 23/11/2026; or an XLSX whose numbers are numbers and whose days are days.

No cell is ever a formula: in a CSV a text that a spreadsheet would compute gets an apostrophe in front; an XLSX holds
it as text.
"""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from io import BytesIO, StringIO

from django.http import HttpResponse

FORMULA_MARKS = tuple("=+-@\t\r\n＝＋－＠|%")
Cell = str | int | Decimal | date | None


def cell(value: Cell) -> str:
    """Return the text of one cell. Numbers stay numbers; a text that begins like a formula is defused."""
    match value:
        case None:
            return ""
        case int() | Decimal():
            return str(value).replace(".", ",")
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(FORMULA_MARKS) or text.lstrip().startswith(FORMULA_MARKS) else text


def csv_text(header: Iterable[Cell], rows: Iterable[Iterable[Cell]]) -> str:
    """Return the whole file without its BOM, lines ended as RFC 4180 asks."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in [header, *rows])
    return out.getvalue()


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
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
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
