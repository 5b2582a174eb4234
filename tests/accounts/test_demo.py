from io import StringIO

import pytest
from allauth.mfa.totp.internal.auth import validate_totp_code
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.demo import PASSWORD, PEOPLE, seed_people, totp_secret
from accounts.models import Employment, PolicyVersion, RoleAssignment, User
from territory.actions import import_territory
from territory.models import BodyProposal
from tests.factories import UserFactory


@pytest.fixture
def demo(settings, db, now):
    settings.DEMO = True
    import_territory(now=now)
    return seed_people(now)


def test_demo_people_cover_every_role_and_state(demo):
    roles = set(RoleAssignment.objects.values_list("role", flat=True))
    employments = list(Employment.objects.select_related("body__area"))
    learners = [demo[key] for key in demo if key.startswith("learner")]
    areas = {e.body.area.slug for e in employments if e.user in learners}

    assert (
        roles,
        len(learners),
        areas,
        sorted(e.user.last_name for e in employments if e.state == "awaiting"),
        [user.last_name for user in learners if user.employments.count() == 2],
        BodyProposal.objects.pending().count(),
        {user.email.partition("@")[2] for user in demo.values()},
    ) == (
        {"tutor", "referent", "coordinator", "anci", "editor"},
        14,
        {"valchiavenna", "val-trompia", "valle-brembana-e-valtellina-di-morbegno", "lomellina"},
        ["Levini", "Scaramellini", "Tavasconi"],
        ["Paggini"],
        1,
        {"example.org"},
    )


def test_seed_people_again_changes_nothing(demo, now):
    demo["learner_1"].first_name = "Corretta"
    demo["learner_1"].save()

    again = seed_people(now)

    assert (User.objects.count(), str(again["learner_1"]).split()[0], again.keys()) == (
        len(PEOPLE),
        "Corretta",
        demo.keys(),
    )


def test_demo_code_opens_the_second_step(demo):
    out = StringIO()

    call_command("demo_code", demo["anci"].email, stdout=out)

    assert validate_totp_code(totp_secret(demo["anci"]), out.getvalue().strip())


@pytest.mark.parametrize("email", ["marta.gianolini@example.org", "nessuno@example.org"])
def test_demo_code_says_who_has_none(demo, email):
    with pytest.raises(CommandError):
        call_command("demo_code", email)


@pytest.mark.parametrize("key", ["learner_1", "anci", "editor", "coordinator", "tutor_1", "referent"])
def test_login_page_offers_each_person_with_one_click(demo, client, key):
    page = client.get("/accesso/").content.decode()

    client.post(reverse("accounts:demo_login"), {"email": demo[key].email})

    assert (demo[key].email in page, client.get("/profilo/").status_code) == (True, 200)


def test_demo_login_opens_what_needs_a_fresh_identity(demo, client):
    client.post(reverse("accounts:demo_login"), {"email": demo["anci"].email})

    answer = client.post(reverse("accounts:role_create", args=[demo["learner_1"].pk]), {"role": "editor"})

    assert (answer["Location"], demo["learner_1"].roles.count()) == (
        reverse("accounts:person_manage", args=[demo["learner_1"].pk]),
        1,
    )


def test_demo_login_does_not_exist_elsewhere(demo, client, settings):
    path, data = reverse("accounts:demo_login"), {"email": demo["anci"].email}

    from_afar = client.post(path, data, REMOTE_ADDR="192.0.2.7")
    pretending = client.post(path, data, REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="127.0.0.1")
    listed = demo["anci"].email in client.get("/accesso/", REMOTE_ADDR="192.0.2.7").content.decode()
    settings.DEMO = False
    switched_off = client.post(path, data)

    assert ([a.status_code for a in (from_afar, pretending, switched_off)], listed) == ([404, 404, 404], False)


def test_demo_login_knows_invented_people_only(demo, client):
    addresses = [UserFactory().email, ""]

    answers = [client.post(reverse("accounts:demo_login"), {"email": email}).status_code for email in addresses]

    assert answers == [404, 404]


def test_the_password_stands_where_it_is_asked_for_on_this_computer_only(demo, client):
    client.post(reverse("accounts:demo_login"), {"email": demo["coordinator"].email})
    again = reverse("account_reauthenticate")

    here, afar = client.get(again), client.get(again, REMOTE_ADDR="192.0.2.7")
    login = [Client().get("/accesso/", REMOTE_ADDR=address).text for address in ("127.0.0.1", "192.0.2.7")]

    assert [PASSWORD in page for page in (here.text, afar.text, *login)] == [True, False, True, False]
    assert (">Password</label>" in here.text, "Password:" in here.text) == (True, False)


def test_the_password_is_not_shown_to_a_real_person(demo, client_for):
    page = client_for(UserFactory()).get(reverse("account_reauthenticate"))

    assert (page.status_code, PASSWORD in page.text) == (200, False)


def test_demo_password_opens_the_ordinary_login(demo, client):
    client.post("/accesso/", {"login": demo["learner_1"].email, "password": PASSWORD})

    assert "_auth_user_id" in client.session


def test_invented_people_cannot_enter_a_real_site(demo, client, settings):
    client.post("/accesso/", {"login": demo["learner_1"].email, "password": PASSWORD})
    settings.DEMO = False
    stranger = Client()

    stranger.post("/accesso/", {"login": demo["learner_1"].email, "password": PASSWORD})
    session_left_open = client.get("/profilo/")

    assert ("_auth_user_id" in stranger.session, session_left_open["Location"].split("?")[0]) == (False, "/accesso/")


def test_the_invented_administrator_does_not_count(demo, monkeypatch):
    monkeypatch.setenv("ADMIN_PASSWORD", "carta-penna-calamaio")
    facts = {"email": "capo@example.org", "first_name": "Ada", "last_name": "Prima"}

    call_command("create_administrator", if_none=True, **facts)
    call_command("create_administrator", if_none=True, **facts | {"email": "altra@example.org"})

    assert [role.user.email for role in RoleAssignment.objects.administrators()] == ["capo@example.org"]


def test_seed_demo_refuses_outside_the_demonstration(db, settings):
    settings.DEMO = False

    with pytest.raises(CommandError):
        call_command("seed_demo")


def test_create_administrator_takes_everything_from_outside(db, now, monkeypatch):
    monkeypatch.setenv("ADMIN_PASSWORD", "carta-penna-calamaio")
    facts = {"email": "capo@example.org", "first_name": "Ada", "last_name": "Prima"}

    call_command("create_administrator", **facts)
    call_command("create_administrator", if_none=True)
    with pytest.raises(CommandError):
        call_command("create_administrator", **facts)

    assert User.objects.get().scope.is_anci


@pytest.mark.parametrize("password", ["corta", "123456789012", "capo@example.org"])
def test_create_administrator_refuses_a_weak_password(db, monkeypatch, password):
    monkeypatch.setenv("ADMIN_PASSWORD", password)

    with pytest.raises(CommandError):
        call_command("create_administrator", email="capo@example.org", first_name="Ada", last_name="Prima")


def test_load_policy_publishes_once(db):
    for _time in range(2):
        call_command("load_policy")

    assert PolicyVersion.objects.count() == 1


def test_seed_demo_leaves_a_database_with_real_people_alone(settings, db, now):
    settings.DEMO = True
    UserFactory()

    with pytest.raises(CommandError):
        call_command("seed_demo")

    assert User.objects.count() == 1
