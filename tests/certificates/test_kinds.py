"""The kinds of certificates: which register, which words, and what a statement adds up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from accounts.actions.roles import sync_cms_groups
from accounts.models import Employment, User
from certificates.actions import (
    issue_certificate,
    issue_statement,
    print_due,
    printing,
    publish_template,
    revoke_certificate,
)
from certificates.models import Certificate, CertificateTemplate, Register, TemplateVersion, TrainingRecord
from certificates.models.template import VARIABLES, worst_case
from cms.actions import load_site
from courses.models import CoursePage, Step, StepProgress
from tests.certificates.factories import certificate_of, completed
from tests.tutorship.factories import BookingFactory, SessionFactory
from tutorship.models import Booking, Session
from tutorship.signals import session_closed

Kind, State = Register.Kind, Certificate.State
LIST, CREATE = reverse("certificates:certificate_list"), reverse("certificates:statement_create")


def with_score(enrolment, percent):
    quiz = Step.objects.outline(enrolment.edition.course).get(kind="quiz")
    StepProgress.objects.create(enrolment=enrolment, step=quiz, best_score_percent=percent)
    return enrolment


def held(tutor, learner, now, *, minutes=50):
    """An appointment of the day before, closed with the learner present."""
    session = SessionFactory(tutor=tutor, area=tutor.employments.get().body.area, starts_at=now - timedelta(days=1))
    BookingFactory(session=session, learner=learner)
    Booking.objects.filter(session=session).update(attendance="attended", attended_minutes=minutes)
    Session.objects.filter(pk=session.pk).update(state=Session.State.CLOSED, ends_at=now - timedelta(hours=23))
    session_closed.send(sender=Session, session=session, now=now)


# --- kinds of one completion -------------------------------------------------------------------------------------


def test_a_passed_quiz_makes_a_certificate_with_result(learner, edition, now):
    enrolment = with_score(completed(learner, edition, now=now), 90)

    certificate = issue_certificate(enrolment, now=now)

    threshold = Step.objects.get(quizpage__isnull=False).quizpage.pass_mark_percent
    assert (certificate.kind, certificate.number) == (Kind.RESULT, "P-2026/000001")
    assert (certificate.snapshot["score_percent"], certificate.snapshot["threshold_percent"]) == (90, threshold)
    assert printing.render(certificate)[1] == []


def test_a_workshop_is_attended(learner, edition, now):
    CoursePage.objects.filter(pk=edition.course_id).update(modality="laboratorio")
    edition.refresh_from_db()

    certificate = certificate_of(learner, edition, now=now)

    assert (certificate.kind, certificate.number) == (Kind.WORKSHOP, "L-2026/000001")


def test_each_kind_counts_for_itself(learner, colleague, edition, now):
    numbers = [
        certificate_of(learner, edition, now=now).number,
        issue_certificate(with_score(completed(colleague, edition, now=now), 80), now=now).number,
        issue_statement(learner, kind=Kind.YEAR, year=2026, now=now).number,
        issue_statement(learner, kind=Kind.BOOKLET, year=2026, now=now).number,
    ]

    assert numbers == ["2026/000001", "P-2026/000001", "O-2026/000001", "F-2026/000001"]


# --- statements ------------------------------------------------------------------------------------------------------


def test_the_statement_of_a_year_is_the_sum_of_its_lines(learner, tutor, edition, now):
    certificate_of(learner, edition, now=now)
    held(tutor, learner, now)

    statement = issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)

    lines = statement.snapshot["lines"]
    assert [(line["title"], line["minutes"]) for line in lines] == [("Tutoraggio", 50), (str(edition), 45)]
    assert statement.credit_minutes == TrainingRecord.objects.filter(user=learner).minutes() == 95


def test_only_the_statement_of_tutoring_names_the_topic(learner, tutor, now):
    held(tutor, learner, now)
    topic = Session.objects.get().topic

    lines = issue_statement(learner, kind=Kind.TUTORING, year=2026, now=now).snapshot["lines"]

    assert [line["title"] for line in lines] == [f"Tutoraggio: {topic}"]


def test_a_tutor_who_is_a_learner_too_gets_both_and_neither_is_mixed(tutor, learner, edition, now):
    certificate_of(tutor, edition, now=now)
    held(tutor, learner, now)

    taught = issue_statement(tutor, kind=Kind.TEACHING, year=2026, now=now)
    learnt = issue_statement(tutor, kind=Kind.YEAR, year=2026, now=now)

    assert (taught.credit_minutes, learnt.credit_minutes) == (60, 45)


def test_the_booklet_holds_every_year(learner, edition):
    for year in (2025, 2026):
        certificate_of(learner, edition, now=datetime(year, 6, 1, tzinfo=UTC))

    booklet = issue_statement(learner, kind=Kind.BOOKLET, year=2026, now=datetime(2026, 6, 2, tzinfo=UTC))

    assert [line["day"] for line in booklet.snapshot["lines"]] == ["2025-06-01", "2026-06-01"]


def test_the_booklet_ends_with_its_year_and_only_years_with_hours_are_offered(learner, tutor, edition, client_for, now):
    certificate_of(learner, edition, now=datetime(2025, 6, 1, tzinfo=UTC))
    certificate_of(learner, edition, now=now)
    held(tutor, learner, now)

    booklet = issue_statement(learner, kind=Kind.BOOKLET, year=2025, now=now)
    with pytest.raises(ValidationError) as refused:
        issue_statement(learner, kind=Kind.BOOKLET, year=2024, now=now)

    assert [line["day"] for line in booklet.snapshot["lines"]] == ["2025-06-01"]
    assert refused.value.code == "nothing_to_state"
    offered = [
        client_for(person).get(LIST).context["statement_form"].fields["anno"].choices for person in (learner, tutor)
    ]
    assert offered == [[(2026, "2026"), (2025, "2025")], [(2026, "2026")]]


def test_asked_for_again_it_is_the_same_until_something_changes(learner, edition, now):
    certificate_of(learner, edition, now=now)
    first = issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)
    again = issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)
    certificate_of(learner, edition, now=now)

    second = issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)

    first.refresh_from_db()
    assert (again, second.supersedes, first.state) == (first, first, State.SUPERSEDED)
    assert (first.number, second.number) == ("O-2026/000001", "O-2026/000002")


def test_a_revoked_statement_stays_revoked_and_may_be_asked_for_again(learner, edition, anci, now):
    certificate_of(learner, edition, now=now)
    first = issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)
    revoke_certificate(first, actor=anci, reason="Errore", now=now)

    second = issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)

    first.refresh_from_db()
    assert (first.state, second.state, TrainingRecord.objects.minutes()) == (State.REVOKED, State.WAITING, 45)


@pytest.mark.parametrize(
    ("kind", "year", "code"),
    [
        (Kind.COURSE, 2026, "no_such_statement"),
        (Kind.YEAR, 2027, "no_such_statement"),
        (Kind.YEAR, 2025, "nothing_to_state"),
    ],
)
def test_what_cannot_be_stated_is_refused(learner, edition, now, kind, year, code):
    certificate_of(learner, edition, now=now)

    with pytest.raises(ValidationError) as refused:
        issue_statement(learner, kind=kind, year=year, now=now)

    assert refused.value.code == code


def test_hours_for_a_body_that_has_not_confirmed_are_not_stated(learner, edition, now):
    certificate_of(learner, edition, now=now)
    Employment.objects.filter(user=learner).update(confirmed_at=None)

    with pytest.raises(ValidationError) as refused:
        issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)

    assert refused.value.code == "nothing_to_state"


def test_a_statement_belongs_to_the_person_and_anci(learner, referent, coordinator, anci, edition, now):
    certificate_of(learner, edition, now=now)
    statement = issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)

    seen = [Certificate.objects.visible_to(user).filter(pk=statement.pk).exists() for user in (learner, anci)]

    assert seen == [True, True]
    for user in (referent, coordinator):
        assert not Certificate.objects.visible_to(user).filter(pk=statement.pk).exists()


def test_a_long_statement_keeps_every_line(learner, edition, now):
    for _number in range(60):
        certificate_of(learner, edition, now=now, credit_minutes=15)
    statement = issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)

    assert (len(statement.snapshot["lines"]), statement.credit_minutes) == (60, 900)
    assert printing.render(statement)[1] == []


def test_the_page_asks_for_it_and_offers_the_pdf(learner, edition, client_for, now):
    certificate_of(learner, edition, now=now)
    client = client_for(learner)

    asked = client.post(CREATE, {"tipo": "year", "anno": "2026"}, follow=True)
    print_due(now=now)

    statement = Certificate.objects.get(kind=Kind.YEAR)
    assert ("O-2026/000001" in asked.text, ">2026</option>" in asked.text) == (True, True)
    assert reverse("certificates:certificate_download", args=[statement.pk]) in client.get(LIST).text


@pytest.mark.parametrize("sent", [{}, {"tipo": "course", "anno": "2026"}, {"tipo": "year", "anno": "1e9"}])
def test_an_impossible_wish_changes_nothing(learner, client_for, sent):
    answer = client_for(learner).post(CREATE, sent, follow=True)

    assert (answer.status_code, Certificate.objects.count()) == (200, 0)


def test_the_database_refuses_half_kinds(learner, edition, now):
    certificate = certificate_of(learner, edition, now=now)

    for change in ({"kind": "year"}, {"year": 2026}, {"enrolment": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(**change)


# --- templates -----------------------------------------------------------------------------------------------------


def written(**fields) -> CertificateTemplate:
    template = CertificateTemplate.shipped(Kind.COURSE)
    for name, value in fields.items():
        setattr(template, name, value)
    template.save()
    return template


def test_publishing_freezes_a_version_that_the_next_ones_use(learner, colleague, edition, anci, now):
    before = certificate_of(learner, edition, now=now)

    publish_template(written(heading="Attestato di merito"), actor=anci, now=now)

    after = certificate_of(colleague, edition, now=now)
    before.refresh_from_db()
    assert "Attestato di merito" in after.template.html
    assert "Attestato di merito" not in before.template.html
    assert printing.render(after)[1] == []


def test_a_later_change_does_not_reach_what_was_issued(learner, edition, anci, now):
    template = publish_template(written(heading="Primo"), actor=anci, now=now)
    certificate = certificate_of(learner, edition, now=now)
    first = printing.render(certificate)

    template.heading = "Secondo"
    template.save()
    publish_template(template, actor=anci, now=now)

    certificate.refresh_from_db()
    assert printing.render(certificate) == first


def test_what_does_not_fit_is_refused(anci, now):
    template = written(sentence="parola " * 35)
    CertificateTemplate.objects.filter(pk=template.pk).update(outcome="esito " * 33, signatory_role="ruolo " * 24)
    template.refresh_from_db()
    template.heading = "W" * 120

    with pytest.raises(ValidationError) as refused:
        publish_template(template, actor=anci, now=now)

    assert (refused.value.code, TemplateVersion.objects.count()) == ("does_not_fit", 0)


def test_the_course_has_its_own_template_first(learner, colleague, edition, anci, now):
    publish_template(written(heading="Per tutti"), actor=anci, now=now)
    publish_template(written(heading="Per questo corso", course=edition.course), actor=anci, now=now)

    assert "Per questo corso" in certificate_of(learner, edition, now=now).template.html


def test_an_editors_text_is_never_code(learner, edition, anci, now):
    wild = "{% now 'Y' %} {{ snapshot.code }} {ore} <b>x</b>"
    publish_template(written(sentence=wild), actor=anci, now=now)

    html = certificate_of(learner, edition, now=now).template.html

    alive = VARIABLES["ore"]
    assert f"&#123;&#37; now &#x27;Y&#x27; &#37;}} &#123;&#123; snapshot.code }}}} {alive} &lt;b&gt;x&lt;/b&gt;" in html


def test_the_funder_is_named_unless_switched_off_and_the_emblem_is_in_the_version(db):
    emblem = Image.objects.create(title="Stemma", file=get_test_image_file())
    template = CertificateTemplate.shipped(Kind.COURSE)

    shown = template.composed().html
    template.funder_emblem = emblem
    with_emblem = template.composed()
    template.shows_funder = False
    hidden = template.composed().html

    words = "Iniziativa realizzata con il sostegno di Regione Lombardia"
    assert [words in html for html in (shown, with_emblem.html, hidden)] == [True, True, False]
    assert (f'alt="{words}"' in with_emblem.html, "data:image/png;base64," in hidden) == (True, False)
    assert with_emblem.render(worst_case(Kind.COURSE))[1] == []


def test_the_hand_signature_wording_is_printed(db):
    assert all(
        "art. 3, comma 2, del D.Lgs. n. 39/1993" in CertificateTemplate.shipped(kind).composed().html for kind in Kind
    )


def test_editors_save_preview_and_are_refused_in_the_cms(editor, client_for, now):
    load_site(now=now)
    sync_cms_groups(editor)
    client, name = client_for(editor), "wagtailsnippets_certificates_certificatetemplate:{}"
    add, look = reverse(name.format("add")), reverse(name.format("preview_on_add"))
    shipped = CertificateTemplate.shipped(Kind.COURSE)
    fields = {field: getattr(shipped, field) for field in FIELDS} | {"shows_funder": "on"}

    client.post(look, fields)
    preview = client.get(look, {"mode": ""})
    refused = client.post(add, fields | {"heading": "W" * 120, "sentence": "W " * 120, "outcome": "W " * 99})
    saved = client.post(add, fields)

    assert "Tutto ci sta." in preview.text
    assert (refused.status_code, "non ci sta" in refused.text) == (200, True)
    assert (saved.status_code, CertificateTemplate.objects.get().version is not None) == (302, True)


FIELDS = ("kind", "heading", "sentence", "outcome", "issuer", "programme", "place", "signatory_role", "funder_wording")


# --- expiry ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def expired(learner, edition, anci):
    """Valid for one month, issued in September."""
    issued = datetime(2026, 9, 1, 9, tzinfo=UTC)
    publish_template(written(valid_months=1), actor=anci, now=issued)
    certificate = certificate_of(learner, edition, now=issued)
    print_due(now=issued)
    certificate.refresh_from_db()
    return certificate


def test_an_expired_certificate_says_until_when(expired):
    page = Client().get(reverse("certificates:verify_code", args=[expired.grouped_code])).text

    assert (expired.valid_until, expired.is_expired) == (date(2026, 10, 1), True)
    assert "Scaduto: 1 ottobre 2026" in page


def test_expired_and_revoked_is_revoked(expired, anci, now):
    revoked = revoke_certificate(expired, actor=anci, reason="Errore", now=now)

    page = Client().get(reverse("certificates:verify_code", args=[revoked.grouped_code])).text

    assert (revoked.is_expired, "Revocato: 23 novembre 2026" in page, "Scaduto" in page) == (False, True, False)


def test_a_person_without_a_name_gets_no_statement(learner, edition, now):
    certificate_of(learner, edition, now=now)
    User.objects.filter(pk=learner.pk).update(last_name="")
    learner.refresh_from_db()

    with pytest.raises(ValidationError) as refused:
        issue_statement(learner, kind=Kind.YEAR, year=2026, now=now)

    assert refused.value.code == "no_name"
