"""Setting up the site, and what a second run leaves alone."""

import pytest
from django.contrib.auth.models import Group
from django.test import override_settings
from wagtail.models import Page, Site

from accounts.actions.roles import sync_cms_groups
from cms.actions import load_site
from cms.demo import seed_news, seed_report
from cms.models import AccessibilityReport, AreaPage, HomePage, NewsPage, StandardPage
from tests.factories import AreaFactory


def test_load_site_creates_the_pages_that_the_navigation_names(site):
    paths = sorted(site.get_descendants().values_list("slug", flat=True))

    assert paths == ["accessibilita", "aree", "corsi", "lomellina", "notizie", "privacy", "programma", "valchiavenna"]
    assert Page.get_first_root_node().title == "Sito"


def test_load_site_twice_changes_nothing(site, now):
    before = list(Page.objects.order_by("path").values("path", "title", "latest_revision_id"))

    assert load_site(now=now) == 0
    assert list(Page.objects.order_by("path").values("path", "title", "latest_revision_id")) == before


def test_load_site_leaves_edited_and_deleted_pages_alone(site, now):
    page = StandardPage.objects.get(slug="privacy")
    page.title = "Dati personali"
    page.save_revision().publish()
    StandardPage.objects.get(slug="programma").delete()

    load_site(now=now)

    assert list(StandardPage.objects.order_by("path").values_list("title", flat=True)) == [
        "Dati personali",
        "Dichiarazione di accessibilità",
    ]


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [("http://localhost:8102", "localhost", 8102), ("https://competenze.example.org", "competenze.example.org", 443)],
)
def test_load_site_points_wagtail_at_the_address(site, now, address, host, port):
    with override_settings(SITE_URL=address):
        load_site(now=now)

    found = Site.objects.get()
    assert (found.hostname, found.port, found.root_page_id) == (host, port, site.pk)


def test_a_new_area_gets_its_page(site, now):
    AreaFactory(name="Val Trompia", slug="val-trompia", provinces="BS, BG")

    assert load_site(now=now) == 1
    page = AreaPage.objects.get(slug="val-trompia")
    assert page.introduction.startswith("0 Comuni delle province di Brescia e Bergamo")


def test_editors_may_write_pages_but_not_the_footer(site, editor, anci):
    for user in (editor, anci):
        sync_cms_groups(user)

    assert [user.has_perm("wagtailadmin.access_admin") for user in (editor, anci)] == [True, True]
    assert [user.has_perm("cms.change_sitesettings") for user in (editor, anci)] == [False, True]
    assert [site.permissions_for_user(user).can_publish_subpage() for user in (editor, anci)] == [True, True]
    assert [user.has_perm("cms.add_accessibilityreport") for user in (editor, anci)] == [False, False]
    assert Group.objects.count() == 2


def test_demo_news_are_marked_and_made_once(site, now):
    assert (seed_news(now=now), seed_news(now=now)) == (3, 0)
    assert set(NewsPage.objects.values_list("is_demonstration", flat=True)) == {True}
    assert HomePage.objects.count() == 1


def test_demo_report_is_made_once(site, now):
    seed_report(now=now)
    seed_report(now=now)

    assert AccessibilityReport.objects.count() == 1
