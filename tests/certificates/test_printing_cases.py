"""What has gone wrong with certificates elsewhere, each once; the cases that are not told beside what they touch."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from certificates.actions import (
    build_archives,
    check_template,
    issue_certificate,
    print_due,
    printing,
    publish_template,
    request_archive,
)
from certificates.models import Certificate, CertificateFile, CertificateTemplate, Register, TemplateVersion
from certificates.models.template import worst_case
from courses.models import Enrolment
from journal.actions import send_due_mail
from journal.models import OutgoingMail
from tests.certificates.factories import certificate_of, completed, external_of
from tests.factories import employee

Kind, State = Register.Kind, Certificate.State
MANY = 500


@pytest.fixture
def certificate(learner, edition, now):
    return certificate_of(learner, edition, now=now)


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [
        ("שרה", "לוי"),  # from right to left
        ("محمد", "العلي"),  # and joined
        ("Anna \N{GRINNING FACE}", "Rossi"),
        ("<style>*{display:none}</style>", "Rossi"),
        ("}", 'p { position: fixed; top: 400mm } "'),
    ],
)
def test_a_name_of_any_kind_is_printed_whole(certificate, first_name, last_name):
    certificate.snapshot |= {"first_name": first_name, "last_name": last_name}

    assert printing.render(certificate)[1] == []


def test_accents_in_two_spellings_give_the_same_file(learner, edition, now):
    pdfs = []
    for spelling in ("Niccol\u00f2", "Niccolo\u0300"):
        learner.first_name = spelling
        learner.save(update_fields=["first_name"])
        made = certificate_of(learner, edition, now=now)
        one_of_them = {"number": "2026/000001", "code": "0" * 17, "grouped_code": "0000-0000-0000-0000-0"}
        made.snapshot |= one_of_them | {"address": "http://localhost:8000/verifica/0000-0000-0000-0000-0/"}
        pdfs.append(printing.render(made))

    assert (pdfs[0][1], pdfs[0] == pdfs[1]) == ([], True)


# --- years and hours -----------------------------------------------------------------------------------------------


def test_taken_again_in_another_year_it_is_another_number_of_that_year(learner, edition):
    numbers = [certificate_of(learner, edition, now=datetime(year, 6, 1, tzinfo=UTC)).number for year in (2025, 2026)]

    assert numbers == ["2025/000001", "2026/000001"]


def test_quarters_of_an_hour_add_up_exactly(learner, edition, now):
    for _quarter in range(7):
        certificate_of(learner, edition, now=now, credit_minutes=15)
    external = external_of(learner, now=now, minutes=15)

    assert (external.minutes, learner.training_records.minutes()) == (15, 105)


# --- templates -----------------------------------------------------------------------------------------------------


def test_a_logo_that_is_replaced_does_not_reach_what_was_issued(learner, edition, anci, now):
    logo = Image.objects.create(title="Logo", file=get_test_image_file(colour="red"))
    template = CertificateTemplate.shipped(Kind.COURSE)
    template.logo = logo
    template.save()
    publish_template(template, actor=anci, now=now)
    certificate = certificate_of(learner, edition, now=now)
    before = printing.render(certificate)

    logo.file.save("logo.png", get_test_image_file(colour="blue"))
    after = printing.render(Certificate.objects.get(pk=certificate.pk))
    publish_template(CertificateTemplate.objects.get(), actor=anci, now=now)

    assert (before[1], after == before) == ([], True)
    assert TemplateVersion.objects.count() == 2  # the next certificates have the new one


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_frozen_when_it_fits_and_refused_when_not(kind, anci, now):
    template = CertificateTemplate.shipped(kind)
    template.save()
    publish_template(template, actor=anci, now=now)
    template.programme, template.funder_wording, template.signatory_role = "W " * 100, "W " * 100, "W " * 75
    template.heading, template.sentence, template.place = "W" * 120, "W" * 250, "W" * 60

    with pytest.raises(ValidationError) as refused:
        check_template(template)

    assert (refused.value.code, TemplateVersion.objects.count()) == ("does_not_fit", 1)


def test_a_signature_that_grows_into_the_facts_is_refused(db):
    template = CertificateTemplate.shipped(Kind.COURSE)
    template.heading, template.sentence = "Attestato " * 12, "{ente} " + "con molte parole " * 13
    template.signatory_role, template.signatory_name = "Per conto di " * 11, "Nome " * 20

    assert [problem for problem in template.problems() if "lie over each other" in problem or "pages" in problem]


@pytest.mark.parametrize("kind", list(Kind))
def test_the_preview_of_every_kind_shows_its_worst_case(kind, rf, db):
    worst = worst_case(kind)

    shown = CertificateTemplate.shipped(kind).serve_preview(rf.get("/"), "").content.decode()

    assert len(f"{worst['first_name']} {worst['last_name']}") == 95
    pages = shown.count("data:image/png;base64,")
    assert ("Tutto ci sta." in shown, pages > 1) == (True, kind in Kind.statements())


# --- workers -------------------------------------------------------------------------------------------------------


def test_a_message_that_could_not_leave_is_tried_again_and_arrives_once(certificate, now, settings, mailoutbox):
    print_due(now=now)
    settings.EMAIL_BACKEND = "tests.certificates.test_printing_cases.BrokenBackend"
    failed = send_due_mail(now=now)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    later = now + timedelta(hours=6)

    sent = [send_due_mail(now=later), send_due_mail(now=later + timedelta(hours=6)), print_due(now=later)]

    assert (failed, sent, OutgoingMail.objects.count()) == (0, [1, 0, 0], 1)
    assert [message.to for message in mailoutbox] == [[certificate.user.email]]


def BrokenBackend(*args, **kwargs):
    raise OSError("The line is down.")


def test_of_five_hundred_one_fails_and_the_others_arrive(body_a, edition, referent, now, monkeypatch):
    """Printing them takes a minute, which `benchmarks.issuing` spends; here the bytes are short, the rest is real."""
    bad = many_certificates(employee(body_a), edition, now)[123]

    def render(certificate):
        return f"%PDF {certificate.number}".encode(), ["2 pages instead of one"] if certificate.pk == bad else []

    monkeypatch.setattr(printing, "render", render)
    printed = sum(print_due(now=now) for _batch in range(MANY // printing.BATCH + 1))
    storages["private"].delete(CertificateFile.objects.first().path)
    job = request_archive(actor=referent, body=body_a.pk, now=now)
    build_archives(now=now)

    job.refresh_from_db()
    failed = Certificate.objects.get(state=State.FAILED)
    assert (printed, failed.pk, failed.number != "") == (MANY - 1, bad, True)
    assert (job.state, len(job.outcome["certificates"]), job.outcome["missing"]) == ("done", MANY - 1, 1)
    assert OutgoingMail.objects.count() == MANY  # of 499 certificates and of the zip
    assert Register.objects.get().next_number == MANY + 1


def many_certificates(person, edition, now) -> list[int]:
    """Enrolments in bulk, each certified by the action."""
    one = completed(person, edition, now=now)
    issue_certificate(one, now=now)
    facts = {field.attname: getattr(one, field.attname) for field in Enrolment._meta.concrete_fields}
    del facts["id"]
    rows = Enrolment.objects.bulk_create([Enrolment(**facts) for _copy in range(MANY - 1)])
    for row in rows:
        issue_certificate(row, now=now)
    return list(Certificate.objects.order_by("pk").values_list("pk", flat=True))
