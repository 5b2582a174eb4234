from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Employment, User
from tests.factories import BodyFactory, EmploymentFactory, PolicyFactory, UserFactory, employee, with_role

PEOPLE = "/coordinamento/persone/"


def text_of(page) -> str:
    return page.content.decode()


def test_profile_corrects_the_own_name_and_nothing_else(learner, client_for):
    client_for(learner).post(
        "/profilo/",
        {"first_name": "Lucia Maria", "last_name": "Moro", "email": "x@example.org", "is_superuser": "on"},
    )

    changed = User.objects.get(pk=learner.pk)
    assert (str(changed), changed.email, changed.is_superuser) == ("Lucia Maria Moro", learner.email, False)


def test_profile_escapes_and_refuses_markup_in_names(learner, client_for):
    page = client_for(learner).post("/profilo/", {"first_name": "<script>alert(1)</script>", "last_name": "Moro"})

    assert ("<script>alert(1)" in text_of(page), User.objects.get(pk=learner.pk).first_name) == (False, "Lucia")


def test_profile_shows_every_state_of_an_employment(learner, client_for, now):
    EmploymentFactory(user=learner, body=BodyFactory(name="Attesa"), confirmed_at=None)
    EmploymentFactory(
        user=learner, body=BodyFactory(name="Rifiuto"), confirmed_at=None, refused_at=now, refused_reason="Altro ente"
    )
    EmploymentFactory(user=learner, body=BodyFactory(name="Passato"), ended_on=now.date() - timedelta(days=1))

    page = text_of(client_for(learner).get("/profilo/"))

    assert [word in page for word in ("da confermare", "non confermato", "Altro ente", "terminato", "confermato")] == [
        True
    ] * 5


def test_a_body_beyond_the_thousandth_is_found_and_added(learner, client_for, area_a):
    body = BodyFactory(pk=1_234, name="Verceia", area=area_a)
    client, path = client_for(learner), reverse("accounts:employment_create")

    assert 'value="1234"' in text_of(client.get(path, {"ente": "verceia"}))
    client.post(path, {"body": 1234, "started_on": "2026-01-02", "share_percent": "100"})
    assert learner.employments.filter(body=body).exists()


def test_employment_is_found_by_name_and_added(learner, client_for, body_a2, now):
    client, path = client_for(learner), reverse("accounts:employment_create")

    found = text_of(client.get(path, {"ente": "piu"}))
    chosen = text_of(client.get(path, {"body": body_a2.pk}))
    client.post(
        path,
        {"body": body_a2.pk, "job_title": "", "started_on": "2026-01-02", "share_percent": "50", "confirmed_at": "x"},
    )

    employment = learner.employments.get(body=body_a2)
    assert (
        f'value="{body_a2.pk}"' in found,
        "share_percent" in chosen,
        employment.share_percent,
        employment.state,
    ) == (
        True,
        True,
        50,
        "awaiting",
    )


@pytest.mark.parametrize("data", [{"ended_on": "2026-11-24"}, {"ended_on": "2001-01-01"}, {"ended_on": ""}])
def test_employment_end_refuses_an_impossible_day(learner, client_for, data):
    employment = learner.employments.get()

    page = client_for(learner).post(reverse("accounts:employment_end", args=[employment.pk]), data)

    assert (page.status_code, Employment.objects.get(pk=employment.pk).ended_on) == (200, None)


def test_employment_end_of_somebody_else_does_not_exist(learner, colleague, client_for):
    path = reverse("accounts:employment_end", args=[colleague.employments.get().pk])

    assert client_for(learner).post(path, {"ended_on": "2026-11-20"}).status_code == 404


def test_confirmation_list_shows_own_bodies_only(referent, client_for, body_a, body_a2):
    EmploymentFactory(user=UserFactory(last_name="Qui"), body=body_a, confirmed_at=None)
    EmploymentFactory(user=UserFactory(last_name="Altrove"), body=body_a2, confirmed_at=None)

    page = text_of(client_for(referent).get(reverse("accounts:confirmation_list")))

    assert ("Qui" in page, "Altrove" in page) == (True, False)


def test_confirmation_by_one_click_and_refusal_with_a_reason(coordinator, client_for, body_a, body_a2):
    first = EmploymentFactory(body=body_a, confirmed_at=None)
    second = EmploymentFactory(body=body_a2, confirmed_at=None)
    client = client_for(coordinator)

    client.post(reverse("accounts:employment_confirm", args=[first.pk]))
    without = client.post(reverse("accounts:employment_refuse", args=[second.pk]), {"reason": ""})
    client.post(reverse("accounts:employment_refuse", args=[second.pk]), {"reason": "Lavora altrove"})

    states = [Employment.objects.get(pk=pk).state for pk in (first.pk, second.pk)]
    assert (without.status_code, states) == (200, ["confirmed", "refused"])


