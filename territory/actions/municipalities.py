"""Replace the list of municipalities by a corrected one: look first, then confirm; all rows or none."""

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
from lib.cells import day_of, istat_code, number_of, whole_of
from lib.csv_rows import read_rows
from territory.actions.successions import Succession, carry_out, succession_errors, told
from territory.models import Area, PublicBody

IMPORT = "territory-import"
REQUIRED = ("istat_code", "name", "province_code", "area")
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
ERRORS_SHOWN = 200
ROWS_SHOWN = 50


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
    return Succession(
        line, istat_code(row["istat_code"]), istat_code(row["successor"]), day_of(row.get("ceased_on", ""))
    )


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
    known = known_municipalities()
    new = [body for body in bodies if _match(body, known) is None]
    changed = [] if only_missing else [old for body in bodies if (old := _match(body, known)) and _copy(body, old)]
    PublicBody.objects.bulk_create(new, batch_size=500)
    PublicBody.objects.bulk_update(changed, [*FIELDS], batch_size=100)
    return {"added": len(new), "changed": len(changed), "unchanged": len(bodies) - len(new) - len(changed)}


def compare(bodies: list[PublicBody]) -> dict:
    """Say what storing the rows would do, without doing it."""
    known = known_municipalities()
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


def known_municipalities() -> dict[tuple, PublicBody]:
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
    area_of, known, errors, bodies, seen = {a.slug: a for a in Area.objects.all()}, known_municipalities(), [], [], {}
    for line, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        wrong = list(_faults(row, area_of, seen, line))
        errors += [{"line": line, "column": column, "message": message} for column, message in wrong]
        if not wrong:
            bodies.append(municipality_from(row, area_of, known))
    return errors + ([] if errors or bodies else [_empty()]), bodies


def _empty() -> dict:
    return {"line": 2, "column": "", "message": _("The file holds no municipality.")}


def _faults(row: dict[str, str], area_of: dict[str, Area], seen: dict, line: int):
    code, name, province = istat_code(row["istat_code"]), row["name"], row["province_code"].upper()
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
        message, example = _("“%(value)s” is not a date such as %(example)s."), date(2026, 1, 31)
        yield "ceased_on", message % {"value": text[:20], "example": date_format(example, "SHORT_DATE_FORMAT")}


def municipality_from(row: dict[str, str], area_of: dict[str, Area], known: dict[tuple, PublicBody]) -> PublicBody:
    """The unsaved body as a checked row leaves it: what the file has no column for stays as it is known."""
    code, name, province = istat_code(row["istat_code"]), row["name"], row["province_code"].upper()
    body = PublicBody(kind=PublicBody.Kind.MUNICIPALITY, istat_code=code, name=name, province_code=province)
    old = _match(body, known)
    for field, column in FIELDS.items():
        if column in row:
            setattr(body, field, _value(column, row[column], area_of))
        elif old:
            setattr(body, field, getattr(old, field))
    if old and old.successor_id:  # its merger is not undone by an empty cell
        body.ceased_on = body.ceased_on or old.ceased_on
    return body


def _value(column: str, text: str, area_of: dict[str, Area]):
    match column:
        case "istat_code":
            return istat_code(text)
        case "province_code":
            return text.upper()
        case "area":
            return area_of[text].pk if text else None
        case "population_2020":
            return whole_of(text)
        case "ceased_on":
            return day_of(text)
    return number_of(text) if column in FIGURES else text
