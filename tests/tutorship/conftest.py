"""A topic that the tutor of area A answers on Tuesday mornings, and a learner who asks."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.tutorship.factories import ServiceFactory, TopicFactory, covering
from tutorship.actions.booking import Ask, book_session
from tutorship.models import Search, Service, Topic


@pytest.fixture
def topic(db):
    return TopicFactory(name="Appalti di prova", slug="prova")


@pytest.fixture
def service(db):
    Service.objects.update(is_active=False)
    return ServiceFactory(slug="colloquio")


@pytest.fixture
def group_service(service):
    return ServiceFactory(slug="gruppo", capacity=2)


@pytest.fixture
def covered(tutor, area_a, topic):
    """The tutor, who answers on the topic in area A."""
    return covering(tutor, area_a, topic)


@pytest.fixture
def only_topic(topic):
    Topic.objects.exclude(pk=topic.pk).update(is_active=False)
    return topic


@pytest.fixture
def search(learner, topic, service, now):
    return Search(learner, topic, service, now)


@pytest.fixture
def count_queries():
    """How many queries a page takes."""

    def count(browser, address) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(address).status_code == 200
        return len(caught)

    return count


def refusal(action, *args, **kwargs) -> str:
    """The code with which the action refuses."""
    with pytest.raises(ValidationError) as refused:
        action(*args, **kwargs)
    return getattr(refused.value, "code", None) or refused.value.error_list[0].code


def ask(search: Search, tutor, area, starts_at, **options):
    """Book for the learner's first employment."""
    asked = asking(search, **options)
    return book_session(search, asked, tutor=tutor, area=area, starts_at=starts_at)


def asking(search: Search, *, employment=None, question="Come si motiva la scelta?", **more) -> Ask:
    return Ask(employment or search.learner.employments.first(), question, **more)
