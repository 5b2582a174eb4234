"""The editors' side: writing, previewing, publishing, and what may not be deleted."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses.models import CoursePage, LessonPage, Step
from tests import factories


@pytest.fixture
def cms(client_for, editor):
    """An editor's browser, with what editors may do and nothing more."""
    grant_editors(factories.home_page())
    sync_cms_groups(editor)
    return client_for(editor)


def test_a_course_with_enrolments_is_not_deleted_and_the_editor_is_told_why(cms, enrolment, course):
    page = cms.post(reverse("wagtailadmin_pages:delete", args=[course.pk]), follow=True).content.decode()

    assert "serve al percorso formativo di 1 persona" in page
    assert reverse("course_archive", args=[course.pk]) in page
    assert Page.objects.filter(pk=course.pk).exists()


def test_nor_in_bulk_nor_through_its_parent(cms, enrolment, course):
    catalogue = course.get_parent()
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])

    for page in (course, catalogue):
        cms.post(f"{bulk}?id={page.pk}", {"id": page.pk})
        cms.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))

    assert Page.objects.filter(pk=course.pk).exists()
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_step_with_evidence_is_not_deleted(cms, enrolment, course, now):
    step = Step.objects.outline(course).first()
    enrolment.steps.create(step=step, completed_at=now)

    page = cms.post(reverse("wagtailadmin_pages:delete", args=[step.pk]), follow=True).content.decode()

    assert "serve al percorso formativo di 1 persona" in page
    assert Step.objects.filter(pk=step.pk).exists()


def test_a_course_nobody_used_is_deleted_with_its_edition(cms, course, edition):
    cms.post(reverse("wagtailadmin_pages:delete", args=[course.pk]))

    assert not Page.objects.filter(pk=course.pk).exists()


def test_archiving_takes_a_course_out_of_the_catalogue_and_leaves_who_is_enrolled(cms, client_for, enrolment, learner):
    course = enrolment.edition.course

    cms.post(reverse("course_archive", args=[course.pk]))

    learner_page = client_for(learner).get(reverse("courses:step", args=[course.slug, "prima-lezione"]))
    assert course not in cms.get(reverse("courses:catalogue")).context["courses"]
    assert learner_page.status_code == 200


def test_archiving_is_for_who_may_publish(client_for, learner, anci, course):
    assert client_for(learner).get(reverse("course_archive", args=[course.pk])).status_code == 404


def test_a_copy_of_a_course_gets_a_code_of_its_own(cms, course):
    parent = course.get_parent()
    data = {"new_title": "Copia", "new_slug": "copia", "new_parent_page": parent.pk, "copy_subpages": "on"}

    cms.post(reverse("wagtailadmin_pages:copy", args=[course.pk]), data)

    copy = CoursePage.objects.get(slug="copia")
    assert copy.code.startswith("BOZZA-")
    assert Step.objects.child_of(copy).count() == 3


def test_a_course_that_is_opened_gets_its_always_open_edition_once(course):
    for _time in range(2):
        course.save_revision().publish()

    assert course.editions.get().is_self_paced


def test_a_course_in_preparation_tells_the_editor_how_to_open_it(cms, course):
    course.is_in_preparation = True
    course.save_revision().publish()

    assert not course.editions.exists()


def test_an_older_draft_of_the_course_does_not_turn_the_credit_back(course):
    draft = course.save_revision()
    LessonPage.objects.child_of(course).first().delete()

    draft.publish()

    course.refresh_from_db()
    assert course.credit_minutes == sum(Step.objects.outline(course).values_list("minutes", flat=True))


def test_publishing_and_withdrawing_a_step_keeps_the_credit(course):
    lesson = LessonPage(title="Nuova", slug="nuova", body=[("text", "<p>Breve.</p>")], exercise_minutes=9, live=False)
    course.add_child(instance=lesson)
    others = sum(Step.objects.outline(course).values_list("minutes", flat=True))

    lesson.save_revision().publish()
    course.refresh_from_db()
    assert course.credit_minutes == others + 10

    lesson.refresh_from_db()
    lesson.unpublish()
    course.refresh_from_db()
    assert course.credit_minutes == others


def test_a_draft_changes_nothing_for_the_learner(client_for, enrolment, learner, course):
    lesson = LessonPage.objects.child_of(course).first()
    lesson.title = "Titolo in bozza"
    lesson.save_revision()

    page = client_for(learner).get(reverse("courses:step", args=[course.slug, lesson.slug])).content.decode()

    assert "Titolo in bozza" not in page


@pytest.mark.parametrize("page", ["course", "lesson", "quiz"])
def test_preview_shows_the_learners_page(cms, course, page):
    steps = list(Step.objects.outline(course))
    row = {"course": course, "lesson": steps[0], "quiz": steps[-1]}[page]

    answer = cms.get(reverse("wagtailadmin_pages:view_draft", args=[row.pk]))

    assert (answer.status_code, row.title in answer.content.decode()) == (200, True)


def test_the_pages_own_addresses_are_the_named_views(client, course, settings):
    step = Step.objects.outline(course).first()

    assert course.get_url() == reverse("courses:course_detail", args=[course.slug])
    assert step.get_url() == reverse("courses:step", args=[course.slug, step.slug])


@pytest.mark.parametrize("name", ["question", "acttemplate"])
def test_the_bank_and_the_act_templates_are_listed(cms, name):
    factories.QuestionFactory(text="Quale soglia?")
    factories.ActTemplateFactory(title="Quale soglia?")

    page = cms.get(reverse(f"wagtailsnippets_courses_{name}:list"))

    assert (page.status_code, "Quale soglia?" in page.content.decode()) == (200, True)
