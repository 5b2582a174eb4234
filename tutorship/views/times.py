"""How free times are shown: the first five on top, then one week by day."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils.dateparse import parse_date

from tutorship.models import Offer, by_day, national_holidays

FIRST_TIMES = 5
WEEK = timedelta(days=7)
SATURDAY = 5


def asked_week(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("week", ""))
    except ValueError:
        return None


@dataclass(frozen=True)
class Day:
    on: date
    offers: list[Offer]
    reason: str


def shown_times(offers: list[Offer], *, week: date | None, today: date) -> dict:
    """The week that was asked for, or the one of the first free time, with links to its neighbours."""
    if not offers:
        return {"offers": [], "first": []}
    days = by_day(offers)
    first, last = min(days), max(days)
    wanted = min(max(week or first, today), last)
    monday = wanted - timedelta(days=wanted.weekday())
    shown = [monday + timedelta(days=number) for number in range(7)]
    rows = [Day(day, days.get(day, []), national_holidays(day.year).get(day, "")) for day in shown if day >= today]
    return {
        "offers": offers,
        "first": offers[:FIRST_TIMES],
        "days": [row for row in rows if row.offers or row.on.weekday() < SATURDAY],
        "week_start": monday,
        "week_end": shown[-1],
        "previous_week": max(monday - WEEK, first) if first < monday else None,
        "next_week": monday + WEEK if last > shown[-1] else None,
    }
