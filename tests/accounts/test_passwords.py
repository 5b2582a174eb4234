"""A password that is refused says why in Italian, wherever it is chosen."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings

from journal.models import OutgoingMail
from tests.factories import PASSWORD, PolicyFactory

SIGN_UP, CHANGE, RESET = "/accesso/registrazione/", "/accesso/password/cambia/", "/accesso/password/recupera/"
EMAIL = "giovannamaria@example.org"
REASONS = {
    "corta": "La password è troppo corta: servono almeno 12 caratteri.",
    "q1w2e3r4t5y6": "Questa password è troppo comune.",
    "739182640517": "Questa password è interamente numerica.",
    EMAIL: "La password somiglia troppo a un altro dato della persona: indirizzo e-mail.",
}


@pytest.fixture
def person(learner):
    learner.email = EMAIL
    learner.save()
    EmailAddress.objects.filter(user=learner).update(email=EMAIL)
    return learner


def reasons(response) -> list[str]:
    return response.context["form"].errors["password1"]


@pytest.mark.parametrize(("password", "reason"), REASONS.items())
def test_sign_up_says_why_in_italian(client, db, password, reason):
    PolicyFactory()
    facts = {"first_name": "Anna", "last_name": "Nuova", "email": EMAIL, "privacy": "on"}

    answer = client.post(SIGN_UP, {**facts, "password1": password, "password2": password})

    assert reasons(answer) == [reason]


@pytest.mark.parametrize(("password", "reason"), REASONS.items())
def test_change_says_why_in_italian(client_for, person, password, reason):
    facts = {"oldpassword": PASSWORD, "password1": password, "password2": password}

    assert reasons(client_for(person).post(CHANGE, facts)) == [reason]


@pytest.mark.parametrize(("password", "reason"), REASONS.items())
def test_reset_says_why_in_italian(client, person, password, reason):
    client.post(RESET, {"email": EMAIL})
    link = re.search(r"https?://\S+", OutgoingMail.objects.get().text)[0].removeprefix(settings.SITE_URL)
    page = client.get(link, follow=True).request["PATH_INFO"]

    assert reasons(client.post(page, {"password1": password, "password2": password})) == [reason]
