"""The mail domain of a body: who signs up with an address of it is staff at once."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.actions import add_employment
from journal.models import AuditEntry
from journal.templatetags.audit import audit_action, audit_reason
from territory.actions import set_mail_domain
from tests.factories import UserFactory


def test_a_domain_is_kept_in_one_spelling_with_its_entry(body_a, coordinator, now):
    for written in (" @Comune.Campodolcino.SO.it ", "comune.campodolcino.so.it"):  # the second time nothing changes
        set_mail_domain(body_a, mail_domain=written, actor=coordinator, now=now)

    body_a.refresh_from_db()
    entry = AuditEntry.objects.get(action="set_mail_domain")
    assert body_a.mail_domain == "comune.campodolcino.so.it"
    assert (entry.before, entry.after) == ({"mail_domain": ""}, {"mail_domain": "comune.campodolcino.so.it"})
    assert (entry.actor, entry.area, audit_action(entry.action)) == (
        coordinator,
        "valchiavenna",
        "Dominio di posta impostato",
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("campodolcino", "invalid_domain"),
        ("marta@comune.it", "invalid_domain"),
        ("comune .it", "invalid_domain"),
        ("comune.it\n", None),
        ("-comune.it", "invalid_domain"),
        ("a" * 96 + ".it", "invalid_domain"),
        ("gmail.com", "shared_domain"),
        ("PEC.regione.lombardia.it", "shared_domain"),
    ],
)
def test_a_domain_that_is_none_or_anybodys_is_refused(body_a, coordinator, now, written, code):
    refused = None
    try:
        set_mail_domain(body_a, mail_domain=written, actor=coordinator, now=now)
    except ValidationError as error:
        refused = error.error_dict["mail_domain"][0].code

    assert refused == code


def test_the_form_on_the_bodys_page_confirms_the_next_colleague(body_a, coordinator, client_for, now):
    path = reverse("territory:mail_domain_change", args=[body_a.pk])

    page = client_for(coordinator).post(path, {"mail_domain": "comune.it"}, follow=True).content.decode()

    colleague = UserFactory(email="anna@comune.it")
    colleague.emailaddress_set.update_or_create(email=colleague.email, defaults={"verified": True})
    employment = add_employment(user=colleague, body=body_a, job_title="", actor=colleague, now=now)
    assert "con un indirizzo @comune.it è confermato subito" in page
    assert employment.is_confirmed


def test_a_refused_domain_is_said_at_the_field_and_changes_nothing(body_a, coordinator, client_for):
    path = reverse("territory:mail_domain_change", args=[body_a.pk])

    page = client_for(coordinator).post(path, {"mail_domain": "libero.it"})

    body_a.refresh_from_db()
    assert (page.status_code, body_a.mail_domain) == (200, "")
    assert "Chiunque può avere un indirizzo libero.it" in page.content.decode()


def test_the_referent_reads_no_link_to_the_form(body_a, referent, coordinator, client_for):
    path, page = (
        reverse("territory:mail_domain_change", args=[body_a.pk]),
        reverse("reports:body_detail", args=[body_a.pk]),
    )

    assert path in client_for(coordinator).get(page).content.decode()
    assert path not in client_for(referent).get(page).content.decode()


def test_the_register_tells_the_softwares_reasons_in_words():
    assert audit_reason("mail domain") == "per il dominio di posta dell’ente"
    assert audit_reason("Non risulta in servizio") == "Non risulta in servizio"