def test_own_waiting_employment_is_not_in_the_own_list(referent, client_for, body_a):
    Employment.objects.filter(user=referent).update(confirmed_at=None)
    own = Employment.objects.get(user=referent)

    assert client_for(referent).post(reverse("accounts:employment_confirm", args=[own.pk])).status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"Moro", "Ghiggi", "Trussoni"}),
        ({"q": "moro"}, {"Moro"}),
        ({"q": "lucia example.org"}, {"Moro"}),
        ({"area": "valchiavenna"}, {"Moro", "Ghiggi", "Trussoni"}),
        ({"area": "lomellina"}, {"Moro", "Ghiggi", "Trussoni"}),  # not offered to this person: ignored
        ({"role": "tutor"}, set()),
        ({"state": "awaiting"}, set()),
        ({"state": "x", "role": "y", "area": "z", "page": "nine"}, {"Moro", "Ghiggi", "Trussoni"}),
    ],
)
def test_people_list_filters_within_the_scope(
    learner, colleague, neighbour, outsider, coordinator, client_for, query, shown
):
    page = text_of(client_for(coordinator).get(PEOPLE, query))

    names = {"Moro", "Ghiggi", "Trussoni", "CANARY_B"}
    assert {name for name in names if name in page} == shown


def test_people_list_of_a_body(learner, neighbour, coordinator, client_for, body_a2):
    page = text_of(client_for(coordinator).get(PEOPLE, {"body": body_a2.pk}))

    assert ("Trussoni" in page, "Moro" in page) == (True, False)


@pytest.mark.parametrize("path", [PEOPLE, "/coordinamento/conferme/"])
def test_lists_cost_the_same_with_many_people(anci, client_for, body_a, path):
    client, counts = client_for(anci), []
    client.get(path)
    for people in (1, 20):
        for _number in range(people):
            EmploymentFactory(user=employee(body_a), body=BodyFactory(area=body_a.area), confirmed_at=None)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 14


def listed(client, **filters) -> list[str]:
    return [person.last_name for person in client.get(reverse("accounts:people_list"), filters).context["page"]]


def test_filters_tell_nothing_about_another_area(learner, colleague, coordinator, anci, client_for, body_b, area_b):
    """The learner also works and serves in area B: area A's coordinator sees the person, not that."""
    EmploymentFactory(user=learner, body=body_b, confirmed_at=None)
    with_role(learner, "tutor", area=area_b)
    filters = [{"body": body_b.pk}, {"role": "tutor"}, {"state": "awaiting"}]

    here, everywhere = ([listed(client_for(user), **each) for each in filters] for user in (coordinator, anci))

    assert (here, everywhere) == ([[], [], []], [["Moro"]] * 3)


def test_filters_of_the_own_area(learner, tutor, coordinator, client_for, body_a, area_a):
    client = client_for(coordinator)

    found = [listed(client, **each) for each in ({"body": body_a.pk}, {"role": "tutor"}, {"area": area_a.slug})]

    assert found == [["Moro"], ["Del Curto"], ["Del Curto", "Moro", "Pedroncelli"]]


def test_person_page_gives_and_ends_a_tutor_role(learner, coordinator, client_for, area_a):
    client = client_for(coordinator)

    client.post(reverse("accounts:role_create", args=[learner.pk]), {"role": "tutor", "area": area_a.pk})
    role = learner.roles.get()
    client.post(reverse("accounts:role_end", args=[role.pk]))

    role.refresh_from_db()
    assert (role.role, role.area, role.ended_at is None) == ("tutor", area_a, False)


@pytest.mark.parametrize("role", ["anci", "editor", "coordinator"])
def test_coordinator_cannot_post_a_higher_role(learner, coordinator, client_for, area_a, role):
    page = client_for(coordinator).post(
        reverse("accounts:role_create", args=[learner.pk]), {"role": role, "area": area_a.pk, "user": coordinator.pk}
    )

    assert (page.status_code, learner.roles.count(), coordinator.roles.count()) == (200, 0, 1)


