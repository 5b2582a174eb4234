"""Invented numbers for the demonstration: the staff of most bodies (the others show as not known), and indicators of
fragility with their values, named as invented: the real ones are not public."""

from datetime import date, datetime
from random import Random

from django.db import transaction
from django.utils import timezone

from territory.models import Indicator, IndicatorDomain, IndicatorValue, PublicBody, StaffCount

EACH_DOMAIN = 2  # no domain of the programme has fewer
SEED = 448  # the same values at every start
SOURCE = "valori inventati per la dimostrazione"


RESIDENTS_PER_HEAD = 170
NOT_COUNTED = 4  # one body in four


def seed(cast: dict, *, now: datetime) -> None:
    count_staff(now=now)
    value_indicators(now=now)


def count_staff(*, now: datetime) -> None:
    """Count the staff of three bodies in four at the end of last year; does nothing when any staff is counted."""
    if StaffCount.objects.exists():
        return
    day = date(timezone.localdate(now).year - 1, 12, 31)
    bodies = PublicBody.objects.current().municipalities().in_areas().order_by("name", "pk")
    StaffCount.objects.bulk_create(
        StaffCount(body=body, counted_on=day, people=2 + (body.population or 0) // RESIDENTS_PER_HEAD)
        for number, body in enumerate(bodies)
        if number % NOT_COUNTED != 1
    )


@transaction.atomic
def value_indicators(*, now: datetime) -> int:
    """Give every municipality of the areas a value for each invented indicator; return how many were made.

    Does nothing once there is any indicator.
    """
    if Indicator.objects.exists():
        return 0
    dice, year = Random(SEED), now.year - 1  # noqa: S311 - no secret, the same values each time
    bodies = list(PublicBody.objects.current().municipalities().in_areas().order_by("istat_code"))
    indicators = Indicator.objects.bulk_create(_indicators())
    values = [value for indicator in indicators for value in _values(indicator, bodies, year, dice)]
    IndicatorValue.objects.bulk_create(values, batch_size=500)
    return len(values)


def _indicators() -> list[Indicator]:
    return [
        Indicator(
            domain=domain,
            code=f"DEMO-{domain.code}-{number}",
            name=f"Indicatore dimostrativo {number} ({domain.name})",
            unit="%",
            is_fragile_when_high=number % 2 == 1,
            source=SOURCE,
        )
        for domain in IndicatorDomain.objects.all()
        for number in range(1, EACH_DOMAIN + 1)
    ]


def _values(indicator: Indicator, bodies: list[PublicBody], year: int, dice: Random) -> list[IndicatorValue]:
    """Around a level of each area, so that the areas differ by more than chance."""
    areas = sorted({body.area_id for body in bodies})
    level = {area: dice.uniform(20, 60) for area in areas}
    return [
        IndicatorValue(
            body=body,
            indicator=indicator,
            year=year,
            value=round(level[body.area_id] + dice.gauss(0, 5), 1),
            is_demo=True,
        )
        for body in bodies
    ]
