"""The bank in the CMS: writing, finding and previewing questions."""

import pytest
from django.urls import reverse
from wagtail.models import DraftStateMixin, RevisionMixin
from wagtail.snippets.models import get_snippet_models

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses.models import GlossaryTerm, Question, QuizDraw, QuizPage
from courses.scoring import Kind
from tests import factories
from tests.courses.papers import bank_question

LIST = "wagtailsnippets_courses_question:list"
ADD = "wagtailsnippets_courses_question:add"


@pytest.fixture
def cms(client_for, editor):
    grant_editors(factories.home_page())
    sync_cms_groups(editor)
    return client_for(editor)


def form(kind, answers, **fields):
    """What the browser sends for a new question; an answer is a mapping of its fields."""
    data = {
        "code": "prova-01",
        "kind": kind.value,
        "text": "Che cosa serve?",
        "feedback": "",
        "tags": "soglie, appalti",
        "choices-TOTAL_FORMS": len(answers),
        "choices-INITIAL_FORMS": 0,
    } | fields
    for number, answer in enumerate(answers):
        filled = {"text": "", "match": "", "tolerance": "0", "share_percent": "0", "feedback": "", "ORDER": number + 1}
        data |= {f"choices-{number}-{name}": value for name, value in (filled | answer).items()}
    return data


SOUND = {
    Kind.ONE: [{"text": "Determina", "share_percent": 100}, {"text": "Delibera"}],
    Kind.TRUTH: [{"share_percent": 0}, {"share_percent": 100}],
    Kind.MATCHING: [{"text": "Bilancio", "match": "Ragioneria"}, {"text": "Gara", "match": "RUP"}, {"match": "Mensa"}],
    Kind.NUMERIC: [{"text": "140.000", "tolerance": "0.5", "share_percent": 100}],
    Kind.OPEN: [{"text": "Motivazione", "share_percent": 60}, {"text": "Forma", "share_percent": 40}],
}


@pytest.mark.parametrize("kind", SOUND)
def test_an_editor_writes_a_question(cms, kind):
    cms.post(reverse(ADD), form(kind, SOUND[kind]))

    question = Question.objects.get()
    assert (question.kind, question.choices.count()) == (kind, len(SOUND[kind]))
    assert sorted(question.tags.names()) == ["appalti", "soglie"]
    assert question.revisions.count() == 1


def test_numbers_are_kept_in_one_form_and_true_and_false_have_their_names(cms):
    cms.post(reverse(ADD), form(Kind.NUMERIC, SOUND[Kind.NUMERIC]))
    cms.post(reverse(ADD), form(Kind.TRUTH, SOUND[Kind.TRUTH], code="prova-02"))

    texts = {question.code: [choice.text for choice in question.choices.all()] for question in Question.objects.all()}
    assert texts == {"prova-01": ["140000"], "prova-02": ["Vero", "Falso"]}


@pytest.mark.parametrize(
    ("kind", "answers", "sentence"),
    [
        (Kind.ONE, [{"text": "a"}, {"text": "b"}], "Nessuna risposta è giusta"),
        (Kind.SEVERAL, [{"text": "a", "share_percent": 60}, {"text": "b", "share_percent": 60}], "non sommano a 100"),
        (Kind.GAP, SOUND[Kind.ONE], "cinque trattini bassi"),
        (Kind.NUMERIC, [{"text": "molti", "share_percent": 100}], "non è un numero"),
        (Kind.OPEN, [], "almeno un criterio"),
    ],
)
def test_a_question_that_cannot_be_scored_is_refused_with_a_sentence(cms, kind, answers, sentence):
    page = cms.post(reverse(ADD), form(kind, answers)).content.decode()

    assert sentence in page
    assert not Question.objects.exists()


