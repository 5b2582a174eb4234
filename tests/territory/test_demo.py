"""Invented values for the demonstration: always the same, and labelled."""

from territory.demo import value_indicators
from territory.models import Indicator, IndicatorDomain, IndicatorValue


def test_demonstration_values_are_labelled_and_always_the_same(body_a, body_a2, body_b, now):
    for code in ("DEM", "SIC"):
        IndicatorDomain.objects.create(code=code, name=code, indicator_count=2)

    made, again = value_indicators(now=now), value_indicators(now=now)
    first = list(IndicatorValue.objects.values_list("body__name", "indicator__code", "value"))
    IndicatorValue.objects.all().delete()
    Indicator.objects.all().delete()
    value_indicators(now=now)

    assert (made, again, IndicatorValue.objects.filter(is_demo=False).count()) == (12, 0, 0)
    assert list(IndicatorValue.objects.values_list("body__name", "indicator__code", "value")) == first
    assert all("dimostrativo" in name for name in Indicator.objects.values_list("name", flat=True))
