"""What every uploaded file has in common: its rows are named, checked one by one, compared, and written together."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lib.cells import undefused

ROWS_SHOWN = 50
Fault = tuple[str, str]  # the column, and what is wrong there


class Sheet(ABC):
    """The rows of a file under the names of its columns; a kind of file says what they mean."""

    what = ""  # which of the files that one page takes
    action = ""  # of the entry about the whole file, where it has one
    kept: tuple[str, ...] = ()  # what that entry keeps of the comparison
    required: tuple[str, ...] = ()
    aliases: dict[str, str] = {}

    def __init__(self, rows: list[dict[str, str]], *, actor=None, now: datetime):
        self.actor, self.now = actor, now
        self.rows = [self._named(row) for row in rows]
        self.lines: dict[tuple, int] = {}

    def _named(self, row: dict[str, str]) -> dict[str, str]:
        named: dict[str, str] = {}
        for name, cell in row.items():
            column = self.aliases.get(name, name)
            named[column] = named.get(column) or undefused(cell)
        return named

    def missing(self, header) -> list[str]:
        return [name for name in self.required if name not in header]

    def first_line(self, line: int, *key) -> int | None:
        """The line that said the same before this one."""
        first = self.lines.setdefault(key, line)
        return first if first != line else None

    def lock(self) -> None:  # noqa: B027 - most files look at nothing that others change
        """Hold what `compare` looks at until the end of the transaction."""

    @abstractmethod
    def faults(self, row: dict[str, str], line: int) -> Iterator[Fault]:
        """What is wrong with one row, column by column."""

    @abstractmethod
    def read(self, row: dict[str, str]):
        """The row without fault as what it would store."""

    def faults_among(self, found: list) -> list[dict]:
        """What is wrong with rows that are right one by one."""
        return []

    @abstractmethod
    def compare(self, found: list) -> dict:
        """Say what storing the rows would do, without doing it, in values that JSON keeps."""

    @abstractmethod
    def store(self, found: list) -> None:
        """Write the rows, in the caller's transaction."""


def not_a_day(text: str) -> str:
    example = date_format(date(2026, 1, 31), "SHORT_DATE_FORMAT")
    return _("“%(value)s” is not a date such as %(example)s.") % {"value": text[:20], "example": example}


def error(line: int, column: str, message: str) -> dict:
    return {"line": line, "column": column, "message": message}


def check(sheet: Sheet) -> tuple[list[dict], list]:
    """Return the errors, in the order of the file, and what the rows without one would store."""
    if not sheet.rows:
        return [error(1, "", _("The file holds no row."))], []
    if missing := sheet.missing(sheet.rows[0]):
        return [error(1, "", _("The file needs these columns: %(columns)s.") % {"columns": ", ".join(missing)})], []
    errors, found = [], []
    for line, row in enumerate(sheet.rows, start=2):
        if any(row.values()):
            wrong = list(sheet.faults(row, line))
            errors += [error(line, column, message) for column, message in wrong]
            found += [] if wrong else [sheet.read(row)]
    if not errors and not found:
        errors = [error(2, "", _("The file holds no row."))]
    return errors or sheet.faults_among(found), found