def test_coordinator_cannot_reach_people_elsewhere(outsider, coordinator, client_for, area_a):
    client = client_for(coordinator)

    codes = [
        client.get(reverse("accounts:person_manage", args=[outsider.pk])).status_code,
        client.post(
            reverse("accounts:role_create", args=[outsider.pk]), {"role": "tutor", "area": area_a.pk}
        ).status_code,
        client.post(
            reverse("accounts:person_manage", args=[outsider.pk]), {"first_name": "X", "last_name": "Y"}
        ).status_code,
    ]

    assert (codes, outsider.roles.count()) == ([404, 404, 404], 0)


def test_nobody_gives_a_role_to_oneself_by_post(coordinator, client_for, body_a, area_a):
    EmploymentFactory(user=coordinator, body=body_a)

    answer = client_for(coordinator).post(
        reverse("accounts:role_create", args=[coordinator.pk]), {"role": "tutor", "area": area_a.pk}
    )

    assert (answer.status_code, coordinator.roles.count()) == (404, 1)


def test_anci_confirms_the_own_identity_before_giving_a_role(learner, anci, client_for, area_a):
    answer = client_for(anci).post(
        reverse("accounts:role_create", args=[learner.pk]), {"role": "coordinator", "area": area_a.pk}
    )

    assert (answer["Location"].split("?")[0], learner.roles.count()) == (reverse("account_reauthenticate"), 0)


def test_coordinator_corrects_names_of_staff_only(learner, client_for, coordinator, area_a):
    tutor_from_elsewhere = with_role(UserFactory(last_name="Lontano"), "tutor", area=area_a)
    client = client_for(coordinator)

    for person in (learner, tutor_from_elsewhere):
        client.post(reverse("accounts:person_manage", args=[person.pk]), {"first_name": "Nuovo", "last_name": "Nome"})

    names = [User.objects.get(pk=person.pk).last_name for person in (learner, tutor_from_elsewhere)]
    assert names == ["Nome", "Lontano"]


def test_invitation_answers_the_same_for_a_known_address(referent, outsider, client_for, body_a):
    client, path = client_for(referent), reverse("accounts:invitation_create")
    facts = {"body": body_a.pk, "first_name": "A", "last_name": "B", "job_title": ""}

    answers = [client.post(path, {**facts, "email": email}) for email in ("nuovo@example.org", outsider.email)]

    assert [(a.status_code, a["Location"]) for a in answers] == [(302, path)] * 2


def test_from_the_list_of_people_one_reaches_the_training_of_each(
    learner, neighbour, referent, coordinator, client_for, body_a
):
    waiting = EmploymentFactory(body=body_a, confirmed_at=None).user
    training = {person: reverse("reports:person_detail", args=[person.pk]) for person in (learner, neighbour, waiting)}

    for reader, expected in ((referent, {learner}), (coordinator, {learner, neighbour})):
        page = text_of(client_for(reader).get(PEOPLE))
        assert {person for person, path in training.items() if path in page} == expected


def test_the_pages_of_a_person_lead_to_each_other(learner, coordinator, referent, client_for):
    manage, training = (
        reverse(name, args=[learner.pk]) for name in ("accounts:person_manage", "reports:person_detail")
    )

    assert f'href="{training}"' in text_of(client_for(coordinator).get(manage))
    assert f'href="{manage}"' in text_of(client_for(coordinator).get(training))
    assert f'href="{manage}"' not in text_of(client_for(referent).get(training))


def test_a_referent_is_offered_no_filter_of_areas_and_roles(referent, client_for):
    assert list(client_for(referent).get(PEOPLE).context["form"].fields) == ["q", "state", "body"]


def test_invitation_for_another_body_is_refused(referent, client_for, body_a2):
    page = client_for(referent).post(
        reverse("accounts:invitation_create"),
        {"body": body_a2.pk, "first_name": "A", "last_name": "B", "email": "a@example.org", "job_title": ""},
    )

    assert (page.status_code, User.objects.filter(email="a@example.org").exists()) == (200, False)


def test_policy_page_shows_markup_as_text(client, db, now):
    PolicyFactory(text="# Dati\n\n<script>alert(1)</script>")

    page = text_of(client.get(reverse("accounts:policy_detail")))

    assert ("<h1>Dati</h1>" in page, "<script>alert" in page) == (True, False)


@pytest.mark.parametrize("name", ["accounts:person_manage", "accounts:employment_end"])
def test_huge_ids_are_not_found(anci, client_for, name):
    path = reverse(name, args=[1]).replace("/1/", f"/{'9' * 30}/")

    assert client_for(anci).get(path).status_code == 404
