"""The year that a page looks at, in the time of Rome."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class Period:
    year: int
    today: date
    is_closed: bool = False  # the sums stand at the end of the month of `today`, whatever has come since

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)

    @property
    def as_of(self) -> date:
        """The day the figures stand at: today, or the last day of a year that is over."""
        return min(self.today, self.last_day)

    @property
    def month_start(self) -> date:
        """The change of a figure is what came on or after this day."""
        return self.as_of.replace(day=1)

    @property
    def month_before(self) -> date:
        """A day of the month that the change is told against; in January, one of the year before."""
        return self.month_start - timedelta(days=1)

    @property
    def is_current(self) -> bool:
        return self.year == self.today.year

    @property
    def starts_at(self) -> datetime:
        return midnight(self.first_day)

    @property
    def ends_at(self) -> datetime:
        return midnight(date(self.year + 1, 1, 1))

    @property
    def sums_end_at(self) -> datetime:
        """What happened from this moment on is not in the sums: the end of the year, or of the month that is closed."""
        return midnight(self.as_of + timedelta(days=1)) if self.is_closed else self.ends_at

    @property
    def later_months(self) -> range:
        """The months of the year whose facts a closed month leaves out."""
        return range(self.as_of.month + 1, 13) if self.is_closed else range(0)

    @property
    def month_starts_at(self) -> datetime:
        return midnight(self.month_start)


def midnight(day: date) -> datetime:
    """The moment at which a day begins in Rome."""
    return timezone.make_aware(datetime.combine(day, time.min))
