"""A copy of one's data, being erased, and what is kept no longer than the settings say."""

import json
from datetime import timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from accounts.actions import ask_erasure, carry_out_erasure, erase_due, withdraw_erasure
from accounts.actions.copy_labels import FIELDS, table_name
from accounts.actions.own_data import _own_rows, _shown
from accounts.models import ErasureRequest, User
from accounts.signals import person_copied
from certificates.actions import print_due
from certificates.models import Certificate, TrainingRecord
from courses.models import Answer, Enrolment, Margin, QuizPage
from journal.actions import queue_mail
from journal.models import AuditEntry, Job, OutgoingMail
from tests.certificates.factories import certificate_of
from tests.certificates.test_views import reauthenticated
from tests.factories import PASSWORD, AnswerFactory, AttemptFactory, EnrolmentFactory, UserFactory
from tests.tutorship.factories import BookingFactory

PAGE = reverse("accounts:own_data")


@pytest.fixture
def past(learner, edition, colleague, now):
    """A certificate, an open course with a note and an answer, and an appointment to come."""
    certificate = certificate_of(learner, edition, now=now)
    print_due(now=now)
    quiz = QuizPage.objects.get()
    attempt = AttemptFactory(quiz=quiz, enrolment=EnrolmentFactory(user=learner, edition=edition))
    AnswerFactory(attempt=attempt, given="CANARY_ANSWER")
    Margin.objects.create(user=learner, step=quiz.step_ptr, note="CANARY_NOTE", written_at=now)
    BookingFactory(learner=learner, question="CANARY_QUESTION")
    BookingFactory(learner=colleague, question="CANARY_COLLEAGUE")
    return certificate


def copied(client) -> dict:
    answer = client.post(reverse("accounts:own_data_copy"))
    with ZipFile(BytesIO(answer.content)) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} == {"json", "csv"}
        return json.loads(archive.read("dati.json"))


def test_the_copy_holds_all_that_is_kept_and_no_secret(past, learner, client_for, now):
    data = copied(reauthenticated(client_for(learner), learner))

    text = json.dumps(data, ensure_ascii=False)
    assert data["accounts.user"][0]["email"] == learner.email
    assert data["certificates.certificate"][0]["number"] == past.number
    for words in ("CANARY_ANSWER", "CANARY_NOTE", "CANARY_QUESTION", "Campodolcino"):
        assert words in text
    for secret in ("CANARY_COLLEAGUE", learner.password, 'share_percent": 60', "Pedroncelli"):
        assert secret not in text
    assert AuditEntry.objects.get(action="copy_own_data").actor == learner


def test_the_tables_of_the_copy_speak_italian(past, learner, client_for):
    answer = reauthenticated(client_for(learner), learner).post(reverse("accounts:own_data_copy"))
    with ZipFile(BytesIO(answer.content)) as archive:
        headers = {name: archive.read(name).decode("utf-8-sig").splitlines()[0] for name in archive.namelist()}
        people = archive.read("persone.csv").decode("utf-8-sig")

    assert {"rapporti-di-lavoro.csv", "risposte-alle-prove.csv", "attestati.csv"} <= headers.keys()
    assert headers["rapporti-di-lavoro.csv"].startswith("Riga;Ente;Profilo;Dal;Al;")
    assert ";sì" in people


def test_every_field_of_the_copy_has_words_in_italian(learner):
    """Whoever adds a field that is copied gives it a name, or a word in `copy_labels`."""
    found = [*_own_rows(learner), *(rows for _r, kinds in person_copied.send(User, person=learner) for rows in kinds)]
    fields = [field for rows in found for field in _shown(rows.model)]

    with translation.override("it"):
        silent = {field for field in fields if str(field.verbose_name) in {field.name.replace("_", " "), "ID"}}
        assert {field.name for field in silent} - set(FIELDS) <= {"note"}
        names = [table_name(rows.model) for rows in found]
    assert len(names) == len(set(names))


def test_an_erased_person_is_gone_and_the_sums_stay(past, learner, client_for, client, now):
    minutes = sum(TrainingRecord.objects.filter(user=learner).values_list("minutes", flat=True))
    logged_in, address, password = reauthenticated(client_for(learner), learner), learner.email, learner.password
    logged_in.post(reverse("accounts:erasure_ask"))

    assert erase_due(now=now + timedelta(days=13)) == 0
    assert erase_due(now=now + timedelta(days=14)) == 1
    assert erase_due(now=now + timedelta(days=15)) == 0

    gone = User.objects.get(pk=learner.pk)
    assert (gone.get_full_name(), gone.is_active, gone.password == password) == ("Persona cancellata", False, False)
    assert (Answer.objects.count(), Margin.objects.count(), Enrolment.objects.open().filter(user=gone).count()) == (
        0,
        0,
        0,
    )
    assert logged_in.get(PAGE).status_code == 302
    everything = repr([list(model.objects.values()) for model in (User, OutgoingMail, Certificate)])
    assert "CANARY_Q" not in everything
    assert "Moro" not in everything
    assert [mail.subject for mail in OutgoingMail.objects.filter(recipient=address)] == ["L’account è cancellato"]
    assert sum(TrainingRecord.objects.filter(user=gone).values_list("minutes", flat=True)) == minutes
    page = client.get(reverse("certificates:verify_code", args=[past.code])).content.decode()
    assert (past.number in page, "Moro" in page) == (True, False)


