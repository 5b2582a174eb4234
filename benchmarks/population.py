"""Ten thousand learners: rows written in bulk, for measuring only."""

import random
from datetime import UTC, datetime, time, timedelta

from accounts.models import Employment, RoleAssignment, User
from certificates.models import TrainingRecord
from courses.models import Edition, Enrolment, Step, StepProgress
from territory.models import Area, PublicBody
from tutorship.models import AvailabilityRule, Coverage, Topic

BATCH = 2_000
START = datetime(2026, 1, 15, 9, tzinfo=UTC)


def populate(count: int) -> User:
    """Write `count` people, two enrolments each, half of them completed; return one of the learners."""
    draw = random.Random(1)  # noqa: S311 - the same population in every run
    bodies = list(PublicBody.objects.municipalities().in_areas().select_related("area"))
    people = User.objects.bulk_create(
        [User(email=f"persona{n}@example.org", first_name="Prova", last_name=f"Persona {n}") for n in range(count)],
        BATCH,
    )
    employments = Employment.objects.bulk_create(
        [
            Employment(user=user, body=draw.choice(bodies), started_on=START.date(), confirmed_at=START)
            for user in people
        ],
        BATCH,
    )
    enrolments = _enrol(employments, draw)
    _progress(enrolments)
    _records(enrolments)
    return Enrolment.objects.open().filter(edition__course__code="GOV-03").first().user


def area_coordinator(area: Area) -> User:
    coordinator = User.objects.create_user("coordina@example.org", first_name="Prova", last_name="Coordina")
    RoleAssignment.objects.create(user=coordinator, role=RoleAssignment.Role.COORDINATOR, area=area)
    return coordinator


def open_hours(area: Area, topic: Topic, *, tutors: int = 5) -> None:
    """Five tutors of the area who receive every working morning."""
    for number in range(tutors):
        tutor = User.objects.create_user(f"tutor{number}@example.org", first_name="Prova", last_name=f"Tutor {number}")
        RoleAssignment.objects.create(user=tutor, role=RoleAssignment.Role.TUTOR, area=area)
        Coverage.objects.create(tutor=tutor, area=area, topic=topic, started_at=START)
        for weekday in range(5):
            AvailabilityRule.objects.create(
                tutor=tutor, weekday=weekday, opens_at=time(9), closes_at=time(13), valid_from=START.date()
            )


def _enrol(employments, draw) -> list[Enrolment]:
    editions = list(Edition.objects.filter(is_self_paced=True).select_related("course"))
    rows = []
    for employment in employments:
        for edition in draw.sample(editions, 2):
            at = START + timedelta(hours=draw.randrange(7_000))
            done = at + timedelta(days=20) if draw.random() < 0.5 else None
            rows.append(
                Enrolment(
                    edition=edition,
                    user_id=employment.user_id,
                    employment=employment,
                    body=employment.body,
                    area=employment.body.area,
                    enrolled_at=at,
                    last_activity_at=done or at,
                    completed_at=done,
                    credit_minutes=edition.course.credit_minutes if done else 0,
                )
            )
    return Enrolment.objects.bulk_create(rows, BATCH)


def _progress(enrolments: list[Enrolment]) -> None:
    steps = {}
    for enrolment in enrolments:
        course = enrolment.edition.course
        steps.setdefault(course.pk, list(Step.objects.outline(course)))
    rows = [
        StepProgress(enrolment=enrolment, step=step, dwell_seconds=900, completed_at=enrolment.last_activity_at)
        for enrolment in enrolments
        for step in steps[enrolment.edition.course_id][: None if enrolment.completed_at else 3]
    ]
    StepProgress.objects.bulk_create(rows, BATCH)


def _records(enrolments: list[Enrolment]) -> None:
    rows = [
        TrainingRecord(
            user_id=enrolment.user_id,
            employment_id=enrolment.employment_id,
            body_id=enrolment.body_id,
            area_id=enrolment.area_id,
            kind=TrainingRecord.Kind.COURSE,
            enrolment=enrolment,
            title=enrolment.edition.course.title,
            minutes=enrolment.credit_minutes,
            earned_on=enrolment.completed_at.date(),
        )
        for enrolment in enrolments
        if enrolment.completed_at
    ]
    TrainingRecord.objects.bulk_create(rows, BATCH)
