"""One person goes on at another body: the past stays where it was."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.actions import move_person
from accounts.models import Employment
from courses.models import Enrolment
from journal.models import AuditEntry
from tests.factories import EmploymentFactory

FIRST = date(2026, 11, 2)
FACTS = {"first_on": FIRST, "job_title": "Ragioniera", "share_percent": 60}


def test_a_coordinator_moves_a_person_on_a_page(
    completed_enrolment, learner, coordinator, body_a, body_a2, body_b, client_for
):
    client, work = client_for(coordinator), learner.employments.get()
    address = reverse("accounts:employment_move", args=[work.pk])
    person = reverse("accounts:person_manage", args=[learner.pk])

    assert address in client.get(person).content.decode()
    assert "Comune di Mede" not in client.get(address, {"ente": "Mede"}).content.decode()
    assert "Comune di Piuro (SO)" in client.get(address, {"ente": "piuro"}).content.decode()
    assert "id_first_on" in client.get(address, {"body": body_a2.pk}).content.decode()
    assert client.post(address, FACTS | {"body": body_b.pk}).status_code == 200
    assert client.post(address, FACTS | {"body": body_a2.pk})["Location"] == person

    old, new = learner.employments.order_by("started_on")
    assert (old.body, old.ended_on) == (body_a, date(2026, 11, 1))
    assert (new.body, new.started_on, new.share_percent, new.confirmed_by) == (body_a2, FIRST, 60, coordinator)
    assert Enrolment.objects.get(pk=completed_enrolment.pk).body == body_a
    assert client.post(address, FACTS | {"body": body_a2.pk}).status_code == 404
    entry = AuditEntry.objects.get(action="move_employment")
    assert (entry.after, entry.area) == ({"body": "Comune di Piuro (SO)"}, "valchiavenna")


def test_a_referent_who_leaves_no_longer_answers_for_the_body(referent, coordinator, body_a2, now, client_for, body_a):
    client = client_for(referent)
    assert client.get(body_a.get_absolute_url()).status_code == 200

    move_person(referent.employments.get(), body=body_a2, actor=coordinator, now=now, **FACTS)

    assert client.get(body_a.get_absolute_url()).status_code == 404


def test_what_cannot_be_is_refused_and_changes_nothing(learner, outsider, coordinator, body_a2, body_b, now):
    work = learner.employments.get()
    ended = EmploymentFactory(body=work.body, ended_on=date(2026, 1, 1))
    before = list(Employment.objects.order_by("pk").values())
    for employment, changes, actor in (
        (work, {"body": body_b}, coordinator),
        (outsider.employments.get(), {}, coordinator),
        (work, {}, learner),
        (ended, {}, coordinator),
        (work, {"first_on": date(2026, 11, 24)}, coordinator),
        (work, {"first_on": date(2020, 1, 1)}, coordinator),
    ):
        with pytest.raises(ValidationError):
            move_person(employment, actor=actor, now=now, **({"body": body_a2} | FACTS | changes))
    assert list(Employment.objects.order_by("pk").values()) == before
