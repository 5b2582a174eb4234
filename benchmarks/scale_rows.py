"""The rows of `benchmarks.scale`: learners in the real territory with enrolments, evidence, meetings, tutoring, papers.

Written in bulk and without triggers; what follows from an enrolment (steps, attempts, attendances) by statements that
select from the enrolments. Django has to be set up before this file is imported.
"""

import random
from datetime import UTC, datetime, timedelta
from time import perf_counter

from django.db import connection, transaction
from django.db.models import Count

from accounts.models import Employment, RoleAssignment, User
from certificates.models import Certificate, Register, TemplateVersion, TrainingRecord
from courses.models import CoursePage, Edition, Enrolment, LiveSession, LiveStepPage
from reports import guards
from reports.actions import prepare_summary
from territory.models import Area, PublicBody
from tutorship.models import Booking, Outcome, Service, Session, Topic

EACH = 10  # enrolments of a person
LEARNERS = 250  # of an edition, about
CHUNK = 2_000  # people written at once
START = datetime(2026, 1, 15, 9, tzinfo=UTC)


def populate(people: int) -> None:
    began, draw = perf_counter(), random.Random(1)  # noqa: S311 - the same population in every run
    guards.remove(connection)
    with transaction.atomic():
        if connection.vendor == "postgresql":  # neither other triggers nor the look at each foreign key
            connection.cursor().execute("SET LOCAL session_replication_role = replica")
        bodies = list(PublicBody.objects.municipalities().in_areas())
        editions = _editions(max(2 * EACH, people * EACH // LEARNERS), draw)
        register, _new = Register.objects.get_or_create(kind=Register.Kind.COURSE, year=2026)
        template = TemplateVersion.objects.create(sha256="0" * 64, html="", css="", created_at=START)
        tutors = _tutors()
        for first in range(0, people, CHUNK):
            jobs = _people(range(first, min(first + CHUNK, people)), bodies, draw)
            enrolments = _enrol(jobs, editions, draw)
            _credit([row for row in enrolments if row.completed_at], register, template)
            _tutoring(jobs[::2], tutors, draw)
        _evidence()
    written = perf_counter()
    prepare_summary()
    counted = perf_counter()
    print(f"written in {written - began:.0f} s, counted from all facts in {counted - written:.0f} s")
    connection.cursor().execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def largest_area() -> Area:
    return Area.objects.annotate(size=Count("bodies")).order_by("-size").first()


def _editions(number: int, draw) -> list[Edition]:
    """Editions of a fixed day; the ones of courses with live meetings hold two of them."""
    courses = list(CoursePage.objects.filter(credit_minutes__gt=0))
    dated = {"is_self_paced": False, "starts_on": START.date()}
    Edition.objects.bulk_create(Edition(course=draw.choice(courses), code=f"prova-{n}", **dated) for n in range(number))
    editions = list(Edition.objects.filter(code__startswith="prova-").select_related("course").order_by("pk"))
    live = {step.path[: -step.steplen] for step in LiveStepPage.objects.live()}
    meetings = [
        LiveSession(edition=row, starts_at=START + timedelta(days=day), ends_at=START + timedelta(days=day, hours=3))
        for row in editions
        if row.course.path in live
        for day in (30, 300)
    ]
    LiveSession.objects.bulk_create(meetings)
    return editions


def _tutors() -> list[RoleAssignment]:
    """Two of each area."""
    found = []
    for area in Area.objects.all():
        for number in range(2):
            tutor = User.objects.create_user(f"tutor-{area.slug}-{number}@example.org", last_name=f"Tutor {area}")
            found.append(RoleAssignment.objects.create(user=tutor, role=RoleAssignment.Role.TUTOR, area=area))
    return found


def _people(numbers: range, bodies: list[PublicBody], draw) -> list[Employment]:
    people = [User(email=f"persona{n}@example.org", first_name="Prova", last_name=f"Persona {n}") for n in numbers]
    User.objects.bulk_create(people)
    facts = {"started_on": START.date(), "confirmed_at": START}
    return Employment.objects.bulk_create([Employment(user=user, body=draw.choice(bodies), **facts) for user in people])


def _enrol(jobs: list[Employment], editions: list[Edition], draw) -> list[Enrolment]:
    rows = []
    for job in jobs:
        for edition in draw.sample(editions, EACH):
            at = START + timedelta(hours=draw.randrange(7_000))
            done = at + timedelta(hours=draw.randrange(400)) if draw.random() < 0.5 else None
            facts = {"body": job.body, "area_id": job.body.area_id, "enrolled_at": at, "completed_at": done}
            facts |= {"due_on": at.date() + timedelta(days=90), "last_activity_at": done or at}
            credit = edition.course.credit_minutes if done else 0
            rows.append(Enrolment(edition=edition, user_id=job.user_id, employment=job, credit_minutes=credit, **facts))
    return Enrolment.objects.bulk_create(rows, CHUNK)


def _credit(completed: list[Enrolment], register: Register, template: TemplateVersion) -> None:
    """The hours of every completed course, and a certificate of every third."""

    def places(row: Enrolment) -> dict:
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


def _tutoring(jobs: list[Employment], tutors: list[RoleAssignment], draw) -> None:
    """One appointment of each of these people, held, with its outcome and its hour."""
    by_area: dict[int, list[RoleAssignment]] = {}
    for role in tutors:
        by_area.setdefault(role.area_id, []).append(role)
    service, topic = Service.objects.first(), Topic.objects.first()
    sessions = []
    for job in jobs:
        at = START + timedelta(hours=draw.randrange(7_000))
        session = Session(
            tutor_id=draw.choice(by_area[job.body.area_id]).user_id,
            service=service,
            topic=topic,
            area_id=job.body.area_id,
            starts_at=at,
            ends_at=at + timedelta(hours=1),
            modality=Service.Modality.ONLINE,
            capacity=1,
            seats_taken=1,
            state=Session.State.CLOSED,
            closed_at=at + timedelta(hours=2),
            ical_uid=f"prova-{job.pk}@localhost",
        )
        sessions.append(session)
    Session.objects.bulk_create(sessions)
    places = [
        {"employment": job, "body_id": job.body_id, "area_id": job.body.area_id, "session": session}
        for job, session in zip(jobs, sessions, strict=True)
    ]
    held = {"question": "Quale soglia vale?", "attendance": Booking.Attendance.ATTENDED, "attended_minutes": 60}
    bookings = Booking.objects.bulk_create(
        [
            Booking(learner_id=place["employment"].user_id, booked_at=place["session"].starts_at, **place, **held)
            for place in places
        ]
    )
    ended = {"kind": Outcome.Kind.SOLVED, "summary": "Risolto.", "minutes": 60}
    Outcome.objects.bulk_create(
        [Outcome(session=row, written_by_id=row.tutor_id, written_at=row.closed_at, **ended) for row in sessions]
    )
    TrainingRecord.objects.bulk_create(
        [
            TrainingRecord(
                user_id=row.learner_id,
                employment_id=row.employment_id,
                body_id=row.body_id,
                area_id=row.area_id,
                kind=TrainingRecord.Kind.TUTORING,
                booking=row,
                title=str(topic),
                minutes=60,
                earned_on=row.booked_at.date(),
            )
            for row in bookings
        ]
    )


def _evidence() -> None:
    """The first step of every enrolment, four of the completed ones; a quiz passed by these, failed twice by every
    twentieth of the open ones; the first of two meetings attended, but for every fiftieth."""
    for statement in (PLACES, STEPS, ATTEMPTS, ATTENDANCES, "DROP TABLE scale_steps"):
        connection.cursor().execute(statement)


PLACES = """
    CREATE TEMPORARY TABLE scale_steps AS
    SELECT c.page_ptr_id AS course_id, s.page_ptr_id AS step_id, s.kind AS kind,
           ROW_NUMBER() OVER (PARTITION BY c.page_ptr_id ORDER BY sp.path) AS place,
           ROW_NUMBER() OVER (PARTITION BY c.page_ptr_id, s.kind ORDER BY sp.path) AS place_of_kind
    FROM courses_coursepage c JOIN wagtailcore_page cp ON cp.id = c.page_ptr_id
    JOIN wagtailcore_page sp ON sp.path LIKE cp.path || '%' AND sp.depth = cp.depth + 1
    JOIN courses_step s ON s.page_ptr_id = sp.id"""
OF_COURSE = """
    FROM courses_enrolment e JOIN courses_edition d ON d.id = e.edition_id
    JOIN scale_steps s ON s.course_id = d.course_id"""
STEPS = f"""
    INSERT INTO courses_stepprogress (enrolment_id, step_id, dwell_seconds, attended_minutes, checkpoints, completed_at)
    SELECT e.id, s.step_id, 900, 0, '{{}}', e.last_activity_at {OF_COURSE}
    WHERE s.kind = 'lesson' AND s.place <= CASE WHEN e.completed_at IS NULL THEN 1 ELSE 4 END"""
ATTEMPTS = f"""
    INSERT INTO courses_attempt
        (enrolment_id, quiz_id, number, started_at, submitted_at, paper, pass_mark_percent, score_percent)
    SELECT e.id, s.step_id, t.number, e.enrolled_at, e.last_activity_at, '[]', 70,
           CASE WHEN e.completed_at IS NULL THEN 40 ELSE 90 END
    {OF_COURSE} CROSS JOIN (SELECT 1 AS number UNION ALL SELECT 2) t
    WHERE s.kind = 'quiz' AND s.place_of_kind = 1
      AND (e.completed_at IS NOT NULL AND t.number = 1 OR e.completed_at IS NULL AND e.id % 20 = 0)"""
ATTENDANCES = """
    INSERT INTO courses_attendance (session_id, enrolment_id, minutes, apology)
    SELECT MIN(m.id), e.id, CASE WHEN e.id % 50 = 0 THEN 0 ELSE 180 END, ''
    FROM courses_enrolment e JOIN courses_livesession m ON m.edition_id = e.edition_id GROUP BY e.id"""
