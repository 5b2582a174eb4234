"""Replace the list of municipalities by a corrected one: look first, then confirm; all rows or none."""

import math
from collections.abc import Iterator
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.actions import record
from journal.models import Job
from lib.csv_rows import read_rows
from territory.actions.successions import Succession, carry_out, succession_errors, told
from territory.models import Area, PublicBody

IMPORT = "territory-import"
REQUIRED = ("istat_code", "name", "province_code", "area")
FIELDS = (
    "name",
    "istat_code",
    "cadastral_code",
    "province_code",
    "area_id",
    "latitude",
    "longitude",
    "population",
    "surface_km2",
    "snai_class",
    "ceased_on",
    "membership_evidence",
)
ERRORS_SHOWN = 200
ROWS_SHOWN = 50
LOMBARDY = {"latitude": (44.5, 46.8), "longitude": (8.4, 11.5)}  # degrees, a little beyond the borders


@transaction.atomic
def prepare_import(text: str, *, actor, now: datetime) -> Job:
    """Check every row of the CSV `text` and keep the outcome: what would change, or what is wrong, row by row."""
    rows, today = read_rows(text), timezone.localdate(now)
    errors, bodies, successions = _checked(rows, today=today)
    outcome = {"errors": errors[:ERRORS_SHOWN], "error_count": len(errors)}
    if not errors:
        outcome |= {"csv": text, **compare(bodies), **told(successions, bodies, today=today)}
    return Job.objects.create(
        kind=IMPORT,
        requested_by=actor,
        state=Job.State.FAILED if errors else Job.State.WAITING,
        created_at=now,
        finished_at=now if errors else None,
        total=len(rows),
        outcome=outcome,
    )


@transaction.atomic
def confirm_import(job: Job, *, actor, now: datetime) -> Job:
    """Write the rows that were looked at, checked again; a second call changes nothing.

    Raise ValidationError with code "import_superseded", "import_outdated" or "import_clash".
    """
    imports = {each.pk: each for each in Job.objects.select_for_update().filter(kind=IMPORT).order_by("pk")}
    job = imports[job.pk]
    if job.state != Job.State.WAITING:
        return job
    if is_superseded(job):
        raise ValidationError(
            _("Another list was written after this one was checked: upload the file again."), code="import_superseded"
        )
    errors, bodies, successions = _checked(read_rows(job.outcome["csv"]), today=timezone.localdate(now))
    if errors:
        raise ValidationError(
            _("The list has changed since it was checked: upload the file again."), code="import_outdated"
        )
    shown = compare(bodies) | told(successions, bodies, today=timezone.localdate(now))
    changes = _store_or_refuse(bodies)
    carry_out(successions, actor=actor, now=now)
    job.state, job.finished_at, job.done, job.outcome = Job.State.DONE, now, len(bodies), {**shown, **changes}
    job.save()
    record("import_municipalities", job, actor=actor, now=now, after={**changes, "moves": shown["moves"]})
    return job


def _checked(rows: list[dict[str, str]], *, today: date) -> tuple[list[dict], list[PublicBody], list[Succession]]:
    """The errors, in the order of the file, the rows as unsaved bodies, and the rows with a successor."""
    errors, bodies = check_rows(rows)
    successions = [_succession(line, row) for line, row in enumerate(rows, start=2) if row.get("successor")]
    if not errors:
        errors = succession_errors(successions, bodies, today=today)
    return errors, bodies, successions


def _succession(line: int, row: dict[str, str]) -> Succession:
    return Succession(line, row["istat_code"].zfill(6), row["successor"].zfill(6), _last_day(row))


def _last_day(row: dict[str, str]) -> date | None:
    try:
        return _day(row.get("ceased_on", ""))
    except ValueError:  # told with the rest of the row
        return None


def is_superseded(job: Job) -> bool:
    """Whether another list was written since this one was checked: what it showed is no longer what it would do."""
    written = Job.objects.filter(kind=job.kind, state=Job.State.DONE, finished_at__gt=job.created_at)
    return job.state == Job.State.WAITING and written.exists()


def _store_or_refuse(bodies: list[PublicBody]) -> dict[str, int]:
    try:
        with transaction.atomic():
            return store_municipalities(bodies)
    except IntegrityError as error:
        raise ValidationError(
            _("Two municipalities would have the same name in the same province. Nothing was changed."),
            code="import_clash",
        ) from error


def store_municipalities(bodies: list[PublicBody], *, only_missing: bool = False) -> dict[str, int]:
    """Insert new rows and update changed ones; the ISTAT code says which is which."""
    known = _known()
    new = [body for body in bodies if _match(body, known) is None]
    changed = [] if only_missing else [old for body in bodies if (old := _match(body, known)) and _copy(body, old)]
    PublicBody.objects.bulk_create(new, batch_size=500)
    PublicBody.objects.bulk_update(changed, FIELDS, batch_size=100)
    return {"added": len(new), "changed": len(changed), "unchanged": len(bodies) - len(new) - len(changed)}


def compare(bodies: list[PublicBody]) -> dict:
    """Say what storing the rows would do, without doing it."""
    known = _known()
    names = dict(Area.objects.values_list("pk", "name"))
    pairs = [(body, _match(body, known)) for body in bodies]
    differing = [(new, old) for new, old in pairs if old and _differs(new, old)]
    new_ones = [new.full_name for new, old in pairs if old is None]
    codes = {body.istat_code for body in bodies}
    absent = [body.full_name for body in known.values() if body.istat_code not in codes]
    details = [detail for new, old in differing for detail in _details(new, old, names)]
    return {
        "added": len(new_ones),
        "new": new_ones[:ROWS_SHOWN],
        "changed": len(differing),
        "details": details[:ROWS_SHOWN],
        "detail_count": len(details),
        "unchanged": sum(old is not None for _new, old in pairs) - len(differing),
        "absent": len(absent),
        "missing": absent if len(absent) <= ROWS_SHOWN else [],
        "moves": [
            {"name": new.name, "from": names.get(old.area_id, ""), "to": names.get(new.area_id, "")}
            for new, old in differing
            if new.area_id != old.area_id
        ],
    }


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


