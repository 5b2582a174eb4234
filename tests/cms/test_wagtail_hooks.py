"""The menu and the home of the CMS."""

import re

import pytest
from django.urls import reverse

from accounts.actions import sync_cms_groups
from cms.models import AccessibilityReport
from courses.models import CoursePage

COORDINATION = ["courses:edition_list", "certificates:register", "tutorship:coverage_list", "reports:overview"]


@pytest.fixture
def home(site, client_for):
    """The first page of the CMS as a person reads it."""

    def open_home(user):
        sync_cms_groups(user)
        return client_for(user).get(reverse("wagtailadmin_home")).content.decode()

    return open_home


def test_anci_reaches_the_coordination_pages_from_the_menu(home, anci):
    page = home(anci)

    assert [name for name in COORDINATION if f'"{reverse(name)}"' not in page] == []


def test_only_the_files_that_lessons_use_are_in_the_menu(home, anci):
    menu = dict(re.findall(r'"name": "([\w-]+)", "label": "[^"]+", "icon_name": "([\w-]+)"', home(anci)))

    assert {"images", "documents"} & set(menu) == set()
    assert (menu["section-catalogueindexpage"], menu["glossario"]) == ("list-ol", "openquote")


def test_an_editor_is_offered_no_page_that_would_not_open(home, editor):
    page = home(editor)

    assert [name for name in COORDINATION if f'"{reverse(name)}"' in page] == []
    assert f'"{reverse("courses:catalogue")}"' in page  # back to the site


def test_the_tabs_of_a_course_say_what_they_are_for(client_for, editor, course):
    sync_cms_groups(editor)
    page = client_for(editor).get(reverse("wagtailadmin_pages:edit", args=[course.pk])).content.decode()

    assert "Nella ricerca" in page
    assert "Promuovi" not in page


def test_the_home_says_what_waits_and_leads_there(home, editor, course, now):
    CoursePage.objects.filter(pk=course.pk).update(is_in_preparation=True)
    lesson = course.get_children().first()
    lesson.specific.save_revision()
    AccessibilityReport.objects.create(text="Il menu non si apre.", sent_at=now)

    page = home(editor)

    assert "1 corso è in preparazione" in page
    assert "1 segnalazione di accessibilità attende risposta" in page
    assert f"Non ancora pubblicata: {lesson.title}" in page


def test_the_home_leads_to_no_guide_in_english(home, editor):
    page = home(editor)

    assert "guide.wagtail.org" not in page
    assert reverse("accounts:profile") in page


def test_the_home_says_when_nothing_waits(home, editor):
    assert "Nulla in attesa: quello che è scritto è pubblicato." in home(editor)
