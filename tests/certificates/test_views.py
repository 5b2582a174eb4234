"""The pages about certificates. Who may open which stands in tests/matrix; here is what they show and do."""

import hashlib
import re
from io import StringIO

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from certificates import codes
from certificates.actions import print_due, record_course, revoke_certificate
from certificates.actions.printing import stored_pdf
from certificates.models import Certificate
from certificates.views.verification import ANSWERS_PER_MINUTE, NAMES_PER_MINUTE
from tests.certificates.factories import certificate_of, completed

LIST = reverse("certificates:certificate_list")
REGISTER = reverse("certificates:register")
VERIFY = reverse("certificates:verify")
FRAME_QUERIES = 6
WHAT_WAS_TYPED = re.compile(r' (name="codice"|name="next") value="[^"]*"')


@pytest.fixture
def certificate(learner, edition, now):
    certificate = certificate_of(learner, edition, now=now)
    print_due(now=now)
    certificate.refresh_from_db()
    return certificate


def queries(client, path) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def public_page(certificate) -> str:
    return reverse("certificates:verify_code", args=[certificate.grouped_code])


# --- one's own ---------------------------------------------------------------------------------------------------


def test_the_list_shows_own_certificates_and_hours_by_year(certificate, learner, client_for):
    page = client_for(learner).get(LIST)

    assert [c.pk for c in page.context["certificates"]] == [certificate.pk]
    assert [(year["year"], year["minutes"]) for year in page.context["years"]] == [(2026, 45)]
    assert reverse("certificates:certificate_download", args=[certificate.pk]) in page.text
    assert ("45 minuti di 40 ore" in page.text, page.text.count("45\N{NO-BREAK SPACE}min</td>")) == (True, 2)


def test_the_empty_list_offers_the_first_step(colleague, client_for):
    page = client_for(colleague).get(LIST)

    assert page.text.count(f'href="{reverse("courses:catalogue")}">Trova un corso</a>') == 1


def test_the_list_says_what_is_missing(learner, edition, client_for, now):
    User.objects.filter(pk=learner.pk).update(last_name="")
    learner.refresh_from_db()
    certificate_of(learner, edition, now=now)

    page = client_for(learner).get(LIST)

    assert "Manca il nome o il cognome." in page.text
    assert reverse("accounts:profile") in page.text


def test_the_list_costs_the_same_for_one_or_many(certificate, learner, edition, client_for, now):
    client = client_for(learner)
    client.get(LIST)
    one = queries(client, LIST)
    for _ in range(9):
        certificate_of(learner, edition, now=now)

    assert queries(client, LIST) == one <= FRAME_QUERIES + 2


def test_the_download_is_the_stored_file_under_a_plain_name(certificate, learner, client_for):
    answer = client_for(learner).get(reverse("certificates:certificate_download", args=[certificate.pk]))

    assert hashlib.sha256(answer.content).hexdigest() == certificate.files.get().sha256
    assert answer["Content-Disposition"] == 'attachment; filename="attestato-2026-000001.pdf"'
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "private, no-store")


def test_without_a_file_there_is_no_download(learner, edition, client_for, now):
    waiting = certificate_of(learner, edition, now=now)

    answer = client_for(learner).get(reverse("certificates:certificate_download", args=[waiting.pk]))

    assert answer.status_code == 404


# --- the register --------------------------------------------------------------------------------------------------


def test_the_register_shows_the_own_area_only(
    certificate, outsider, edition, coordinator, other_coordinator, client_for, now
):
    other = certificate_of(outsider, edition, now=now)

    shown = {
        user: [c.number for c in client_for(user).get(REGISTER).context["page"].object_list]
        for user in (coordinator, other_coordinator)
    }

    assert shown == {coordinator: [certificate.number], other_coordinator: [other.number]}


def test_the_register_searches_and_filters(certificate, colleague, edition, anci, client_for, now):
    waiting = certificate_of(colleague, edition, now=now)
    client = client_for(anci)

    found = {
        query: [c.pk for c in client.get(REGISTER + query).context["page"].object_list]
        for query in ("?cerca=ghiggi", "?stato=issued", "?stato=nonsense&cerca=2026", "?cerca=nobody", "?page=99")
    }

    assert found == {
        "?cerca=ghiggi": [waiting.pk],
        "?stato=issued": [certificate.pk],
        "?stato=nonsense&cerca=2026": [waiting.pk, certificate.pk],
        "?cerca=nobody": [],
        "?page=99": [waiting.pk, certificate.pk],
    }


