"""Municipalities that become one: the past stays, the rest goes over."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Employment, RoleAssignment
from courses.models import Enrolment
from journal.models import AuditEntry, Job
from lib.csv_rows import read_rows
from territory.actions import confirm, merge_bodies, prepare
from territory.actions.imports import MUNICIPALITIES
from territory.models import PublicBody
from tests.factories import BodyFactory, EmploymentFactory, EnrolmentFactory

FIRST = date(2026, 11, 1)


@pytest.fixture
def successor(area_a):
    return BodyFactory(name="Alta Valle", area=area_a, istat_code="014999")


def test_the_past_stays_and_the_staff_goes_over(
    completed_enrolment, learner, colleague, referent, anci, body_a, body_a2, neighbour, successor, client_for, now
):
    EmploymentFactory(user=colleague, body=successor, job_title="Già qui")
    gone = EmploymentFactory(body=body_a, ended_on=date(2025, 1, 1))
    EmploymentFactory(body=body_a, confirmed_at=None)

    ended = merge_bodies([body_a, body_a2], successor=successor, first_on=FIRST, actor=anci, now=now)

    assert [body.pk for body in ended] == [body_a.pk, body_a2.pk]
    old, new = learner.employments.order_by("started_on")
    assert (old.body, old.ended_on, old.started_on) == (body_a, FIRST - timedelta(days=1), date(2020, 1, 1))
    assert (new.body, new.started_on, new.ended_on) == (successor, FIRST, None)
    assert (new.job_title, new.confirmed_at, new.share_percent) == (old.job_title, old.confirmed_at, 100)
    assert [row.job_title for row in colleague.employments.filter(body=successor)] == ["Già qui"]
    assert neighbour.employments.filter(body=successor, confirmed_at__isnull=False).exists()
    assert successor.employments.filter(confirmed_at=None).count() == 1
    gone.refresh_from_db()
    assert (gone.ended_on, gone.user.employments.count()) == (date(2025, 1, 1), 1)
    assert Enrolment.objects.get(pk=completed_enrolment.pk).body == body_a
    assert EnrolmentFactory(user=learner, employment=new).body == successor
    assert [role.body for role in referent.roles.filter(ended_at=None)] == [successor]
    client = client_for(anci)
    assert "Alta Valle" in client.get(body_a.get_absolute_url()).content.decode()
    page = client.get(successor.get_absolute_url()).content.decode()
    assert ("Comune di Campodolcino (SO)" in page, "Comune di Piuro (SO)" in page) == (True, True)


def test_whoever_was_confirmed_stays_so_where_the_employment_at_the_successor_waits(
    learner, colleague, anci, body_a, successor, now
):
    for person, confirmed_at in ((learner, None), (colleague, now)):
        EmploymentFactory(user=person, body=successor, confirmed_at=confirmed_at)
    stranger = EmploymentFactory(body=body_a, confirmed_at=None).user
    EmploymentFactory(user=stranger, body=successor, confirmed_at=None)
    before = learner.employments.get(body=body_a)

    merge_bodies([body_a], successor=successor, first_on=FIRST, actor=anci, now=now)

    rows = {row.user_id: row for row in successor.employments.all()}
    assert (rows[learner.pk].confirmed_at, rows[colleague.pk].confirmed_at) == (before.confirmed_at, now)
    assert rows[stranger.pk].confirmed_at is None
    assert AuditEntry.objects.filter(action="move_employment").count() == 1


def test_one_that_came_back_to_life_is_merged_again(learner, anci, body_a, successor, now):
    body_a.successor = successor
    body_a.save()

    assert merge_bodies([body_a], successor=successor, first_on=FIRST, actor=anci, now=now) != []
    assert learner.employments.get(ended_on=None).body == successor


def test_whoever_came_after_the_merger_goes_over_when_it_is_done_again(anci, body_a, successor, now):
    merge_bodies([body_a], successor=successor, first_on=FIRST, actor=anci, now=now)
    late = EmploymentFactory(body=body_a, started_on=FIRST + timedelta(days=3)).user

    assert merge_bodies([body_a], successor=successor, first_on=FIRST, actor=anci, now=now) == []
    assert [row.body for row in late.employments.filter(ended_on=None)] == [successor]


def test_the_successor_may_keep_a_name(learner, anci, body_a, area_a, now):
    body_a.ceased_on = FIRST - timedelta(days=1)
    body_a.save()
    same = BodyFactory(name=body_a.name, area=area_a)
    with pytest.raises(IntegrityError), transaction.atomic():
        BodyFactory(name=body_a.name.upper(), area=area_a)

    merge_bodies([body_a], successor=same, first_on=FIRST, actor=anci, now=now)

    assert learner.employments.get(ended_on=None).body == same


def everything() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Employment, RoleAssignment, AuditEntry)]


def test_a_second_time_changes_nothing(learner, referent, anci, body_a, successor, now):
    merge_bodies([body_a], successor=successor, first_on=FIRST, actor=anci, now=now)
    before = everything()

    assert merge_bodies([body_a], successor=successor, first_on=FIRST, actor=anci, now=now) == []
    assert everything() == before


def test_what_cannot_be_is_refused_and_changes_nothing(learner, coordinator, anci, body_a, body_a2, successor, now):
    other = BodyFactory(ceased_on=date(2026, 1, 1))
    taken = BodyFactory(ceased_on=date(2026, 1, 1), successor=body_a2)
    before = everything()
    for bodies, into, day, actor, code in (
        ([body_a], successor, FIRST, coordinator, "not_entitled"),
        ([body_a], successor, date(2026, 11, 24), anci, "future"),
        ([body_a], successor, date.min, anci, "too_early"),
        ([body_a, successor], successor, FIRST, anci, "itself"),
        ([body_a], other, FIRST, anci, "no_successor"),
        ([body_a, taken], successor, FIRST, anci, "already_ceased"),
    ):
        with pytest.raises(ValidationError) as refused:
            merge_bodies(bodies, successor=into, first_on=day, actor=actor, now=now)
        assert refused.value.code == code
    assert everything() == before


def test_anci_does_it_on_a_page_and_sees_the_names_first(learner, anci, body_a, successor, client_for, now):
    client, address = client_for(anci), reverse("territory:merge")
    data = {"codes": f"{body_a.istat_code}, {body_a.istat_code}", "into": "014999", "first_on": "2026-11-01"}

    assert "Nessun comune ha il codice ISTAT" in client.post(address, data | {"into": "1"}).content.decode()
    preview = client.post(address, data).text
    assert "Comune di Campodolcino (SO), Valchiavenna" in preview
    assert "Non si può tornare indietro." in preview
    assert learner.employments.count() == 1
    assert client.post(address, data | {"confirm": "1"})["Location"] == successor.get_absolute_url()
    assert learner.employments.get(ended_on=None).body == successor


def test_the_command_does_the_same(learner, body_a, successor, capsys, now):
    for answer in ("1 merged", "0 merged"):
        call_command("merge_bodies", body_a.istat_code, "--into", "014999", "--on", "2026-11-01")
        assert capsys.readouterr().out.startswith(answer)
    with pytest.raises(CommandError, match="999999"):
        call_command("merge_bodies", "999999", "--into", "014999", "--on", "2026-11-01")
    with pytest.raises(CommandError, match="futuro"):
        call_command("merge_bodies", body_a.istat_code, "--into", "014999", "--on", "2027-11-01")
    assert learner.employments.get(ended_on=None).body == successor


def test_the_page_says_at_the_first_look_what_cannot_be_and_what_may_be_a_slip(anci, body_a, body_b, client_for, now):
    client, address = client_for(anci), reverse("territory:merge")
    BodyFactory(name="Alta Valle", area=body_b.area, istat_code="014999")
    gone = BodyFactory(ceased_on=date(2026, 1, 1), istat_code="014998")
    data = {"codes": body_a.istat_code, "into": "014999", "first_on": "2026-11-01"}

    def look(**changes) -> str:
        return client.post(address, data | changes).content.decode()

    for changes, words in (
        ({"first_on": "2026-11-24"}, "nel futuro"),
        ({"into": body_a.istat_code}, "a sé stesso"),
        ({"into": gone.istat_code}, "non è un ente di oggi"),
        ({"first_on": "0001-01-01"}, "troppo lontano"),
        ({"codes": " , ;"}, "almeno un codice ISTAT"),
    ):
        page = look(**changes)
        assert words in page
        assert 'name="confirm"' not in page
    page = look(first_on="2024-01-01")
    assert "1 gennaio 2024, è lontano" in page
    assert "è in un’altra area" in page
    assert 'name="confirm"' in page
    assert "lontano" not in look()


HEADER = "istat_code,name,province_code,area,ceased_on,successor\n"


def prepare_import(text, *, actor, now) -> Job:
    return prepare(MUNICIPALITIES, read_rows(text), actor=actor, now=now)


def listed(body, *, ceased_on="2026-10-31", successor="014999") -> str:
    return f"{body.istat_code},{body.name},{body.province_code},{body.area.slug},{ceased_on},{successor}\n"


NEW = "014999,Alta Valle,SO,valchiavenna,,\n"


def test_a_file_merges_into_a_successor_that_comes_with_it(
    completed_enrolment, learner, neighbour, referent, anci, body_a, body_a2, now, client_for
):
    client = client_for(anci)
    job = prepare_import(HEADER + NEW + listed(body_a) + listed(body_a2), actor=anci, now=now)

    assert (job.state, [merge["name"] for merge in job.outcome["merges"]]) == ("waiting", [str(body_a), str(body_a2)])
    page = client.get(reverse("territory:import_detail", args=[job.pk])).content.decode()
    assert ("Comune di Alta Valle (SO)" in page, "1 novembre 2026" in page) == (True, True)
    assert not Employment.objects.filter(body__istat_code="014999").exists()

    confirm(job, actor=anci, now=now)

    body_a.refresh_from_db()
    assert (body_a.ceased_on, body_a.successor.name) == (date(2026, 10, 31), "Alta Valle")
    assert [person.employments.get(ended_on=None).body.name for person in (learner, neighbour)] == ["Alta Valle"] * 2
    assert Enrolment.objects.get(pk=completed_enrolment.pk).body == body_a
    assert [role.body.name for role in referent.roles.filter(ended_at=None)] == ["Alta Valle"]
    before = everything()[:2]
    again = prepare_import(HEADER + NEW + listed(body_a) + listed(body_a2), actor=anci, now=now)
    assert again.outcome["merges"] == []
    confirm(again, actor=anci, now=now + timedelta(minutes=1))
    assert everything()[:2] == before


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"successor": "999999"}, "successor"),
        ({"successor": "014997"}, "successor"),  # has ended
        ({"successor": "itself"}, "successor"),
        ({"successor": "due"}, "successor"),
        ({"ceased_on": ""}, "ceased_on"),
        ({"ceased_on": "2026-11-23"}, "ceased_on"),  # the first day would be tomorrow
        ({"ceased_on": "9999-12-31"}, "ceased_on"),
        ({"ceased_on": "0001-01-01"}, "ceased_on"),
    ],
)
def test_a_row_with_a_wrong_successor_is_named_and_nothing_is_merged(learner, anci, body_a, body_a2, row, column, now):
    BodyFactory(istat_code="014997", ceased_on=date(2026, 1, 1))
    if row.get("successor") == "itself":
        row = {"successor": body_a.istat_code}
    before = everything()

    job = prepare_import(HEADER + NEW + listed(body_a2) + listed(body_a, **row), actor=anci, now=now)

    assert job.state == "failed"
    assert [(error["line"], error["column"]) for error in job.outcome["errors"]] == [(4, column)]
    assert confirm(job, actor=anci, now=now).state == "failed"
    assert everything() == before


def test_one_that_was_merged_elsewhere_is_named(anci, body_a, body_a2, successor, now):
    merge_bodies([body_a], successor=body_a2, first_on=FIRST, actor=anci, now=now)

    job = prepare_import(HEADER + listed(body_a), actor=anci, now=now)

    assert [error["column"] for error in job.outcome["errors"]] == ["successor"]


@pytest.mark.parametrize("columns", [4, 5])
def test_a_list_without_the_columns_leaves_what_is_merged(anci, body_a, body_a2, columns, now):
    """Four columns, or five with an empty last day: neither says anything of the merger."""
    figures = {"population": 300, "latitude": 46.3, "longitude": 9.4, "snai_class": "E", "cadastral_code": "B530"}
    PublicBody.objects.filter(pk=body_a.pk).update(**figures)
    merge_bodies([body_a], successor=body_a2, first_on=FIRST, actor=anci, now=now)
    body_a.refresh_from_db()
    short = "\n".join(",".join(line.split(",")[:columns]) for line in (HEADER.strip(), listed(body_a, ceased_on="")))
    before = PublicBody.objects.filter(pk=body_a.pk).values().get()

    job = confirm(prepare_import(short, actor=anci, now=now), actor=anci, now=now)

    assert (before["ceased_on"], job.outcome["unchanged"]) == (date(2026, 10, 31), 1)
    assert PublicBody.objects.filter(pk=body_a.pk).values().get() == before


def test_one_that_has_ended_takes_nobody_over_even_where_the_list_is_short(anci, body_a, body_a2, now):
    merge_bodies([body_a2], successor=BodyFactory(area=body_a.area), first_on=FIRST, actor=anci, now=now)
    text = HEADER + listed(body_a, successor=body_a2.istat_code) + listed(body_a2, ceased_on="", successor="")

    job = prepare_import(text, actor=anci, now=now)

    assert [(error["line"], error["column"]) for error in job.outcome["errors"]] == [(2, "successor")]


@pytest.mark.parametrize("last_day", ["9999-12-31", "1492-10-12"])
def test_a_last_day_that_cannot_be_is_named(anci, body_a, successor, last_day, now):
    job = prepare_import(HEADER + listed(body_a, ceased_on=last_day), actor=anci, now=now)

    assert [(error["line"], error["column"]) for error in job.outcome["errors"]] == [(2, "ceased_on")]
