"""Rows for tests of the tutorship. The clock of the cast is Monday 23 November 2026, 10:00 in Rome."""

from datetime import UTC, date, datetime, time, timedelta

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from tests.factories import AreaFactory, UserFactory
from tutorship.models import (
    AvailabilityException,
    AvailabilityRule,
    Booking,
    Case,
    CaseMessage,
    Closure,
    Coverage,
    FollowUpTask,
    Occupancy,
    Outcome,
    PatronSaint,
    Rating,
    Service,
    Session,
    SessionRequest,
    Topic,
    WaitingEntry,
)

TUESDAY_NINE = datetime(2026, 11, 24, 8, tzinfo=UTC)  # nine in Rome
HOUR = timedelta(hours=1)


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"argomento-{n}")
    name = factory.Sequence(lambda n: f"Argomento {n}")


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"servizio-{n}")
    name = factory.Sequence(lambda n: f"Colloquio {n}")
    length_minutes = step_minutes = 60
    notice_hours = 2
    cancel_hours = 24
    horizon_days = 28


class CoverageFactory(DjangoModelFactory):
    class Meta:
        model = Coverage

    tutor = factory.SubFactory(UserFactory)
    area = factory.SubFactory(AreaFactory)
    topic = factory.SubFactory(TopicFactory)
    started_at = datetime(2026, 1, 1, tzinfo=UTC)


class RuleFactory(DjangoModelFactory):
    """Tuesdays, nine to one."""

    class Meta:
        model = AvailabilityRule

    tutor = factory.SubFactory(UserFactory)
    weekday = 1
    opens_at = time(9)
    closes_at = time(13)
    valid_from = date(2026, 1, 1)


class ExceptionFactory(DjangoModelFactory):
    class Meta:
        model = AvailabilityException

    tutor = factory.SubFactory(UserFactory)
    on = date(2026, 11, 24)
    kind = AvailabilityException.Kind.CLOSES


class ClosureFactory(DjangoModelFactory):
    class Meta:
        model = Closure

    first_on = last_on = date(2026, 11, 24)
    reason = "Festa patronale"


class PatronSaintFactory(DjangoModelFactory):
    """24 November: the Tuesday of the cast."""

    class Meta:
        model = PatronSaint

    name = "San Rocco"
    day, month = 24, 11


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    tutor = factory.SubFactory(UserFactory)
    service = factory.SubFactory(ServiceFactory)
    topic = factory.SubFactory(TopicFactory)
    area = factory.SubFactory(AreaFactory)
    starts_at = TUESDAY_NINE
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + HOUR)
    modality = Service.Modality.ONLINE
    capacity = 1
    ical_uid = factory.Sequence(lambda n: f"uid-{n}@localhost")


class OccupancyFactory(DjangoModelFactory):
    class Meta:
        model = Occupancy

    session = factory.SubFactory(SessionFactory)
    resource_id = factory.Sequence(lambda n: n + 1)
    starts_at = TUESDAY_NINE
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + HOUR)


class BookingFactory(DjangoModelFactory):
    """A booking as the actions leave it: the seat is counted, both people are busy."""

    class Meta:
        model = Booking

    session = factory.SubFactory(SessionFactory)
    learner = factory.SubFactory(UserFactory)
    employment = factory.LazyAttribute(lambda row: row.learner.employments.first())
    body = factory.LazyAttribute(lambda row: row.employment.body)
    area = factory.LazyAttribute(lambda row: row.body.area)
    question = "Come si motiva la scelta?"
    booked_at = datetime(2026, 11, 20, 9, tzinfo=UTC)

    @classmethod
    def _create(cls, model_class, *args, **fields):
        booking = super()._create(model_class, *args, **fields)
        session = booking.session
        Session.objects.filter(pk=session.pk).update(seats_taken=session.seats_taken + 1)
        session.refresh_from_db()
        for person in {session.tutor_id, booking.learner_id}:
            Occupancy.objects.get_or_create(
                session=session, resource_id=person, starts_at=session.starts_at, ends_at=session.ends_at
            )
        return booking


