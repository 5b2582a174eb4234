"""The table for section 3.3 of a body's PIAO: the training of the staff of one year, by theme of the directive.

A person who trained on two themes stands in both rows and once in the total; hours and activities add up.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Employment
from certificates.models import TrainingRecord
from courses.models import CoursePage
from lib.durations import hours
from lib.spreadsheets import Cell
from reports.models.period import Period
from territory.models import PublicBody


@dataclass
class ThemeRow:
    label: str
    activities: int = 0
    minutes: int = 0
    mandatory_minutes: int = 0
    people: set[int] = field(default_factory=set)

    def add(self, line: TrainingRecord) -> None:
        self.activities += 1
        self.minutes += line.minutes
        self.mandatory_minutes += line.minutes if line.is_mandatory else 0
        self.people.add(line.user_id)


@dataclass(frozen=True)
class Piao:
    rows: list[ThemeRow]
    total: ThemeRow
    staff: frozenset[int]  # confirmed and at work on the day of the figures
    minutes_by_person: dict[int, int]

    @cached_property
    def over_target(self) -> int:
        """How many of today's staff have the hours of the target for this body."""
        target = settings.TRAINING_TARGET_HOURS * 60
        return sum(self.minutes_by_person.get(person, 0) >= target for person in self.staff)

    @property
    def share(self) -> int:
        """Of today's staff, in whole per cent; 0 for a body without staff."""
        return round(100 * self.over_target / len(self.staff)) if self.staff else 0

    @property
    def average_minutes(self) -> int:
        """Hours of today's staff by head of today's staff."""
        minutes = sum(self.minutes_by_person.get(person, 0) for person in self.staff)
        return round(minutes / len(self.staff)) if self.staff else 0


def piao(body: PublicBody, period: Period, *, staff: Iterable[int] | None = None) -> Piao:
    """Read one body's year in two queries, or in one where its staff of the day of the figures is known."""
    lines = TrainingRecord.objects.counted().in_year(period.year).filter(body=body).order_by()
    if staff is None:
        employments = Employment.objects.filter(body=body).confirmed().current(on=period.as_of)
        staff = employments.values_list("user_id", flat=True)
    return added_up(lines, staff=staff)


def added_up(lines: Iterable[TrainingRecord], *, staff: Iterable[int]) -> Piao:
    labels = {theme.value: str(theme.label) for theme in CoursePage.Theme} | {"": _("tutoring, without a theme")}
    rows = {theme: ThemeRow(label) for theme, label in labels.items()}
    total, by_person = ThemeRow(_("Total")), defaultdict(int)
    for line in lines:
        rows[line.theme].add(line)
        total.add(line)
        by_person[line.user_id] += line.minutes
    return Piao(list(rows.values()), total, frozenset(staff), dict(by_person))


def piao_header() -> list[Cell]:
    return [
        _("Theme of the directive"),
        _("Activities"),
        _("People trained"),
        _("Hours"),
        _("Minutes"),
        _("of which required by law (hours)"),
    ]


def piao_rows(found: Piao) -> Iterator[list[Cell]]:
    for row in [*found.rows, found.total]:
        label = row.label[:1].upper() + row.label[1:]
        yield [label, row.activities, len(row.people), hours(row.minutes), row.minutes, hours(row.mandatory_minutes)]
    target = settings.TRAINING_TARGET_HOURS
    yield [_("Staff at work"), None, len(found.staff), None, None, None]
    yield [_("People with at least %(hours)d hours") % {"hours": target}, None, found.over_target, None, None, None]
    yield [_("Average hours by head"), None, None, hours(found.average_minutes), found.average_minutes, None]
