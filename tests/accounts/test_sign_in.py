"""Sign-up, login, reset and the second factor, as a browser and as an attacker meet them."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.models import OutgoingMail
from tests.factories import PASSWORD, BodyFactory, PolicyFactory, UserFactory

LOGIN, SIGN_UP, RESET = "/accesso/", "/accesso/registrazione/", "/accesso/password/recupera/"
LINK = re.compile(r"https?://\S+")


@pytest.fixture
def policy(db, now):
    return PolicyFactory()


def sign_up_data(**changes) -> dict:
    facts = {"first_name": "Anna", "last_name": "Nuova", "job_title": "", "email": "anna@example.org"}
    return {**facts, "password1": PASSWORD, "password2": PASSWORD, "privacy": "on", **changes}


def log_in(client: Client, user, password: str = PASSWORD, **data):
    return client.post(LOGIN, {"login": user.email, "password": password, **data})


def totp_code(secret: str, now) -> str:
    return format_hotp_value(hotp_value(secret, int(now.timestamp()) // 30))


def test_sign_up_asks_for_the_body_first(client, body_a, policy):
    found = client.get(SIGN_UP, {"ente": "campo"}).content.decode()
    second = client.get(SIGN_UP, {"body": body_a.pk}).content.decode()

    assert (f'value="{body_a.pk}"' in found, 'name="password1"' in found, 'name="password1"' in second) == (
        True,
        False,
        True,
    )


def test_a_body_is_chosen_beforehand_only_when_it_is_the_only_one(client, body_a, policy):
    one = client.get(SIGN_UP, {"ente": "campodolcino"}).content.decode()
    BodyFactory(name="Campodolcino", province_code="BG")
    two = client.get(SIGN_UP, {"ente": "campodolcino"}).content.decode()

    assert [page.count('name="body"') for page in (one, two)] == [1, 2]
    assert [page.count(" checked") for page in (one, two)] == [1, 0]


def test_login_says_nothing_about_itself(client, learner):
    log_in(client, learner)

    assert [str(message) for message in client.get("/profilo/").context["messages"]] == []


def test_sign_up_then_confirm_then_log_in(client, body_a, policy):
    body_a.mail_domain = "example.org"
    body_a.save()

    client.post(SIGN_UP, sign_up_data(body=body_a.pk))
    user = User.objects.get(email="anna@example.org")
    before = (log_in(client, user)["Location"], user.employments.get().state)
    path = LINK.search(OutgoingMail.objects.filter(key__startswith="email_confirmation").first().text)[0]
    opened = client.get(path.removeprefix(settings.SITE_URL))
    still_waiting = user.employments.get().state
    client.post(path.removeprefix(settings.SITE_URL))
    after = log_in(client, user)["Location"]

    assert (before, opened.status_code, still_waiting, after, user.employments.get().state) == (
        (reverse("account_email_verification_sent"), "awaiting"),
        200,
        "awaiting",
        reverse("reports:my_training"),
        "confirmed",
    )


def test_sign_up_needs_the_privacy_page(client, policy):
    client.post(SIGN_UP, sign_up_data(privacy=""))

    assert User.objects.count() == 0


def test_sign_up_ignores_fields_that_are_not_asked(client, area_a, policy):
    extra = {"is_superuser": "on", "is_demo": "on", "role": "anci", "area": area_a.pk, "is_active": "on", "pk": 1}

    client.post(SIGN_UP, sign_up_data(**extra))

    user = User.objects.get()
    assert (user.is_superuser, user.is_demo, user.roles.count()) == (False, False, 0)


@pytest.mark.parametrize("body", ["999999", "abc", "99999999999999999999", "-1", "\x00"])
def test_sign_up_with_an_impossible_body_is_no_error_of_ours(client, policy, body):
    assert client.get(SIGN_UP, {"body": body.strip("\x00")}).status_code == 200
    assert client.post(SIGN_UP, sign_up_data(body=body)).status_code in (200, 302)


def test_sign_up_answers_the_same_for_a_known_address(client, learner, policy):
    answers = [
        client.post(SIGN_UP, sign_up_data(email=email)) for email in ("nuovo@example.org", learner.email.upper())
    ]

    told = OutgoingMail.objects.filter(recipient=learner.email).get()
    assert (len({(a.status_code, a["Location"]) for a in answers}), "già" in told.subject) == (1, True)


def test_reset_answers_the_same_for_an_unknown_address(client, learner):
    answers = [client.post(RESET, {"email": email}) for email in (learner.email, "nessuno@example.org")]

    assert len({(a.status_code, a["Location"]) for a in answers}) == 1


def test_login_answers_the_same_for_an_unknown_address(client, learner):
    pages = [
        client.post(LOGIN, {"login": email, "password": "sbagliata-del-tutto"}).content.decode()
        for email in (learner.email, "nessuno@example.org")
    ]
    cleaned = {re.sub(r'value="[^"]*"', "", page) for page in pages}

    assert len(cleaned) == 1


def test_login_stops_guessing(client, learner):
    for _guess in range(10):
        log_in(client, learner, "sbagliata-del-tutto")

    assert log_in(client, learner).status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_a_tutor_begins_with_the_own_day(client, learner, tutor):
    found = {}
    for person in (learner, tutor):
        found[person] = client.post(LOGIN, {"login": person.email, "password": PASSWORD}).url
        client.logout()

    assert found == {learner: "/la-mia-formazione/", tutor: "/tutoraggio/"}


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "http:evil.example", "/\\evil.example", "javascript:alert(1)"],
)
def test_login_redirects_to_this_site_only(client, learner, target):
    answer = client.post(f"{LOGIN}?next={target}", {"login": learner.email, "password": PASSWORD, "next": target})

    assert answer["Location"] == reverse("reports:my_training")


def test_login_goes_on_where_the_person_wanted_to(client, learner):
    answer = client.post(LOGIN, {"login": learner.email, "password": PASSWORD, "next": "/profilo/"})

    assert answer["Location"] == "/profilo/"


@pytest.mark.parametrize("host", ["evil.example", "localhost:4444", "localhost.evil.example"])
def test_mails_never_carry_a_forged_host(learner, host):
    Client().post(RESET, {"email": learner.email}, HTTP_HOST=host)

    links = [link for mail in OutgoingMail.objects.all() for link in LINK.findall(mail.text)]
    assert [link for link in links if not link.startswith(f"{settings.SITE_URL}/")] == []


def test_reset_link_works_once_and_ends_on_this_site(client, learner):
    client.post(RESET, {"email": learner.email})
    path = LINK.search(OutgoingMail.objects.get().text)[0].removeprefix(settings.SITE_URL)

    form = client.get(path, follow=True)
    saved = client.post(form.request["PATH_INFO"], {"password1": "tre-parole-nuove", "password2": "tre-parole-nuove"})
    again = Client().get(path, follow=True).content.decode()

    learner.refresh_from_db()
    assert (saved.status_code, learner.check_password("tre-parole-nuove"), 'name="password1"' in again) == (
        302,
        True,
        False,
    )


def test_invited_person_reads_the_privacy_page_with_the_first_password(client, referent, client_for, body_a, policy):
    client_for(referent).post(
        reverse("accounts:invitation_create"),
        {"body": body_a.pk, "first_name": "A", "last_name": "B", "email": "a@example.org", "job_title": ""},
    )
    path = LINK.search(OutgoingMail.objects.get().text)[0].removeprefix(settings.SITE_URL)
    address = client.get(path, follow=True).request["PATH_INFO"]
    passwords = {"password1": "tre-parole-nuove", "password2": "tre-parole-nuove"}

    without = client.post(address, passwords)
    client.post(address, {**passwords, "privacy": "on"})

    user = User.objects.get(email="a@example.org")
    assert (without.status_code, user.has_usable_password(), user.policy_acceptances.count()) == (200, True, 1)


def test_login_changes_the_session_key(client, learner):
    client.get("/accesso/registrazione/")
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted

    log_in(client, learner)

    assert client.session.session_key != planted


def test_pending_second_factor_counts_as_anonymous(client, anci, now):
    secret = generate_totp_secret()
    TOTP.activate(anci, secret)

    first = log_in(client, anci)
    half_way = [
        client.get(path)["Location"].split("?")[0] for path in ("/profilo/", "/coordinamento/persone/", "/cms/")
    ]
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret, now)})

    assert (first["Location"], half_way, client.get("/coordinamento/persone/").status_code) == (
        reverse("mfa_authenticate"),
        [LOGIN, LOGIN, LOGIN],
        200,
    )


def test_role_without_second_factor_sets_it_up_before_anything_else(client, anci, now):
    log_in(client, anci)

    sent_to = [client.get(path)["Location"] for path in ("/profilo/", "/coordinamento/persone/", "/cms/")]
    page = client.get(reverse("mfa_activate_totp"))
    code = totp_code(page.context["form"].secret, now)
    client.post(reverse("mfa_activate_totp"), {"code": code})

    assert (set(sent_to), page.status_code, client.get("/coordinamento/persone/").status_code) == (
        {reverse("mfa_activate_totp")},
        200,
        200,
    )


@pytest.mark.parametrize("name", ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"])
def test_second_factor_pages_open_for_everybody(client, learner, name, now):
    secret = generate_totp_secret()
    TOTP.activate(learner, secret)
    RecoveryCodes.activate(learner)
    log_in(client, learner)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret, now)})

    page = client.get(reverse(name), follow=True)

    assert page.status_code == 200


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(
    "path",
    [LOGIN, SIGN_UP, f"{SIGN_UP}?senza_ente=1", RESET, f"{RESET}inviata/", f"{RESET}fatto/", f"{RESET}1-x-y/"]
    + [f"/accesso/{name}/" for name in ("sospeso", "email/verifica", "email/verifica/x")],
)
def test_entrance_pages_open_in_both_languages(client, policy, path, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    page = client.get(path, follow=True)

    assert (page.status_code, f'lang="{language}"' in page.content.decode()) == (200, True)


def test_a_suspended_person_stays_outside(client, now):
    user = UserFactory(is_active=False)

    log_in(client, user)

    assert "_auth_user_id" not in client.session
