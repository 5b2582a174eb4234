"""What the address of a page asks for. An unknown value is no error: the page shows what it shows without it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from reports.models.choice import year_of
from reports.models.comparison import DIMENSIONS
from reports.models.period import Period
from reports.risk import Reason


def period_of(request: HttpRequest) -> Period:
    """Return the year of `?anno=`, or this one."""
    today = timezone.localdate()
    return Period(year_of(request.GET.get("anno", ""), today), today)


def lists(period: Period) -> dict[str, str]:
    """The addresses of the lists behind the numbers of a year."""
    enrolments, hours, issued = (
        f"{reverse('reports:listing_detail', args=[slug])}?anno={period.year}"
        for slug in ("iscrizioni", "ore", "attestati")
    )
    return {
        "people": enrolments,
        "completed": f"{enrolments}&stato=completate",
        "hours": hours,
        "tutoring": f"{hours}&stato=tutoraggio",
        "certificates": issued,
    }


def years(first_year: int, period: Period) -> list[int]:
    """The years that can be looked at, the latest first."""
    return list(range(period.today.year, min(first_year, period.year) - 1, -1))


def dimension_of(request: HttpRequest) -> str:
    """The dimension of `?per=`, or the first one."""
    wanted = request.GET.get("per", "")
    return wanted if wanted in DIMENSIONS else next(iter(DIMENSIONS))


def reason_of(request: HttpRequest) -> Reason | None:
    wanted = request.GET.get("motivo", "")
    return Reason(wanted) if wanted in set(Reason) else None
