"""Facts that the reports count: completed courses with their hours, tutoring, certificates."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from certificates.models import Certificate, Register, TemplateVersion, TrainingRecord
from reports.models import Call
from tests.factories import EnrolmentFactory, UserFactory
from tutorship.models import Booking, Service, Session, Topic


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic
        django_get_or_create = ["slug"]

    slug = "appalti-di-prova"
    name = "Appalti di prova"


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service
        django_get_or_create = ["slug"]

    slug = "video-di-prova"
    name = "In video, di prova"


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    tutor = factory.SubFactory(UserFactory)
    service = factory.SubFactory(ServiceFactory)
    topic = factory.SubFactory(TopicFactory)
    starts_at = datetime(2026, 11, 26, 9, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + timedelta(hours=1))
    modality = Service.Modality.ONLINE
    capacity = 1
    ical_uid = factory.Sequence(lambda n: f"prova-{n}@localhost")


class BookingFactory(DjangoModelFactory):
    """Takes the first employment of the learner; body and area are its snapshot."""

    class Meta:
        model = Booking

    session = factory.SubFactory(SessionFactory, area=factory.LazyAttribute(lambda row: row.factory_parent.area))
    employment = factory.LazyAttribute(lambda row: row.learner.employments.first())
    body = factory.LazyAttribute(lambda row: row.employment.body)
    area = factory.LazyAttribute(lambda row: row.body.area)
    question = "Quale soglia vale?"
    booked_at = datetime(2026, 11, 20, 9, tzinfo=UTC)


class CourseRecordFactory(DjangoModelFactory):
    """The line of the training record of a completed enrolment."""

    class Meta:
        model = TrainingRecord

    enrolment = factory.SubFactory(EnrolmentFactory)
    kind = TrainingRecord.Kind.COURSE
    user = factory.LazyAttribute(lambda row: row.enrolment.user)
    employment = factory.LazyAttribute(lambda row: row.enrolment.employment)
    body = factory.LazyAttribute(lambda row: row.enrolment.body)
    area = factory.LazyAttribute(lambda row: row.enrolment.area)
    title = factory.LazyAttribute(lambda row: row.enrolment.edition.course.title)
    minutes = 45
    earned_on = factory.LazyAttribute(lambda row: row.enrolment.completed_at.date())


class TutoringRecordFactory(DjangoModelFactory):
    class Meta:
        model = TrainingRecord

    booking = factory.SubFactory(BookingFactory)
    kind = TrainingRecord.Kind.TUTORING
    user = factory.LazyAttribute(lambda row: row.booking.learner)
    employment = factory.LazyAttribute(lambda row: row.booking.employment)
    body = factory.LazyAttribute(lambda row: row.booking.body)
    area = factory.LazyAttribute(lambda row: row.booking.area)
    title = "Tutoraggio: appalti"
    minutes = 60
    earned_on = factory.LazyAttribute(lambda row: row.booking.session.starts_at.date())


class RegisterFactory(DjangoModelFactory):
    class Meta:
        model = Register
        django_get_or_create = ["kind", "year"]

    kind = Register.Kind.COURSE
    year = 2026


class TemplateVersionFactory(DjangoModelFactory):
    class Meta:
        model = TemplateVersion
        django_get_or_create = ["sha256"]

    sha256 = "0" * 64
    html = css = ""
    created_at = datetime(2026, 1, 1, tzinfo=UTC)


class CertificateFactory(DjangoModelFactory):
    class Meta:
        model = Certificate

    enrolment = factory.SubFactory(EnrolmentFactory)
    user = factory.LazyAttribute(lambda row: row.enrolment.user)
    body = factory.LazyAttribute(lambda row: row.enrolment.body)
    area = factory.LazyAttribute(lambda row: row.enrolment.area)
    title = factory.LazyAttribute(lambda row: row.enrolment.edition.course.title)
    state = Certificate.State.ISSUED
    register = factory.SubFactory(RegisterFactory)
    sequence = factory.Sequence(lambda n: n + 5_001)  # far from the numbers that the actions give
    number = factory.LazyAttribute(lambda row: f"2026/{row.sequence:06}")
    template = factory.SubFactory(TemplateVersionFactory)
    created_at = factory.LazyAttribute(lambda row: row.enrolment.completed_at)
    issued_at = factory.SelfAttribute("created_at")


class CallFactory(DjangoModelFactory):
    class Meta:
        model = Call

    enrolment = factory.SubFactory(EnrolmentFactory)
    due_on = date(2026, 11, 27)
    asked_at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    note = "Due prove non superate."
