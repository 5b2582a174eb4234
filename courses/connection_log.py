"""The log of a video room: who joined and left when, as the services write it. Pure: rows in, entries and faults."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from courses.presence import Stay

COLUMNS = {  # what we look for, and how the services call it
    "email": ("email", "e-mail", "mail", "user email", "posta", "indirizzo", "upn", "participant"),
    "joined": ("join", "entrat", "ingresso", "inizio", "accesso", "from", "dalle"),
    "left": ("leav", "left", "uscit", "fine", "abbandono", "until", "alle"),
}
WITH_DAY = [
    f"{day}{between}{clock}"
    for day in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y/%m/%d")
    for between in (" ", ", ")
    for clock in ("%H:%M:%S", "%H:%M", "%H.%M.%S", "%H.%M")
]
AMERICAN = [f"{day}{between}%I:%M:%S %p" for day in ("%m/%d/%Y", "%m/%d/%y") for between in (" ", ", ")]
CLOCK_ONLY = ["%H:%M:%S", "%H:%M", "%H.%M.%S", "%H.%M"]


class Problem(StrEnum):
    NO_EMAIL = "no_email"
    NO_JOINED = "no_joined"
    NO_LEFT = "no_left"
    BACKWARDS = "backwards"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Entry:
    line: int  # as the sheet counts: the header is 1
    email: str
    stay: Stay


@dataclass(frozen=True)
class Fault:
    line: int
    problem: Problem
    value: str


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Which column holds what, by its name; "" where none sounds like it."""
    columns = list(columns)
    return {
        wanted: next((name for word in words for name in columns if word in name.lower()), "")
        for wanted, words in COLUMNS.items()
    }


def moment(text: str, *, day: date, zone: tzinfo) -> datetime | None:
    """Read a moment: ISO, day first, American with AM and PM, or a time of `day`; without an offset it is of `zone`."""
    text = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").split())
    found = _iso(text) or _by_formats(text, AMERICAN if text[-2:].upper() in {"AM", "PM"} else WITH_DAY)
    if found is None:
        clock = _by_formats(text, CLOCK_ONLY)
        found = clock and datetime.combine(day, clock.time())
    return found and (found if found.tzinfo else found.replace(tzinfo=zone))


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if len(text) > len("2026-12-01") else None
    except ValueError:
        return None


def _by_formats(text: str, formats: list[str]) -> datetime | None:
    for each in formats:
        try:
            return datetime.strptime(text, each)  # noqa: DTZ007 - the zone is added by the caller
        except ValueError:
            continue
    return None


def read(
    rows: list[dict[str, str]], columns: Mapping[str, str], *, known: set[str], day: date, zone: tzinfo
) -> tuple[list[Entry], list[Fault]]:
    """Every row becomes an entry or a fault; empty rows are neither. `known`: the addresses in small letters."""
    entries, faults = [], []
    for line, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        read_row = _read_row(line, {wanted: row.get(name, "") for wanted, name in columns.items()}, day=day, zone=zone)
        if isinstance(read_row, Entry) and read_row.email not in known:
            read_row = Fault(line, Problem.UNKNOWN, read_row.email)
        (entries if isinstance(read_row, Entry) else faults).append(read_row)
    return entries, faults


def _read_row(line: int, cells: dict[str, str], *, day: date, zone: tzinfo) -> Entry | Fault:
    email = cells["email"].strip().lower()
    joined, left = (moment(cells[name], day=day, zone=zone) for name in ("joined", "left"))
    if "@" not in email:
        return Fault(line, Problem.NO_EMAIL, cells["email"][:80])
    if joined is None:
        return Fault(line, Problem.NO_JOINED, cells["joined"][:80])
    if left is None:
        return Fault(line, Problem.NO_LEFT, cells["left"][:80])
    if left <= joined:
        return Fault(line, Problem.BACKWARDS, f"{cells['joined']} – {cells['left']}"[:80])
    return Entry(line, email, Stay(joined, left))