def test_the_effect_is_read_before_anything_is_asked_for(learner, client_for, now):
    client, address = reauthenticated(client_for(learner), learner), reverse("accounts:erasure_ask")

    assert f'href="{address}"' in client.get(PAGE).content.decode()
    page = client.get(address).content.decode()
    assert ("7 dicembre 2026" in page, "Che cosa resta, senza nome" in page) == (True, True)
    assert not ErasureRequest.objects.exists()
    client.post(address)
    assert ErasureRequest.objects.open().get().user == learner
    assert client.get(address).url == PAGE


def test_who_has_a_role_is_led_back_to_the_page_that_says_why(tutor, client_for):
    answer = reauthenticated(client_for(tutor), tutor).get(reverse("accounts:erasure_ask"))

    assert answer.url == PAGE


def test_the_password_asked_again_keeps_the_session_though_its_hash_is_old(learner, client_for):
    client = client_for(learner)
    client.post(reverse("accounts:erasure_ask"))

    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert User.objects.get(pk=learner.pk).password != learner.password
    assert client.get(PAGE).status_code == 200


def test_the_request_can_be_taken_back(learner, client_for, now):
    client = reauthenticated(client_for(learner), learner)
    client.post(reverse("accounts:erasure_ask"))
    client.post(reverse("accounts:erasure_ask"))
    assert "7 dicembre 2026" in client.get(PAGE).content.decode()
    assert ErasureRequest.objects.open().count() == 1

    client.post(reverse("accounts:erasure_withdraw"))
    client.post(reverse("accounts:erasure_withdraw"))

    assert erase_due(now=now + timedelta(days=30)) == 0
    assert User.objects.get(pk=learner.pk).is_active


def test_who_answers_for_others_gives_the_role_back_first(tutor, learner, anci, area_a, client_for, now):
    answer = reauthenticated(client_for(tutor), tutor).post(reverse("accounts:erasure_ask"), follow=True)
    assert "Un ruolo è ancora in vigore" in answer.content.decode()
    request = ask_erasure(learner, now=now)
    learner.roles.create(role="tutor", area=area_a)

    assert erase_due(now=now + timedelta(days=20)) == 0
    with pytest.raises(ValidationError, match="ruolo"):
        carry_out_erasure(request, actor=anci, now=now)
    assert User.objects.get(pk=learner.pk).is_active


def test_anci_carries_it_out_sooner_and_nobody_else(learner, coordinator, anci, client_for, now):
    request = ask_erasure(learner, now=now)
    with pytest.raises(ValidationError, match="ANCI"):
        carry_out_erasure(request, actor=coordinator, now=now)

    page = client_for(anci).get(reverse("accounts:erasure_list")).content.decode()
    carry_out_erasure(request, actor=anci, now=now)
    carry_out_erasure(request, actor=anci, now=now)

    assert learner.email in page
    assert not User.objects.get(pk=learner.pk).is_active
    assert AuditEntry.objects.filter(action="erase_person").count() == 1
    withdraw_erasure(learner, now=now)
    assert ErasureRequest.objects.get().erased_at == now


def purged(*options) -> dict[str, str]:
    out = StringIO()
    call_command("purge", *options, stdout=out)
    return dict(line.split(": ") for line in out.getvalue().splitlines())


def test_purge_counts_first_then_takes_out_once(learner, anci, now):
    old = now - timedelta(days=400)
    queue_mail(kind="accounts.erased", key="erased:1", recipient="x@example.org", subject="S", text="CANARY", now=old)
    OutgoingMail.objects.update(state=OutgoingMail.State.SENT)
    Job.objects.create(kind="staff-write", created_at=old, finished_at=old, outcome={"errors": ["CANARY"]})
    invited = UserFactory(date_joined=old)
    left = UserFactory(date_joined=now - timedelta(days=5_000), last_login=now - timedelta(days=4_000))
    present = UserFactory(date_joined=old, last_login=old)
    expected = {"sessions": "0", "mails": "1", "jobs": "1", "invited": "1", "left": "1"}

    assert purged() == {name: f"{count} over their time" for name, count in expected.items()}
    assert User.objects.filter(is_active=False).count() == 0
    assert purged("--apply") == {name: f"{count} taken out" for name, count in expected.items()}

    erased = User.objects.filter(is_active=False).values_list("email", flat=True)
    assert sorted(erased) == sorted(f"cancellata-{person.pk}@invalid.invalid" for person in (invited, left))
    assert User.objects.get(pk=present.pk).is_active
    assert "CANARY" not in repr([list(model.objects.values()) for model in (OutgoingMail, Job)])
    entry = AuditEntry.objects.get(action="purge")
    assert entry.after == {name: int(count) for name, count in expected.items()}
    assert set(purged("--apply").values()) == {"0 taken out"}
    assert AuditEntry.objects.filter(action="purge").count() == 1
