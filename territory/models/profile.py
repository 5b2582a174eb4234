"""The fragility profile: every area in every domain, for one year."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.core.cache import cache
from django.db.models import Count, Q

from territory.fragility import Composite, Fault, fragility
from territory.fragility import Indicator as Scale
from territory.models.bodies import Area, PublicBody
from territory.models.indicators import AreaMean, Indicator, IndicatorDomain, IndicatorValue

KEPT_SECONDS = 600  # the public pages show an import within ten minutes
KEY = "territory.fragility-profile"


@dataclass(frozen=True)
class DomainFacts:
    """A domain with its indicators: all of them, the ones left out and why, the ones without any value."""

    code: str
    name: str
    indicators: list[str]
    left_out: list[tuple[str, Fault]]
    without_values: list[str]
    sources: list[str]
    pillar_ids: list[int]  # whose courses help

    @property
    def counted(self) -> int:
        return len(self.indicators) - len(self.left_out)


@dataclass(frozen=True)
class DomainIndex:
    """An area in a domain. `index` None: a value is missing, or nothing could be compared.

    `municipalities` is how many of them had a value: of the indicator that had the fewest.
    """

    domain: DomainFacts
    index: float | None
    municipalities: int
    is_demo: bool


@dataclass(frozen=True)
class AreaProfile:
    slug: str
    name: str
    municipality_count: int
    domains: list[DomainIndex]

    @property
    def is_demo(self) -> bool:
        return any(domain.is_demo for domain in self.domains)

    @property
    def has_values(self) -> bool:
        return any(domain.municipalities for domain in self.domains)

    @property
    def weakest(self) -> list[DomainIndex]:
        """The domains with an index, the most fragile first."""
        known = [domain for domain in self.domains if domain.index is not None]
        return sorted(known, key=lambda domain: -domain.index)


@dataclass(frozen=True)
class Profile:
    """`year` None: no values are loaded."""

    year: int | None
    domains: list[DomainFacts]
    areas: list[AreaProfile]

    @cached_property
    def is_demo(self) -> bool:
        return any(area.is_demo for area in self.areas)

    @property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(source for domain in self.domains for source in domain.sources))

    def of(self, area: Area) -> AreaProfile | None:
        return next((row for row in self.areas if row.slug == area.slug), None)


def kept_profile() -> Profile:
    """The profile of the shown year as the public pages need it, kept for ten minutes."""
    return cache.get_or_set(KEY, profile, KEPT_SECONDS)


def forget_profile() -> None:
    cache.delete(KEY)


def profile(year: int | None = None) -> Profile:
    """Compute the indices of a year, by default of the shown one. Six queries."""
    year = year or IndicatorValue.objects.shown_year()
    if year is None:
        return Profile(None, [], [])
    means = IndicatorValue.objects.means_by_area(year)
    areas = list(_areas())
    known: dict[int, list[Indicator]] = {}
    for indicator in Indicator.objects.order_by("code"):
        known.setdefault(indicator.domain_id, []).append(indicator)
    domains = IndicatorDomain.objects.prefetch_related("pillars")
    columns = [_column(domain, known.get(domain.pk, []), areas, means) for domain in domains]
    rows = [
        AreaProfile(area.slug, area.name, area.municipality_count, [column[area.pk] for _facts, column in columns])
        for area in areas
    ]
    return Profile(year, [facts for facts, _column in columns], rows)


def _areas():
    municipality = Q(bodies__kind=PublicBody.Kind.MUNICIPALITY, bodies__ceased_on=None, bodies__is_proposed=False)
    return Area.objects.annotate(municipality_count=Count("bodies", filter=municipality)).order_by("number")


def _column(
    domain: IndicatorDomain, indicators: list[Indicator], areas: Iterable[Area], means: dict[tuple[int, int], AreaMean]
) -> tuple[DomainFacts, dict[int, DomainIndex]]:
    """What there is to say of a domain, and the index of each area in it."""
    found = {
        area.pk: {one.code: means[area.pk, one.pk] for one in indicators if (area.pk, one.pk) in means}
        for area in areas
    }
    scales = {one.code: Scale(one.reference, is_positive=one.is_fragile_when_high) for one in indicators}
    values = {area: {code: mean.value for code, mean in row.items()} for area, row in found.items()}
    composite = fragility(values, scales)
    facts = _facts(domain, indicators, composite, seen={code for row in found.values() for code in row})
    return facts, {area: _index(facts, composite.index.get(area), row, scales) for area, row in found.items()}


def _facts(domain: IndicatorDomain, indicators: list[Indicator], composite: Composite, *, seen: set) -> DomainFacts:
    names = {indicator.code: indicator.name for indicator in indicators}
    return DomainFacts(
        domain.code,
        domain.name,
        list(names.values()),
        [(names[code], fault) for code, fault in composite.left_out.items()],
        [name for code, name in names.items() if code not in seen],
        sorted({indicator.source for indicator in indicators if indicator.source}),
        [pillar.pk for pillar in domain.pillars.all()],
    )


def _index(facts: DomainFacts, index: float | None, row: dict[str, AreaMean], scales: dict) -> DomainIndex:
    fewest = min((row[code].municipalities if code in row else 0 for code in scales), default=0)
    return DomainIndex(facts, index, fewest, any(mean.is_demo for mean in row.values()))