class RequestFactory(DjangoModelFactory):
    class Meta:
        model = SessionRequest

    learner = factory.SubFactory(UserFactory)
    employment = factory.LazyAttribute(lambda row: row.learner.employments.first())
    body = factory.LazyAttribute(lambda row: row.employment.body)
    area = factory.LazyAttribute(lambda row: row.body.area)
    topic = factory.SubFactory(TopicFactory)
    service = factory.SubFactory(ServiceFactory)
    question = "Serve un parere entro il mese."
    asked_at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    answer_due_on = date(2026, 11, 24)


class WaitingEntryFactory(DjangoModelFactory):
    """Waits for any free time."""

    class Meta:
        model = WaitingEntry

    learner = factory.SubFactory(UserFactory)
    employment = factory.LazyAttribute(lambda row: row.learner.employments.first())
    area = factory.SubFactory(AreaFactory)
    topic = factory.SubFactory(TopicFactory)
    service = factory.SubFactory(ServiceFactory)
    question = "Serve un parere entro il mese."
    asked_at = datetime(2026, 11, 20, 9, tzinfo=UTC)


class OutcomeFactory(DjangoModelFactory):
    """The outcome of a session that one learner attended for 50 minutes."""

    class Meta:
        model = Outcome

    session = factory.SubFactory(SessionFactory, starts_at=datetime(2026, 11, 22, 8, tzinfo=UTC))
    kind = "solved"
    summary = "Fatto"
    minutes = 50
    written_by = factory.LazyAttribute(lambda row: row.session.tutor)
    written_at = factory.LazyAttribute(lambda row: row.session.ends_at)

    @classmethod
    def _create(cls, model_class, *args, learner, **fields):
        outcome = super()._create(model_class, *args, **fields)
        session = outcome.session
        BookingFactory(session=session, learner=learner, attendance="attended", attended_minutes=outcome.minutes)
        Session.objects.filter(pk=session.pk).update(state="closed", closed_at=outcome.written_at)
        session.refresh_from_db()
        return outcome


class RatingFactory(DjangoModelFactory):
    class Meta:
        model = Rating

    stars = 4
    comment = "Molto chiaro"
    rated_at = datetime(2026, 11, 22, 12, tzinfo=UTC)


class CaseFactory(DjangoModelFactory):
    class Meta:
        model = Case

    learner = factory.SubFactory(UserFactory)
    tutor = factory.SubFactory(UserFactory)
    topic = factory.SubFactory(TopicFactory)
    area = factory.SubFactory(AreaFactory)
    body = factory.LazyAttribute(lambda row: row.learner.employments.first().body)
    opened_at = datetime(2026, 11, 20, 9, tzinfo=UTC)


class CaseMessageFactory(DjangoModelFactory):
    class Meta:
        model = CaseMessage

    case = factory.SubFactory(CaseFactory)
    author = factory.LazyAttribute(lambda row: row.case.learner)
    text = "Ecco la bozza"
    file = factory.django.FileField(data=b"%PDF-1.7 prova", filename="bozza.pdf")
    file_name = "bozza.pdf"
    written_at = datetime(2026, 11, 20, 10, tzinfo=UTC)


class FollowUpTaskFactory(DjangoModelFactory):
    class Meta:
        model = FollowUpTask

    session = factory.SubFactory(SessionFactory)
    text = "Inviare la bozza"
    due_on = date(2026, 11, 30)
    added_at = datetime(2026, 11, 22, 9, tzinfo=UTC)


def covering(tutor: User, area, topic: Topic) -> User:
    """The tutor with coverage and Tuesday mornings."""
    CoverageFactory(tutor=tutor, area=area, topic=topic)
    RuleFactory(tutor=tutor)
    return tutor
