"""Search, feedback, error pages and the language."""

import pytest
from django.core import mail
from django.test import Client

from cms.demo import seed_news
from cms.models import AccessibilityReport, SiteSettings
from journal.models import AuditEntry, OutgoingMail
from tests import factories
from tutorship.models import Topic

REPORT = {"text": "Il menu non si apre con la tastiera.", "page": "/corsi/", "mail": "anna@example.org", "website": ""}


def found(client, words):
    return client.get("/cerca/", {"q": words}).context["found"]


def test_search_finds_courses_areas_municipalities_and_news(client, site, course, now):
    seed_news(now=now)
    course.title = "Contratti pubblici in Valchiavenna"
    course.save_revision().publish()

    result = found(client, "valchiavenna")

    assert [page.title for page in result.courses] == ["Contratti pubblici in Valchiavenna"]
    assert [page.title for page in result.areas] == ["Valchiavenna"]
    assert [body.name for body in found(client, "campo").municipalities] == ["Campodolcino"]
    assert [page.slug for page in found(client, "tour lombardia").news] == ["tour-valle-brembana"]


@pytest.mark.indexed
def test_search_finds_words_of_the_text(client, site):
    assert [page.slug for page in found(client, "Politecnico").texts] == ["programma"]


def test_search_shows_only_what_is_public(client, site, course):
    factories.CourseFactory(title="Segreto in bozza", live=False)
    factories.CourseFactory(title="Segreto archiviato", is_archived=True)
    factories.LessonFactory(title="Segreto di lezione", parent=course)
    factories.BodyFactory(name="Segreto proposto", is_proposed=True)

    assert found(client, "segreto").count == 0


def test_search_goes_by_the_stems_of_the_words(client, site, course, db):
    course.title = "Contratti pubblici per stazioni appaltanti piccole"
    course.save_revision().publish()
    topic = Topic.objects.create(slug="gare", name="Contratti e appalti di prova", description="Affidamenti e gare")

    result = found(client, "appalti")

    assert ([page.title for page in result.courses], topic in result.topics) == ([course.title], True)
    assert f"/tutor/?topic={topic.slug}" in client.get("/cerca/?q=appalto").content.decode()
    assert [found(client, words).count for words in ("paltanti", "%", "'")] == [0, 0, 0]


def test_search_offers_no_topic_that_cannot_be_booked(client, site, db):
    Topic.objects.create(slug="chiuso", name="Segretissimo", is_active=False)

    assert found(client, "segretissimo").topics == []


ODD = [
    "",
    "   ",
    "'",
    '"',
    '"a',
    "a*",
    "(",
    ")",
    "AND",
    "NOT a",
    "a:b",
    "^a",
    "%",
    "_",
    "\\",
    "🏔",
    "a" * 500,
    "-",
    "!&|",
]


def test_search_answers_whatever_is_typed(client, site):
    answers = {words: client.get("/cerca/", {"q": words}).status_code for words in ODD}

    assert answers == dict.fromkeys(ODD, 200)


def test_search_announces_the_number(client, site):
    assert 'role="status">1 risultato per «campodolcino».' in client.get("/cerca/?q=campodolcino").content.decode()


def test_search_queries_do_not_grow(client, site, area_a, django_assert_num_queries):
    client.get("/cerca/?q=comune")
    for number in range(30):
        factories.BodyFactory(name=f"Comune nuovo {number}", area=area_a)

    with django_assert_num_queries(13):
        client.get("/cerca/?q=comune")


def test_feedback_is_kept_audited_and_sent(client, db):
    SiteSettings.objects.create(support_mail="assistenza@example.org")

    response = client.post("/accessibilita/segnalazione/", REPORT)

    report = AccessibilityReport.objects.get()
    assert (response.status_code, report.text, report.mail) == (302, REPORT["text"], "anna@example.org")
    assert OutgoingMail.objects.get().recipient == "assistenza@example.org"
    assert AuditEntry.objects.get(action="report_accessibility_problem").label == "/corsi/"
    assert mail.outbox == []


def test_feedback_without_a_support_address_is_kept(client, db):
    client.post("/accessibilita/segnalazione/", REPORT)

    assert (AccessibilityReport.objects.count(), OutgoingMail.objects.count()) == (1, 0)


def test_feedback_of_a_person_who_is_logged_in_names_them(client_for, db, learner):
    client_for(learner).post("/accessibilita/segnalazione/", REPORT)

    assert AccessibilityReport.objects.get().sent_by == learner


@pytest.mark.parametrize(
    "change", [{"text": ""}, {"mail": "non un indirizzo"}, {"page": "x" * 300}, {"text": "x" * 5000}]
)
def test_feedback_keeps_what_was_written_wrongly(client, db, change):
    response = client.post("/accessibilita/segnalazione/", REPORT | change)

    assert (response.status_code, AccessibilityReport.objects.count()) == (200, 0)
    assert response.context["form"].errors.keys() == change.keys()


def test_feedback_of_a_robot_is_dropped(client, db):
    response = client.post("/accessibilita/segnalazione/", REPORT | {"website": "http://spam.example"})

    assert (response.status_code, AccessibilityReport.objects.count()) == (302, 0)


def test_feedback_is_limited(client, db, now):
    answers = [client.post("/accessibilita/segnalazione/", REPORT).status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]
    assert AccessibilityReport.objects.count() == 5


def test_page_not_found_has_the_frame(client, db):
    response = client.get("/non-esiste/")

    assert response.status_code == 404
    assert 'href="/cerca/"' in response.content.decode()


def test_server_error_needs_nothing(settings):
    client = Client(raise_request_exception=False)
    settings.ROOT_URLCONF = "tests.cms.broken_urls"

    response = client.get("/")

    assert (response.status_code, "Il servizio ha avuto un problema" in response.content.decode()) == (500, True)


@pytest.mark.parametrize(
    ("chosen", "language", "words"),
    [("en", "en", "Search the site"), ("it", "it", "Cerca nel sito"), ("xx", "it", "Cerca nel sito")],
)
def test_language_switch(client, db, chosen, language, words):
    client.post("/lingua/", {"language": chosen, "next": "/"})

    content = client.get("/cerca/").content.decode()

    assert (f'<html lang="{language}"' in content, words in content) == (True, True)


def test_language_switch_stays_on_this_site(client, db):
    response = client.post("/lingua/", {"language": "en", "next": "https://evil.example/"})

    assert response["Location"] == "/"
