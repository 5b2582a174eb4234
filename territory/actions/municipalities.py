"""Replace the list of municipalities by a corrected one."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.cells import day_of, istat_code, number_of, whole_of
from territory.actions.sheets import ROWS_SHOWN, Fault, Sheet, not_a_day
from territory.actions.successions import Succession, carry_out, succession_errors, told
from territory.models import Area, PublicBody

IMPORT = "territory-import"
FIELDS = {  # of which column
    "name": "name",
    "istat_code": "istat_code",
    "cadastral_code": "cadastral_code",
    "province_code": "province_code",
    "area_id": "area",
    "latitude": "latitude",
    "longitude": "longitude",
    "population": "population_2020",
    "surface_km2": "surface_km2",
    "snai_class": "snai_class_2020",
    "ceased_on": "ceased_on",
    "membership_evidence": "membership_evidence",
}
FIGURES = {  # the least and the most; degrees a little beyond the borders of Lombardy
    "latitude": (44.5, 46.8),
    "longitude": (8.4, 11.5),
    "population_2020": (0, 10_000_000),
    "surface_km2": (0, 10_000_000),
}
LONGEST = {"cadastral_code": 4, "snai_class_2020": 1, "membership_evidence": 60}
YEARS = range(1861, 2101)
WHOLE_LIST = 1000  # Lombardy has some 1,500 municipalities: a shorter file is a part of them


class MunicipalitySheet(Sheet):
    """The list, or a part of it; a row with a successor ends."""

    action = "import_municipalities"
    kept = ("added", "changed", "unchanged", "moves")
    required = ("istat_code", "name", "province_code", "area")

    def lock(self) -> None:
        bodies = PublicBody.objects.municipalities().select_for_update(no_key=True)
        list(bodies.order_by("pk").values_list("pk"))

    @cached_property
    def areas(self) -> dict[str, Area]:
        return {area.slug: area for area in Area.objects.all()}

    @cached_property
    def stored(self) -> dict[int, PublicBody]:
        return {body.pk: body for body in PublicBody.objects.municipalities()}

    @cached_property
    def known(self) -> dict[str | tuple[str, str], PublicBody]:
        """By ISTAT code; one that was proposed by hand has none and is found by its name."""
        return {body.istat_code or (body.name.upper(), body.province_code): body for body in self.stored.values()}

    @cached_property
    def successions(self) -> list[Succession]:
        return [
            Succession(
                line, istat_code(row["istat_code"]), istat_code(row["successor"]), day_of(row.get("ceased_on", ""))
            )
            for line, row in enumerate(self.rows, start=2)
            if row.get("successor")
        ]

    def faults(self, row: dict[str, str], line: int) -> Iterator[Fault]:
        code, name, province = _identity(row)
        if not (code.isascii() and code.isdigit() and len(code) == 6 and int(code)):
            yield "istat_code", _("“%(value)s” is not an ISTAT code of six digits.") % {"value": row["istat_code"][:20]}
        if not name or len(name) > 150 or name[0] in "=+-@<":
            yield "name", _("The name is missing or is not a name.")
        if not (len(province) == 2 and province.isascii() and province.isalpha()):
            message = _("“%(value)s” is not the code of a province.")
            yield "province_code", message % {"value": row["province_code"][:20]}
        if row["area"] and row["area"] not in self.areas:
            yield "area", _("There is no inner area “%(value)s”.") % {"value": row["area"][:80]}
        for key in (("istat_code", code), ("name", name.upper(), province)):
            if first := self.first_line(line, *key):
                yield key[0], _("The same municipality is already in row %(line)s.") % {"line": first}
        yield from _faults_of_figures(row)

    def read(self, row: dict[str, str]) -> PublicBody:
        """The municipality as the row leaves it: what the file has no column for stays as it is stored."""
        code, name, province = _identity(row)
        old = self.known.get(code) or self.known.get((name.upper(), province))
        body = PublicBody(pk=old and old.pk, kind=PublicBody.Kind.MUNICIPALITY)
        for field, column in FIELDS.items():
            if column in row:
                setattr(body, field, _value(column, row[column], self.areas))
            elif old:
                setattr(body, field, getattr(old, field))
        body.istat_code, body.name, body.province_code = code, name, province
        if old and old.successor_id:  # its merger is not undone by an empty cell
            body.ceased_on = body.ceased_on or old.ceased_on
        return body

    def faults_among(self, found: list[PublicBody]) -> list[dict]:
        return succession_errors(self.successions, found, today=timezone.localdate(self.now))

    def _changes(self, found: list[PublicBody]) -> list[tuple[PublicBody, PublicBody]]:
        """The old and the new, where they differ."""
        pairs = [(self.stored[body.pk], body) for body in found if body.pk]
        return [(old, new) for old, new in pairs if any(getattr(old, name) != getattr(new, name) for name in FIELDS)]

    def compare(self, found: list[PublicBody]) -> dict:
        areas = {area.pk: area.name for area in self.areas.values()}
        new, changes = [body.full_name for body in found if not body.pk], self._changes(found)
        here = {body.pk for body in found}
        absent = [body.full_name for key, body in self.stored.items() if key not in here]
        details = [detail for old, body in changes for detail in _details(body, old, areas)]
        return {
            "added": len(new),
            "new": new[:ROWS_SHOWN],
            "changed": len(changes),
            "details": details[:ROWS_SHOWN],
            "detail_count": len(details),
            "unchanged": len(found) - len(new) - len(changes),
            "absent": len(absent),
            "is_partial": len(self.rows) < WHOLE_LIST,
            "missing": absent if len(absent) <= ROWS_SHOWN else [],
            "moves": [
                {"name": body.name, "from": areas.get(old.area_id, ""), "to": areas.get(body.area_id, "")}
                for old, body in changes
                if body.area_id != old.area_id
            ],
            **told(self.successions, found, today=timezone.localdate(self.now)),
        }

    def store(self, found: list[PublicBody]) -> None:
        """Raise ValidationError with code "import_clash" for two that would have one name."""
        try:
            with transaction.atomic():
                self.write(found)
        except IntegrityError as error:
            message = _("Two municipalities would have the same name in the same province. Nothing was changed.")
            raise ValidationError(message, code="import_clash") from error
        carry_out(self.successions, actor=self.actor, now=self.now)

    def write(self, found: list[PublicBody], *, only_missing: bool = False) -> dict[str, int]:
        """Insert and update the bodies alone, without their mergers."""
        new = [body for body in found if not body.pk]
        changed = [] if only_missing else [body for _old, body in self._changes(found)]
        PublicBody.objects.bulk_create(new, batch_size=500)
        PublicBody.objects.bulk_update(changed, [*FIELDS], batch_size=100)
        return {"added": len(new), "changed": len(changed), "unchanged": len(found) - len(new) - len(changed)}


def _identity(row: dict[str, str]) -> tuple[str, str, str]:
    """Code, name and province; "Comune di Piuro (SO)" is Piuro."""
    province = row["province_code"].upper()
    return (
        istat_code(row["istat_code"]),
        row["name"].removeprefix("Comune di ").removesuffix(f" ({province})"),
        province,
    )


def _details(new: PublicBody, old: PublicBody, areas: dict[int, str]) -> Iterator[dict[str, str]]:
    """Each field that changes: of which municipality, from what to what."""
    for name in FIELDS:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            words = str(PublicBody._meta.get_field(name).verbose_name)
            values = [areas.get(value, "") if name == "area_id" else _shown(value) for value in (before, after)]
            yield {"name": old.full_name, "field": words, "old": values[0], "new": values[1]}


def _shown(value: object) -> str:
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return "" if value is None else localize(value) if isinstance(value, int | float) else str(value)


def _faults_of_figures(row: dict[str, str]) -> Iterator[Fault]:
    for column, (low, high) in FIGURES.items():
        text = row.get(column, "")
        value = whole_of(text) if column == "population_2020" else number_of(text)
        if text and (value is None or not low <= value <= high):
            yield column, _("“%(value)s” is not a possible value.") % {"value": text[:20]}
    for column, length in LONGEST.items():
        if len(row.get(column, "")) > length:
            message = ngettext("At most %(length)s letter.", "At most %(length)s letters.", length)
            yield column, message % {"length": length}
    text = row.get("ceased_on", "")
    if text and not ((day := day_of(text)) and day.year in YEARS):
        yield "ceased_on", not_a_day(text)


def _value(column: str, text: str, area_of: dict[str, Area]):
    match column:
        case "area":
            return area_of[text].pk if text else None
        case "population_2020":
            return whole_of(text)
        case "ceased_on":
            return day_of(text)
    return number_of(text) if column in FIGURES else text
