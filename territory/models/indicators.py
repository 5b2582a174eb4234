"""The indicators of the fragility index and what they are worth in each municipality."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from territory.models.bodies import PublicBody
from territory.models.facts import Pillar

LARGEST = 1e12  # of a value, on both sides of zero: a bound is what keeps "infinite" and "not a number" out


class IndicatorDomain(models.Model):
    """A domain of the fragility index with the number of its indicators."""

    code = models.CharField(_("code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=100)
    indicator_count = models.PositiveSmallIntegerField(_("indicators"))
    pillars = models.ManyToManyField(Pillar, blank=True, related_name="domains", verbose_name=_("pillars that help"))

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Indicator(models.Model):
    """One figure that says how fragile a place is; which way it does is its polarity."""

    domain = models.ForeignKey(IndicatorDomain, models.PROTECT, related_name="indicators", verbose_name=_("domain"))
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    unit = models.CharField(pgettext_lazy("of measure", "unit"), max_length=40, blank=True)
    is_fragile_when_high = models.BooleanField(_("a high value means more fragile"))
    reference = models.FloatField(
        _("reference value"), null=True, blank=True, help_text=_("Empty: the mean of the areas.")
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ["domain", "code"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.CheckConstraint(
                name="indicator_reference_is_finite",
                condition=Q(reference=None) | Q(reference__gte=-LARGEST, reference__lte=LARGEST),
            )
        ]

    def __str__(self):
        return self.name


@dataclass(frozen=True)
class AreaMean:
    """What an indicator is worth in an area: of how many municipalities it is the mean."""

    value: float
    municipalities: int
    is_demo: bool


class IndicatorValueQuerySet(models.QuerySet):
    def counted(self):
        """Of today's municipalities in the areas; without inhabitants a municipality has no weight."""
        return self.filter(
            body__in=PublicBody.objects.current().municipalities().in_areas().filter(population__gt=0)
        ).order_by()

    def shown_year(self) -> int | None:
        """The latest year of real values; of demonstration ones only while there are no others."""
        return self.counted().order_by("is_demo", "-year").values_list("year", flat=True).first()

    def years(self) -> list[int]:
        return list(self.counted().order_by("-year").values_list("year", flat=True).distinct())

    def counts(self) -> dict[str, int]:
        """How many values are stored, and how many of them are invented."""
        return self.aggregate(total=Count("pk"), demo=Count("pk", filter=Q(is_demo=True)))

    def means_by_area(self, year: int) -> dict[tuple[int, int], AreaMean]:
        """By area and indicator: the mean of the municipalities that have a value, weighted by their inhabitants."""
        rows = self.counted().filter(year=year).values_list("body__area", "indicator")
        sums = rows.annotate(
            weighted=Sum(F("value") * F("body__population"), output_field=models.FloatField()),
            weight=Sum("body__population"),
            number=Count("pk"),
            demo=Count("pk", filter=Q(is_demo=True)),
        )
        return {
            (area, indicator): AreaMean(weighted / weight, number, demo > 0)
            for area, indicator, weighted, weight, number, demo in sums
        }


class IndicatorValue(models.Model):
    """An indicator of a municipality in a year. `is_demo`: invented, and labelled so wherever it shows."""

    body = models.ForeignKey(PublicBody, models.PROTECT, related_name="indicator_values", verbose_name=_("body"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name=_("indicator"))
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.FloatField(_("value"))
    is_demo = models.BooleanField(_("demonstration value"), default=False)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "year", "body"]
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        constraints = [
            models.UniqueConstraint(fields=["body", "indicator", "year"], name="one_value_a_year"),
            models.CheckConstraint(
                name="indicator_value_is_finite", condition=Q(value__gte=-LARGEST, value__lte=LARGEST)
            ),
        ]
        indexes = [models.Index(fields=["year", "indicator"])]

    def __str__(self):
        return f"{self.indicator_id} {self.body_id} {self.year}"
