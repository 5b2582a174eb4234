"""What the address of a page asks for. An unknown value is no error: the page shows what it shows without it."""

from django.http import HttpRequest
from django.utils import timezone

from reports.models.period import Period
from reports.risk import Reason

FIRST_YEAR = 2023  # of the agreement behind the programme


def period_of(request: HttpRequest) -> Period:
    """Return the year of `?anno=`, or this one."""
    today, wanted = timezone.localdate(), request.GET.get("anno", "")
    is_year = len(wanted) == 4 and wanted.isascii() and wanted.isdigit()
    return Period(int(wanted) if is_year and FIRST_YEAR <= int(wanted) <= today.year else today.year, today)


def years(first_year: int, period: Period) -> list[int]:
    """The years that can be looked at, the latest first."""
    return list(range(period.today.year, min(first_year, period.year) - 1, -1))


def reason_of(request: HttpRequest) -> Reason | None:
    wanted = request.GET.get("motivo", "")
    return Reason(wanted) if wanted in set(Reason) else None
