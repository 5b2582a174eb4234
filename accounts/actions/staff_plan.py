"""What a file of staff would change: made without writing, stored with a handful of statements."""

from dataclasses import dataclass, field
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts import emails
from accounts.models import Employment, User
from accounts.signals import staff_left
from accounts.staff_sheet import Entry, Fault, Problem
from journal.actions import entry_about, record_all
from territory.models import PublicBody

CHUNK = 500
CHANGEABLE = ("job_title", "started_on", "ended_on", "share_percent")
NAMES_SHOWN = 50


@dataclass
class Plan:
    newcomers: dict[str, list[Entry]] = field(default_factory=dict)  # by address
    strangers: list[tuple[int, int]] = field(default_factory=list)  # known, but not here: person and body
    additions: list[tuple[int, Entry]] = field(default_factory=list)  # more work for somebody known here
    changes: list[tuple[Employment, dict, dict]] = field(default_factory=list)  # with before and after
    unchanged: int = 0
    kept_names: list[list] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def figures(self) -> dict:
        """What whoever asks reads: newcomers and strangers are one figure."""
        counts = {
            "invited": len(self.newcomers) + len({person for person, _body in self.strangers}),
            "added": len(self.additions),
            "changed": len(self.changes),
            "unchanged": self.unchanged,
        }
        return {"counts": counts, "kept_names": self.kept_names[:NAMES_SHOWN]}


def make_plan(entries: list[Entry], *, actor: User, now: datetime) -> Plan:
    """Compare the rows with who is known, a chunk of addresses at a time."""
    plan, today = Plan(), timezone.localdate(now)
    by_email: dict[str, list[Entry]] = {}
    for entry in entries:
        by_email.setdefault(entry.email, []).append(entry)
    addresses = list(by_email)
    for start in range(0, len(addresses), CHUNK):
        known = Known(addresses[start : start + CHUNK], actor=actor)
        for address in addresses[start : start + CHUNK]:
            person = known.people.get(address)
            if person is None:
                plan.newcomers[address] = by_email[address]
            elif person.pk not in known.within_reach:
                plan.strangers += [(person.pk, entry.body) for entry in by_email[address]]
            else:
                for entry in by_email[address]:
                    _plan_row(plan, entry, person, known, is_own=person == actor, today=today)
    return plan


class Known:
    """Who has these addresses, whom of them the actor reaches, and where they work."""

    def __init__(self, addresses: list[str], *, actor: User):
        self.people = {user.email.lower(): user for user in User.objects.filter(email__in=addresses)}
        others = EmailAddress.objects.filter(email__in=addresses, verified=True).select_related("user")
        for address in others:
            self.people.setdefault(address.email.lower(), address.user)
        keys = [user.pk for user in self.people.values()]
        reached = User.objects.manageable_by(actor).filter(pk__in=keys, is_active=True)
        self.within_reach = set(reached.values_list("pk", flat=True))
        self.work: dict[tuple[int, int], list[Employment]] = {}
        rows = Employment.objects.filter(user__in=self.within_reach, refused_at=None).select_related(
            "body__area", "user"
        )
        for row in rows.order_by("-started_on", "-pk"):
            self.work.setdefault((row.user_id, row.body_id), []).append(row)

    def take(self, person: User, entry: Entry, *, today: date) -> Employment | None:
        """The work that a row is about: the one that ends on the same day, or else the one that goes on."""
        here = self.work.get((person.pk, entry.body), [])
        found = next((row for row in here if row.ended_on == entry.ended_on), None)
        found = found or next((row for row in here if row.ended_on is None or row.ended_on >= today), None)
        if found:
            here.remove(found)
        return found


