"""The two files of the fragility index: the list of its indicators, and their values by municipality and year.

Each knows what is wrong with a row, what its rows would change, and how to write them.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

from django.db import transaction
from django.db.models import Count, Q
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.cells import istat_code, number_of
from territory.actions.sheets import ROWS_SHOWN, Fault, Sheet
from territory.models import Indicator, IndicatorDomain, IndicatorValue, PublicBody
from territory.models.indicator_tables import HIGH, LOW, YES
from territory.models.profile import forget_profile

ALIASES = {  # the English names, and what people write instead of an accent or an underscore
    "code": "codice",
    "domain": "dominio",
    "name": "nome",
    "unit": "unità",
    "unita": "unità",
    "polarity": "polarità",
    "polarita": "polarità",
    "reference": "riferimento",
    "source": "fonte",
    "istat_code": "codice_istat",
    "codice istat": "codice_istat",
    "indicator": "indicatore",
    "year": "anno",
    "value": "valore",
    "demo": "dimostrativo",
}
POLARITIES = {
    **dict.fromkeys((HIGH, "alta", "positiva", "pos", "+"), True),
    **dict.fromkeys((LOW, "bassa", "negativa", "neg", "-", "−"), False),
}
CODE = re.compile(r"[A-Z0-9][A-Z0-9_.-]{0,19}")
YEAR = re.compile(r"(19|20)[0-9]{2}")


def indicator_sheet(rows: list[dict[str, str]], *, actor=None, now: datetime) -> "ListSheet | ValueSheet":
    """The one of the two that the columns tell."""
    values = ValueSheet(rows, actor=actor, now=now)
    is_values = values.rows and {"valore", "codice_istat"} & values.rows[0].keys()
    return values if is_values else ListSheet(rows, actor=actor, now=now)


class _IndicatorSheet(Sheet):
    kept = ("added", "changed", "unchanged", "removed", "demo_removed")
    aliases = ALIASES

    def lock(self) -> None:
        """The domains stand for all that hangs on them: one import of the list or of values at a time."""
        list(IndicatorDomain.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


class ListSheet(_IndicatorSheet):
    """The list of indicators is whole: one that is not in it goes, unless it has real values."""

    what, action = "list", "import_indicators"
    required = ("codice", "dominio", "nome", "polarità")
    fields = ("domain", "name", "unit", "is_fragile_when_high", "reference", "source")

    @cached_property
    def domains(self) -> dict[str, IndicatorDomain]:
        found = IndicatorDomain.objects.all()
        return {key.upper(): domain for domain in found for key in (domain.code, domain.name)}

    @cached_property
    def known(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in Indicator.objects.select_related("domain")}

    def faults(self, row: dict[str, str], line: int) -> Iterator[Fault]:
        code = row["codice"].upper()
        if not CODE.fullmatch(code):
            yield "codice", _("“%(value)s” is not a code: up to 20 letters and digits.") % {"value": code[:30]}
        elif first := self.first_line(line, code):
            yield "codice", _("The same indicator is already in row %(line)s.") % {"line": first}
        if row["dominio"].upper() not in self.domains:
            yield "dominio", _("There is no domain “%(value)s”.") % {"value": row["dominio"][:50]}
        if row["polarità"].lower() not in POLARITIES:
            yield (
                "polarità",
                _("Write “alto” (a high value means more fragile) or “basso” (a low value means more fragile)."),
            )
        if row.get("riferimento") and number_of(row["riferimento"]) is None:
            yield "riferimento", _not_a_number(row["riferimento"])
        yield from _faults_of_texts(row, nome=200, unità=40, fonte=200)

    def read(self, row: dict[str, str]) -> Indicator:
        return Indicator(
            code=row["codice"].upper(),
            domain=self.domains[row["dominio"].upper()],
            name=row["nome"],
            unit=row.get("unità", ""),
            is_fragile_when_high=POLARITIES[row["polarità"].lower()],
            reference=number_of(row.get("riferimento", "")),
            source=row.get("fonte", ""),
        )

    def compare(self, found: list[Indicator]) -> dict:
        new = [indicator for indicator in found if indicator.code not in self.known]
        pairs = [(self.known[one.code], one) for one in found if one.code in self.known]
        details = [detail for old, indicator in pairs for detail in self._details(old, indicator)]
        going, absent = self._going(found), len(self.known) - len(pairs)
        return {
            "added": len(new),
            "new": [f"{one.code}: {one.name}" for one in new[:ROWS_SHOWN]],
            "changed": len({detail["code"] for detail in details}),
            "unchanged": len(pairs) - len({detail["code"] for detail in details}),
            "details": details[:ROWS_SHOWN],
            "removed": len(going),
            "gone": [f"{one.code}: {one.name}" for one in going[:ROWS_SHOWN]],
            "kept": absent - len(going),
            "demo_removed": IndicatorValue.objects.filter(indicator__in=going).count(),
        }

    def _details(self, old: Indicator, new: Indicator) -> Iterator[dict[str, str]]:
        for name in self.fields:
            before, after = getattr(old, name), getattr(new, name)
            if before != after:
                field = str(Indicator._meta.get_field(name).verbose_name)
                values = {"old": _in_words(name, before), "new": _in_words(name, after)}
                yield {"code": old.code, "name": old.name, "field": field, **values}

    def _going(self, found: list[Indicator]) -> list[Indicator]:
        real = Count("values", filter=Q(values__is_demo=False))
        absent = Indicator.objects.exclude(code__in=[one.code for one in found])
        return list(absent.annotate(real=real).filter(real=0).order_by("code"))

    def store(self, found: list[Indicator]) -> None:
        going = self._going(found)
        IndicatorValue.objects.filter(indicator__in=going).delete()
        Indicator.objects.filter(pk__in=[one.pk for one in going]).delete()
        Indicator.objects.bulk_create(
            found, update_conflicts=True, unique_fields=["code"], update_fields=[*self.fields], batch_size=100
        )
        transaction.on_commit(forget_profile)


class ValueSheet(_IndicatorSheet):
    """Values of municipalities; real ones take the place of all demonstration ones of their indicator and year."""

    what, action = "values", "import_values"
    required = ("codice_istat", "indicatore", "anno", "valore")

    @cached_property
    def bodies(self) -> dict[str, PublicBody]:
        found = PublicBody.objects.municipalities().exclude(istat_code="")
        return {body.istat_code: body for body in found.only("istat_code", "name", "kind", "province_code")}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in Indicator.objects.all()}

    @cached_property
    def real_pairs(self) -> set[tuple[str, str]]:
        """Indicator and year of real values, stored or in this file: no invented one may stand beside them."""
        stored = IndicatorValue.objects.filter(is_demo=False).order_by().values_list("indicator__code", "year")
        here = {_pair(row) for row in self.rows if not _is_demo(row)}
        return here | {(code, str(year)) for code, year in stored.distinct()}

    def faults(self, row: dict[str, str], line: int) -> Iterator[Fault]:
        place = istat_code(row["codice_istat"])
        if place not in self.bodies:
            value = row["codice_istat"][:20]
            yield "codice_istat", _("No municipality has the ISTAT code %(code)s.") % {"code": value}
        if row["indicatore"].upper() not in self.indicators:
            value = row["indicatore"][:30]
            yield "indicatore", _("There is no indicator “%(value)s” in the list: import it first.") % {"value": value}
        if not YEAR.fullmatch(row["anno"]):
            yield "anno", _("“%(value)s” is not a year such as 2024.") % {"value": row["anno"][:20]}
        if number_of(row["valore"]) is None:
            yield "valore", _not_a_number(row["valore"])
        if first := self.first_line(line, place, *_pair(row)):
            yield "codice_istat", _("The same value is already in row %(line)s.") % {"line": first}
        if _is_demo(row) and _pair(row) in self.real_pairs:
            yield "dimostrativo", _("Real values of this indicator and year are there: an invented one is not taken.")

    def read(self, row: dict[str, str]) -> IndicatorValue:
        return IndicatorValue(
            body=self.bodies[istat_code(row["codice_istat"])],
            indicator=self.indicators[row["indicatore"].upper()],
            year=int(row["anno"]),
            value=number_of(row["valore"]),
            is_demo=_is_demo(row),
        )

    def compare(self, found: list[IndicatorValue]) -> dict:
        known = self._known(found)
        new = [one for one in found if _key(one) not in known]
        differing = [(known[_key(one)], one) for one in found if _key(one) in known and _differs(known[_key(one)], one)]
        return {
            "added": len(new),
            "changed": len(differing),
            "unchanged": len(found) - len(new) - len(differing),
            "details": [_detail(old, one) for old, one in differing[:ROWS_SHOWN]],
            "removed": 0,
            "demo_removed": sum(self._demo(year, codes).count() for year, codes in _real_by_year(found).items()),
            "years": sorted({one.year for one in found}),
        }

    def _known(self, found: list[IndicatorValue]) -> dict[tuple, IndicatorValue]:
        years, indicators = {one.year for one in found}, {one.indicator_id for one in found}
        stored = IndicatorValue.objects.filter(year__in=years, indicator__in=indicators)
        return {_key(value): value for value in stored.iterator(chunk_size=2_000)}

    def _demo(self, year: int, indicators: Iterable[int]):
        return IndicatorValue.objects.filter(is_demo=True, year=year, indicator__in=indicators)

    def store(self, found: list[IndicatorValue]) -> None:
        for year, indicators in _real_by_year(found).items():
            self._demo(year, indicators).delete()
        known = self._known(found)
        IndicatorValue.objects.bulk_create(
            [one for one in found if _key(one) not in known or _differs(known[_key(one)], one)],
            update_conflicts=True,
            unique_fields=["body", "indicator", "year"],
            update_fields=["value", "is_demo"],
            batch_size=500,
        )
        transaction.on_commit(forget_profile)


def _real_by_year(found: list[IndicatorValue]) -> dict[int, set[int]]:
    years: dict[int, set[int]] = {}
    for one in found:
        if not one.is_demo:
            years.setdefault(one.year, set()).add(one.indicator_id)
    return years


def _key(value: IndicatorValue) -> tuple[int, int, int]:
    return value.body_id, value.indicator_id, value.year


def _differs(old: IndicatorValue, new: IndicatorValue) -> bool:
    return (old.value, old.is_demo) != (new.value, new.is_demo)


def _detail(old: IndicatorValue, new: IndicatorValue) -> dict[str, str]:
    what = f"{new.indicator.code}, {new.year}"
    return {"name": new.body.full_name, "field": what, "old": localize(old.value), "new": localize(new.value)}


def _pair(row: dict[str, str]) -> tuple[str, str]:
    return row["indicatore"].upper(), row["anno"]


def _is_demo(row: dict[str, str]) -> bool:
    return row.get("dimostrativo", "").lower() in {YES, "si", "yes", "1"}


def _not_a_number(text: str) -> str:
    return _("“%(value)s” is not a number such as 12,5 (no separator of thousands).") % {"value": text[:20]}


def _faults_of_texts(row: dict[str, str], **longest: int) -> Iterator[Fault]:
    if not row["nome"]:
        yield "nome", _("The name is missing or is not a name.")
    for column, length in longest.items():
        if len(row.get(column, "")) > length:
            words = ngettext("At most %(length)s letter.", "At most %(length)s letters.", length)
            yield column, words % {"length": length}


def _in_words(name: str, value: object) -> str:
    if name == "is_fragile_when_high":
        return HIGH if value else LOW
    if name == "reference" and value is None:
        return _("mean of the areas")
    return localize(value) if isinstance(value, float) else str(value)
