"""A question with a picture: stored light with its alternative text, frozen with the paper, and in and out as files."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses import gift
from courses.actions import start_attempt, submit_attempt
from courses.actions.content import import_course
from courses.actions.course_export import export_course
from courses.actions.questions import picture_of
from courses.models import Question, QuizPage
from lib.archives import read_zip, write_zip
from tests import factories
from tests.courses.test_course_export import twin

ALT = "Un albero: sindaco, segretario | uffici [tre]"


@pytest.fixture
def question(course):
    return factories.give_picture(QuizPage.objects.get().quiz_questions.first().question, ALT)


@pytest.fixture
def cms(client_for, editor):
    grant_editors(factories.home_page())
    sync_cms_groups(editor)
    return client_for(editor)


@pytest.fixture
def attempt(enrolment, question, now):
    return start_attempt(enrolment, QuizPage.objects.get(), now=now)


def picture_url(attempt, question):
    return reverse("courses:attempt_picture", args=[attempt.pk, question.pk])


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_learner_sees_the_picture_of_the_day_of_the_attempt(client_for, learner, attempt, question):
    first = picture_of(question)
    page = client_for(learner).get(reverse("courses:attempt_take", args=[attempt.pk])).content.decode()
    assert f'src="{picture_url(attempt, question)}" alt="{ALT}" width="40" height="30"' in page

    question.picture = ContentFile(factories.png(20, 20), name="altra.png")
    question.clean()
    question.save()

    answer = client_for(learner).get(picture_url(attempt, question))
    assert (body(answer), answer["Content-Type"]) == (first, "image/webp")
    assert "private" in answer["Cache-Control"]


def test_after_handing_in_it_is_shown_only_with_the_questions(client_for, learner, attempt, question, now):
    submit_attempt(attempt, {}, now=now)
    result = reverse("courses:attempt_result", args=[attempt.pk])
    assert picture_url(attempt, question) in client_for(learner).get(result).content.decode()

    QuizPage.objects.update(answers_shown="never")

    assert picture_url(attempt, question) not in client_for(learner).get(result).content.decode()
    assert client_for(learner).get(picture_url(attempt, question)).status_code == 404


def test_a_question_without_a_picture_has_none_to_send(client_for, learner, attempt):
    plain = next(q for q in attempt.paper if "picture" not in q)

    assert (
        client_for(learner).get(reverse("courses:attempt_picture", args=[attempt.pk, plain["id"]])).status_code == 404
    )


def edit(cms, question, **changes):
    url = reverse("wagtailsnippets_courses_question:edit", args=[question.pk])
    data = querydict_from_html(cms.get(url).content.decode(), form_index=1)
    data.update(changes)
    return cms.post(url, data)


def test_the_form_asks_for_the_alternative_text_and_versions_keep_the_picture(cms, question):
    question.save_revision()
    first = question.picture.name

    refused = edit(cms, question, picture=SimpleUploadedFile("b.png", factories.png(3000, 10)), picture_alt="")
    assert "Serve il testo alternativo" in refused.content.decode()
    no_picture = edit(cms, question, picture=SimpleUploadedFile("b.png", b"rotto"), picture_alt="Una riga")
    assert "Questa immagine non si legge" in no_picture.content.decode()
    text = edit(cms, question, picture=SimpleUploadedFile("b.txt", b"x"), picture_alt="Una riga").content.decode()
    assert ("Un’immagine è un file JPEG, PNG o WebP." in text, "estensione" in text) == (True, False)

    edit(cms, question, picture=SimpleUploadedFile("b.png", factories.png(3000, 10)), picture_alt="Una riga")

    question.refresh_from_db()
    assert (question.picture_width, question.picture_alt, question.picture.name != first) == (1280, "Una riga", True)
    before = question.revisions.order_by("pk").first().as_object()
    assert (before.picture.name, before.picture_alt, before.picture_width) == (first, ALT, 40)
    assert picture_of(before) is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(picture_alt="")


def test_the_preview_shows_it_to_editors_only(cms, client_for, learner, question):
    address = reverse("question_picture", args=[question.pk])

    assert body(cms.get(address)) == picture_of(question)
    assert client_for(learner).get(address).status_code == 404


def test_the_bank_goes_out_as_a_zip_and_comes_in_again(cms, question):
    out = cms.get(reverse("question_export"))
    files = read_zip(BytesIO(out.content))
    assert set(files) == {"domande.gift", f"{question.code}.webp"}
    assert [q.picture_alt for q in gift.parse(files["domande.gift"].decode()) if q.picture] == [ALT]

    renamed = files["domande.gift"].replace(b"[id:", b"[id:nuova-")
    lacking = write_zip({"domande.gift": renamed})
    whole = write_zip(files | {"domande.gift": renamed})
    page = send(cms, lacking).content.decode()
    assert f"{question.code}.webp” non è nello zip" in page or f"{question.code}.webp» non è nello zip" in page
    assert not Question.objects.filter(code__startswith="nuova-").exists()

    send(cms, whole)

    twin_of_it = Question.objects.get(code=f"nuova-{question.code}"[:60])
    assert (picture_of(twin_of_it), twin_of_it.picture_alt) == (picture_of(question), ALT)


def send(cms, content: bytes):
    file = SimpleUploadedFile("domande.zip", content)
    return cms.post(reverse("question_import"), {"prefix": "x", "tags": "", "source": "", "file": file})


def test_a_course_as_files_keeps_it(course, question, now):
    files = export_course(course)
    assert files[f"immagini/{question.code}.webp"] == picture_of(question)
    index = course.get_parent().specific

    again = import_course(twin(files), index=index, now=now)  # the same picture: the bank's own question
    assert export_course(again)[f"immagini/{question.code}.webp"] == picture_of(question)

    other = twin(files | {f"immagini/{question.code}.webp": factories.png(7, 7)}, code="TERZO", slug="terzo")
    with pytest.raises(ValidationError) as refused:
        import_course(other, index=index, now=now)
    assert "La banca ha già un’altra domanda" in refused.value.messages[0]
