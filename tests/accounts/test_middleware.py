import pytest
from django.urls import reverse

from accounts.actions import sync_cms_groups
from tests.factories import with_role

CMS_PATHS = ["/cms/", "/cms/pages/", "/cms/login/", "/cms/password_reset/", "/cms/non-esiste/"]


@pytest.mark.parametrize("path", CMS_PATHS)
def test_cms_does_not_exist_for_people_without_its_roles(learner, coordinator, client_for, path):
    assert [client_for(person).get(path).status_code for person in (learner, coordinator)] == [404, 404]


@pytest.mark.parametrize("path", ["/cms/", "/cms/login/", "/cms/password_reset/"])
def test_cms_has_one_login_page_for_strangers(client, db, path):
    assert client.get(path)["Location"].split("?")[0] == reverse("account_login")


def test_wagtails_own_login_form_lets_nobody_in(client, editor):
    answer = client.post("/cms/login/", {"username": editor.email, "password": "carta-penna-calamaio"})

    assert (answer["Location"].split("?")[0], "_auth_user_id" in client.session) == (reverse("account_login"), False)


def test_editor_with_second_factor_opens_the_cms(editor, client_for):
    sync_cms_groups(editor)

    assert client_for(editor).get("/cms/").status_code == 200


def test_a_revoked_role_acts_on_the_next_request(learner, client_for, now):
    with_role(learner, "anci")
    client = client_for(learner)
    before = client.get("/coordinamento/persone/").status_code

    learner.roles.update(ended_at=now)

    assert (before, client.get("/coordinamento/persone/").status_code, client.get("/cms/").status_code) == (
        200,
        404,
        404,
    )


def test_a_role_that_has_run_out_acts_no_more(learner, client_for, now, area_a):
    role = with_role(learner, "coordinator", area=area_a).roles.get()
    role.until = now.date().replace(day=1)
    role.save()

    assert client_for(learner).get("/coordinamento/persone/").status_code == 404
