"""A CSV that Italian Excel opens with a double click: UTF-8 with BOM, semicolons, decimal commas, days as 23/11/2026.

No cell is ever a formula: a text that a spreadsheet would compute gets an apostrophe in front.
"""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

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
