import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses.blocks import LESSON_BLOCKS
from courses.models import LessonPage, Recording
from tests import factories

BLOCKS = dict(LESSON_BLOCKS)


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("has_files", [False, True])
def test_every_block_explains_itself_and_shows_a_preview(db, name, has_files):
    block = LessonPage.body.field.stream_block.child_blocks[name]
    if has_files:
        course = factories.CourseFactory()
        for make in (factories.RecordingFactory, factories.CourseFileFactory, factories.ActTemplateFactory):
            make(course=course)

    assert (block.meta.icon != "placeholder", bool(block.meta.description), bool(block.meta.template)) == (True,) * 3
    assert block.is_previewable
    assert block.render(block.get_preview_value(), {"key": "chiave"}).strip()


def test_a_draft_whose_files_are_not_chosen_yet_is_kept_and_previewed(client_for, editor, course):
    """The CMS saves drafts by itself, with whatever is there."""
    recording = {"recording": None, "percent": 90, "twin_counts": False}
    empty = {
        **dict.fromkeys(["act_template", "document", "glossary"]),
        **dict.fromkeys(["video", "audio"], recording),
        "picture": {"picture": None, "alternative_text": "", "caption": ""},
    }
    stream = LessonPage.body.field.stream_block
    body = stream.to_python([{"type": name, "value": value, "id": name} for name, value in empty.items()])
    assert [part.block_type for part in stream.clean_deferred(body)] == list(empty)
    lesson = LessonPage(title="A metà", slug="a-meta", body=body, live=False)
    course.add_child(instance=lesson)
    lesson.save_revision()
    grant_editors(factories.home_page())
    sync_cms_groups(editor)

    page = client_for(editor).get(reverse("wagtailadmin_pages:view_draft", args=[lesson.pk]))

    assert (page.status_code, lesson.demands) == (200, {})


def test_the_files_that_blocks_offer_are_the_editors_to_keep():
    names = {model.__name__ for model in get_snippet_models()}

    assert {"ActTemplate", "CourseFile", "Recording"} <= names


@pytest.mark.indexed
def test_what_a_lesson_offers_is_not_deleted_under_it(client_for, editor, course, now):
    grant_editors(factories.home_page())
    sync_cms_groups(editor)
    client = client_for(editor)
    used, unused = (factories.RecordingFactory(course=course) for _each in range(2))
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [("video", {"recording": used, "percent": 90, "twin_counts": True})]
    lesson.save()

    for recording in (used, unused):
        url = reverse(recording.snippet_viewset.get_url_name("delete"), args=[recording.pk])
        page = client.post(url, follow=True)
        assert ("Prima lezione" in page.content.decode()) == (recording == used)

    assert list(Recording.objects.all()) == [used]


def test_an_editor_uploads_a_video_with_its_captions(client_for, editor, course):
    grant_editors(factories.home_page())
    sync_cms_groups(editor)
    files = {
        "small": SimpleUploadedFile("film.mp4", factories.mp4(75)),
        "captions": SimpleUploadedFile("film.vtt", factories.CAPTIONS),
    }
    facts = {"course": course.pk, "slug": "film", "title": "Film", "transcript": "Buongiorno."}
    url, client = reverse(Recording.snippet_viewset.get_url_name("add")), client_for(editor)

    client.post(url, facts | {"small": SimpleUploadedFile("film.mp4", factories.mp4(75))})
    assert not Recording.objects.exists()

    client.post(url, facts | files)
    recording = Recording.objects.get()
    assert (recording.duration_seconds, recording.small.read()) == (75, factories.mp4(75))
    recording.small.close()
