"""Questions come into the bank as GIFT and leave it again: in the CMS and as commands."""

from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.actions import sync_cms_groups
from cms.actions.site import grant_editors
from courses import gift
from courses.actions.questions import as_gift, import_questions
from courses.models import Question
from courses.scoring import Kind
from journal.models import AuditEntry
from tests import factories
from tests.courses.papers import BANK

ALL = "\n\n".join(BANK[kind] for kind in sorted(BANK))
BROKEN = "Prima? {T}\n\nUn testo\n\nUltima? {=a ~b}"


@pytest.fixture
def cms(client_for, editor):
    grant_editors(factories.home_page())
    sync_cms_groups(editor)
    return client_for(editor)


def post(cms, **fields):
    return cms.post(reverse("question_import"), {"prefix": "con-02", "tags": "", "source": ""} | fields)


def test_every_type_goes_in_and_comes_out_the_same(db, now):
    import_questions(ALL, prefix="x", tags=["soglie"], now=now)

    stored = as_gift(Question.objects.prefetch_related("choices", "tagged_items__tag"))
    again = gift.parse(gift.write(stored))

    assert {question.kind for question in stored} == set(Kind)
    assert [vars(question) | {"line": 0} for question in again] == [vars(question) for question in stored]
    read = {question.text: question for question in gift.parse(ALL)}
    assert {q.text: (q.kind, q.options, q.feedback) for q in stored} == {
        text: (q.kind, q.options, q.feedback) for text, q in read.items()
    }


def test_an_editor_pastes_questions(cms, editor):
    post(cms, source=BANK[Kind.ONE] + "\n\n" + BANK[Kind.TRUTH], tags="soglie, lavori")

    assert list(Question.objects.values_list("code", flat=True)) == ["con-02-01", "con-02-02"]
    assert sorted(Question.objects.first().tags.names()) == ["lavori", "soglie"]
    assert AuditEntry.objects.get(action="import_questions").after == {"added": 2}


def test_a_file_in_the_encoding_of_an_old_windows_is_read(cms):
    file = SimpleUploadedFile("d.gift", "Perché la città? {T}".encode("cp1252"))

    post(cms, file=file)

    assert Question.objects.get().text == "Perché la città?"


def test_what_cannot_be_read_is_listed_by_line_and_nothing_is_stored(cms):
    page = post(cms, source=BROKEN)

    assert [(c.line, c.text) for c in page.context["outcome"].complaints] == [(3, "Un testo")]
    assert "è una descrizione, non una domanda" in page.content.decode()
    assert "Un testo" in page.context["form"]["source"].value()
    assert not Question.objects.exists()

    post(cms, source=BROKEN, skips="on")
    assert Question.objects.count() == 2


def test_a_check_stores_nothing(cms):
    page = post(cms, source=BANK[Kind.ONE], check="1")

    assert "Si può salvare una domanda." in page.content.decode()
    assert not Question.objects.exists()


def test_a_code_of_the_bank_is_never_overwritten(cms):
    source = "// [id:soglia]\nVecchia? {T}"
    post(cms, source=source)

    page = post(cms, source=source.replace("Vecchia", "Nuova"))

    assert "C’è già una domanda con il codice «soglia»." in page.content.decode()
    assert Question.objects.get().text == "Vecchia?"


@pytest.mark.parametrize("fields", [{"source": ""}, {"source": "x", "prefix": "con 02"}, {"source": "\x00"}])
def test_a_form_that_says_nothing_usable_comes_back(cms, fields):
    assert post(cms, **fields).status_code == 200


def test_a_picture_is_no_text(cms):
    page = post(cms, file=SimpleUploadedFile("d.gift", b"\x89PNG\x00\x00"))

    assert "Non è un file di testo." in page.content.decode()


def test_the_export_holds_what_the_list_shows(cms):
    post(cms, source=BANK[Kind.ONE] + "\n\n" + BANK[Kind.TRUTH])

    said = cms.get(reverse("question_export"), {"kind": "truth"})

    assert [question.kind for question in gift.parse(said.content.decode())] == [Kind.TRUTH]
    assert said.headers["Content-Disposition"] == 'attachment; filename="domande.gift"'


def test_import_and_export_are_for_editors(client_for, learner, coordinator):
    for person in (learner, coordinator):
        for name in ("question_import", "question_export"):
            assert client_for(person).get(reverse(name)).status_code == 404


def test_the_commands_do_the_same(db, tmp_path):
    file, out, complaints = tmp_path / "d.gift", StringIO(), StringIO()
    file.write_text(BROKEN)

    with pytest.raises(CommandError):
        call_command("import_gift", str(file), stderr=complaints)
    assert complaints.getvalue().startswith("line 3: ")
    call_command(
        "import_gift", str(file), "--skip", "--tag", "soglie", "--prefix", "con", stdout=out, stderr=complaints
    )
    call_command("export_gift", "--tag", "soglie", stdout=out)

    assert out.getvalue().startswith("2 questions stored\n")
    assert [q.code for q in gift.parse(out.getvalue().partition("\n")[2])] == ["con-01", "con-02"]