def _plan_row(plan: Plan, entry: Entry, person: User, known: Known, *, is_own: bool, today: date) -> None:
    employment = known.take(person, entry, today=today)
    changes = _changes(employment, entry) if employment else {}
    if f"{entry.first_name} {entry.last_name}".casefold() != person.get_full_name().casefold():
        plan.kept_names.append([entry.line, person.get_full_name()])
    started_on = entry.started_on or (employment.started_on if employment else min(today, entry.ended_on or today))
    if entry.ended_on and entry.ended_on < started_on:
        plan.faults.append(Fault(entry.line, "ended_on", Problem.BACKWARDS, entry.ended_on.isoformat()))
    elif employment and employment.is_confirmed and not changes:
        plan.unchanged += 1
    elif is_own:
        plan.faults.append(Fault(entry.line, "email", Problem.OWN, entry.email))
    elif employment is None:
        plan.additions.append((person.pk, entry))
    else:
        before = {name: _plain(getattr(employment, name)) for name in changes}
        plan.changes.append((employment, before, changes))


def _changes(employment: Employment, entry: Entry) -> dict:
    """The cells that say something else than what is known; an empty cell says nothing."""
    said = {name: getattr(entry, name) for name in CHANGEABLE}
    return {name: value for name, value in said.items() if value and value != getattr(employment, name)}


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def store_plan(plan: Plan, *, actor: User, now: datetime) -> list[tuple[int, int, bool]]:
    """Write everything inside the caller's transaction and return the letters: person, body, and whether new here."""
    users = [
        User(email=email, first_name=rows[0].first_name, last_name=rows[0].last_name, date_joined=now)
        for email, rows in plan.newcomers.items()
    ]
    for user in users:
        user.password = make_password(None)
    users = User.objects.bulk_create(users, batch_size=CHUNK)
    addresses = [EmailAddress(user=user, email=user.email, primary=True, verified=False) for user in users]
    EmailAddress.objects.bulk_create(addresses, batch_size=CHUNK)
    hired = [(user.pk, entry) for user in users for entry in plan.newcomers[user.email]]
    _employ([*hired, *plan.additions], actor=actor, now=now)
    _change(plan, actor=actor, now=now)
    first_body = {user.pk: plan.newcomers[user.email][0].body for user in users}
    new = [(person, body, True) for person, body in first_body.items()]
    return new + [(person, body, False) for person, body in dict.fromkeys(plan.strangers)]


def _employ(pairs: list[tuple[int, Entry]], *, actor: User, now: datetime) -> None:
    """The coordinator's own word: confirmed at once."""
    today = timezone.localdate(now)
    bodies = PublicBody.objects.select_related("area").in_bulk({entry.body for _person, entry in pairs})
    rows = [
        Employment(
            user_id=person,
            body=bodies[entry.body],
            job_title=entry.job_title,
            started_on=entry.started_on or min(today, entry.ended_on or today),
            ended_on=entry.ended_on,
            share_percent=entry.share_percent or 100,
            confirmed_at=now,
            confirmed_by=actor,
        )
        for person, entry in pairs
    ]
    rows = Employment.objects.bulk_create(rows, batch_size=CHUNK)
    record_all(_entry("import_employment", row, actor=actor, now=now, after=_facts(row)) for row in rows)


def _facts(row: Employment) -> dict:
    return {"user": row.user_id, "body": row.body.full_name, "job_title": row.job_title}


def _change(plan: Plan, *, actor: User, now: datetime) -> None:
    entries = []
    for employment, before, changes in plan.changes:
        for name, value in changes.items():
            setattr(employment, name, value)
        if not employment.is_confirmed:
            employment.confirmed_at, employment.confirmed_by = now, actor
            entries.append(_entry("confirm_employment", employment, actor=actor, now=now, after=_facts(employment)))
            emails.queue_employment_confirmed(employment, now=now)
        if changes:
            after = {name: _plain(value) for name, value in changes.items()}
            entries.append(_entry("change_employment", employment, actor=actor, now=now, before=before, after=after))
    changed = [employment for employment, _before, _changes in plan.changes]
    Employment.objects.bulk_update(changed, [*CHANGEABLE, "confirmed_at", "confirmed_by"], batch_size=200)
    record_all(entries)
    left = [employment for employment, _before, changes in plan.changes if "ended_on" in changes]
    if left:
        staff_left.send(Employment, employments=left, now=now)


def _entry(action: str, row: Employment, **facts):
    return entry_about(action, row, area=row.body.area.slug if row.body.area_id else "", **facts)
