"""How many people work at a body: typed or from a file, held until a later count, and never guessed."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Subquery
from django.urls import reverse

from journal.models import AuditEntry, Job
from journal.templatetags.audit import audit_action, audit_changes
from lib.spreadsheets import xlsx_bytes
from territory.actions import confirm, count_staff, prepare
from territory.actions.imports import COUNTS
from territory.demo import seed
from territory.models import PublicBody, StaffCount
from tests.factories import BodyFactory

UPLOAD = "/coordinamento/territorio/personale/"


def count(body, people, day="2026-11-20") -> StaffCount:
    return StaffCount.objects.create(body=body, people=people, counted_on=date.fromisoformat(day))


def typed(body, people, day="2026-11-20") -> dict[str, str]:
    return {"istat_code": body.istat_code, "persone": str(people), "giorno": day}


# --- What holds ---
@pytest.mark.parametrize(
    ("day", "people"),
    [("2025-12-30", None), ("2025-12-31", 5), ("2026-10-31", 5), ("2026-11-01", 7), ("2026-11-23", 7)],
)
def test_the_latest_count_up_to_a_day_holds(body_a, body_a2, day, people):
    for each, number in (("2026-11-01", 7), ("2025-12-31", 5)):
        count(body_a, number, each)

    found = StaffCount.objects.people_by_body(on=date.fromisoformat(day))

    assert found == ({body_a.pk: people} if people else {})


@pytest.mark.parametrize(
    ("day", "people"), [("2026-10-31", 5), ("2026-11-01", None), ("2026-11-19", None), ("2026-11-20", 9)]
)
def test_a_count_of_before_a_merger_says_nothing_of_the_whole(body_a, body_a2, day, people):
    body_a.ceased_on, body_a.successor = date(2026, 10, 31), body_a2
    body_a.save()
    count(body_a2, 5, "2026-10-31")
    count(body_a2, 9, "2026-11-20")

    found = StaffCount.objects.people_by_body(on=date.fromisoformat(day))

    assert found == ({body_a2.pk: people} if people else {})
    counted = Subquery(StaffCount.objects.of_body(on=date.fromisoformat(day)).values("people")[:1])
    assert PublicBody.objects.annotate(counted=counted).get(pk=body_a2.pk).counted == people


@pytest.mark.parametrize("people", [0, 100_001])
def test_the_database_keeps_no_impossible_number(body_a, people):
    with pytest.raises(IntegrityError), transaction.atomic():
        count(body_a, people)


def test_the_database_keeps_one_count_a_day(body_a):
    count(body_a, 5)

    with pytest.raises(IntegrityError), transaction.atomic():
        count(body_a, 6)


# --- Typed ---
def test_a_count_is_kept_corrected_and_written_down(body_a, coordinator, now):
    for people in (5, 6, 6):  # the third time nothing changes
        count_staff(body_a, counted_on=date(2026, 11, 20), people=people, actor=coordinator, now=now)

    entries = AuditEntry.objects.filter(action="count_staff").order_by("pk")
    assert list(StaffCount.objects.values_list("body", "people")) == [(body_a.pk, 6)]
    assert [(entry.before, entry.after["people"]) for entry in entries] == [({}, 5), ({"people": 5}, 6)]
    assert (entries[1].area, entries[1].actor, entries[1].label) == (
        "valchiavenna",
        coordinator,
        "Comune di Campodolcino (SO)",
    )
    assert audit_action("count_staff") == "Personale di un ente contato"
    assert audit_changes(entries[1])[0] == "persone in servizio: 5 → 6"


@pytest.mark.parametrize(
    ("people", "day", "field"),
    [
        (0, "2026-11-20", "people"),
        (100_001, "2026-11-20", "people"),
        (5, "2026-11-24", "counted_on"),
        (5, "1999-12-31", "counted_on"),
    ],
)
def test_an_impossible_number_or_day_is_refused(body_a, coordinator, now, people, day, field):
    with pytest.raises(ValidationError) as refused:
        count_staff(body_a, counted_on=date.fromisoformat(day), people=people, actor=coordinator, now=now)

    assert list(refused.value.error_dict) == [field]
    assert not StaffCount.objects.exists()


@pytest.mark.parametrize("who", ["referent", "coordinator", "anci"])
def test_the_form_stands_on_the_page_of_the_body(request, client_for, body_a, who):
    client, path = client_for(request.getfixturevalue(who)), reverse("territory:staff_count_create", args=[body_a.pk])
    page = client.get(body_a.get_absolute_url()).text
    assert (path in page, "personale: non noto" in page) == (True, True)

    page = client.post(path, {"people": "5", "counted_on": "2026-11-20"}, follow=True).text

    assert "0 di 5 del personale, secondo la rilevazione del 20 novembre 2026" in page
    assert "non noto" not in page


@pytest.mark.parametrize(
    "form",
    [
        {"people": ""},
        {"people": "0", "counted_on": "2026-11-20"},
        {"people": "99999999999999999999", "counted_on": "2026-11-20"},
        {"people": "5", "counted_on": "2026-11-24"},
        {"people": "5", "counted_on": "ieri"},
    ],
)
def test_bad_input_is_said_and_changes_nothing(client_for, coordinator, body_a, form):
    page = client_for(coordinator).post(reverse("territory:staff_count_create", args=[body_a.pk]), form)

    assert (page.status_code, "alert-danger" in page.text, StaffCount.objects.count()) == (200, True, 0)


def test_a_body_that_has_ended_or_is_only_proposed_is_not_counted(client_for, coordinator, body_a):
    path = reverse("territory:staff_count_create", args=[body_a.pk])
    client = client_for(coordinator)

    for change in ({"ceased_on": date(2026, 1, 1)}, {"ceased_on": None, "is_proposed": True}):
        PublicBody.objects.filter(pk=body_a.pk).update(**change)
        assert client.get(path).status_code == 404
        assert path not in client.get(body_a.get_absolute_url()).text


# --- From a file ---
FILE = "Codice ISTAT;Ente;Provincia;Persone;Giorno\n{code};;;5;31/12/2025\n;Piuro;so;12;2026-01-31\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_looked_at_and_then_written(client_for, coordinator, body_a, body_a2, encoding):
    client = client_for(coordinator)
    content = FILE.format(code=body_a.istat_code.lstrip("0")).encode(encoding)

    page = client.post(UPLOAD, {"file": SimpleUploadedFile("p.csv", content)}, follow=True).text
    assert not StaffCount.objects.exists()
    assert '<th scope="row" role="rowheader">Comune di Piuro (SO)</th>' in page
    job = Job.objects.get()
    for _again in range(2):  # the second click changes nothing
        client.post(reverse("territory:counts_import_confirm", args=[job.pk]))

    kept = StaffCount.objects.order_by("people").values_list("body", "people", "counted_on")
    assert list(kept) == [(body_a.pk, 5, date(2025, 12, 31)), (body_a2.pk, 12, date(2026, 1, 31))]
    assert AuditEntry.objects.filter(action="count_staff", actor=coordinator, area="valchiavenna").count() == 2
    page = client.post(UPLOAD, {"file": SimpleUploadedFile("p.csv", content)}, follow=True).text
    assert "Tutte le rilevazioni del file sono già presenti" in page


def test_a_workbook_does_as_well(client_for, anci, body_b):
    content = xlsx_bytes("Foglio", ["Ente", "Provincia", "Personale", "Data"], [["Mede", "SO", 9, date(2026, 1, 1)]])
    client = client_for(anci)

    client.post(UPLOAD, {"file": SimpleUploadedFile("p.xlsx", content)})
    client.post(reverse("territory:counts_import_confirm", args=[Job.objects.get().pk]))

    assert list(StaffCount.objects.values_list("body", "people")) == [(body_b.pk, 9)]


def test_a_body_is_named_as_on_a_letter(coordinator, body_a2, now):
    """Without the province in a column of its own, the number with a point, the day as Excel counts."""
    rows = [{"ente": "Comune di Piuro (SO)", "persone": "1.024", "giorno": "46053"}]

    confirm(prepare(COUNTS, rows, actor=coordinator, now=now), actor=coordinator, now=now)

    kept = StaffCount.objects.values_list("body", "people", "counted_on")
    assert list(kept) == [(body_a2.pk, 1024, date(2026, 1, 31))]


def test_every_wrong_row_has_its_reason_and_nothing_is_written(coordinator, body_a, body_a2, body_b, now):
    BodyFactory(name="Piuro", kind="union", istat_code="", area=body_a.area)  # the name alone tells two bodies
    rows = [
        typed(body_a, 5),
        typed(body_a, 6),
        typed(body_b, 5),  # of the other area: as unknown as any
        typed(body_a2, 0),
        typed(body_a2, "²"),
        typed(body_a2, "non noto"),
        typed(body_a2, 5, "2026-11-24"),
        typed(body_a2, 5, "fine 2025"),
        {"istat_code": "", "nome": "Piuro", "provincia": "SO", "persone": "5", "giorno": "2026-11-20"},
        dict.fromkeys(("istat_code", "persone", "giorno"), ""),  # an empty line is none
    ]

    job = prepare(COUNTS, rows, actor=coordinator, now=now)

    found = [(error["line"], error["column"]) for error in job.outcome["errors"]]
    assert (job.state, job.outcome["error_count"]) == ("failed", 8)
    assert found == [
        (3, "giorno"),
        (4, "codice istat"),
        *((line, "persone") for line in (5, 6, 7)),
        (8, "giorno"),
        (9, "giorno"),
        (10, "ente"),
    ]
    assert not StaffCount.objects.exists()


def test_what_was_shown_is_what_is_written(coordinator, body_a, now):
    job = prepare(COUNTS, [typed(body_a, 5)], actor=coordinator, now=now)
    count_staff(body_a, counted_on=date(2026, 11, 20), people=7, actor=coordinator, now=now)

    with pytest.raises(ValidationError) as refused:
        confirm(job, actor=coordinator, now=now)

    assert (refused.value.code, StaffCount.objects.get().people) == ("outdated", 7)


@pytest.mark.parametrize("content", [b"", b"Ente\n", b"Ente;Persone\nPiuro;5\n", b"\x89PNG\x00\x00", b"PK\x03\x04xx"])
def test_other_files_are_refused_in_words(client_for, coordinator, body_a, content):
    page = client_for(coordinator).post(UPLOAD, {"file": SimpleUploadedFile("p.csv", content)}, follow=True)

    assert (page.status_code, "alert-danger" in page.text, StaffCount.objects.count()) == (200, True, 0)


def test_a_workbook_of_nothing_is_no_fault(client_for, coordinator):
    empty = BytesIO(xlsx_bytes("Foglio", [], []))

    page = client_for(coordinator).post(UPLOAD, {"file": SimpleUploadedFile("p.xlsx", empty.read())}, follow=True)

    assert (page.status_code, StaffCount.objects.count()) == (200, 0)


def test_the_demonstration_counts_most_bodies_and_leaves_some(body_a, body_a2, body_b, area_a, now):
    BodyFactory(area=area_a)

    for _again in range(2):
        seed({}, now=now)

    assert (PublicBody.objects.count(), StaffCount.objects.count()) == (4, 3)
