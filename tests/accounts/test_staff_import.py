"""A file of staff: from the upload to the invitations, and the list that can be imported again."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import emails, staff_sheet
from accounts.actions import (
    check_staff,
    confirm_staff,
    delete_expired_imports,
    upload_staff,
    work_on_staff_imports,
)
from accounts.actions.staff_import import _read, _store
from accounts.models import Employment, RoleAssignment, User
from accounts.staff_sheet import guess
from journal.models import AuditEntry, Job, OutgoingMail
from lib.spreadsheets import xlsx_bytes
from tests.factories import EmploymentFactory, UserFactory

HEADER = "E-mail;Cognome;Nome;Ente;Mansione;Dal;Al;Quota\n"
NEW = "anna.neri@example.org;Neri;Anna;Comune di Piuro;Segretaria;01/03/2020;;50%\n"
EXPORT = reverse("accounts:people_export")


def checked(text: str | bytes, actor: User, now) -> Job:
    content = text if isinstance(text, bytes) else (HEADER + text).encode()
    job = upload_staff(content, actor=actor, now=now)
    check_staff(job, columns=guess(job.parameters["columns"]), now=now)
    work_on_staff_imports(now=now)
    job.refresh_from_db()
    return job


def written(text: str | bytes, actor: User, now) -> Job:
    job = confirm_staff(checked(text, actor, now), now=now)
    work_on_staff_imports(now=now)
    job.refresh_from_db()
    return job


def snapshot() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (User, Employment, AuditEntry, OutgoingMail)]


def test_a_person_moves_gets_more_work_and_a_new_one_is_invited(coordinator, learner, neighbour, body_a, body_a2, now):
    text = (
        NEW
        + f"{learner.email};Moro;Lucia;Campodolcino;;;31/10/2026;\n"
        + f"{learner.email};Moro;Lucia;Piuro;Ragioniera;01/11/2026;;\n"
        + f"{neighbour.email};Trussoni;Nadia;Piuro;;;;\n"
    )

    job = written(text, coordinator, now)

    assert job.outcome["counts"] == {"invited": 1, "added": 1, "changed": 1, "unchanged": 1}
    assert (job.state, job.path, job.done, job.total) == (Job.State.DONE, "", 1, 1)
    old, new = learner.employments.order_by("started_on")
    assert (old.body, old.ended_on, old.job_title) == (body_a, date(2026, 10, 31), "Istruttore amministrativo")
    assert (new.body, new.started_on, new.job_title) == (body_a2, date(2026, 11, 1), "Ragioniera")
    anna = User.objects.get(email="anna.neri@example.org")
    work = anna.employments.get()
    assert (work.share_percent, work.started_on, work.confirmed_by) == (50, date(2020, 3, 1), coordinator)
    assert not anna.has_usable_password()
    actions = AuditEntry.objects.exclude(action="grant_role").values_list("action", flat=True)
    assert sorted(actions) == ["change_employment", "import_employment", "import_employment", "import_staff"]
    change = AuditEntry.objects.get(action="change_employment")
    assert (change.before, change.after) == ({"ended_on": None}, {"ended_on": "2026-10-31"})
    assert set(AuditEntry.objects.exclude(area="").values_list("area", flat=True)) == {"valchiavenna"}


def test_the_invitation_carries_a_link_that_expires(coordinator, body_a2, client, settings, now):
    written(NEW, coordinator, now)

    mail = OutgoingMail.objects.get(recipient="anna.neri@example.org")
    link = next(word for word in mail.text.split() if "/accesso/password/" in word).removeprefix(settings.SITE_URL)
    assert client.get(link, follow=True).context["form"].fields.keys() >= {"password1", "password2"}
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert client.get(link, follow=True).context.get("token_fail")


def test_a_second_run_changes_nothing(coordinator, learner, body_a, body_a2, outsider, now):
    text = NEW + f"{learner.email};Moro;Lucia;Piuro;;01/11/2026;;\n{outsider.email};CANARY_B;Osvaldo;Piuro;;;;\n"
    written(text, coordinator, now)
    OutgoingMail.objects.filter(key__startswith="staff_imported").delete()
    before = snapshot()

    job = written(text, coordinator, now)

    assert job.outcome["counts"]["unchanged"] == 2
    OutgoingMail.objects.filter(key__startswith="staff_imported").delete()
    after = snapshot()
    assert (after[0], after[1], after[3]) == (before[0], before[1], before[3])
    assert [row["action"] for row in after[2][len(before[2]) :]] == ["import_staff"]


def test_one_bad_row_stops_all_of_them(coordinator, learner, body_a2, client_for, now):
    before = snapshot()
    job = checked(NEW + "senza;Bianchi;Ugo;Piuro;;;;\nugo@example.org;Bianchi;Ugo;Mede;;;ieri;\n", coordinator, now)

    confirm_staff(job, now=now)
    work_on_staff_imports(now=now)

    assert (job.outcome["error_count"], snapshot()) == (3, before)
    page = client_for(coordinator).get(reverse("accounts:staff_import_detail", args=[job.pk])).content.decode()
    for words in ("Questo non è un indirizzo e-mail", "Questo ente non è tra quelli delle aree", "ieri"):
        assert words in page


def test_nobody_of_another_area_is_revealed(coordinator, outsider, body_a2, body_b, client_for, now):
    """A known address of area B reads like a new one; its body reads like one that does not exist."""
    stranger = "chi.sa@example.org;Ignoto;Vero;Piuro;;;;\n"
    known = f"{outsider.email};Ignoto;Vero;Piuro;;;;\n"
    pages = []
    for text in (stranger, known, stranger.replace("Piuro", "Mede"), stranger.replace("Piuro", "Nessuno")):
        job = checked(text, coordinator, now)
        page = client_for(coordinator).get(reverse("accounts:staff_import_detail", args=[job.pk])).content.decode()
        page = page.replace(f"importa/{job.pk}/", "")
        pages.append(page.split('id="job"')[1].split("csrfmiddlewaretoken")[0])
        assert "CANARY_B" not in page

    assert pages[0] == pages[1]
    assert pages[2].replace("Mede", "Nessuno") == pages[3]
    job = written(known, coordinator, now)
    assert outsider.employments.get().body == body_b
    assert (
        OutgoingMail.objects.get(recipient=outsider.email).key == f"invitation_known:{outsider.pk}:{body_a2.pk}:import"
    )
    assert job.outcome["counts"]["invited"] == 1


def test_a_role_that_ended_stops_the_import(coordinator, body_a2, now):
    job = confirm_staff(checked(NEW, coordinator, now), now=now)
    RoleAssignment.objects.filter(user=coordinator).update(ended_at=now)

    work_on_staff_imports(now=now)

    job.refresh_from_db()
    assert (job.state, job.path) == (Job.State.FAILED, "")
    assert not User.objects.filter(email="anna.neri@example.org").exists()
    with pytest.raises(ValidationError, match="coordinat"):
        upload_staff(HEADER.encode(), actor=User.objects.get(pk=coordinator.pk), now=now)


def test_whoever_signs_up_meanwhile_stops_the_import(coordinator, body_a2, now):
    job = confirm_staff(checked(NEW, coordinator, now), now=now)
    UserFactory(email="ANNA.neri@example.org".lower())

    work_on_staff_imports(now=now)

    job.refresh_from_db()
    assert job.outcome["counts"] == {"invited": 1, "added": 0, "changed": 0, "unchanged": 0}
    assert Employment.objects.filter(body=body_a2).count() == 0


def test_a_worker_that_died_between_writing_and_inviting_is_taken_over(coordinator, body_a2, monkeypatch, now):
    job = confirm_staff(checked(NEW, coordinator, now), now=now)
    with monkeypatch.context() as broken:
        broken.setattr(emails, "invitation", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            work_on_staff_imports(now=now)
    assert User.objects.filter(email="anna.neri@example.org").count() == 1

    work_on_staff_imports(now=now + timedelta(minutes=6))

    job.refresh_from_db()
    assert (job.state, OutgoingMail.objects.filter(recipient="anna.neri@example.org").count()) == (Job.State.DONE, 1)


def test_invitations_that_the_database_broke_off_are_sent_all_the_same(coordinator, body_a2, monkeypatch, now):
    job = confirm_staff(checked(NEW, coordinator, now), now=now)
    invitation, breaks = emails.invitation, iter([True, False])

    def locked(*args, **more):
        if next(breaks):
            raise OperationalError
        return invitation(*args, **more)

    monkeypatch.setattr(emails, "invitation", locked)

    assert work_on_staff_imports(now=now) == 1

    job.refresh_from_db()
    assert (job.state, OutgoingMail.objects.filter(recipient="anna.neri@example.org").count()) == (Job.State.DONE, 1)


def test_a_file_that_breaks_the_reader_says_so_and_holds_up_no_other(
    coordinator, body_a2, client_for, monkeypatch, now
):
    jobs = [upload_staff((HEADER + NEW).encode(), actor=coordinator, now=now) for _time in range(2)]
    for job in jobs:
        check_staff(job, columns=guess(job.parameters["columns"]), now=now)
    read, calls = staff_sheet.read, iter([True, False])
    monkeypatch.setattr(staff_sheet, "read", lambda *args, **more: 1 / 0 if next(calls) else read(*args, **more))

    assert work_on_staff_imports(now=now) == 1
    assert [job.state for job in Job.objects.order_by("pk")] == [Job.State.FAILED, Job.State.DONE]
    page = client_for(coordinator).get(reverse("accounts:staff_import_detail", args=[jobs[0].pk])).text
    assert "Non è stato possibile elaborare il file" in page


def test_own_employment_is_not_confirmed_by_oneself(coordinator, body_a2, now):
    EmploymentFactory(user=coordinator, body=body_a2, confirmed_at=None)

    job = checked(f"{coordinator.email};{coordinator.last_name};Anna;Piuro;;;;\n", coordinator, now)

    assert [error[2] for error in job.outcome["errors"]] == ["own"]


def test_who_waits_is_confirmed_and_told(coordinator, body_a2, now):
    waiting = EmploymentFactory(body=body_a2, confirmed_at=None)

    job = written(f"{waiting.user.email};{waiting.user.last_name};Anna;Piuro;;;;\n", coordinator, now)

    waiting.refresh_from_db()
    assert (waiting.confirmed_by, job.outcome["counts"]["changed"]) == (coordinator, 1)
    assert OutgoingMail.objects.filter(key=f"employment_confirmed:{waiting.pk}").exists()


def test_the_list_can_be_downloaded_and_imported_again(coordinator, learner, neighbour, outsider, client_for, now):
    EmploymentFactory(body=learner.employments.get().body, confirmed_at=None)
    Employment.objects.filter(user=learner).update(job_title="=2+5", ended_on=date(2027, 6, 30), share_percent=40)
    client, before = client_for(coordinator), snapshot()[:2]

    sheet, workbook = client.get(EXPORT).content, client.get(EXPORT, {"formato": "xlsx"}).content

    rows = list(csv.DictReader(StringIO(sheet.decode("utf-8-sig")), delimiter=";"))
    assert [(row["E-mail"], row["Profilo o mansione"]) for row in rows] == [
        (learner.email, "'=2+5"),
        (neighbour.email, "Istruttore amministrativo"),
    ]
    for content in (sheet, workbook):
        job = written(content, coordinator, now)
        assert job.outcome["counts"] == {"invited": 0, "added": 0, "changed": 0, "unchanged": 2}
    assert snapshot()[:2] == before


def test_the_export_holds_what_the_list_shows(referent, coordinator, learner, colleague, neighbour, client_for, body_a):
    client = client_for(coordinator)
    for query in ({}, {"q": "moro"}, {"body": body_a.pk}, {"role": "referent"}):
        page = client.get(reverse("accounts:people_list"), query).context["page"]
        rows = list(csv.DictReader(StringIO(client.get(EXPORT, query).content.decode("utf-8-sig")), delimiter=";"))
        assert [row["E-mail"] for row in rows] == [person.email for person in page if person.shown_employments]
    own = client_for(referent).get(EXPORT).content.decode()
    assert (learner.email in own, neighbour.email in own) == (True, False)


def test_columns_are_named_on_screen(coordinator, body_a2, client_for, now):
    client, text = client_for(coordinator), "chi;battesimo;famiglia;dove\nanna@example.org;Anna;Neri;Piuro\n"
    upload = SimpleUploadedFile("personale.csv", text.encode("utf-16"))
    page = client.post(reverse("accounts:staff_import"), {"file": upload}, follow=True)
    address = page.redirect_chain[-1][0]
    wrong = client.post(address, {"email": "chi", "first_name": "battesimo", "last_name": "famiglia"})
    columns = {"email": "chi", "first_name": "battesimo", "last_name": "famiglia", "body": "dove"}

    assert "Scegliere la colonna dell’ente" in wrong.content.decode()
    assert "<progress" in client.post(address, columns, follow=True).content.decode()
    work_on_staff_imports(now=now)
    assert "Scrivere tutto" in client.get(address).content.decode()
    client.post(f"{address}conferma/")
    client.post(f"{address}conferma/")
    work_on_staff_imports(now=now)
    assert client.get(address).context["job"].outcome["counts"]["invited"] == 1
    assert Employment.objects.get(user__email="anna@example.org").body == body_a2


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04", b"solo;intestazione\n"])
def test_what_is_no_list_is_refused_with_a_sentence(content, coordinator, client_for):
    upload = SimpleUploadedFile("personale.xlsx", content)

    page = client_for(coordinator).post(reverse("accounts:staff_import"), {"file": upload})

    assert (page.status_code, page.context["form"].errors.keys(), Job.objects.count()) == (200, {"file"}, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "Il file non è né CSV né XLSX"),
        (b"nome e cognome\nAda Neri\nIda Rossi\n", "una sola colonna"),
    ],
)
def test_a_pdf_and_a_single_column_are_refused_in_plain_words(content, sentence, coordinator, client_for):
    upload = SimpleUploadedFile("personale.csv", content)

    page = client_for(coordinator).post(reverse("accounts:staff_import"), {"file": upload})

    assert (sentence in page.content.decode(), Job.objects.count()) == (True, 0)


def test_the_page_says_what_will_be_done_and_then_what_was_done(coordinator, client_for, body_a2, now):
    client, job = client_for(coordinator), checked(NEW, coordinator, now)
    address = reverse("accounts:staff_import_detail", args=[job.pk])

    before = client.get(address).content.decode()
    confirm_staff(job, now=now)
    work_on_staff_imports(now=now)
    after = client.get(address).content.decode()

    assert ("Persone da invitare" in before, "Rapporti di lavoro da aggiungere" in before) == (True, True)
    assert ("da invitare" in after, "Persone invitate" in after) == (False, True)


def test_a_file_that_nobody_confirms_is_deleted_with_what_it_said(coordinator, body_a2, now):
    job = checked(NEW, coordinator, now)
    path = job.path

    assert delete_expired_imports(now=now + timedelta(days=3)) == 1

    job.refresh_from_db()
    assert (job.path, job.outcome, job.parameters, storages["private"].exists(path)) == ("", {}, {}, False)


def test_writing_takes_the_same_number_of_statements_for_ten_times_the_rows(coordinator, body_a2, now):
    counts = []
    for size in (4, 40):
        rows = [[f"p{size}-{n}@example.org", "Rossi", "Ada", "Piuro", "", None, None, 100] for n in range(size)]
        job = checked(xlsx_bytes("Foglio", HEADER.strip().split(";"), rows), coordinator, now)
        Job.objects.filter(pk=confirm_staff(job, now=now).pk).update(state=Job.State.RUNNING)
        job.refresh_from_db()
        entries, faults = _read(job, lambda: now)
        with CaptureQueriesContext(connection) as queries:
            _store(job, entries, faults, now=now)
        counts.append(len(queries))

    assert counts[0] == counts[1]
