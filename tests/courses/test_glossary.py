"""The glossary is kept once: lessons show it as it reads today, everybody may look it up, files bring it along."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses.actions.content import import_course
from courses.actions.course_export import export_course
from courses.models import GlossaryTerm, LessonPage
from tests import factories
from tests.courses.test_course_export import twin


@pytest.fixture
def term(db):
    return GlossaryTerm.objects.create(term="CIG", slug="cig", definition="<p>Il codice di una <b>gara</b>.</p>")


@pytest.fixture
def lesson(course, term):
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [("text", "<p>Prima.</p>"), ("glossary", term), ("glossary", term)]
    lesson.save_revision().publish()
    lesson.refresh_from_db()
    return lesson


def shown(client, course, lesson) -> str:
    return client.get(reverse("courses:step", args=[course.slug, lesson.slug])).content.decode()


def test_a_lesson_shows_the_term_as_it_reads_today(client_for, learner, enrolment, course, lesson, term):
    client = client_for(learner)
    assert shown(client, course, lesson).count("Il codice di una <b>gara</b>.") == 2

    term.definition = "<p>Dieci segni per una gara.</p>"
    term.save()

    page = shown(client, course, lesson)
    assert page.count("Dieci segni per una gara.") == 2
    assert f'<a href="{reverse("courses:glossary")}#cig">CIG</a>' in page
    printed = client.get(reverse("courses:lesson_print", args=[course.slug, lesson.slug])).content.decode()
    assert "Dieci segni per una gara." in printed


@pytest.mark.parametrize("terms", [1, 30])
def test_terms_cost_one_query(client_for, learner, enrolment, course, lesson, terms, django_assert_max_num_queries):
    rows = [GlossaryTerm.objects.create(term=f"T{n}", slug=f"t{n}", definition="<p>x</p>") for n in range(terms)]
    lesson.body = [("glossary", row) for row in rows]
    lesson.save_revision().publish()
    client = client_for(learner)
    shown(client, course, lesson)

    with django_assert_max_num_queries(6 + 7):
        shown(client, course, lesson)


def test_everybody_reads_the_list_in_its_order(client, term):
    GlossaryTerm.objects.create(term="Accordo quadro", slug="accordo-quadro", definition="<p>Un contratto.</p>")

    page = client.get(reverse("courses:glossary")).content.decode()

    assert page.index('id="accordo-quadro"') < page.index('id="cig"')
    assert "Il codice di una <b>gara</b>." in page


@pytest.mark.indexed
def test_a_term_that_lessons_name_stays(client_for, editor, lesson, term):
    grant_editors(factories.home_page())
    sync_cms_groups(editor)
    address = reverse("wagtailsnippets_courses_glossaryterm:delete", args=[term.pk])

    page = client_for(editor).post(address, follow=True).content.decode()

    assert "non si può eliminare" in page
    assert GlossaryTerm.objects.filter(pk=term.pk).exists()


def test_files_bring_terms_along_and_never_overwrite_them(course, lesson, term, now):
    files, index = export_course(course), course.get_parent().specific
    assert "glossario/cig.md" in files
    assert "[[termine: cig]]" in files[f"lessons/01-{lesson.slug}.md"].decode()
    import_course(twin(files), index=index, now=now)
    assert GlossaryTerm.objects.count() == 1

    term.definition = "<p>Altro.</p>"
    term.save()
    with pytest.raises(ValidationError) as refused:
        import_course(twin(files, code="TERZO", slug="terzo"), index=index, now=now)
    assert "glossario/cig.md: Il glossario spiega già «cig» in altro modo." in refused.value.messages[0]
