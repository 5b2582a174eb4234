""" "La mia formazione": what one person has to do, has done and has ahead, on one page."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Employment, User
from certificates.models import Certificate, TrainingRecord
from courses.models import Enrolment, SeatRequest
from reports.models.appointments import Appointment, appointments
from reports.models.outline import Outline, outlines
from reports.projection import Month, months, projected_minutes
from reports.risk import DUE_WITHIN_DAYS
from territory.models import PublicBody

SHOWN = 3  # certificates; the rest is one link away

# A page that is opened first thing every day reads no more columns than it shows.
ENROLMENT_COLUMNS = ("due_on", "edition__course__title", "edition__course__slug", "edition__course__path")
EMPLOYMENT_COLUMNS = ("user", "confirmed_at", "body__kind", "body__name", "body__province_code")
RECORD_COLUMNS = ("kind", "title", "minutes", "earned_on")
SEAT_COLUMNS = ("state", "offered_until", "edition__title", "edition__course__title", "edition__course__slug")
CERTIFICATE_COLUMNS = ("title", "state", "number", "issued_at")


@dataclass(frozen=True)
class Task:
    """An open enrolment, and where it stands."""

    enrolment: Enrolment
    outline: Outline
    days_left: int | None  # below zero: late

    @property
    def is_late(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def days_late(self) -> int:
        return -(self.days_left or 0)

    @property
    def is_soon(self) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= DUE_WITHIN_DAYS


@dataclass(frozen=True)
class HoursOfYear:
    """The lines of the training record of one year, against the target."""

    records: list[TrainingRecord]
    today: date

    @cached_property
    def minutes(self) -> int:
        return sum(record.minutes for record in self.records)

    @property
    def target_minutes(self) -> int:
        return settings.TRAINING_TARGET_HOURS * 60

    @property
    def is_target_reached(self) -> bool:
        return self.minutes >= self.target_minutes

    @property
    def missing_minutes(self) -> int:
        return max(0, self.target_minutes - self.minutes)

    @property
    def projected(self) -> int | None:
        return projected_minutes(self.minutes, today=self.today)

    @property
    def projected_hours(self) -> int:
        """The guess in whole hours: "about 26"."""
        return round((self.projected or 0) / 60)

    @property
    def months(self) -> list[Month]:
        """The months so far and, in December's place, the projection."""
        so_far = months(((row.earned_on, row.minutes) for row in self.records), year=self.today.year, today=self.today)
        if len(so_far) == 12 or not self.projected:
            return so_far
        return [*so_far, Month(12, self.projected, is_projected=True)]

    @property
    def by_kind(self) -> list[tuple[str, int]]:
        """The minutes of each source that has any, in words."""
        sums = dict.fromkeys(TrainingRecord.Kind, 0)
        for record in self.records:
            sums[TrainingRecord.Kind(record.kind)] += record.minutes
        return [(kind.label, minutes) for kind, minutes in sums.items() if minutes]


@dataclass(frozen=True)
class MyTraining:
    employments: list[Employment]
    resume: Task | None
    tasks: list[Task]
    seat_requests: list[SeatRequest]  # in a waiting list, or with a seat on offer
    hours: HoursOfYear
    appointments: list[Appointment]
    certificates: list[Certificate]
    bodies: list[PublicBody]  # whose referent the person is
    works_for_others: bool  # as a tutor, coordinator, referent or editor

    @property
    def awaiting(self) -> list[Employment]:
        return [row for row in self.employments if not row.is_confirmed]


def my_training(user: User, *, now: datetime) -> MyTraining:
    """Read the page of one person: at most ten queries."""
    today, scope = timezone.localdate(now), user.scope
    resume, tasks = open_tasks(user, today=today)
    records = TrainingRecord.objects.filter(user=user).in_year(today.year)
    gone = [Certificate.State.REVOKED, Certificate.State.SUPERSEDED]
    certificates = Certificate.objects.filter(user=user).exclude(state__in=gone)
    return MyTraining(
        employments=list(_employments(user, on=today)),
        resume=resume,
        tasks=tasks,
        seat_requests=list(_seat_requests(user)),
        hours=HoursOfYear(list(records.order_by("earned_on", "pk").only(*RECORD_COLUMNS)), today),
        appointments=appointments(user, now=now),
        certificates=list(certificates.order_by("-created_at", "-pk").only(*CERTIFICATE_COLUMNS)[:SHOWN]),
        bodies=list(PublicBody.objects.filter(pk__in=scope.body_ids)) if scope.is_referent else [],
        works_for_others=scope.is_tutor or scope.is_coordinator or scope.is_referent or scope.is_editor,
    )


def open_tasks(user: User, *, today: date) -> tuple[Task | None, list[Task]]:
    """Return the course to go on with (the last one begun, else the last one joined) and the others by urgency."""
    enrolments = list(_open_enrolments(user))
    known = outlines(enrolments)
    tasks = [Task(row, known[row.pk], row.due_on and (row.due_on - today).days) for row in enrolments]
    to_do = [task for task in tasks if task.outline.next]
    resume = next((task for task in to_do if task.outline.done), to_do[0] if to_do else None)
    others = [task for task in tasks if task is not resume]
    return resume, sorted(others, key=lambda task: (task.enrolment.due_on or date.max, -task.enrolment.pk))


def _open_enrolments(user: User) -> QuerySet[Enrolment]:
    found = Enrolment.objects.open().filter(user=user, edition__is_cancelled=False).select_related("edition__course")
    return found.only(*ENROLMENT_COLUMNS).order_by("-last_activity_at", "-pk")


def _seat_requests(user: User) -> QuerySet[SeatRequest]:
    """An offer that runs out comes first."""
    found = user.seat_requests.open().select_related("edition__course").with_position()
    return found.only(*SEAT_COLUMNS).order_by(F("offered_until").asc(nulls_last=True), "asked_at")


def _employments(user: User, *, on: date) -> QuerySet[Employment]:
    return user.employments.current(on=on).filter(refused_at=None).select_related("body").only(*EMPLOYMENT_COLUMNS)
