"""What a coordinator tries on the first day, through the pages as a person would; who has no JavaScript, too.

peers.md, day one: 1 (a file of 300 people), 8 (who is at risk), 9 (the certificates of a body in one zip).
"""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.utils import timezone

from accounts.actions import work_on_staff_imports
from accounts.models import Employment
from certificates.actions import build_archives, print_due
from courses.models import Attempt, QuizPage
from journal.models import OutgoingMail
from lib.spreadsheets import csv_text, xlsx_bytes
from tests.browser.pages import button, link, saved, text_of
from tests.browser.test_accessibility import flaws
from tests.certificates.factories import certificate_of
from tests.factories import EnrolmentFactory, employee

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = ["E-mail", "Cognome", "Nome", "Ente", "Mansione", "Dal", "Quota"]
NOTHING = dict.fromkeys(
    [
        "Persone invitate",
        "Rapporti di lavoro aggiunti",
        "Rapporti di lavoro modificati",
        "Righe senza novità",
    ],
    "0",
)


# --- 1 -------------------------------------------------------------------------------------------------------------


def staff_rows(many: int) -> list[list[str]]:
    return [
        [f"impiegata{n}@example.org", f"Rossi {chr(65 + n % 26)}", "Ada", "Piuro", "Istruttrice", "01/03/2020", "100"]
        for n in range(many)
    ]


def upload(page, name: str, kind: str, content: bytes) -> None:
    page.get_by_label("File").set_input_files({"name": name, "mimeType": kind, "buffer": content})
    button(page, "Guardare le colonne")
    button(page, "Controllare ogni riga")
    let_work(page)


def let_work(page) -> None:
    """What the worker does in between; the page is asked again."""
    page.get_by_role("progressbar").wait_for()
    work_on_staff_imports(now=timezone.now())
    link(page, "Aggiorna")


def written(page) -> dict[str, str]:
    button(page, "Scrivere tutto")
    let_work(page)
    page.get_by_text("Scritto").wait_for()
    names, values = page.locator("dl.figures dt").all_inner_texts(), page.locator("dl.figures dd").all_inner_texts()
    return dict(zip(names, values, strict=True))


def test_300_people_come_from_a_file_once(coordinator, body_a2, page_for):
    """Day one, 1, without JavaScript: each bad row is listed, nothing is written until confirmed, twice is once."""
    page, good = page_for(coordinator, java_script_enabled=False), staff_rows(300)
    bad = [list(row) for row in good]
    bad[6][0], bad[148][3], bad[299][5] = "senza chiocciola", "Atlantide", "ieri"

    page.goto("/coordinamento/")
    link(page, "Persone")
    link(page, "Importare il personale")
    upload(page, "personale.xlsx", XLSX, xlsx_bytes("Personale", HEADER, bad))
    page.get_by_text("3 cose da correggere nel file. Nulla è cambiato.").wait_for()
    assert [row.split("\t")[0:3:2] for row in page.locator("main tbody tr").all_inner_texts()] == [
        ["8", "senza chiocciola"],
        ["150", "Atlantide"],
        ["301", "ieri"],
    ]

    link(page, "Carica il file corretto")
    upload(page, "personale.csv", "text/csv", csv_text(HEADER, good).encode("cp1252"))
    page.get_by_role("button", name="Scrivere tutto").wait_for()
    invited = OutgoingMail.objects.filter(recipient__startswith="impiegata")
    assert (Employment.objects.filter(body=body_a2).count(), invited.count()) == (0, 0)

    assert written(page) == {**NOTHING, "Persone invitate": "300"}
    assert (Employment.objects.filter(body=body_a2).count(), invited.count()) == (300, 300)

    link(page, "Persone")
    link(page, "Importare il personale")
    upload(page, "personale.csv", "text/csv", csv_text(HEADER, good).encode("cp1252"))
    assert written(page) == {**NOTHING, "Righe senza novità": "300"}
    assert (Employment.objects.filter(body=body_a2).count(), invited.count()) == (300, 300)


