"""The zip of many certificates: who may have it, what is in it, and how long."""

import csv
import hashlib
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.urls import reverse

from accounts.models import RoleAssignment, User
from certificates.actions import archive as archives
from certificates.actions import (
    build_archives,
    delete_expired_archives,
    issue_statement,
    print_due,
    request_archive,
    revoke_certificate,
)
from certificates.models import Certificate
from journal.jobs import claim_job
from journal.models import Job, OutgoingMail
from tests.certificates.factories import certificate_of
from tests.factories import EditionFactory, employee
from tests.races import race

CREATE = reverse("certificates:archive_create")


@pytest.fixture
def printed(learner, neighbour, outsider, edition, now):
    """One certificate in each of Campodolcino and Piuro (area A), one in Mede (area B)."""
    certificates = [certificate_of(user, edition, now=now) for user in (learner, neighbour, outsider)]
    print_due(now=now)
    return certificates


def names_in(job: Job) -> list[str]:
    with storages["private"].open(Job.objects.get(pk=job.pk).path) as file, ZipFile(file) as archive:
        return sorted(archive.namelist())


def index_of(job: Job) -> list[dict]:
    with storages["private"].open(Job.objects.get(pk=job.pk).path) as file, ZipFile(file) as archive:
        return list(csv.DictReader(StringIO(archive.read("elenco.csv").decode("utf-8-sig")), delimiter=";"))


def built(actor, now, **chosen) -> Job:
    job = request_archive(actor=actor, now=now, **chosen)
    build_archives(now=now)
    job.refresh_from_db()
    return job


def test_the_zip_of_a_body_holds_its_certificates_and_a_list(printed, referent, body_a, now):
    job = built(referent, now, body=body_a.pk)

    assert names_in(job) == ["comune-di-campodolcino-so/moro-lucia-2026-000001.pdf", "elenco.csv"]
    row = index_of(job)[0]
    assert (row["Numero"], row["Cognome"], row["Ore"], row["Minuti"]) == ("2026/000001", "Moro", "0,75", "45")
    assert row["SHA-256"] == printed[0].files.get().sha256
    assert (job.state, job.done, job.total) == (Job.State.DONE, 1, 1)


def test_the_bytes_are_the_ones_that_were_handed_out(printed, referent, body_a, now):
    job = built(referent, now, body=body_a.pk)

    with storages["private"].open(job.path) as file, ZipFile(file) as archive:
        pdf = archive.read("comune-di-campodolcino-so/moro-lucia-2026-000001.pdf")
    assert hashlib.sha256(pdf).hexdigest() == printed[0].files.get().sha256


def test_area_edition_and_year_narrow_the_choice(printed, anci, area_a, edition, now):
    other = EditionFactory()

    found = {
        tuple(chosen): archives.archived(anci, chosen).count()
        for chosen in ({"area": area_a.pk}, {"edition": edition.pk}, {"year": 2026})
    }

    assert found == {("area",): 2, ("edition",): 3, ("year",): 3}
    assert archives.archived(anci, {"edition": other.pk}).count() == 0
    assert archives.archived(anci, {"area": area_a.pk, "year": 2025}).count() == 0


def test_body_a_gets_nothing_of_body_b(printed, referent, body_b, now):
    with pytest.raises(ValidationError) as refused:
        request_archive(actor=referent, body=body_b.pk, now=now)

    assert refused.value.code == "no_certificates"


@pytest.mark.parametrize(("person", "chosen", "code"), [("learner", True, "not_allowed"), ("anci", False, "no_choice")])
def test_learners_and_empty_choices_are_refused(request, printed, body_a, now, person, chosen, code):
    with pytest.raises(ValidationError) as refused:
        request_archive(actor=request.getfixturevalue(person), now=now, body=body_a.pk if chosen else None)

    assert refused.value.code == code


def test_a_coordinators_own_certificate_elsewhere_is_not_in_the_zip(printed, coordinator, body_b, edition, now):
    coordinator.employments.create(body=body_b, started_on=now.date(), confirmed_at=now)
    certificate_of(coordinator, edition, now=now)
    print_due(now=now)

    assert archives.archived(coordinator, {"year": 2026}).count() == 2


