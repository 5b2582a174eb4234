"""How many people work at each body: typed for one, or read from a file of many; looked at first, all rows or none."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from journal.actions import entry_about, record, record_all
from lib.body_names import BodyNames
from lib.cells import day_of, whole_of
from territory.actions.sheets import Fault, Sheet, not_a_day
from territory.models import LARGEST_STAFF, PublicBody, StaffCount, slug_of

FIRST_DAY = date(2000, 1, 1)


@transaction.atomic
def count_staff(body: PublicBody, *, counted_on: date, people: int, actor, now: datetime) -> StaffCount:
    """Keep the number of people on a day; a count of the same day is corrected. Idempotent.

    Raise ValidationError with code "future", "too_early", or of the fields.
    """
    body = PublicBody.objects.select_for_update(of=("self",)).select_related("area").get(pk=body.pk)
    if problem := fault_of_day(counted_on, now=now):
        raise ValidationError({"counted_on": problem})
    count = StaffCount.objects.filter(body=body, counted_on=counted_on).first()
    count = count or StaffCount(body=body, counted_on=counted_on)
    before, count.people = count.people, people
    count.full_clean()
    if before != people:
        count.save()
        record("count_staff", count, actor=actor, now=now, **_values(count, before))
    return count


def fault_of_day(day: date, *, now: datetime) -> ValidationError | None:
    if day > timezone.localdate(now):
        return ValidationError(_("The day of the count is in the future."), code="future")
    if day < FIRST_DAY:
        return ValidationError(_("The day of the count is too long ago to be right."), code="too_early")
    return None


def _values(count: StaffCount, before: int | None) -> dict:
    """What the audit entry keeps of a count."""
    old = {"before": {"people": before}} if before else {}
    after = {"people": count.people, "counted_on": count.counted_on.isoformat()}
    return {"area": slug_of(count.body.area), "after": after, **old}


class CountSheet(Sheet):
    """Counts of many bodies within the reach of whoever uploads them, each told by its code or its name."""

    required = ("ente", "persone", "giorno")
    aliases = {
        **dict.fromkeys(("codice_istat", "istat", "istat_code"), "codice istat"),
        **dict.fromkeys(("comune", "nome", "name"), "ente"),
        **dict.fromkeys(("prov", "province_code"), "provincia"),
        **dict.fromkeys(("personale", "dipendenti", "people"), "persone"),
        **dict.fromkeys(("data", "day", "counted_on"), "giorno"),
    }

    def missing(self, header) -> list[str]:
        return [name for name in super().missing(header) if name != "ente" or "codice istat" not in header]

    def _within_reach(self) -> QuerySet[PublicBody]:
        return PublicBody.objects.staff_counted_by(self.actor).order_by("pk")

    def lock(self) -> None:
        list(self._within_reach().select_for_update(no_key=True).values_list("pk"))

    @cached_property
    def bodies(self) -> dict[int, PublicBody]:
        return {body.pk: body for body in self._within_reach().select_related("area")}

    @cached_property
    def names(self) -> BodyNames:
        return BodyNames((key, body.istat_code, body.name, body.province_code) for key, body in self.bodies.items())

    @cached_property
    def known(self) -> dict[tuple, StaffCount]:
        counts = StaffCount.objects.filter(body__in=self.bodies).order_by()
        return {(count.body_id, count.counted_on): count for count in counts}

    def _body(self, row: dict[str, str]) -> PublicBody | None:
        keys = self.names.find(row.get("codice istat", ""), row.get("ente", ""), row.get("provincia", ""))
        return self.bodies[keys.copy().pop()] if len(keys) == 1 else None

    def faults(self, row: dict[str, str], line: int) -> Iterator[Fault]:
        body, day = self._body(row), day_of(row["giorno"])
        wrong = list(self._wrong(row, body, day))
        yield from wrong
        if not wrong and (first := self.first_line(line, body.pk, day)):
            yield "giorno", _("The same body and day are already in row %(line)s.") % {"line": first}

    def _wrong(self, row: dict[str, str], body: PublicBody | None, day: date | None) -> Iterator[Fault]:
        if body is None:
            column = "codice istat" if row.get("codice istat") else "ente"
            yield column, _("No body of one’s own areas is told by this row.")
        if not 0 < (whole_of(row["persone"]) or 0) <= LARGEST_STAFF:
            message = _("“%(value)s” is not a number of people from 1 on: where it is not known, leave the row out.")
            yield "persone", message % {"value": row["persone"][:20]}
        if day is None:
            yield "giorno", not_a_day(row["giorno"])
        elif problem := fault_of_day(day, now=self.now):
            yield "giorno", str(problem.message)

    def read(self, row: dict[str, str]) -> StaffCount:
        body, day = self._body(row), day_of(row["giorno"])
        known = self.known.get((body.pk, day))
        return StaffCount(pk=known and known.pk, body=body, counted_on=day, people=whole_of(row["persone"]))

    def _before(self, count: StaffCount) -> int | None:
        known = self.known.get((count.body_id, count.counted_on))
        return known and known.people

    def _changed(self, found: list[StaffCount]) -> list[StaffCount]:
        return [count for count in found if count.people != self._before(count)]

    def compare(self, found: list[StaffCount]) -> dict:
        changes = [
            {
                "body": count.body.full_name,
                "day": date_format(count.counted_on, "j F Y"),
                "old": self._before(count),
                "new": count.people,
            }
            for count in self._changed(found)
        ]
        added = sum(change["old"] is None for change in changes)
        figures = {"added": added, "changed": len(changes) - added, "unchanged": len(found) - len(changes)}
        return {"changes": changes, **figures}

    def store(self, found: list[StaffCount]) -> None:
        changed = self._changed(found)
        StaffCount.objects.bulk_update([count for count in changed if count.pk], ["people"], batch_size=500)
        StaffCount.objects.bulk_create([count for count in changed if not count.pk], batch_size=500)
        record_all(
            entry_about("count_staff", count, actor=self.actor, now=self.now, **_values(count, self._before(count)))
            for count in changed
        )
