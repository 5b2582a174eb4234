"""The public pages as anybody reads them."""

from datetime import timedelta

import pytest
from wagtail.models import get_page_models

from accounts.actions import sync_cms_groups
from cms.demo import seed_news
from cms.models import AreaPage, HomePage, SiteSettings, StandardPage
from courses.models import CoursePage
from territory.models import FundingSource
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


def test_no_page_of_the_site_asks_for_a_password(client_for, site, editor):
    """Password and login have no page here: Wagtail does not offer them on any page of ours."""
    sync_cms_groups(editor)
    client, pages = client_for(editor), [HomePage.objects.get(), *HomePage.objects.get().get_children().specific()]

    answers = [client.get(f"/cms/pages/{page.pk}/privacy/") for page in pages if page._meta.app_label == "cms"]

    options = [model.private_page_options for model in get_page_models() if model.__module__.startswith("cms.")]
    assert (options, [b"restriction_type" in answer.content for answer in answers]) == (
        [[]] * 6,
        [False] * len(answers),
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


def test_area_page_lists_the_coming_meetings_of_its_editions(client, area_page, course, area_a, now):
    edition = factories.EditionFactory(course=course, is_self_paced=False, starts_on=now.date() - timedelta(days=9))
    edition.areas.add(area_a)
    for days in (-2, 5):
        start = now + timedelta(days=days)
        factories.LiveSessionFactory(
            edition=edition, title=f"Incontro {days}", starts_at=start, ends_at=start + timedelta(hours=1)
        )

    response = client.get("/aree/valchiavenna/")

    assert [session.title for session in response.context["meetings"]] == ["Incontro 5"]
    assert list(response.context["workshops"]) == []
    assert client.get("/aree/lomellina/").context["meetings"] == []


def test_area_page_says_plainly_what_is_not_known(client, area_page, area_a):
    area_a.strategy_title = ""
    area_a.save()

    content = client.get("/aree/valchiavenna/").content.decode()

    assert "Il titolo della strategia non è ancora nei dati pubblicati." in content
    assert "Due laboratori per ogni area, con il Dipartimento" in content
    assert "Le date non sono ancora fissate: compariranno qui appena lo saranno." in content


def test_area_page_has_its_share_of_the_funding(client, area_page):
    FundingSource.objects.create(code="FESR", name="FESR 21-27", amount_eur=25_800_000)
    FundingSource.objects.create(code="REG", name="Risorse regionali", amount_eur=2_200_000)

    content = client.get("/aree/valchiavenna/")

    assert content.context["funding_eur"] == 14_000_000  # two areas share 28 million
    assert "<b>14</b> milioni di euro" in content.content.decode()


def test_area_page_names_the_sources_of_the_whole_programme(client, area_page):
    FundingSource.objects.create(code="FESR", name="FESR 21-27", amount_eur=106_000_000)
    FundingSource.objects.create(code="NAZ", name="Risorse nazionali", amount_eur=12_900_000)

    content = client.get("/aree/valchiavenna/").content.decode()

    assert '<th scope="row" lang="it">Risorse nazionali</th><td class="num">12,9</td>' in content
    assert '<th scope="row">Totale</th><td class="num">118,9</td>' in content


def test_area_page_says_that_no_values_of_fragility_are_loaded(client, area_page):
    page = client.get("/aree/valchiavenna/").content.decode()

    assert "Nessun valore è ancora caricato." in page
    assert "Valori dimostrativi" not in page


@pytest.mark.parametrize(("is_demo", "labels"), [(True, 1), (False, 0)])
def test_area_page_shows_its_profile_and_labels_invented_values(client, area_page, body_a, body_b, is_demo, labels):
    ageing = factories.IndicatorFactory(source="ISTAT")
    for body, value in ((body_a, 20), (body_b, 10)):
        factories.IndicatorValueFactory(indicator=ageing, body=body, value=value, is_demo=is_demo)

    page = client.get("/aree/valchiavenna/").content.decode()

    assert "<b>130,0</b> più fragile del riferimento" in page
    assert "1 di 2" in page
    assert page.count("Valori dimostrativi") == labels


def test_area_page_suggests_courses_for_the_weakest_domain(client, area_page, body_a, body_b, edition):
    ageing = factories.IndicatorFactory()
    ageing.domain.pillars.add(edition.course.pillar)
    for body, value in ((body_a, 20), (body_b, 10)):
        factories.IndicatorValueFactory(indicator=ageing, body=body, value=value)

    page = client.get("/aree/valchiavenna/").content.decode()

    assert "Demografia è il dominio più fragile di Valchiavenna: 130,0" in page


def test_anonymous_pages_set_no_cookie(client, site):
    """No session and no token: the answer can be cached for everybody."""
    for path in ["/", "/aree/", "/aree/valchiavenna/", "/notizie/", "/privacy/", "/programma/"]:
        response = client.get(path)
        assert (path, response.status_code, dict(response.cookies)) == (path, 200, {})


@pytest.mark.parametrize(
    ("path", "number"), [("/", 10), ("/aree/", 7), ("/aree/valchiavenna/", 11), ("/programma/", 11)]
)
def test_queries_do_not_grow(client, site, area_a, path, number, django_assert_num_queries):
    client.get(path)  # the map and Wagtail's addresses are cached
    for _ in range(20):
        factories.BodyFactory(area=area_a)

    with django_assert_num_queries(number):
        client.get(path)


@pytest.mark.parametrize(("is_known", "number"), [(False, 12), (True, 15)])
def test_queries_of_an_area_page_with_its_profile(
    client, client_for, site, learner, body_a, body_b, is_known, number, django_assert_num_queries
):
    ageing = factories.IndicatorFactory()
    for body, value in ((body_a, 20), (body_b, 10)):
        factories.IndicatorValueFactory(indicator=ageing, body=body, value=value)
    reader = client_for(learner) if is_known else client
    reader.get("/aree/valchiavenna/")

    with django_assert_num_queries(number):
        reader.get("/aree/valchiavenna/")


def test_privacy_page_shows_the_version_in_force(client, site):
    factories.PolicyFactory(version="1", text="Vecchia", published_on="2025-01-01")
    factories.PolicyFactory(version="2", text="## Chi tratta i dati\n\n<script>x</script>", published_on="2026-01-01")

    context = client.get("/privacy/").context

    assert context["policy"].version == "2"
    assert context["policy_html"] == "<h3>Chi tratta i dati</h3>\n<p>&lt;script&gt;x&lt;/script&gt;</p>\n"


def test_privacy_has_one_title_one_address_and_a_contact(client, site):
    factories.PolicyFactory(version="1", text="# Come sono trattati i dati\n\n## Chi", published_on="2026-01-01")
    SiteSettings.objects.create(support_mail="assistenza@example.org")

    content = client.get("/privacy/").content.decode()

    assert (content.count("<h1"), "<h2>Come sono trattati i dati</h2>" in content) == (1, True)
    assert content.split("</article>")[0].count('href="mailto:assistenza@example.org"') == 1
    assert client.get("/informativa-privacy/")["Location"] == "/privacy/"


def test_privacy_text_stays_readable_without_a_page_of_the_site(client, site):
    factories.PolicyFactory(version="1", text="# Come sono trattati i dati", published_on="2026-01-01")
    StandardPage.objects.get(slug="privacy").unpublish()

    assert client.get("/informativa-privacy/").status_code == 200


def test_news_stop_has_day_and_place(client, site, now):
    seed_news(now=now)

    content = client.get("/notizie/tour-valle-brembana/").content.decode()

    assert 'Venerdì 11 dicembre 2026<br><span lang="it">Piazza Brembana' in content


def test_news_pages_answer_any_number(client, site, now):
    seed_news(now=now)
    numbers = ["2", "abc", "-1", "99999999999999999999"]

    assert [client.get("/notizie/", {"page": number}).status_code for number in numbers] == [200] * 4


def test_preview_shows_the_page(site):
    pages = [model.objects.first() for model in (HomePage, AreaPage, StandardPage)]

    assert [page.make_preview_request().status_code for page in pages] == [200] * 3


def test_unpublished_page_is_not_found(client, site):
    StandardPage.objects.get(slug="programma").unpublish()

    assert client.get("/programma/").status_code == 404


def test_sitemap_names_public_pages_and_no_lesson(client, site, course):
    addresses = client.get("/sitemap.xml").content.decode()

    assert "/aree/valchiavenna/</loc>" in addresses
    assert addresses.count(f"/corsi/{course.slug}/") == 1
