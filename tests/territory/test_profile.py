"""The fragility profile: from the values of municipalities to the indices of areas."""

import math

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DataError

from territory.models import IndicatorValue
from territory.models.profile import profile
from tests.factories import BodyFactory, IndicatorFactory, IndicatorValueFactory


@pytest.fixture
def ageing(db):
    return IndicatorFactory(code="DEM-1", name="Indice di vecchiaia")


def give(indicator, values: dict, **kind) -> None:
    for body, value in values.items():
        IndicatorValueFactory(indicator=indicator, body=body, value=value, **kind)


def index_of(area, year=None) -> float | None:
    return profile(year).of(area).domains[0].index


def test_area_is_the_mean_of_its_municipalities_by_inhabitants(ageing, body_a, body_a2, body_b, area_a, area_b):
    """Areas at 25 and 15: the range is ten points, and 60 of the index."""
    body_a2.population = 3_000
    body_a2.save()
    give(ageing, {body_a: 10, body_a2: 30, body_b: 15})

    means = IndicatorValue.objects.means_by_area(2024)

    assert [
        (means[area.pk, ageing.pk].value, means[area.pk, ageing.pk].municipalities) for area in (area_a, area_b)
    ] == [
        (25, 2),
        (15, 1),
    ]
    assert (index_of(area_a), index_of(area_b)) == (130, 70)


def test_low_is_fragile_where_the_indicator_says_so(ageing, body_a, body_b, area_a):
    ageing.is_fragile_when_high = False
    ageing.save()
    give(ageing, {body_a: 10, body_b: 20})

    assert index_of(area_a) == 130


def test_the_reference_of_an_indicator_replaces_the_mean(ageing, body_a, body_b, area_a):
    ageing.reference = 10
    ageing.save()
    give(ageing, {body_a: 10, body_b: 20})

    assert index_of(area_a) == 100


def test_only_municipalities_of_today_with_inhabitants_count(ageing, body_a, body_a2, body_b, area_a, now):
    body_a2.ceased_on = now.date()
    body_a2.save()
    empty = BodyFactory(area=area_a, population=None)
    union = BodyFactory(area=area_a, kind="union")
    outside = BodyFactory(area=None)
    give(ageing, {body_a: 10, body_a2: 90, empty: 90, union: 90, outside: 90, body_b: 20})

    means = IndicatorValue.objects.means_by_area(2024)

    assert (len(means), means[area_a.pk, ageing.pk].value) == (2, 10)


def test_an_area_that_lacks_one_indicator_has_no_index_in_the_domain(ageing, body_a, body_b, area_a, area_b):
    give(ageing, {body_a: 10, body_b: 20})
    give(IndicatorFactory(code="DEM-2"), {body_a: 1})

    found = profile().of(area_b).domains[0]

    assert (found.index, found.municipalities, found.domain.without_values) == (None, 0, [])


def test_an_indicator_without_any_value_is_named_and_leaves_the_domain_without_index(ageing, body_a, body_b, area_a):
    give(ageing, {body_a: 10, body_b: 20})
    IndicatorFactory(code="DEM-2", name="Saldo migratorio")

    found = profile().of(area_a).domains[0]

    assert (found.index, found.domain.without_values) == (None, ["Saldo migratorio"])


def test_an_indicator_that_is_equal_everywhere_is_left_out_and_named(ageing, body_a, body_a2, body_b, area_a):
    """0,1 and its weighted mean differ in the last bit: that is no difference between the areas."""
    give(ageing, {body_a: 10, body_b: 20})
    give(IndicatorFactory(code="DEM-2", name="Uguale"), {body_a: 0.1, body_a2: 0.1, body_b: 0.1})

    found = profile().of(area_a).domains[0]

    assert (found.index, [name for name, _fault in found.domain.left_out], found.domain.counted) == (70, ["Uguale"], 1)


def test_the_latest_year_of_real_values_is_shown_before_invented_ones(ageing, body_a, body_b):
    give(ageing, {body_a: 10, body_b: 20}, year=2025, is_demo=True)
    invented = profile()
    give(ageing, {body_a: 10, body_b: 20}, year=2023)

    assert [(found.year, found.is_demo) for found in (invented, profile())] == [(2025, True), (2023, False)]


def test_one_invented_value_makes_the_index_a_demonstration(ageing, body_a, body_a2, body_b, area_a, area_b):
    give(ageing, {body_a: 10, body_b: 20})
    give(ageing, {body_a2: 10}, is_demo=True)

    found = profile()

    assert [found.of(area).is_demo for area in (area_a, area_b)] == [True, False]


def test_without_values_there_is_no_profile(area_a, ageing):
    assert (profile().year, profile().of(area_a)) == (None, None)


def test_the_weakest_domain_comes_first(ageing, body_a, body_b, area_a):
    safety = IndicatorFactory(code="SIC-1", domain__code="SIC", domain__name="Sicurezza")
    give(ageing, {body_a: 10, body_b: 20})
    give(safety, {body_a: 20, body_b: 10})

    assert [one.domain.code for one in profile().of(area_a).weakest] == ["SIC", "DEM"]


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1e13])
def test_a_value_is_a_finite_number(ageing, body_a, value):
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        IndicatorValueFactory(indicator=ageing, body=body_a, value=value)


def test_queries_do_not_grow_with_the_values(ageing, body_a, body_b, area_a, django_assert_num_queries):
    give(ageing, {body_a: 10, body_b: 20})
    for number in range(3):
        give(IndicatorFactory(code=f"DEM-{number + 2}"), {BodyFactory(area=area_a): 5, body_b: 3})

    with django_assert_num_queries(6):
        profile()