def test_a_moved_employee_stays_with_the_body_of_that_time(printed, learner, referent, body_a, body_b, now):
    learner.employments.update(ended_on=date(2026, 11, 23))
    learner.employments.create(body=body_b, started_on=date(2026, 11, 24), confirmed_at=now)

    assert names_in(built(referent, now, body=body_a.pk))[0].endswith("moro-lucia-2026-000001.pdf")


def test_homonyms_and_paths_in_names_give_safe_names(body_a, edition, referent, now):
    for _twin in range(2):
        certificate_of(employee(body_a, first_name="Anna", last_name="Rossi"), edition, now=now)
    for wild in ("../../etc/passwd", "秀英"):
        snapshot = certificate_of(employee(body_a), edition, now=now)
        Certificate.objects.filter(pk=snapshot.pk).update(
            snapshot=snapshot.snapshot | {"first_name": wild, "last_name": ".."}
        )
    names = [archives.file_name(row) for row in Certificate.objects.order_by("pk")]

    folder = "comune-di-campodolcino-so"
    assert names == [
        f"{folder}/rossi-anna-2026-000001.pdf",
        f"{folder}/rossi-anna-2026-000002.pdf",
        f"{folder}/etcpasswd-2026-000003.pdf",
        f"{folder}/persona-2026-000004.pdf",
    ]


def test_a_name_that_is_a_formula_is_defused_in_the_list(printed, referent, body_a, now):
    row = printed[0]
    Certificate.objects.filter(pk=row.pk).update(snapshot=row.snapshot | {"last_name": "=HYPERLINK(1)"})

    assert index_of(built(referent, now, body=body_a.pk))[0]["Cognome"] == "'=HYPERLINK(1)"


def test_a_file_that_is_gone_does_not_stop_the_others(printed, anci, now):
    storages["private"].delete(printed[1].files.get().path)

    job = built(anci, now, year=2026)

    assert (job.state, job.outcome["missing"], len(names_in(job))) == (Job.State.DONE, 1, 3)
    assert [row["File"] for row in index_of(job)].count("il file manca") == 1


def test_statements_stand_in_the_zip_of_a_year_without_a_day_of_completion(printed, learner, anci, now):
    statement = issue_statement(learner, kind="year", year=2026, now=now)
    print_due(now=now)

    row = next(row for row in index_of(built(anci, now, year=2026)) if row["Numero"] == statement.number)

    assert (row["Cognome"], row["Completato il"], row["Minuti"]) == (learner.last_name, "", "45")


def test_a_zip_that_cannot_be_made_says_so_and_holds_up_no_other(printed, referent, anci, body_a, now, monkeypatch):
    def break_on_the_first(certificate):
        if certificate == printed[2]:
            raise KeyError("unheard of")
        return True

    broken = request_archive(actor=anci, now=now, year=2026)
    whole = request_archive(actor=referent, now=now, body=body_a.pk)
    monkeypatch.setattr(archives, "file_name", lambda row: break_on_the_first(row) and f"{row.pk}.pdf")

    assert build_archives(now=now) == 1
    broken.refresh_from_db()
    whole.refresh_from_db()
    assert (broken.state, whole.state) == (Job.State.FAILED, Job.State.DONE)
    assert broken.outcome["problem"].startswith("Non è stato possibile")


def test_the_reach_is_looked_up_again_when_the_worker_begins(printed, referent, body_a, now):
    job = request_archive(actor=referent, body=body_a.pk, now=now)
    RoleAssignment.objects.filter(user=referent).update(ended_at=now)

    assert build_archives(now=now) == 0
    job.refresh_from_db()
    assert (job.state, job.path) == (Job.State.FAILED, "")


def test_the_reach_is_looked_up_again_at_the_download(printed, referent, body_a, client_for, now):
    job = built(referent, now, body=body_a.pk)
    client, path = client_for(referent), reverse("certificates:archive_download", args=[job.pk])
    before = client.get(path)
    RoleAssignment.objects.filter(user=referent).update(ended_at=now)

    after = client.get(path)

    assert (before.status_code, after.status_code) == (200, 404)
    assert ZipFile(BytesIO(before.getvalue())).testzip() is None