# --- 8 -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stuck(edition, body_a, body_a2, learner, colleague, neighbour, outsider, now):
    """One person for each reason, one who gets on, and one of the other area."""
    today = timezone.localdate(now)
    EnrolmentFactory(edition=edition, user=learner, last_activity_at=now - timedelta(days=15))
    EnrolmentFactory(edition=edition, user=colleague, due_on=today + timedelta(days=7))
    failed = EnrolmentFactory(edition=edition, user=neighbour)
    for number in (1, 2):
        attempted = {"number": number, "started_at": now, "submitted_at": now, "paper": []}
        result = {"pass_mark_percent": 70, "score_percent": 40}
        Attempt.objects.create(enrolment=failed, quiz=QuizPage.objects.get(), **attempted, **result)
    EnrolmentFactory(edition=edition, user=employee(body_a), due_on=today + timedelta(days=60))
    EnrolmentFactory(edition=edition, user=outsider, last_activity_at=now - timedelta(days=15))
    return {colleague: "scadenza", learner: "ultima attività", neighbour: "prova non superata due volte"}


def test_people_at_risk_get_one_message(stuck, coordinator, page_for):
    """Day one, 8: who is at risk and why; one message to all of them, each in a mail of their own."""
    page = page_for(coordinator)
    page.goto("/coordinamento/")
    link(page, "Tutte le persone a rischio")
    rows = sorted(page.locator("ul.due > li").all_inner_texts())
    assert len(rows) == 3
    for row, (person, why) in zip(rows, stuck.items(), strict=True):
        assert str(person) in row
        assert why in row

    link(page, "Seleziona tutte le persone di questa pagina")
    button(page, "Scrivi alle persone selezionate")
    assert "A 3 persone, ciascuna" in text_of(page)
    page.get_by_label("Oggetto").fill("Serve una mano?")
    page.get_by_label("Messaggio").fill("Il tutor riceve il martedì.")
    button(page, "Invia il messaggio")
    page.get_by_text("Il messaggio parte per 3 persone.").wait_for()

    mails = OutgoingMail.objects.filter(subject__contains="Serve una mano?")
    assert sorted(mail.recipient for mail in mails) == sorted(person.email for person in stuck)
    assert list(flaws(page_for(coordinator, bypass_csp=True), "/coordinamento/a-rischio/?scelte=tutte")) == []


# --- 9 -------------------------------------------------------------------------------------------------------------


def test_all_certificates_of_a_year_come_in_one_zip(learner, colleague, edition, coordinator, now, page_for):
    """Day one, 9: from the page of the body, with those of people who have never logged in."""
    for person in (learner, colleague):
        certificate_of(person, edition, now=now)
    print_due(now=now)
    assert (learner.last_login, colleague.last_login) == (None, None)

    page = page_for(coordinator)
    page.goto("/coordinamento/")
    link(page, "Valchiavenna")
    link(page, "Campodolcino")
    link(page, f"Tutti gli attestati del {timezone.localdate(now).year} in un solo zip")
    button(page, "Prepara l’archivio")
    page.get_by_role("progressbar").wait_for()
    build_archives(now=timezone.now())
    page.get_by_text("L’archivio è pronto, con 2 attestati e l’elenco.").wait_for()  # the page looks by itself

    with ZipFile(BytesIO(saved(page, "Scarica l’archivio (zip)"))) as archive:
        rows = list(csv.DictReader(StringIO(archive.read("elenco.csv").decode("utf-8-sig")), delimiter=";"))
        pdfs = [archive.read(name) for name in archive.namelist() if name.endswith(".pdf")]
    assert [row["Cognome"] for row in rows] == ["Moro", "Ghiggi"]
    assert len(pdfs) == 2
    assert all(pdf.startswith(b"%PDF") for pdf in pdfs)
