"""What somebody may not see, through the pages: the other area, and a person who is gone.

peers.md, day one: 5 (a coordinator of area A reaches nothing of B), 21 (my data, my erasure).
"""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.actions import erase_due
from certificates.actions import print_due
from tests.browser.pages import button, link, saved, text_of
from tests.certificates.factories import certificate_of
from tests.factories import PASSWORD, EnrolmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOBODY = 999_999


def test_a_coordinator_reaches_nothing_of_the_other_area(
    coordinator, learner, outsider, area_b, body_b, edition, now, page_for
):
    """Day one, 5: not by looking, not by searching, not in a file, not by guessing an address."""
    for person in (learner, outsider):
        EnrolmentFactory(edition=edition, user=person, last_activity_at=now - timedelta(days=30))
    page = page_for(coordinator, expects="status of 404")

    page.goto("/coordinamento/")
    for words in ("Persone", "Persone a rischio", "Corsi", "Tutor", "Registri"):
        link(page, words)
        assert not {"CANARY_B", "Lomellina"} & set(text_of(page).split())
    page.goto("/coordinamento/persone/")
    page.get_by_label("Nome o indirizzo e-mail").fill("canary")
    button(page, "Mostra queste persone")
    assert "Nessuna persona corrisponde ai filtri." in text_of(page)
    page.goto("/coordinamento/persone/")
    staff = list(load_workbook(BytesIO(saved(page, "XLSX"))).active.iter_rows(values_only=True))
    assert [row[0] for row in staff[1:]] == [learner.email]

    pages = {
        "/coordinamento/aree/{}/": (area_b.slug, "nessuna"),
        "/coordinamento/enti/{}/": (body_b.pk, NOBODY),
        "/coordinamento/enti/{}/esporta/?formato=xlsx": (body_b.pk, NOBODY),
        "/coordinamento/persone/{}/": (outsider.pk, NOBODY),
        "/coordinamento/persone/{}/formazione/": (outsider.pk, NOBODY),
        "/coordinamento/elenchi/ore/?area={}": (area_b.slug, "nessuna"),
        "/coordinamento/a-rischio/?area={}": (area_b.slug, "nessuna"),
    }
    for address, (theirs, nothing) in pages.items():
        said = []
        for key in (theirs, nothing):
            assert page.goto(address.format(key)).status == 404
            said.append(text_of(page))
        assert said[0] == said[1]


def test_a_person_takes_the_data_along_and_is_gone(learner, edition, now, page_for):
    """Day one, 21: a copy of everything, then the erasure; the paper that was handed out still verifies."""
    certificate = certificate_of(learner, edition, now=now)
    print_due(now=now)
    page = page_for(learner)
    page.goto("/profilo/")
    link(page, "I miei dati: una copia, o la cancellazione")
    button(page, "Scaricare la copia (zip)")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_download() as copy:
        page.get_by_role("button", name="Conferma con la password").click()
    with ZipFile(copy.value.path()) as archive:
        data = json.loads(archive.read("dati.json"))
    assert data["accounts.user"][0]["email"] == learner.email
    assert data["certificates.certificate"][0]["number"] == certificate.number

    page.goto(reverse("accounts:own_data"))
    link(page, "Chiedere la cancellazione")
    assert "Che cosa resta, senza nome" in text_of(page)
    assert not learner.erasure_requests.exists()
    button(page, "Confermare la richiesta")
    assert "L’account sarà cancellato" in text_of(page)
    assert erase_due(now=now) == 0
    assert erase_due(now=now + timedelta(days=15)) == 1
    page.goto("/profilo/")
    page.get_by_role("heading", name="Accedi").wait_for()

    stranger = page_for()
    stranger.goto("/verifica/")
    stranger.get_by_role("textbox", name="Codice di verifica").fill(certificate.code)
    button(stranger, "Verifica il codice")
    assert stranger.locator("h1").inner_text() == "Valido"
    assert certificate.number in text_of(stranger)
    assert learner.last_name not in text_of(stranger)
