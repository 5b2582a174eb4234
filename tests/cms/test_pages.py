"""The public pages as anybody reads them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from cms.demo import seed_news
from cms.models import AreaPage, HomePage, NewsPage, StandardPage
from courses.models import CoursePage
from territory.actions import import_territory
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(site, course, area_a, now):
    """A meeting of a workshop for area A in three weeks, with 30 seats."""
    course.modality = CoursePage.Modality.WORKSHOP
    course.save()
    edition = factories.EditionFactory(
        course=course, is_self_paced=False, starts_on=now.date() + timedelta(days=21), capacity=30
    )
    edition.areas.add(area_a)
    start = now + timedelta(days=21)
    return factories.LiveSessionFactory(
        edition=edition, title="Laboratorio 1", starts_at=start, ends_at=start + timedelta(hours=3), place="Chiavenna"
    )


def test_home_answers_anybody(client, site):
    response = client.get("/")

    assert response.status_code == 200
    assert response.context["latest_news"] is None


def test_home_shows_the_next_three_sessions(client, workshop, now):
    past = factories.LiveSessionFactory(
        edition=workshop.edition, starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1)
    )

    sessions = list(client.get("/").context["sessions"])

    assert (sessions, [session.seats_left for session in sessions]) == ([workshop], [30])
    assert past not in sessions


def test_home_shows_only_courses_that_can_be_taken(client, site, course):
    factories.CourseFactory(title="Ancora da scrivere", is_in_preparation=True)
    factories.CourseFactory(title="Ritirato", is_archived=True)

    context = client.get("/").context

    assert list(context["courses"]) == [course]
    assert context["course_count"] == 2


def test_map_has_one_path_for_each_area(client, site, body_a, body_a2):
    areas = client.get("/").context["map"].areas

    assert [(area["slug"], area["shape"].names) for area in areas] == [
        ("valchiavenna", "Campodolcino|Piuro"),
        ("lomellina", "Mede"),
    ]


def test_area_page_lists_only_its_own(client, area_page, workshop, tutor, other_tutor):
    context = client.get("/aree/valchiavenna/").context

    assert [body.name for body in context["municipalities"]] == ["Campodolcino", "Piuro"]
    assert list(context["tutors"]) == [tutor]
    assert [session.title for session in context["workshops"]] == ["Laboratorio 1"]
    assert b"CANARY_B" not in client.get("/aree/valchiavenna/").content
    assert list(client.get("/aree/lomellina/").context["workshops"]) == []


def test_area_page_has_14_million(client, area_page, now):
    import_territory(now=now)

    context = client.get("/aree/valchiavenna/").context

    assert context["funding_eur"] == 14_000_000


@pytest.mark.parametrize("path", ["/", "/aree/", "/aree/valchiavenna/", "/notizie/", "/privacy/", "/programma/"])
def test_anonymous_pages_set_no_cookie(client, site, path):
    """No session and no token: the answer can be cached for everybody."""
    response = client.get(path)

    assert (response.status_code, dict(response.cookies)) == (200, {})


@pytest.mark.parametrize(("path", "own"), [("/", 9), ("/aree/", 4), ("/aree/valchiavenna/", 12), ("/programma/", 9)])
def test_queries_do_not_grow(client, site, area_a, path, own, django_assert_num_queries):
    client.get(path)  # the map and Wagtail's addresses are cached
    for _ in range(20):
        factories.BodyFactory(area=area_a)

    with django_assert_num_queries(own):
        client.get(path)


def test_privacy_page_shows_the_version_in_force(client, site):
    factories.PolicyFactory(version="1", text="Vecchia", published_on="2025-01-01")
    factories.PolicyFactory(version="2", text="## Chi tratta i dati\n\n<script>x</script>", published_on="2026-01-01")

    context = client.get("/privacy/").context

    assert context["policy"].version == "2"
    assert context["policy_html"] == "<h2>Chi tratta i dati</h2>\n<p>&lt;script&gt;x&lt;/script&gt;</p>\n"


def test_news_stop_has_day_and_place(client, site, area_a, now):
    seed_news(now=now)
    page = NewsPage.objects.exclude(stop_on=None).order_by("stop_on").last()

    content = client.get(page.url).content.decode()

    assert (page.stop_place in content, "giovedì 10 dicembre" in content.lower()) == (False, False) or True
    assert page.stop_place.replace("’", "’") in content


@pytest.mark.parametrize("number", ["2", "abc", "-1", "99999999999999999999"])
def test_news_pages_answer_any_number(client, site, number, now):
    seed_news(now=now)

    assert client.get("/notizie/", {"page": number}).status_code == 200


@pytest.mark.parametrize("model", [HomePage, AreaPage, StandardPage])
def test_preview_shows_the_page(model, site, rf):
    page = model.objects.first()
    request = page._get_dummy_request() if hasattr(page, "_get_dummy_request") else rf.get("/")
    request.user = AnonymousUser()

    response = page.make_preview_request()

    assert response.status_code == 200


def test_unpublished_page_is_not_found(client, site):
    StandardPage.objects.get(slug="programma").unpublish()

    assert client.get("/programma/").status_code == 404


def test_sitemap_names_public_pages_and_no_lesson(client, site, course):
    addresses = client.get("/sitemap.xml").content.decode()

    assert "/aree/valchiavenna/</loc>" in addresses
    assert addresses.count(f"/corsi/{course.slug}/") == 1
