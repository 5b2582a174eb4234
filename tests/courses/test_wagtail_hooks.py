"""The editors' side: writing, previewing, publishing, and what may not be deleted."""

import pytest
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import querydict_from_html

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses.blocks import TableBlock
from courses.models import CoursePage, LessonPage, Recording, Step
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


def test_the_bulk_page_says_at_once_which_page_is_in_use_and_offers_to_archive_only_that(cms, enrolment, course):
    unused = factories.CourseFactory(title="Un corso che nessuno segue")
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])

    page = cms.get(f"{bulk}?id={course.pk}&id={unused.pk}", follow=True).content.decode()

    assert f"“{course.title}” non si può eliminare: serve al percorso formativo di 1 persona" in page
    assert "Non è stato eliminato nulla." in page
    assert f"“{unused.title}” non si può" not in page
    assert f"Archivia «{course.title}»" in page
    assert f"Archivia «{unused.title}»" not in page


def test_the_bulk_page_asks_before_pages_that_nobody_needs_are_deleted(cms, course):
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])

    page = cms.get(f"{bulk}?id={course.pk}")

    assert (page.status_code, course.title in page.content.decode()) == (200, True)


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


def test_a_copy_begins_as_a_draft_and_is_never_a_twin_with_the_same_code(cms, course):
    page = cms.get(reverse("wagtailadmin_pages:copy", args=[course.pk]))

    assert sorted(page.context["form"].fields) == ["copy_subpages", "new_parent_page", "new_slug", "new_title"]


@pytest.fixture
def copy(cms, course):
    data = {"new_title": "Copia", "new_slug": "copia", "new_parent_page": course.get_parent().pk}
    cms.post(reverse("wagtailadmin_pages:copy", args=[course.pk]), data)
    return CoursePage.objects.get(slug="copia")


def test_a_course_with_a_provisional_code_stays_a_draft_and_says_why(cms, copy):
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    answer = cms.post(f"{bulk}?id={copy.pk}", {"id": copy.pk}, follow=True).content.decode()

    copy.refresh_from_db()
    assert not copy.live
    assert "il codice è ancora provvisorio in “Copia”" in answer


def test_publishing_keeps_what_was_written_and_asks_for_the_code(cms, copy):
    data = form_data(cms, copy) | {"action-publish": "on", "summary": "Riscritto"}

    answer = cms.post(reverse("wagtailadmin_pages:edit", args=[copy.pk]), data, follow=True).content.decode()

    copy.refresh_from_db()
    assert not copy.live
    assert copy.get_latest_revision_as_object().summary == "Riscritto"
    assert "Salvato come bozza, non pubblicato" in answer


def test_with_a_code_of_its_own_the_copy_is_published(cms, copy):
    data = form_data(cms, copy) | {"action-publish": "on", "code": "GOV-99"}

    cms.post(reverse("wagtailadmin_pages:edit", args=[copy.pk]), data)

    copy.refresh_from_db()
    assert (copy.live, copy.code) == (True, "GOV-99")


def form_data(cms, page) -> dict:
    """What the browser would send back of the page's form."""
    html = cms.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    return querydict_from_html(html, form_id="page-edit-form").dict()


def test_the_list_says_in_which_state_a_course_is_and_offers_to_archive_it(cms, course):
    catalogue = reverse("wagtailadmin_explore", args=[course.get_parent().pk])
    archive = reverse("course_archive", args=[course.pk])
    states = {}

    for facts in ({}, {"is_in_preparation": True}, {"is_archived": True}, {"live": False}):
        CoursePage.objects.filter(pk=course.pk).update(
            **{"is_in_preparation": False, "is_archived": False, "live": True} | facts
        )
        page = cms.get(catalogue)
        row = next(row for row in page.context["table"].rows if row.instance.pk == course.pk)
        states[str(row.instance.state)] = archive in page.content.decode()

    assert states == {"iscrizioni aperte": True, "in preparazione": True, "archiviato": False, "bozza": False}


def test_the_steps_are_listed_in_the_order_in_which_they_are_taken(cms, course):
    Step.objects.outline(course).first().specific.save_revision()

    page = cms.get(reverse("wagtailadmin_explore", args=[course.pk]))

    listed = [row.instance.pk for row in page.context["table"].rows]
    assert listed == list(Step.objects.outline(course).values_list("pk", flat=True))


def test_the_steps_of_a_draft_course_are_not_called_published(cms, course):
    address, words = reverse("wagtailadmin_explore", args=[course.pk]), "in attesa del corso"
    assert words not in cms.get(address).content.decode()

    CoursePage.objects.filter(pk=course.pk).update(live=False)

    assert cms.get(address).content.decode().count(words) == Step.objects.outline(course).count()


def test_a_new_table_begins_with_headings_and_one_row():
    table = TableBlock().get_default()

    assert [list(row) for row in table["rows"]] == [["", ""], ["", ""]]


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


def test_recordings_are_listed_with_their_kind_and_minutes(cms, course):
    recording = factories.RecordingFactory(course=course, title="Una frase alla volta")
    Recording.objects.filter(pk=recording.pk).update(duration_seconds=61)

    page = cms.get(reverse("wagtailsnippets_courses_recording:list"))

    table = page.context["table"]
    shown = {
        str(column.label): str(column.get_value(row.instance))
        for row in table.rows
        for column in table.columns.values()
        if column.name in ("kind", "minutes")
    }
    assert shown == {"Tipo": "video", "Minuti": "2"}
    assert "is_video" not in table.columns
