from datetime import timedelta

import pytest
from django.test import Client
from lxml import html

from journal.actions import beat, record
from tests.journal.factories import OutgoingMailFactory


def test_healthz_is_well_when_the_worker_beats(db, now):
    beat("worker", now=now)

    response = Client().get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "worker": "ok",
        "mail": {"waiting": 0, "late": 0, "failed": 0},
    }


def test_healthz_fails_without_a_worker(db, now):
    response = Client().get("/healthz")

    assert (response.status_code, response.json()["worker"]) == (503, "never")


def test_healthz_fails_when_mail_does_not_leave(db, now):
    beat("worker", now=now)
    OutgoingMailFactory(created_at=now - timedelta(hours=1))

    response = Client().get("/healthz")

    assert (response.status_code, response.json()["mail"]["late"]) == (503, 1)


def test_healthz_fails_when_mail_was_given_up(db, now):
    beat("worker", now=now)
    OutgoingMailFactory(state="failed")

    response = Client().get("/healthz")

    assert (response.status_code, response.json()["mail"]["failed"]) == (503, 1)


def test_audit_list_shows_the_own_area_only(client_for, coordinator, area_a, area_b, learner, outsider, now):
    record("enrol", learner, now=now, area=area_a.slug)
    record("enrol", outsider, now=now, area=area_b.slug)

    page = client_for(coordinator).get("/coordinamento/registro-attivita/").content.decode()

    assert ("Lucia Moro" in page, "CANARY_B" in page) == (True, False)


@pytest.mark.parametrize("rows", [1, 40])
def test_audit_list_costs_the_same_whatever_its_length(
    client_for, coordinator, area_a, learner, now, rows, django_assert_max_num_queries
):
    client = client_for(coordinator)
    for _ in range(rows):
        record("enrol", learner, now=now, area=area_a.slug, actor=learner)

    with django_assert_max_num_queries(9):
        client.get("/coordinamento/registro-attivita/")


def test_audit_list_ignores_filters_that_make_no_sense(client_for, anci):
    response = client_for(anci).get("/coordinamento/registro-attivita/?since=ieri&until=9999-12-31&page=x&q=%")

    assert response.status_code == 200


def found(client, **query) -> set[str]:
    page = html.fromstring(client.get("/coordinamento/registro-attivita/", query).content)
    return {row.split(": ", 1)[1] for row in page.xpath("//tbody//th/text()")}


def test_the_register_is_filtered_by_kind_and_by_who_did_it(
    client_for, coordinator, area_a, learner, colleague, referent, now
):
    client = client_for(coordinator)
    for action, target, actor in (
        ("end_employment", learner, referent),
        ("correct_name", colleague, referent),
        ("correct_name", learner, coordinator),
    ):
        record(action, target, now=now, area=area_a.slug, actor=actor)

    assert found(client, action="correct_name") == {str(learner), str(colleague)}
    assert found(client, person=referent.email.upper(), action="correct_name") == {str(colleague)}
    assert found(client, person=coordinator.last_name) == {str(learner)}
    assert found(client, q=learner.email) == {str(learner)}
    assert found(client, q=colleague.email) == {str(colleague)}
    assert found(client, action="nonsense", person="") == {str(learner), str(colleague)}


def test_an_address_finds_nothing_of_another_area(client_for, coordinator, area_b, outsider, now):
    record("correct_name", outsider, now=now, area=area_b.slug, actor=outsider)

    for query in ({"q": outsider.email}, {"person": outsider.email}):
        assert found(client_for(coordinator), **query) == set()


def test_a_first_day_after_the_last_is_said_in_words(client_for, coordinator, area_a, learner, now):
    record("correct_name", learner, now=now, area=area_a.slug)
    address = "/coordinamento/registro-attivita/?since=2026-11-20&until=2026-11-01"

    page = client_for(coordinator).get(address).content.decode()

    assert ("viene prima del primo" in page, "Lucia Moro" in page) == (True, True)


def test_demo_mail_can_be_read_in_the_demo_only(client_for, db, now, settings):
    OutgoingMailFactory()

    assert Client().get("/dimostrazione/posta/").status_code == 404
    settings.DEMO = True
    assert "Confermato: tutoraggio appalti" in Client().get("/dimostrazione/posta/").content.decode()
    assert Client().get("/dimostrazione/posta/", REMOTE_ADDR="192.0.2.7").status_code == 404
