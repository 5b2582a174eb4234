"""Training done elsewhere counts once, for one body, after somebody else has approved it."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.actions import move_person
from certificates.actions import approve_external, refuse_external
from certificates.models import ExternalTraining, TrainingRecord
from journal.models import AuditEntry, OutgoingMail
from territory.actions import merge_bodies
from tests.certificates.factories import external_of
from tests.factories import EmploymentFactory, pdf_of
from tests.races import race

State = ExternalTraining.State
CREATE, WAITING = reverse("certificates:external_create"), reverse("certificates:external_list")
PDF = pdf_of("attestato")


@pytest.fixture
def external(learner, now):
    return external_of(learner, now=now)


def form(learner, *, proof=PDF, name="attestato.pdf", **fields) -> dict:
    given = {"employment": learner.employments.get().pk, "title": "Appalti", "provider": "Syllabus", "hours": "1,25"}
    given |= {"theme": "digitale", "finished_on": "2026-10-05", "proof": SimpleUploadedFile(name, proof)}
    return given | fields


def test_before_the_decision_nothing_counts(external):
    assert (external.state, TrainingRecord.objects.count()) == (State.WAITING, 0)


def test_approved_it_is_one_line_with_theme_day_and_body(external, referent, body_a, now):
    line = approve_external(external, actor=referent, now=now)

    assert (line.kind, line.minutes, line.theme, line.body) == ("external", 120, "digitale", body_a)
    assert (line.earned_on, line.title) == (date(2026, 10, 5), "Sicurezza informatica, Syllabus")
    assert AuditEntry.objects.filter(action="approve_external", actor=referent, area="valchiavenna").count() == 1
    assert "è approvata" in OutgoingMail.objects.get(key=f"external-decided:{external.pk}").text


def test_refused_it_says_why(external, referent, now):
    refuse_external(external, actor=referent, reason=" Il documento non dice le ore. ", now=now)

    assert TrainingRecord.objects.count() == 0
    assert "Il documento non dice le ore." in OutgoingMail.objects.get().text


def test_without_a_reason_nothing_is_refused(external, referent, now):
    with pytest.raises(ValidationError) as refused:
        refuse_external(external, actor=referent, reason=" ", now=now)

    assert refused.value.code == "no_reason"


@pytest.mark.parametrize("person", ["learner", "colleague", "tutor", "other_coordinator", "editor"])
def test_who_does_not_answer_for_the_body_does_not_decide(request, external, person, now):
    with pytest.raises(ValidationError) as refused:
        approve_external(external, actor=request.getfixturevalue(person), now=now)

    assert refused.value.code == "not_yours"


def test_a_referent_never_decides_about_oneself(referent, anci, now):
    own = external_of(referent, now=now)

    with pytest.raises(ValidationError) as refused:
        approve_external(own, actor=referent, now=now)

    assert refused.value.code == "not_yours"
    assert approve_external(own, actor=anci, now=now).user == referent


def test_an_unconfirmed_employment_waits_for_its_confirmation(external, learner, referent, now):
    learner.employments.update(confirmed_at=None)

    assert list(ExternalTraining.objects.ones_to_decide(referent)) == []


def test_the_same_proof_counts_once_even_for_another_body(external, learner, body_b, now):
    other = EmploymentFactory(user=learner, body=body_b)
    with external.proof.open() as file:
        proof = file.read()

    with pytest.raises(ValidationError, match="già stato inviato"):
        external_of(learner, now=now, employment=other, proof=proof)


def test_a_refused_proof_may_be_sent_again(external, learner, referent, now):
    refuse_external(external, actor=referent, reason="Manca la data", now=now)

    again = external_of(learner, now=now)

    assert approve_external(again, actor=referent, now=now).minutes == 120


@pytest.mark.parametrize(("day", "code"), [(date(2026, 11, 24), "not_yet"), (date(2024, 12, 31), "too_old")])
def test_days_to_come_and_long_gone_are_refused(learner, now, day, code):
    with pytest.raises(ValidationError) as refused:
        external_of(learner, now=now, finished_on=day)

    assert refused.value.error_dict["finished_on"][0].code == code


def test_the_form_sends_it_for_the_only_body(learner, client_for):
    answer = client_for(learner).post(CREATE, form(learner))

    external = ExternalTraining.objects.get()
    assert answer["Location"] == reverse("reports:training_record")
    assert (external.minutes, external.user, external.proof.name[:7]) == (75, learner, "proofs/")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"proof": b"MZ\x90 programma"}, "né PDF né JPEG né PNG"),
        ({"proof": b"%PDF-" + b"x" * 5_000_001}, "più di 5 MB"),
        ({"proof": b"%PDF-1.4 fake"}, "non si può aprire"),
        ({"proof": b"\x89PNG\r\n\x1a\n fake"}, "Un file va scelto di nuovo"),
        ({"hours": "1,3"}, "Le ore vanno a quarti: per esempio 1,25 o 1,5."),
        ({"hours": "0"}, "Almeno un quarto d’ora: 0,25."),
        ({"hours": "201"}, "Al massimo 200 ore."),
        ({"hours": "1e400"}, "Al massimo 200 ore."),
        ({"theme": "magia"}, "magia"),
        ({"title": "a\x00b"}, "null"),
        ({"finished_on": "2027-01-01"}, "deve ancora venire"),
        ({"employment": "9" * 30}, "employment"),
    ],
)
def test_what_makes_no_sense_changes_nothing(learner, client_for, change, words):
    answer = client_for(learner).post(CREATE, form(learner, **change))

    assert (answer.status_code, words in answer.text, ExternalTraining.objects.count()) == (200, True, 0)


def test_a_day_to_come_is_marked_on_the_date(learner, client_for):
    answer = client_for(learner).post(CREATE, form(learner, finished_on="2027-01-01"))

    assert answer.context["form"].errors == {"finished_on": ["Questo giorno deve ancora venire."]}


def test_another_persons_employment_is_no_choice(learner, colleague, client_for):
    client_for(learner).post(CREATE, form(learner, employment=colleague.employments.get().pk))

    assert ExternalTraining.objects.count() == 0


def test_without_a_body_the_page_says_what_to_do(editor, client_for):
    assert reverse("accounts:employment_create") in client_for(editor).get(CREATE).text


def test_the_proof_is_a_download_under_a_plain_name(external, referent, client_for):
    answer = client_for(referent).get(reverse("certificates:external_proof", args=[external.pk]))

    assert answer["Content-Disposition"] == f'attachment; filename="formazione-{external.pk}.pdf"'
    assert BytesIO(answer.getvalue()).read().startswith(b"%PDF-")


def test_the_list_shows_the_own_body_and_decides(external, outsider, referent, client_for, now):
    external_of(outsider, now=now)
    client = client_for(referent)

    shown = client.get(WAITING)
    client.post(reverse("certificates:external_approve", args=[external.pk]))

    assert [row.pk for row in shown.context["page"]] == [external.pk]
    assert TrainingRecord.objects.get().minutes == 120
    assert "Niente da decidere" in client.get(WAITING).text


def test_the_list_costs_the_same_for_one_or_many(
    external, learner, referent, client_for, now, django_assert_num_queries
):
    client = client_for(referent)
    client.get(WAITING)
    with django_assert_num_queries(5):
        client.get(WAITING)
    for number in range(5):
        external_of(learner, now=now, title=f"Corso {number}")

    with django_assert_num_queries(5):
        client.get(WAITING)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_count_the_hours_once(learner, referent, coordinator, now):
    external = external_of(learner, now=now)

    said = race(
        [lambda who=who: approve_external(external, actor=who, now=now).minutes for who in (referent, coordinator)]
    )

    assert sorted(map(str, said)) == ["120", "decided"]
    assert TrainingRecord.objects.count() == 1


def test_a_claim_goes_on_with_a_merged_body(external, referent, body_a, body_a2, anci, now):
    merge_bodies([body_a], successor=body_a2, first_on=date(2026, 11, 1), actor=anci, now=now)

    assert approve_external(external, actor=referent, now=now).body == body_a2


@pytest.mark.parametrize("first_on", [date(2026, 10, 1), date(2026, 11, 1)])
def test_a_person_who_moves_takes_along_what_ended_afterwards(
    external, learner, coordinator, body_a, body_a2, first_on, now
):
    facts = {"job_title": "", "share_percent": 100, "first_on": first_on, "actor": coordinator}
    move_person(learner.employments.get(), body=body_a2, now=now, **facts)

    external.refresh_from_db()
    assert external.body == external.employment.body == (body_a2 if external.finished_on >= first_on else body_a)