def test_the_register_costs_the_same_for_one_or_many(certificate, colleague, edition, coordinator, client_for, now):
    client = client_for(coordinator)
    client.get(REGISTER)
    one = queries(client, REGISTER)
    for _ in range(9):
        certificate_of(colleague, edition, now=now)

    assert queries(client, REGISTER) == one <= FRAME_QUERIES + 3


def test_a_failed_one_can_be_printed_again(certificate, coordinator, client_for, now):
    Certificate.objects.filter(pk=certificate.pk).update(state="failed", last_error="2 pages instead of one")
    client = client_for(coordinator)

    shown = client.get(REGISTER).text
    answer = client.post(reverse("certificates:certificate_retry", args=[certificate.pk]))

    certificate.refresh_from_db()
    assert "2 pages instead of one" in shown
    assert (answer["Location"], certificate.state) == (REGISTER, "waiting")


def reauthenticated(client, user):
    """As after the page on which allauth asks for the password or the code again."""
    request = RequestFactory().post("/")
    request.user, request.session = user, client.session
    record_authentication(request, user, method="mfa", reauthenticated=True)
    request.session.save()
    return client


def test_revoking_asks_for_the_password_again(certificate, anci, client_for):
    path = reverse("certificates:certificate_revoke", args=[certificate.pk])

    answer = client_for(anci).get(path)

    assert answer["Location"].split("?")[0] in {reverse("account_reauthenticate"), reverse("mfa_reauthenticate")}


def test_revoking_with_a_reason(certificate, anci, client_for):
    path = reverse("certificates:certificate_revoke", args=[certificate.pk])
    client = reauthenticated(client_for(anci), anci)

    empty = client.post(path, {"reason": " "})
    answer = client.post(path, {"reason": "Rilasciato per errore"})

    certificate.refresh_from_db()
    assert (empty.status_code, answer["Location"]) == (200, REGISTER)
    assert (certificate.state, certificate.revoke_reason) == ("revoked", "Rilasciato per errore")
    assert "già stato revocato" in client.get(path).text


# --- the public page -------------------------------------------------------------------------------------------------


def test_a_valid_certificate_for_a_stranger(certificate):
    page = Client().get(public_page(certificate))

    assert page.status_code == 200
    assert "Valido" in page.text
    assert "L••••• M•••••" in page.text
    assert [word for word in ("Lucia", "Moro", "Campodolcino", "Valchiavenna") if word in page.text] == []
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "noindex")


def test_a_revoked_certificate_says_when_and_not_why(certificate, anci, now):
    revoke_certificate(certificate, actor=anci, reason="Motivo riservato", now=now)

    page = Client().get(public_page(certificate))

    assert "Revocato: 23 novembre 2026" in page.text
    assert "Motivo riservato" not in page.text


def test_a_certificate_without_its_file_is_in_preparation(learner, edition, now):
    page = Client().get(public_page(certificate_of(learner, edition, now=now)))

    assert (page.status_code, "In preparazione" in page.text) == (200, True)


@pytest.mark.parametrize(
    "spelling", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("0", "o")]
)
def test_the_code_works_in_any_spelling(certificate, spelling):
    Certificate.objects.filter(pk=certificate.pk).update(
        code="7Q2MVX4K0ZJ9RB6T" + codes.check_character("7Q2MVX4K0ZJ9RB6T")
    )
    certificate.refresh_from_db()
    typed = spelling(certificate.grouped_code)

    pages = [Client().get(reverse("certificates:verify_code", args=[typed])), Client().get(VERIFY, {"codice": typed})]

    assert [page.context["certificate"] for page in pages] == [certificate] * 2


def test_malformed_unknown_and_numbers_get_the_same_page(certificate):
    unknown = codes.generate()
    typed = [unknown, unknown[:-1], "XXXX", certificate.number, str(certificate.pk), certificate.code[:16], "<script>"]
    Client().get(VERIFY)  # the frame's settings are kept from here on
    spent, pages = [], []
    for code in typed:
        with CaptureQueriesContext(connection) as caught:
            pages.append(Client().get(VERIFY, {"codice": code}))
        spent.append(len(caught))

    bodies = {WHAT_WAS_TYPED.sub("", page.text) for page in pages}
    assert ({page.status_code for page in pages}, len(bodies), len(set(spent))) == ({404}, 1, 1)


