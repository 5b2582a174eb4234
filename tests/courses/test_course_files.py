"""The editor takes a course out as a zip and makes one of a zip, in the CMS."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Page

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses.actions.content import CONTENT_DIR
from courses.models import CatalogueIndexPage, CoursePage, Question, Step
from journal.models import AuditEntry
from lib.archives import read_folder, read_zip, write_zip
from tests import factories
from tests.courses.test_course_export import DEFAULTS, twin

IMPORT = "course_import"


@pytest.fixture
def cms(client_for, editor, now):
    factories.PillarFactory()
    factories.ObjectiveFactory()
    grant_editors(factories.home_page())
    factories.catalogue_page()
    sync_cms_groups(editor)
    return client_for(editor)


@pytest.fixture
def files(cms) -> dict[str, bytes]:
    return twin(read_folder(CONTENT_DIR / "IMP-01"), code="IMP-01", slug="impresa", **DEFAULTS, title="Impresa")


def send(cms, content: bytes, **data):
    return cms.post(reverse(IMPORT), {"file": SimpleUploadedFile("corso.zip", content), **data})


def test_a_course_comes_in_as_a_draft_goes_out_and_comes_in_again(cms, files, client):
    answer = send(cms, write_zip(files))

    course = CoursePage.objects.get(code="IMP-01")
    assert answer.url == reverse("wagtailadmin_explore", args=[course.pk])
    assert (course.live, Step.objects.outline(course).count() > 5) == (False, True)
    assert client.get(reverse("courses:course_detail", args=[course.slug])).status_code == 404
    assert AuditEntry.objects.filter(action="load_course").latest("pk").actor is not None

    out = cms.get(reverse("course_export", args=[course.pk]))
    assert out["Content-Disposition"] == 'attachment; filename="imp-01.zip"'
    send(cms, out.content, code="IMP-01B")
    again = read_zip(
        BytesIO(cms.get(reverse("course_export", args=[CoursePage.objects.get(code="IMP-01B").pk])).content)
    )
    first = read_zip(BytesIO(out.content))
    assert {name: content for name, content in again.items() if name != "course.md"} == {
        name: content for name, content in first.items() if name != "course.md"
    }
    course.save_revision().publish()
    assert client.get(reverse("courses:course_detail", args=[course.slug])).status_code == 200


def test_the_buttons_are_where_editors_look(cms, course):
    listing = cms.get(reverse("wagtailadmin_explore", args=[CatalogueIndexPage.objects.get().pk])).content.decode()
    page = cms.get(reverse("wagtailadmin_explore", args=[course.pk])).content.decode()

    assert reverse(IMPORT) in listing
    assert "Crea un corso da file" in cms.get(reverse(IMPORT)).content.decode()
    assert reverse("course_export", args=[course.pk]) in page


BROKEN = {
    "no archive": (b"rotto", "Non è un file zip leggibile"),
    "empty": (write_zip({}), "Nello zip manca course.md"),
    "in a folder": (write_zip({"corso/course.md": b"---", "leggimi.txt": b"-"}), "Nello zip manca course.md"),
    "no facts": ({"course.md": b"---\n- a\n---\n"}, "course.md"),
    "unknown ending": ({"lessons/01-a.txt": b"?"}, "lessons/01-a.txt: Una lezione finisce in .md"),
    "text too long": ({"course.md": {"title": "x" * 400}}, "255"),
    "unknown condition": ({"course.md": {"conditions": [{"moon": "full"}]}}, "course.md: Una condizione è un corso"),
    "course that is not here": ({"course.md": {"conditions": [{"course": "ALTRO-9"}]}}, "ALTRO-9"),
    "no list": ({"course.md": {"outcomes": 5}}, "troppo lungo"),
    "lesson without title": ({"lessons/01-a.md": b"---\nsummary: x\n---\nTesto"}, "lessons/01-a.md: manca"),
    "broken quiz": ({"quiz.gift": b"// title: x\n\nDomanda {"}, "quiz.gift"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_named_and_nothing_is_half_written(case, cms, files):
    broken, words = BROKEN[case]
    if isinstance(broken, dict):
        changed = {name: content for name, content in broken.items() if isinstance(content, bytes)}
        facts = broken.get("course.md")
        broken = write_zip((twin(files, **facts) if isinstance(facts, dict) else files) | changed)

    page = send(cms, broken)

    assert (page.status_code, words in page.content.decode()) == (200, True), page.content.decode()[-3000:]
    assert (CoursePage.objects.count(), Question.objects.count()) == (0, 0)
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_code_that_is_taken_is_refused(cms, files):
    send(cms, write_zip(files))

    page = send(cms, write_zip(files), code="IMP-01").content.decode()

    assert "Un altro corso ha questo codice" in page
    assert "(IMP-01) c’è già" in send(cms, write_zip(files)).content.decode()
    assert send(cms, write_zip(files)).content.decode().count("c’è già") == 1
    for code in ("???", "-", "GOV 03!"):
        assert "Un codice è fatto di lettere" in send(cms, write_zip(files), code=code).content.decode()
    assert CoursePage.objects.count() == 1


def test_who_may_not_write_courses_finds_neither(client_for, coordinator, anci, course):
    assert client_for(coordinator).get(reverse("course_export", args=[course.pk])).status_code == 404
    assert client_for(coordinator).get(reverse(IMPORT)).status_code == 404
