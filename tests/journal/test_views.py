from datetime import timedelta

import pytest
from django.test import Client

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


def test_demo_mail_can_be_read_in_the_demo_only(client_for, db, now, settings):
    OutgoingMailFactory()

    assert Client().get("/dimostrazione/posta/").status_code == 404
    settings.DEMO = True
    assert "Confermato: tutoraggio appalti" in Client().get("/dimostrazione/posta/").content.decode()
    assert Client().get("/dimostrazione/posta/", REMOTE_ADDR="192.0.2.7").status_code == 404
