"""The cast: people of two areas, and one course. Every person's own area is A unless the name says otherwise."""

from datetime import UTC, datetime
from types import SimpleNamespace

import hypothesis
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from tests import databases, factories

CAST = [
    *("area_a", "area_b", "body_a", "body_a2", "body_b"),
    *("learner", "colleague", "neighbour", "outsider", "tutor", "other_tutor", "referent"),
    *("coordinator", "other_coordinator", "anci", "editor", "now"),
    *("course", "edition", "enrolment", "completed_enrolment"),
]
# Property tests never race the clock, and a run can be had again as it was.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("house")

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday, ten in the morning in Rome


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """A database of this process's own, in place of Django's test database."""
    with django_db_blocker.unblock():
        databases.prepare()
        yield


@pytest.fixture
def now():
    """The moment at which every test of the cast happens."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture(autouse=True)
def fresh_cache():
    """Wagtail keeps site addresses, allauth its rate limits in the cache: nothing of it outlives a test."""
    cache.clear()


@pytest.fixture(autouse=True)
def wagtail_index(request, settings):
    """Wagtail's search and reference index cost more than the rest of a page: only tests marked `indexed` keep them."""
    if not request.node.get_closest_marker("indexed"):
        settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def area_a(db, now):
    return factories.AreaFactory(name="Valchiavenna", slug="valchiavenna")


@pytest.fixture
def area_b(db, now):
    return factories.AreaFactory(name="Lomellina", slug="lomellina")


@pytest.fixture
def body_a(area_a):
    return factories.BodyFactory(name="Campodolcino", area=area_a)


@pytest.fixture
def body_a2(area_a):
    return factories.BodyFactory(name="Piuro", area=area_a)


@pytest.fixture
def body_b(area_b):
    return factories.BodyFactory(name="Mede", area=area_b)


@pytest.fixture
def learner(body_a):
    return factories.employee(body_a, first_name="Lucia", last_name="Moro")


@pytest.fixture
def colleague(body_a):
    return factories.employee(body_a, first_name="Carlo", last_name="Ghiggi")


@pytest.fixture
def neighbour(body_a2):
    return factories.employee(body_a2, first_name="Nadia", last_name="Trussoni")


@pytest.fixture
def outsider(body_b):
    return factories.employee(body_b, first_name="Osvaldo", last_name="CANARY_B")


@pytest.fixture
def tutor(body_a2, area_a):
    return factories.with_role(factories.employee(body_a2, last_name="Del Curto"), "tutor", area=area_a)


@pytest.fixture
def other_tutor(body_b, area_b):
    return factories.with_role(factories.employee(body_b, last_name="Tutore CANARY_B"), "tutor", area=area_b)


@pytest.fixture
def referent(body_a):
    return factories.with_role(factories.employee(body_a, last_name="Fanetti"), "referent", body=body_a)


@pytest.fixture
def coordinator(area_a):
    return factories.with_role(factories.UserFactory(last_name="Pedroncelli"), "coordinator", area=area_a)


@pytest.fixture
def other_coordinator(area_b):
    return factories.with_role(factories.UserFactory(last_name="Capo CANARY_B"), "coordinator", area=area_b)


@pytest.fixture
def anci(db, now):
    return factories.with_role(factories.UserFactory(last_name="Lombardi"), "anci")


@pytest.fixture
def editor(db, now):
    return factories.with_role(factories.UserFactory(last_name="Redaelli"), "editor")


@pytest.fixture
def cast(request):
    """Everybody and everything above under one name, for tests that walk over all of them."""
    return SimpleNamespace(**{name: request.getfixturevalue(name) for name in CAST})


@pytest.fixture
def client_for(db):
    """Log a person in, with the second factor where the role asks for one."""

    def log_in(user, **options) -> Client:
        if user.scope.needs_second_factor:
            Authenticator.objects.get_or_create(
                user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}}
            )
        client = Client(**options)
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def course(db, now):
    """A published course: two lessons and a quiz of four questions."""
    return factories.CourseFactory(with_steps=True)


@pytest.fixture
def edition(course):
    return factories.EditionFactory(course=course)


@pytest.fixture
def enrolment(edition, learner):
    return factories.EnrolmentFactory(edition=edition, user=learner)


@pytest.fixture
def completed_enrolment(edition, learner, now):
    return factories.EnrolmentFactory(edition=edition, user=learner, completed_at=now, credit_minutes=45)