def _known() -> dict[tuple, PublicBody]:
    """Municipalities by ISTAT code; one that was proposed by hand has none and is found by its name."""
    bodies = PublicBody.objects.municipalities()
    return {("code", b.istat_code) if b.istat_code else ("name", b.name.upper(), b.province_code): b for b in bodies}


def _match(body: PublicBody, known: dict[tuple, PublicBody]) -> PublicBody | None:
    by_name = ("name", body.name.upper(), body.province_code)
    return known.get(("code", body.istat_code)) or known.get(by_name)


def _differs(new: PublicBody, old: PublicBody) -> bool:
    return any(getattr(new, field) != getattr(old, field) for field in FIELDS)


def _copy(new: PublicBody, old: PublicBody) -> bool:
    differs = _differs(new, old)
    for field in FIELDS:
        setattr(old, field, getattr(new, field))
    return differs


def check_rows(rows: list[dict[str, str]]) -> tuple[list[dict], list[PublicBody]]:
    """Return the errors ({"line", "column", "message"}) and the rows as unsaved bodies."""
    missing = [column for column in REQUIRED if column not in (rows[0] if rows else {})]
    if missing:
        message = _("The file needs these columns: %(columns)s.") % {"columns": ", ".join(missing)}
        return [{"line": 1, "column": "", "message": message}], []
    area_of, errors, bodies, seen = {a.slug: a for a in Area.objects.all()}, [], [], {}
    for line, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        wrong = list(_faults(row, area_of, seen, line))
        errors += [{"line": line, "column": column, "message": message} for column, message in wrong]
        if not wrong:
            bodies.append(municipality_from(row, area_of))
    return errors + ([] if errors or bodies else [_empty()]), bodies


def _empty() -> dict:
    return {"line": 2, "column": "", "message": _("The file holds no municipality.")}


def _faults(row: dict[str, str], area_of: dict[str, Area], seen: dict, line: int):
    code, name, province = row["istat_code"].zfill(6), row["name"], row["province_code"].upper()
    if not (code.isascii() and code.isdigit() and len(code) == 6 and int(code)):
        yield "istat_code", _("“%(value)s” is not an ISTAT code of six digits.") % {"value": row["istat_code"][:20]}
    if not name or len(name) > 150 or name[0] in "=+-@<":
        yield "name", _("The name is missing or is not a name.")
    if not (len(province) == 2 and province.isascii() and province.isalpha()):
        yield "province_code", _("“%(value)s” is not the code of a province.") % {"value": row["province_code"][:20]}
    if row["area"] and row["area"] not in area_of:
        yield "area", _("There is no inner area “%(value)s”.") % {"value": row["area"][:80]}
    for key in (("istat_code", code), ("name", name.upper(), province)):
        if (first := seen.setdefault(key, line)) != line:
            yield key[0], _("The same municipality is already in row %(line)s.") % {"line": first}
    yield from _faults_of_figures(row)


def _faults_of_figures(row: dict[str, str]):
    for column in ("latitude", "longitude", "population_2020", "surface_km2"):
        low, high = LOMBARDY.get(column, (0, 10_000_000))
        try:
            if (value := _number(row.get(column, ""))) is not None and not low <= value <= high:
                raise ValueError
        except ValueError:
            yield column, _("“%(value)s” is not a possible value.") % {"value": row[column][:20]}
    for column, length in (("cadastral_code", 4), ("snai_class_2020", 1), ("membership_evidence", 60)):
        if len(row.get(column, "")) > length:
            yield (
                column,
                ngettext("At most %(length)s letter.", "At most %(length)s letters.", length) % {"length": length},
            )
    try:
        _day(row.get("ceased_on", ""))
    except ValueError:
        example = date_format(date(2026, 1, 31), "SHORT_DATE_FORMAT")
        yield (
            "ceased_on",
            _("“%(value)s” is not a date such as %(example)s.")
            % {
                "value": row["ceased_on"][:20],
                "example": example,
            },
        )


def municipality_from(row: dict[str, str], area_of: dict[str, Area]) -> PublicBody:
    """An unsaved body from a checked row; a code that Excel has cut gets its leading zeros back."""
    population = _number(row.get("population_2020", ""))
    return PublicBody(
        kind=PublicBody.Kind.MUNICIPALITY,
        istat_code=row["istat_code"].zfill(6),
        name=row["name"],
        province_code=row["province_code"].upper(),
        cadastral_code=row.get("cadastral_code", ""),
        area=area_of[row["area"]] if row["area"] else None,
        latitude=_number(row.get("latitude", "")),
        longitude=_number(row.get("longitude", "")),
        population=None if population is None else round(population),
        surface_km2=_number(row.get("surface_km2", "")),
        snai_class=row.get("snai_class_2020", ""),
        ceased_on=_day(row.get("ceased_on", "")),
        membership_evidence=row.get("membership_evidence", ""),
    )


def _number(text: str) -> float | None:
    """A decimal with point or comma; thousands have no separator."""
    if not text:
        return None
    value = float(text.replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _day(text: str) -> date | None:
    if not text:
        return None
    if "/" in text:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no time zone
    return date.fromisoformat(text)
