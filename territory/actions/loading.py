"""Load the territory and the programme's facts that the project ships."""

import csv
import hashlib
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from journal.models import Job
from territory.actions.municipalities import IMPORT, MunicipalitySheet
from territory.models import (
    Area,
    FundingSource,
    IndicatorDomain,
    Objective,
    Pillar,
    SelectionCriterion,
)

DATA = Path(__file__).resolve().parent.parent / "data"
LOAD = "territory-load"
COLOURS = [
    *("#126c79", "#f05290", "#798e11", "#8e6ffb", "#6420aa", "#005541", "#798abd"),
    *("#91555e", "#ae4090", "#40938e", "#782b21", "#59690f", "#9f8a51", "#4e3d6c"),
]
SNAI_AREAS = 6
EXPECTED = {
    "areas": 14,
    "snai areas": SNAI_AREAS,
    "regional areas": 8,
    "bodies": 1_502,
    "municipalities of the areas": 488,
    "areas whose municipalities add up": 14,
    "funding in euro": 196_000_000,
    "funding of the sources in euro": 196_000_000,
    "funding of the areas in euro": 196_000_000,
    "indicators": 35,
    "indicators of the domains": 35,
    "pillars": 7,
    "objectives": 3,
    "criteria": 7,
    "workshops": 28,
    "workshops of the areas": 28,
}


@transaction.atomic
def import_territory(*, now: datetime, folder: Path = DATA) -> Job | None:
    """Load the files of `folder` once per content; return the job, or None when they were loaded before.

    After a coordinator's own import the shipped list only adds what is missing: corrections are never undone.
    Raise ValidationError with code "territory_counts" when the figures do not add up.
    """
    files = {name: (folder / name).read_bytes() for name in ("areas.csv", "municipalities.csv", "programme_facts.json")}
    digest = hashlib.sha256(b"".join(files.values())).hexdigest()
    if Job.objects.filter(kind=LOAD, outcome__sha256=digest).exists() and Area.objects.count() == len(COLOURS):
        _link_pillars()  # of a site that was loaded before there were any
        return None
    areas, bodies = _rows(files["areas.csv"]), _rows(files["municipalities.csv"])
    facts = json.loads(files["programme_facts.json"])
    check_counts(areas, bodies, facts)
    _store_facts(facts)
    _link_pillars()
    _store_areas(areas)
    sheet = MunicipalitySheet(bodies, now=now)
    sheet.lock()
    corrected = Job.objects.filter(kind=IMPORT, state=Job.State.DONE).exists()
    changes = sheet.write([sheet.read(row) for row in sheet.rows], only_missing=corrected)
    return Job.objects.create(
        kind=LOAD,
        state=Job.State.DONE,
        created_at=now,
        finished_at=now,
        done=len(bodies),
        total=len(bodies),
        outcome={"sha256": digest, **changes},
    )


def check_counts(areas: list[dict], bodies: list[dict], facts: dict) -> None:
    """Compare every figure that the programme publishes with the files."""
    found = count(areas, bodies, facts)
    wrong = [
        _("%(name)s: %(found)s instead of %(expected)s") % {"name": name, "found": found[name], "expected": expected}
        for name, expected in EXPECTED.items()
        if found[name] != expected
    ]
    if wrong:
        raise ValidationError(
            _("The territory files do not add up: %(list)s.") % {"list": "; ".join(wrong)}, code="territory_counts"
        )


def count(areas: list[dict], bodies: list[dict], facts: dict) -> dict[str, int]:
    """Return the figures of EXPECTED as the files have them."""
    kinds = Counter(area["kind"] for area in areas)
    members = Counter(body["area"] for body in bodies if body["area"])
    funding, index, paths = facts["funding"], facts["fragility_index"], facts["local_paths"]
    return {
        "areas": len(areas),
        "snai areas": kinds["snai"],
        "regional areas": kinds["regional"],
        "bodies": len({body["istat_code"] for body in bodies}),
        "municipalities of the areas": members.total(),
        "areas whose municipalities add up": sum(int(a["municipalities"]) == members[a["slug"]] for a in areas),
        "funding in euro": funding["total_eur"],
        "funding of the sources in euro": sum(source["eur"] for source in funding["sources"]),
        "funding of the areas in euro": funding["per_area_eur"] * len(areas),
        "indicators": index["indicators_total"],
        "indicators of the domains": sum(domain["indicators"] for domain in index["domains"]),
        "pillars": len(facts["prss_pillars"]),
        "objectives": len(facts["operational_objectives"]),
        "criteria": len(facts["selection_criteria"]),
        "workshops": paths["workshops"],
        "workshops of the areas": paths["per_area"] * len(areas),
    }


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode("utf-8").splitlines()))


def _store_areas(rows: list[dict]) -> None:
    for row, colour in zip(rows, COLOURS, strict=True):
        number = int(row["number"]) + (SNAI_AREAS if row["kind"] == Area.Kind.REGIONAL else 0)
        facts = {name: row[name] for name in ("kind", "name", "strategy_title", "lead_body")}
        provinces = row["provinces"].replace("|", ", ")
        Area.objects.update_or_create(
            slug=row["slug"], defaults={**facts, "number": number, "provinces": provinces, "colour": colour}
        )


def _store_facts(facts: dict) -> None:
    for row in facts["prss_pillars"]:
        Pillar.objects.update_or_create(number=row["n"], defaults={"name": row["name"]})
    for row in facts["operational_objectives"]:
        Objective.objects.update_or_create(code=row["code"], defaults={"text": row["text"]})
    for row in facts["selection_criteria"]:
        SelectionCriterion.objects.update_or_create(number=row["n"], defaults={"name": row["name"]})
    for row in facts["funding"]["sources"]:
        FundingSource.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "amount_eur": row["eur"]}
        )
    for row in facts["fragility_index"]["domains"]:
        IndicatorDomain.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "indicator_count": row["indicators"]}
        )


def _link_pillars() -> None:
    """Which courses help in which domain; a domain that somebody has linked is left alone."""
    numbers: dict[str, list[int]] = {}
    for row in _rows((DATA / "domain_pillars.csv").read_bytes()):
        numbers.setdefault(row["domain"], []).append(int(row["pillar"]))
    for domain in IndicatorDomain.objects.filter(pillars=None):
        domain.pillars.set(Pillar.objects.filter(number__in=numbers.get(domain.code, [])))