def test_a_certificate_that_has_left_the_reach_closes_the_whole_zip(printed, referent, learner, body_a, now):
    job = built(referent, now, body=body_a.pk)

    learner.employments.update(confirmed_at=None)

    assert archives.may_fetch(job, User.objects.get(pk=referent.pk), now=now) is False


def test_nobody_else_sees_the_job_not_even_anci(printed, referent, body_a, anci, client_for, now):
    job = built(referent, now, body=body_a.pk)

    for name in ("archive_detail", "archive_download"):
        assert client_for(anci).get(reverse(f"certificates:{name}", args=[job.pk])).status_code == 404


def test_the_link_expires_and_the_file_goes(printed, referent, body_a, client_for, now):
    job = built(referent, now, body=body_a.pk)
    later, path = now + archives.KEPT + timedelta(seconds=1), job.path

    with time_machine.travel(later, tick=False):
        answer = client_for(referent).get(reverse("certificates:archive_download", args=[job.pk]))

    assert (delete_expired_archives(now=now), delete_expired_archives(now=later)) == (0, 1)
    assert (answer.status_code, storages["private"].exists(path)) == (404, False)


def test_a_revoked_one_is_left_out_and_the_old_zip_keeps_it(printed, anci, body_a, now):
    revoke_certificate(printed[0], actor=anci, reason="Errore", now=now)

    with pytest.raises(ValidationError):
        request_archive(actor=anci, body=body_a.pk, now=now)


def test_the_same_wish_twice_is_one_job_and_one_message(printed, referent, body_a, now):
    jobs = {request_archive(actor=referent, body=body_a.pk, now=now).pk for _ in range(2)}
    built_now = [build_archives(now=now), build_archives(now=now)]

    assert (len(jobs), built_now) == (1, [1, 0])
    mail = OutgoingMail.objects.get(key=f"archive-ready:{jobs.pop()}")
    assert mail.recipient == referent.email
    assert "un attestato" in mail.text


def test_a_killed_worker_is_followed_by_another_after_the_lease(printed, referent, body_a, now):
    job = request_archive(actor=referent, body=body_a.pk, now=now)
    assert claim_job(archives.ARCHIVE, job.pk, lease=archives.LEASE, now=now)  # and then kill -9

    during, after = now + timedelta(minutes=1), now + archives.LEASE + timedelta(seconds=1)

    assert (build_archives(now=during), build_archives(now=after)) == (0, 1)


def test_the_pages_lead_from_the_choice_to_the_file(printed, referent, body_a, client_for, now):
    client = client_for(referent)
    chosen = client.get(f"{CREATE}?ente={body_a.pk}")
    address = client.post(CREATE, {"ente": body_a.pk, "anno": "2026"})["Location"]
    waiting = client.get(address).text
    build_archives(now=now)
    ready = client.get(address).text

    assert f'<option value="{body_a.pk}" selected>' in chosen.text
    assert "<progress" in waiting
    assert reverse("certificates:archive_download", args=[Job.objects.get().pk]) in ready


def test_the_form_offers_the_own_reach_only(printed, referent, body_b, client_for):
    page = client_for(referent).post(CREATE, {"ente": body_b.pk})

    assert (page.status_code, "Mede" in page.text, Job.objects.count()) == (200, False, 0)
    assert client_for(referent).post(CREATE, {"ente": "9" * 30, "anno": "x\x00"}).status_code == 200


def test_a_year_is_offered_once_however_many_registers_it_has(printed, learner, anci, client_for, now):
    issue_statement(learner, kind="year", year=2026, now=now)
    print_due(now=now)

    years = client_for(anci).get(CREATE).context["form"].fields["anno"].choices

    assert [year for year, _label in years] == ["", 2026]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_claim_an_archive_once(learner, edition, anci, now):
    certificate_of(learner, edition, now=now)
    print_due(now=now)
    job = request_archive(actor=anci, year=2026, now=now)

    assert sorted(race([lambda: claim_job(archives.ARCHIVE, job.pk, lease=archives.LEASE, now=now)] * 2)) == [
        False,
        True,
    ]
