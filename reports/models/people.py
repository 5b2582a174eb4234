"""One body with its people, and one person with what is known of the training, for those who answer for them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from accounts.models import Employment, Scope, User
from certificates.models import Certificate, TrainingRecord
from courses.models import Enrolment
from reports.models.outline import Outline, outlines
from reports.models.period import Period
from reports.models.tally import BY_PERSON, answered_for, tallies
from reports.reach import Tally, total
from territory.models import PublicBody


@dataclass(frozen=True)
class PersonRow:
    person: User
    employment: Employment | None  # the one of today at the body; without one, the person worked there before
    tally: Tally


@dataclass(frozen=True)
class Staff:
    """The people of a body: who works there today and is confirmed, and who has facts of the year for it."""

    rows: list[PersonRow]

    @cached_property
    def tally(self) -> Tally:
        return total(row.tally for row in self.rows)

    @property
    def current_ids(self) -> list[int]:
        return [row.person.pk for row in self.rows if row.employment is not None]

    @property
    def current(self) -> int:
        return len(self.current_ids)


def staff(body: PublicBody, scope: Scope, period: Period) -> Staff:
    """Read the people of one body in five queries."""
    facts: dict[int, list[Tally]] = {}
    for (_area, _body, user_id), tally in tallies(period, answered_for(scope) & Q(body=body), by=BY_PERSON).items():
        facts.setdefault(user_id, []).append(tally)
    employments = Employment.objects.filter(body=body).confirmed().current(on=period.as_of)
    by_person = {row.user_id: row for row in employments.order_by("started_on")}
    people = User.objects.filter(pk__in={*facts, *by_person}).only("first_name", "last_name", "email")
    return Staff([PersonRow(row, by_person.get(row.pk), total(facts.get(row.pk, []))) for row in people])


def employments_by_body(bodies: Iterable[int], period: Period) -> dict[int, int]:
    """How many confirmed employments each body has: one query. Who works for two bodies has one in each."""
    current = Employment.objects.filter(body__in=bodies).confirmed().current(on=period.as_of).order_by()
    return dict(current.values("body_id").annotate(number=Count("pk")).values_list("body_id", "number"))


def known_people(scope: Scope) -> QuerySet[User]:
    """People with a confirmed employment, of today or of once, at a body that these roles answer for."""
    if scope.is_anci:
        return User.objects.all()
    reach = Q(body__area__in=scope.area_ids) | Q(body__in=scope.body_ids)
    return User.objects.filter(pk__in=Employment.objects.confirmed().filter(reach).values("user"))


@dataclass(frozen=True)
class EnrolmentRow:
    enrolment: Enrolment
    outline: Outline
    minutes: int  # in the training record


@dataclass(frozen=True)
class PersonFile:
    """What is known of one person's training for the bodies of the reader's scope: never an answer, never a score."""

    employments: list[Employment]
    enrolments: list[EnrolmentRow]
    records: list[TrainingRecord]
    certificates: list[Certificate]
    period: Period

    @property
    def repeated_courses(self) -> set[int]:
        """Courses taken more than once: only the edition tells their enrolments apart."""
        taken = Counter(row.enrolment.edition.course_id for row in self.enrolments)
        return {course_id for course_id, times in taken.items() if times > 1}

    @property
    def tutoring(self) -> list[TrainingRecord]:
        return [row for row in self.records if row.kind == TrainingRecord.Kind.TUTORING]

    @property
    def tutoring_minutes(self) -> int:
        return sum(row.minutes for row in self.tutoring)

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.records)

    @property
    def year_minutes(self) -> int:
        return sum(row.minutes for row in self.records if row.earned_on.year == self.period.year)


def person_file(person: User, scope: Scope, period: Period) -> PersonFile:
    """Read one person in six queries; what was done for bodies outside the scope does not appear."""
    rows = answered_for(scope) & Q(user=person)
    places = Q() if scope.is_anci else Q(body__area__in=scope.area_ids) | Q(body__in=scope.body_ids)
    records = list(TrainingRecord.objects.counted().filter(rows))
    by_enrolment = {record.enrolment_id: record.minutes for record in records if record.enrolment_id}
    enrolments = list(Enrolment.objects.counted().filter(rows).select_related("edition__course", "body"))
    known = outlines(enrolments)
    certificates = Certificate.objects.filter(rows, enrolment__employment__confirmed_at__isnull=False)
    return PersonFile(
        employments=list(person.employments.confirmed().filter(places).select_related("body")),
        enrolments=[EnrolmentRow(row, known[row.pk], by_enrolment.get(row.pk, 0)) for row in enrolments],
        records=records,
        certificates=list(certificates),
        period=period,
    )
