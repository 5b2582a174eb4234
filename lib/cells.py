"""What the cells of an uploaded sheet say, as people and spreadsheets write it; None for what says nothing else."""

import re
from datetime import date, datetime, timedelta

FORMULA_MARKS = tuple("=+-@\t\r\n＝＋－＠|%")  # a spreadsheet computes a text that begins so: our exports defuse it
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d.%m.%y")
EXCEL_EPOCH, EXCEL_DAYS = date(1899, 12, 30), range(10_000, 80_000)  # a day that Excel shows as 45291
NUMBER = re.compile(r"[-+]?[0-9]{1,12}([.,][0-9]{1,17})?")
THOUSANDS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
DECIMALS = 6  # a spreadsheet hands over 0,333333333333333


def undefused(cell: str) -> str:
    """Without the apostrophe that our own export puts before what would be a formula."""
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may compute it."""
    return text.startswith(FORMULA_MARKS) or text.lstrip().startswith(FORMULA_MARKS)


def day_of(text: str) -> date | None:
    """2026-11-27, 27/11/2026, 27.11.26 or the count of days that Excel makes of it; a time after it is left out."""
    text = re.split(r"[ T]", text.strip())[0]
    if text.isascii() and text.isdigit() and len(text) == 5 and int(text) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(text))
    for pattern in DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def number_of(text: str) -> float | None:
    """A decimal with point or comma, thousands without separator, kept to six decimals."""
    return round(float(text.replace(",", ".")), DECIMALS) if NUMBER.fullmatch(text) else None


def whole_of(text: str) -> int | None:
    """3611, "3.611" as Italians write it, or 3611,0; no fraction, for then nobody knows what was meant."""
    value = float(text.replace(".", "")) if THOUSANDS.fullmatch(text) else number_of(text)
    return int(value) if value is not None and value.is_integer() else None


def istat_code(text: str) -> str:
    """A code of six digits, the zeros given back that a spreadsheet has cut."""
    return text.zfill(6) if text else ""
