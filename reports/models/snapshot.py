"""Figures frozen for the funder: what was counted, for which areas and year, by whom and when, under one hash."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.territory import BodyRow, Overview
from reports.reach import total
from reports.suppression import suppress
from territory.models import Area

COUNTED = (
    *("people", "completed", "minutes", "tutoring_minutes", "appointments", "tutored"),
    *("certificates", "over_target"),
)
OF_PEOPLE = ("people", "over_target", "certificates", "completed", "tutored")  # a small one tells of somebody
LIMITS = (1_000, 5_000)  # inhabitants: the classes are below the first, below the second, the rest


class SnapshotQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for ANCI; a coordinator reads the ones of the own areas only."""
        scope = user.scope
        if scope.is_anci:
            return self
        foreign = Area.objects.exclude(pk__in=scope.area_ids)
        return self.filter(is_whole=False).exclude(areas__in=foreign) if scope.area_ids else self.none()


class Snapshot(models.Model):
    """Never changed: the hash covers the figures, what was chosen, who and when."""

    title = models.CharField(_("title"), max_length=150)
    year = models.PositiveSmallIntegerField(_("year"))
    as_of = models.DateField(_("as at"))
    areas = models.ManyToManyField(Area, related_name="+", verbose_name=_("inner areas"))
    is_whole = models.BooleanField(_("all areas and the bodies outside them"))
    figures = models.JSONField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("frozen"))
    sha256 = models.CharField(max_length=64)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at", "-pk"]
        verbose_name = _("frozen figures")
        verbose_name_plural = _("frozen figures")

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        if self.pk:
            raise PermissionDenied("Frozen figures do not change.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise PermissionDenied("Frozen figures do not change.")

    def fingerprint(self) -> str:
        """The hash of what is stored now; it is the recorded one as long as nobody has touched the row."""
        facts = {
            "title": self.title,
            "year": self.year,
            "as_of": self.as_of.isoformat(),
            "is_whole": self.is_whole,
            "figures": self.figures,
            "taken_by": self.taken_by_id,
            "taken_at": self.taken_at.astimezone(UTC).isoformat(),
        }
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def is_intact(self) -> bool:
        return self.fingerprint() == self.sha256


def figures_of(overview: Overview) -> dict:
    """The rows of the two tables, in plain numbers: by area and by size of the municipality."""
    areas = [_figures(row.area.slug if row.area else "", row.municipalities, row.tally) for row in overview.rows]
    sizes = by_size([body for row in overview.rows for body in row.bodies])
    return {"areas": areas, "sizes": sizes, "people": overview.tally.people}


def by_size(bodies: list[BodyRow]) -> list[dict]:
    """The municipalities by their inhabitants: below 1,000, below 5,000, the rest, the ones of unknown size; then the
    other bodies. One that has ended since counts with what was done in it, and is no municipality any more."""
    classes: dict[str, list[BodyRow]] = {str(limit): [] for limit in LIMITS} | {"more": [], "unknown": [], "others": []}
    for row in bodies:
        is_sized = row.body.kind == row.body.Kind.MUNICIPALITY
        classes[size_of(row.body.population) if is_sized else "others"].append(row)
    return [
        _figures(key, [row for row in rows if row.is_municipality], total(row.tally for row in rows))
        for key, rows in classes.items()
        if rows or key not in {"unknown", "others"}
    ]


def size_of(population: int | None) -> str:
    if population is None:
        return "unknown"
    return next((str(limit) for limit in LIMITS if population < limit), "more")


def _figures(key: str, municipalities: list[BodyRow], tally) -> dict:
    reached = sum(row.tally.is_reached for row in municipalities)
    numbers = {name: getattr(tally, name) for name in COUNTED}
    return {"key": key, "municipalities": len(municipalities), "reached": reached} | numbers


@dataclass(frozen=True)
class Table:
    """Rows as they may leave the house: small counts of people are None, and so are the hours of so few."""

    rows: list[dict]
    total: dict

    @classmethod
    def of(cls, rows: list[dict], *, people: int | None = None) -> "Table":
        """`people` are the different ones of all rows: who is in two rows counts once in the total."""
        shown = [dict(row) for row in rows]
        names = ("municipalities", "reached", *COUNTED)
        whole: dict = {"key": "total"} | {name: sum(row[name] for row in rows) for name in names}
        for name in OF_PEOPLE:
            seen = suppress([row[name] for row in rows])
            whole[name] = seen.total
            for row, count in zip(shown, seen.counts, strict=True):
                row[name] = count
        if people is not None and whole["people"] is not None:
            whole["people"] = people
        for row in [*shown, whole]:
            if row["people"] is None:
                row |= dict.fromkeys(("minutes", *OF_PEOPLE))
            if row["tutored"] is None:
                row |= dict.fromkeys(("tutoring_minutes", "appointments"))
        return cls(shown, whole)


def tables_of(figures: dict) -> tuple[Table, Table]:
    """By area and by size. What one table hides of the whole the other does not tell."""
    areas, sizes = (Table.of(figures[table], people=figures.get("people")) for table in ("areas", "sizes"))
    for name in areas.total:
        if areas.total[name] is None or sizes.total[name] is None:
            areas.total[name] = sizes.total[name] = None
    return areas, sizes


@dataclass(frozen=True)
class Change:
    table: str
    key: str
    name: str
    frozen: int | None  # None: hidden, or the row was not there
    today: int | None


def changes(frozen: dict, today: dict) -> list[Change]:
    """What the same count gives today that the frozen figures do not say; what the tables hide stays hidden."""
    found = []
    shown = [dict(zip(("areas", "sizes"), tables_of(figures), strict=True)) for figures in (frozen, today)]
    for table in ("areas", "sizes"):
        before, after = ({row["key"]: row for row in figures[table]} for figures in (frozen, today))
        seen = [{row["key"]: row for row in tables[table].rows} for tables in shown]
        for key in {**before, **after}:
            ours, theirs = before.get(key, {}), after.get(key, {})
            names = [name for name in {**ours, **theirs} if name != "key" and ours.get(name) != theirs.get(name)]
            found += [Change(table, key, name, *(rows.get(key, {}).get(name) for rows in seen)) for name in names]
    return found
