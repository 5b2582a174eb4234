"""The demonstration's certificates belong to its invented people; nobody else's row is touched."""

from collections import Counter

import pytest

from certificates.demo import seed
from certificates.models import Certificate, ExternalTraining
from tests.certificates.factories import certificate_of, completed
from tests.factories import EditionFactory, employee

State = Certificate.State


@pytest.fixture
def invented(learner, colleague, anci):
    people = {"learner_1": learner, "learner_2": colleague, "anci": anci}
    for person in people.values():
        person.is_demo = True
        person.save()
    return people


def test_only_invented_people_get_certificates(invented, neighbour, edition, now):
    waiting = certificate_of(neighbour, edition, now=now)
    completed(neighbour, EditionFactory(), now=now)
    for key in ("learner_1", "learner_2"):
        completed(invented[key], edition, now=now)

    for _time in range(2):
        seed(invented, now=now)

    rows = Certificate.objects.exclude(enrolment=None).order_by("pk").values_list("user", "state")
    assert list(rows) == [
        (waiting.user_id, State.WAITING),
        (invented["learner_1"].pk, State.ISSUED),
        (invented["learner_2"].pk, State.REVOKED),
    ]


def test_what_a_real_certificate_revoked_does_not_stop_the_demonstration(invented, neighbour, edition, now):
    real = certificate_of(neighbour, edition, now=now)
    Certificate.objects.filter(pk=real.pk).update(state=State.REVOKED, revoked_at=now, revoke_reason="Errore")
    completed(invented["learner_2"], edition, now=now)

    seed(invented, now=now)

    assert set(Certificate.objects.exclude(enrolment=None).values_list("state", flat=True)) == {State.REVOKED}


def test_every_kind_and_state_of_the_demonstration_is_made_once(invented, body_a, edition, now):
    for number in range(4):
        person = employee(body_a, first_name=f"Persona{number}", is_demo=True)
        completed(person, edition, now=now)
    completed(invented["learner_1"], edition, now=now)

    for _time in range(2):
        seed(invented, now=now)

    states = Counter(Certificate.objects.exclude(enrolment=None).values_list("state", flat=True))
    assert states == {State.ISSUED: 3, State.FAILED: 1, State.REVOKED: 1, State.SUPERSEDED: 1}
    statements = Certificate.objects.filter(enrolment=None).values_list("kind", "state")
    assert sorted(statements) == [("booklet", State.ISSUED), ("year", State.ISSUED)]
    assert Counter(ExternalTraining.objects.values_list("state", flat=True)) == {
        "approved": 1,
        "refused": 1,
        "waiting": 1,
    }
