"""The training record of one person for one year: the hours against the target, by month, theme and source."""

from dataclasses import dataclass
from itertools import accumulate

from django.db.models import Min
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import ExternalTraining, TrainingRecord
from courses.models import CoursePage
from reports.models.period import Period
from reports.models.training import HoursOfYear

Sums = list[tuple[str, int]]


@dataclass(frozen=True)
class MonthRow:
    name: str
    minutes: int
    so_far: int  # from 1 January to the end of the month


@dataclass(frozen=True)
class Record:
    """Every table of the page adds up the same lines."""

    hours: HoursOfYear
    waiting: list[ExternalTraining]  # sent by the person and not approved (yet)
    period: Period
    first_year: int

    @property
    def lines(self) -> list[TrainingRecord]:
        return self.hours.records

    @property
    def by_theme(self) -> Sums:
        sums = dict.fromkeys([*CoursePage.Theme.values, ""], 0)
        for line in self.lines:
            sums[line.theme] += line.minutes
        labels = dict(CoursePage.Theme.choices) | {"": _("tutoring, without a theme")}
        return [(str(labels[theme]), minutes) for theme, minutes in sums.items() if minutes]

    @property
    def mandatory_minutes(self) -> int:
        return sum(line.minutes for line in self.lines if line.is_mandatory)

    @property
    def months(self) -> list[MonthRow]:
        by_month = [0] * 12
        for line in self.lines:
            by_month[line.earned_on.month - 1] += line.minutes
        known = self.period.as_of.month
        return [
            MonthRow(str(MONTHS[number]), minutes, so_far)
            for number, minutes, so_far in zip(range(1, known + 1), by_month, accumulate(by_month), strict=False)
        ]


def record_of(person: User, period: Period) -> Record:
    """Read one person's year in three queries."""
    own = TrainingRecord.objects.filter(user=person)
    lines = own.in_year(period.year).select_related("body").order_by("earned_on", "pk")
    first = own.aggregate(first=Min("earned_on"))["first"]
    waiting = ExternalTraining.objects.filter(user=person).exclude(state=ExternalTraining.State.APPROVED)
    return Record(
        hours=HoursOfYear(list(lines), period.as_of),
        waiting=list(waiting.select_related("body")),
        period=period,
        first_year=first.year if first else period.year,
    )
