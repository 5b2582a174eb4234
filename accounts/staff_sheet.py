"""The list of staff that a body sends: which column is which, and what each row says. Pure: rows in, entries out."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lib.body_names import BodyNames
from lib.cells import day_of, undefused

COLUMNS = {  # what we look for and what offices call it; "nome" last, for it is also in "nome ente"
    "email": ("e mail", "email", "mail", "posta", "posta elettronica"),
    "last_name": ("cognome", "last name", "surname"),
    "body_code": ("istat", "istat code", "codice istat", "codice ente"),
    "body": ("ente", "comune", "body", "amministrazione", "municipality"),
    "job_title": ("mansione", "qualifica", "profilo", "ruolo", "incarico", "job title", "job"),
    "started_on": ("dal", "inizio", "assunzione", "from", "start"),
    "ended_on": ("al", "fine", "fino", "cessazione", "until", "end"),
    "share_percent": ("quota", "percentuale", "tempo", "share", "part time", "%"),
    "first_name": ("nome", "first name", "name"),
}
REQUIRED = ("email", "first_name", "last_name")
LONGEST_TITLE, NOT_IN_TITLE = 120, re.compile(r"[<>{}\x00-\x1f]")


class Problem(StrEnum):
    NO_EMAIL = "no_email"
    NO_FIRST_NAME = "no_first_name"
    NO_LAST_NAME = "no_last_name"
    UNKNOWN_BODY = "unknown_body"
    SEVERAL_BODIES = "several_bodies"
    TITLE = "title"
    NO_DAY = "no_day"
    FUTURE = "future"
    BACKWARDS = "backwards"
    NO_SHARE = "no_share"
    REPEATED = "repeated"
    OTHER_NAME = "other_name"
    OWN = "own"


@dataclass(frozen=True)
class Entry:
    """None stands for a cell that says nothing: what is known stays."""

    line: int  # as the sheet counts: the header is 1
    email: str
    first_name: str
    last_name: str
    body: int
    job_title: str
    started_on: date | None
    ended_on: date | None
    share_percent: int | None


@dataclass(frozen=True)
class Fault:
    line: int
    column: str
    problem: Problem
    value: str = ""


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Which column holds what, by its name; "" where none sounds like it. No column is taken twice."""
    free, found = {name: _plain(name) for name in columns if name}, {}
    for wanted, words in COLUMNS.items():
        same = [name for name, plain in free.items() if plain in words]
        alike = [name for name, plain in free.items() if any(f" {word} " in f" {plain} " for word in words)]
        found[wanted] = next(iter(same + alike), "")
        free.pop(found[wanted], None)
    return found


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^\w%]|_", " ", name.lower()).split())


@dataclass(frozen=True)
class Rules:
    """What the engine has to be told: the names of bodies, today, and what is an address and a name here."""

    bodies: BodyNames
    today: date
    is_email: Callable[[str], bool]
    is_name: Callable[[str], bool]


def read(
    rows: list[dict[str, str]], columns: Mapping[str, str], rules: Rules, *, seen_rows: Callable[[int], None]
) -> tuple[list[Entry], list[Fault]]:
    """Every row becomes an entry or at least one fault; empty rows are neither. `seen_rows` hears of the progress."""
    entries, faults, places, names = [], [], {}, {}
    for line, row in enumerate(rows, start=2):
        seen_rows(line - 1)
        cells = {wanted: undefused(row.get(name, "")) if name else "" for wanted, name in columns.items()}
        if not any(row.values()):
            continue
        entry, wrong = _read_row(line, cells, rules)
        if not wrong:
            wrong = list(_clashes(entry, places, names))
        faults += wrong
        if not wrong:
            entries.append(entry)
    return entries, faults


def _clashes(entry: Entry, places: dict, names: dict) -> Iterable[Fault]:
    first = places.setdefault((entry.email, entry.body, entry.ended_on), entry.line)
    if first != entry.line:
        yield Fault(entry.line, "email", Problem.REPEATED, str(first))
    name = f"{entry.first_name} {entry.last_name}"
    if names.setdefault(entry.email, name).casefold() != name.casefold():
        yield Fault(entry.line, "last_name", Problem.OTHER_NAME, names[entry.email])


def _read_row(line: int, cells: dict[str, str], rules: Rules) -> tuple[Entry | None, list[Fault]]:
    said = {
        "email": cells["email"].replace("mailto:", "").strip().lower(),
        **{name: " ".join(cells[name].split()) for name in ("first_name", "last_name")},
        "body": _one(rules.bodies.find(cells["body_code"], cells["body"])),
        "job_title": cells["job_title"],
        **{name: day_of(cells[name]) for name in ("started_on", "ended_on")},
        "share_percent": share_of(cells["share_percent"]),
    }
    wrong = [*_wrong_person(said, cells, rules), *_wrong_work(said, cells, rules)]
    if wrong:
        return None, [Fault(line, column, problem, cells[column][:80]) for column, problem in wrong]
    return Entry(line, **said), []


def _one(bodies: set[int]) -> int | Problem:
    if len(bodies) > 1:
        return Problem.SEVERAL_BODIES
    return next(iter(bodies), Problem.UNKNOWN_BODY)


def _wrong_person(said: dict, cells: dict[str, str], rules: Rules) -> Iterator[tuple[str, Problem]]:
    if not rules.is_email(said["email"]):
        yield "email", Problem.NO_EMAIL
    if not rules.is_name(said["first_name"]):
        yield "first_name", Problem.NO_FIRST_NAME
    if not rules.is_name(said["last_name"]):
        yield "last_name", Problem.NO_LAST_NAME
    if isinstance(said["body"], Problem):
        yield ("body_code" if cells["body_code"] else "body"), said["body"]


def _wrong_work(said: dict, cells: dict[str, str], rules: Rules) -> Iterator[tuple[str, Problem]]:
    started_on, ended_on = said["started_on"], said["ended_on"]
    if len(said["job_title"]) > LONGEST_TITLE or NOT_IN_TITLE.search(said["job_title"]):
        yield "job_title", Problem.TITLE
    for name in ("started_on", "ended_on"):
        if cells[name] and not (said[name] and said[name].year >= 1950):
            yield name, Problem.NO_DAY
    if started_on and started_on > rules.today:
        yield "started_on", Problem.FUTURE
    if started_on and ended_on and ended_on < started_on:
        yield "ended_on", Problem.BACKWARDS
    if cells["share_percent"] and said["share_percent"] is None:
        yield "share_percent", Problem.NO_SHARE


def share_of(text: str) -> int | None:
    """50, "50%" or "50,0"; at most 1 is a fraction, as a spreadsheet keeps a percentage."""
    number = text.replace("%", "").replace(",", ".").strip()
    if not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", number):
        return None
    value = float(number) * (100 if float(number) <= 1 and "%" not in text else 1)
    return round(value) if 1 <= value <= 100 else None