def test_nothing_is_live_before_it_is_saved(cms, editor):
    """Without drafts, what Wagtail stored while somebody types would stand in the next quiz at once."""
    question = bank_question(Kind.ONE)
    pages = [reverse(ADD), reverse("wagtailsnippets_courses_question:edit", args=[question.pk])]
    pages += [
        reverse(model.snippet_viewset.get_url_name("add"))
        for model in get_snippet_models()
        if issubclass(model, RevisionMixin) and not issubclass(model, DraftStateMixin)
    ]

    for page in map(cms.get, pages):
        assert (page.context["autosave_enabled"], "data-w-autosave" in page.content.decode()) == (False, False)


def codes(page):
    return [question.code for question in page.context["object_list"]]


def test_the_list_finds_by_kind_tag_and_use(cms, course):
    one, number = bank_question(Kind.ONE), bank_question(Kind.NUMERIC)
    Question.objects.exclude(pk__in=[one.pk, number.pk]).update(kind="several")
    for row in (one, number):
        row.tags.add(row.code)
        row.save()
    QuizDraw.objects.create(quiz=QuizPage.objects.get(), tag=number.tags.get(), count=1)
    tag = one.tags.get().pk

    assert codes(cms.get(reverse(LIST), {"kind": "one"})) == ["domanda-one"]
    assert codes(cms.get(reverse(LIST), {"tag": tag})) == ["domanda-one"]
    assert codes(cms.get(reverse(LIST), {"use": "unused"})) == ["domanda-one"]
    assert "domanda-numeric" in codes(cms.get(reverse(LIST), {"use": "used"}))


@pytest.mark.indexed
def test_the_list_finds_by_code(cms, course):
    bank_question(Kind.ONE, code="gov-03-soglie")
    bank_question(Kind.NUMERIC, code="gov-03-rotazione")
    GlossaryTerm.objects.create(term="Buono d’ordine", slug="bdo", definition="<p>Un atto.</p>")
    terms = reverse("wagtailsnippets_courses_glossaryterm:list")

    assert codes(cms.get(reverse(LIST), {"q": "gov-03-soglie"})) == ["gov-03-soglie"]
    assert codes(cms.get(reverse(LIST), {"q": "gov-03-so"})) == ["gov-03-soglie"]
    assert codes(cms.get(reverse(LIST), {"q": "rotaz"})) == ["gov-03-rotazione"]
    assert len(codes(cms.get(reverse(LIST), {"q": "gov-03"}))) == 2
    assert "Buono d’ordine" in cms.get(terms, {"q": "bdo"}).content.decode()


@pytest.mark.parametrize("kind", sorted(Kind))
def test_the_preview_shows_the_question_with_its_key(cms, kind):
    question = bank_question(kind)
    url = reverse("wagtailsnippets_courses_question:preview_on_edit", args=[question.pk])
    answers = [vars(choice) for choice in question.choices.all()]
    fields = ("text", "match", "tolerance", "share_percent", "feedback")
    data = form(
        kind,
        [{field: answer[field] for field in fields} for answer in answers],
        text=question.text,
        feedback=question.feedback,
    )

    assert cms.post(url, data).json()["is_valid"]
    page = cms.get(url).content.decode()
    assert question.text.split("_")[0].strip() in page
    assert "CHIAVE" in page


def test_a_quiz_does_not_draw_more_than_there_is(cms, course, anci):
    quiz = QuizPage.objects.get()
    question = bank_question(Kind.ONE)
    question.tags.add("soglie")
    question.save()
    data = {
        "title": quiz.title,
        "slug": quiz.slug,
        "minutes": 15,
        "pass_mark_percent": 70,
        "counting": "best",
        "quiz_questions-TOTAL_FORMS": 0,
        "quiz_questions-INITIAL_FORMS": 0,
        "draws-TOTAL_FORMS": 1,
        "draws-INITIAL_FORMS": 0,
        "draws-0-tag": question.tags.get().pk,
        "draws-0-count": 2,
        "draws-0-ORDER": 1,
        "introduction": "null",
    }

    page = cms.post(reverse("wagtailadmin_pages:edit", args=[quiz.pk]), data | {"action-publish": 1})

    assert "non se ne possono estrarre 2" in page.content.decode()
