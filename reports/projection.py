"""The hours of a year, month by month, and an honest guess of where they end. Pure: no database, no clock.

The rule, as the page states it: until 31 December the pace stays the average kept since 1 January. In January there
is no guess: a month is too short for an average.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

FIRST_MONTH = 2  # the first month with a projection


@dataclass(frozen=True)
class Month:
    """The hours from 1 January to the end of one month; `is_projected` when the month is still to come."""

    number: int
    minutes: int
    is_projected: bool = False


def months(earned: Iterable[tuple[date, int]], *, year: int, today: date) -> list[Month]:
    """Return the running total of each month that has begun by `today`; minutes of other years are left out."""
    by_month = [0] * 13
    for day, minutes in earned:
        if day.year == year:
            by_month[day.month] += minutes
    last = 12 if today.year > year else today.month
    return [Month(number, sum(by_month[: number + 1])) for number in range(1, last + 1)]


def projected_minutes(minutes: int, *, today: date) -> int | None:
    """Return the minutes on 31 December at the average pace since 1 January, or None in January."""
    if today.month < FIRST_MONTH:
        return None
    days_gone = today.timetuple().tm_yday
    return round(minutes * (365 + calendar.isleap(today.year)) / days_gone)