def test_the_file_in_hand_is_compared(certificate):
    ours = certificate.files.get().sha256
    edited = hashlib.sha256(b"edited").hexdigest()
    page, client = public_page(certificate), Client()

    answers = {
        query: (client.get(query).status_code, client.get(query).context["file_answer"])
        for query in (
            f"{page}?impronta={ours.upper()}", f"{page}?impronta={edited}", f"{page}?impronta=zz",
            f"{VERIFY}?impronta={ours}", f"{VERIFY}?impronta={edited}",
        )
    }  # fmt: skip

    assert list(answers.values()) == [
        (200, "same"),
        (200, "different"),
        (200, "unreadable"),
        (200, "same"),
        (404, "different"),
    ]


def test_too_many_questions_have_to_wait(certificate, now):
    client = Client()
    answers = [client.get(public_page(certificate)).status_code for _ in range(ANSWERS_PER_MINUTE + 1)]

    assert (set(answers[:-1]), answers[-1]) == ({200}, 429)


def test_the_form_needs_no_login_and_no_code_in_the_address():
    page = Client().get(VERIFY)

    assert page.status_code == 200
    assert '<section aria-labelledby="by-file" id="file-check">' in page.text


def test_hours_without_certificate_count_in_the_list(learner, edition, client_for, now):
    record_course(completed(learner, edition, now=now, credit_minutes=90), now=now)

    page = client_for(learner).get(LIST)

    assert (page.context["years"][0]["minutes"], len(page.context["certificates"])) == (90, 0)


def test_the_last_name_unmasks(certificate):
    page, client = public_page(certificate), Client()

    answers = {typed: client.post(page, {"cognome": typed}) for typed in (" mòro ", "Rossi", "M")}

    assert [answer.context["name_answer"] for answer in answers.values()] == ["same", "different", "different"]
    assert ["Lucia Moro" in answer.text for answer in answers.values()] == [True, False, False]


def test_guessing_last_names_has_an_end(certificate, now):
    client, page = Client(), public_page(certificate)

    answers = [client.post(page, {"cognome": f"Nome{n}"}).context["name_answer"] for n in range(NAMES_PER_MINUTE + 1)]

    assert (set(answers[:-1]), answers[-1]) == ({"different"}, "busy")


def test_without_script_the_file_itself_is_compared(certificate):
    ours, client = stored_pdf(certificate.files.get()), Client()

    def answer(path, content):
        return client.post(path, {"file": SimpleUploadedFile("a.pdf", content)}).context["file_answer"]

    page = public_page(certificate)
    assert [answer(page, ours), answer(page, ours + b" "), answer(VERIFY, ours), answer(page, b"x" * 2_000_001)] == [
        *("same", "different", "same", "large"),
    ]


def test_machines_get_the_same_facts(certificate, anci, now):
    page, unknown = public_page(certificate), reverse("certificates:verify_code", args=[codes.generate()])
    headers = {"Accept": "application/json"}

    valid = Client(headers=headers).get(page).json()
    revoke_certificate(certificate, actor=anci, reason="Motivo riservato", now=now)
    revoked, nothing = (Client(headers=headers).get(path) for path in (page, unknown))

    assert (valid["status"], valid["person"], valid["minutes"]) == ("valid", "L••••• M•••••", 45)
    assert (revoked.json()["status"], revoked.json()["revoked_on"]) == ("revoked", "2026-11-23")
    assert "Motivo riservato" not in revoked.text
    assert (nothing.status_code, nothing.json()) == (404, {"status": "unknown", "file": None})


def test_the_public_page_costs_four_queries_at_most(certificate):
    client, page = Client(), public_page(certificate)
    client.get(page)

    assert queries(client, page) <= 4


def test_check_certificate_says_what_a_file_is(certificate, tmp_path):
    ours = tmp_path / "ours.pdf"
    ours.write_bytes(stored_pdf(certificate.files.get()))
    edited, other = tmp_path / "edited.pdf", tmp_path / "other.txt"
    edited.write_bytes(ours.read_bytes() + b"%")
    other.write_bytes(b"niente")
    said = {}
    for file in (ours, edited, other):
        out = StringIO()
        try:
            call_command("check_certificate", str(file), stdout=out)
        except CommandError as refused:
            out.write(str(refused))
        said[file.name] = out.getvalue()

    assert "This file is the one that was issued, unchanged." in said["ours.pdf"]
    assert f"number   {certificate.number}, valid" in said["edited.pdf"]
    assert "not one that was issued" in said["edited.pdf"]
    assert ("code     -" in said["other.txt"], "number" in said["other.txt"]) == (True, False)
