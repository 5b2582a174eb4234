"""Header, navigation and footer, for each role."""

import re

import pytest
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from cms.context_processors import Frame
from cms.models import SiteSettings
from tests import factories


def frame_of(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user and User.objects.get(pk=user.pk)
    return Frame(request)


def labels(links):
    return [link.label for link in links]


PUBLIC = ["Corsi", "Tutor", "Aree interne", "Notizie"]


def test_navigation_of_a_stranger(db):
    assert labels(frame_of(None).navigation) == PUBLIC


@pytest.mark.parametrize(
    ("person", "more"),
    [
        ("learner", []),
        ("tutor", ["Tutoraggio"]),
        ("referent", ["Il mio ente"]),
        ("coordinator", ["Coordinamento"]),
        ("anci", ["Coordinamento"]),
        ("editor", []),
    ],
)
def test_navigation_follows_the_role(request, person, more):
    frame = frame_of(request.getfixturevalue(person))

    assert labels(frame.navigation) == ["La mia formazione", *PUBLIC, *more]


def test_navigation_marks_where_one_is(learner):
    links = frame_of(learner, "/aree/valchiavenna/").navigation

    assert [link.label for link in links if link.is_current] == ["Aree interne"]


def test_referent_of_two_bodies_sees_their_names(referent, body_a2):
    factories.with_role(referent, "referent", body=body_a2)

    assert labels(frame_of(referent).own_bodies) == ["Campodolcino", "Piuro"]


def test_coordination_links_of_referent_and_learner(referent, learner):
    assert labels(frame_of(referent).coordination) == ["Il mio ente", "Persone", "Da confermare", "Formazione esterna"]
    assert frame_of(learner).coordination == []


def test_coordination_pages_stand_under_what_they_are_about(coordinator, anci):
    sections = {section.label: labels(section.links) for section in frame_of(coordinator).coordination}

    assert list(sections) == ["Territorio", "Persone", "Corsi", "Tutor", "Registri"]
    listed = ["Panoramica", "Confronti", "Comuni silenti", "Uffici fragili", "Fragilità delle aree", "Enti proposti"]
    assert sections["Territorio"] == listed
    assert sections["Persone"][:2] == ["Persone", "Persone a rischio"]
    assert labels(frame_of(anci).coordination[0].links)[-1] == "Importa i Comuni"


@pytest.mark.parametrize(
    ("person", "has_cms"), [("learner", False), ("coordinator", False), ("anci", True), ("editor", True)]
)
def test_cms_is_offered_to_who_may_enter(request, person, has_cms):
    links = frame_of(request.getfixturevalue(person)).personal_links

    assert ("/cms/" in [link.url for link in links]) == has_cms


def test_footer_follows_the_settings(db):
    SiteSettings.objects.create(privacy_url="https://example.org/privacy", accessibility_url="", source_code_url="")

    links = frame_of(None).legal_links

    assert [link.url for link in links] == [
        "https://example.org/privacy",
        "/programma/",
        "/accessibilita/segnalazione/",
    ]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example", "ftp://x", "privacy", "/a b"])
def test_footer_refuses_odd_addresses(db, address):
    settings = SiteSettings(privacy_url=address)

    with pytest.raises(Exception, match="comincia con"):
        settings.full_clean()


def test_reading_the_settings_writes_nothing(db):
    SiteSettings.current()

    assert SiteSettings.objects.count() == 0


@pytest.mark.parametrize(("person", "number"), [("learner", 3), ("referent", 3), ("coordinator", 3)])
def test_frame_costs_at_most_six_queries(request, client_for, person, number, django_assert_num_queries):
    """Session, user, roles (the settings are kept); and for ANCI and editors whether the second factor is on."""
    client = client_for(request.getfixturevalue(person))
    client.get("/accessibilita/segnalazione/")

    with django_assert_num_queries(number):
        client.get("/accessibilita/segnalazione/")


@pytest.mark.parametrize("person", ["coordinator", "anci"])
def test_each_tab_bears_the_name_of_its_page(request, client_for, person):
    user = request.getfixturevalue(person)
    client = client_for(user)

    headings = {}
    for link in [page for section in frame_of(user).coordination for page in section.links]:
        page = client.get(link.url).content.decode()
        headings[link.label] = (re.search("<h1>(.*?)</h1>", page)[1], re.search("<title>(.*?) [·|–-] ", page)[1])

    assert headings == {label: (label, label) for label in headings}


def test_saved_settings_show_on_the_next_page(client, db):
    client.get("/accessibilita/segnalazione/")
    settings = SiteSettings.objects.create(owner_statement="Unione dei Comuni di prova")
    first = client.get("/accessibilita/segnalazione/").text
    settings.owner_statement = "Comunità montana di prova"
    settings.save()

    second = client.get("/accessibilita/segnalazione/").text

    assert ("Unione dei Comuni di prova" in first, "Comunità montana di prova" in second) == (True, True)


def test_the_referents_own_page_is_the_tab_that_is_marked(client_for, referent, body_a):
    page = client_for(referent).get(reverse("reports:body_detail", args=[body_a.pk])).content.decode()

    marked = re.findall(r'<a href="([^"]+)" class="active" aria-current="page">', page)
    assert marked == [reverse("reports:body_detail", args=[body_a.pk])]


@pytest.mark.parametrize(
    "name",
    [
        "courses:edition_list",
        "courses:edition_create",
        "tutorship:coverage_list",
        "tutorship:closure_list",
        "certificates:register",
    ],
)
def test_every_coordination_page_says_that_it_stands_below_coordination(client_for, coordinator, name):
    page = client_for(coordinator).get(reverse(name)).content.decode()

    first = re.search(r'<li class="breadcrumb-item"><a href="([^"]+)">', page)
    assert first
    assert first[1] == reverse("reports:overview")
