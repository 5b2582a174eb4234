from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from certificates.models import Certificate, TrainingRecord
from courses.actions import record_reading, set_completion, undo_completion
from courses.models import CompletionDecision, Step
from journal.models import AuditEntry, OutgoingMail
from tests import factories

WHY = "Ha seguito il corso in presenza a Chiavenna: foglio firme agli atti."


@pytest.fixture
def course(db, now):
    """A course of one lesson of one minute."""
    course = factories.CourseFactory()
    factories.LessonFactory(parent=course, title="La lezione", slug="la-lezione")
    return course


def read(enrolment, now):
    step = Step.objects.outline(enrolment.edition.course).get()
    return record_reading(enrolment, step, opened_at=now - timedelta(minutes=30), now=now)


def states(enrolment) -> list[str]:
    return list(Certificate.objects.filter(enrolment=enrolment).order_by("pk").values_list("state", flat=True))


def test_a_completion_set_by_a_coordinator_is_logged_told_and_certified(enrolment, coordinator, learner, now):
    set_completion(enrolment, actor=coordinator, reason=WHY, now=now)

    enrolment.refresh_from_db()
    entry, mail = AuditEntry.objects.get(action="complete"), OutgoingMail.objects.get(key__startswith="completion")
    assert (enrolment.completed_at, enrolment.credit_minutes) == (now, 1)
    assert (entry.actor, entry.reason) == (coordinator, WHY)
    assert (mail.recipient, WHY in mail.text) == (learner.email, True)
    assert states(enrolment) == ["waiting"]


def test_an_undone_completion_revokes_the_certificate_and_takes_the_hours_back(enrolment, coordinator, learner, now):
    read(enrolment, now)
    assert TrainingRecord.objects.filter(user=learner).exists()

    undo_completion(enrolment, actor=coordinator, reason=WHY, now=now)

    enrolment.refresh_from_db()
    assert (enrolment.completed_at, enrolment.credit_minutes, states(enrolment)) == (None, 0, ["revoked"])
    assert Certificate.objects.get().revoke_reason == WHY
    assert not TrainingRecord.objects.filter(user=learner).exists()
    assert AuditEntry.objects.get(action="undo_completion").reason == WHY


def test_after_an_undone_completion_no_evidence_completes_by_itself(enrolment, coordinator, now):
    read(enrolment, now)
    undo_completion(enrolment, actor=coordinator, reason=WHY, now=now)

    progress = read(enrolment, now + timedelta(hours=1))

    enrolment.refresh_from_db()
    assert (progress.completed_at, enrolment.completed_at) == (now, None)


def test_a_completion_set_again_gets_another_number_that_follows_the_revoked_one(enrolment, coordinator, now):
    read(enrolment, now)
    undo_completion(enrolment, actor=coordinator, reason=WHY, now=now)

    set_completion(enrolment, actor=coordinator, reason="Verificato.", now=now)

    first, second = Certificate.objects.order_by("pk")
    assert (first.state, second.state, second.supersedes) == ("revoked", "waiting", first)
    assert TrainingRecord.objects.get(enrolment=enrolment).minutes == 1


@pytest.mark.parametrize(
    ("act", "is_completed", "reason", "code"),
    [
        (set_completion, True, WHY, "already_completed"),
        (undo_completion, False, WHY, "not_completed"),
        (set_completion, False, "  ", "no_reason"),
        (undo_completion, True, "", "no_reason"),
    ],
)
def test_a_decision_needs_a_reason_and_something_to_decide(act, is_completed, reason, code, enrolment, anci, now):
    if is_completed:
        read(enrolment, now)

    with pytest.raises(ValidationError) as refused:
        act(enrolment, actor=anci, reason=reason, now=now)

    assert refused.value.code == code
    assert not CompletionDecision.objects.exists()


def test_nobody_decides_about_the_own_completion(enrolment, learner, now):
    with pytest.raises(ValidationError) as refused:
        set_completion(enrolment, actor=learner, reason=WHY, now=now)

    assert refused.value.code == "own_completion"


def test_a_completion_stays_while_the_person_takes_the_edition_again(enrolment, learner, anci, now):
    read(enrolment, now)
    factories.EnrolmentFactory(edition=enrolment.edition, user=learner)

    with pytest.raises(ValidationError) as refused:
        undo_completion(enrolment, actor=anci, reason=WHY, now=now)

    assert refused.value.code == "open_again"


def test_who_left_cannot_be_completed(enrolment, anci, now):
    enrolment.left_at = now
    enrolment.save()

    with pytest.raises(ValidationError) as refused:
        set_completion(enrolment, actor=anci, reason=WHY, now=now)

    assert refused.value.code == "not_open"


def test_a_certificate_that_waits_for_a_name_is_not_numbered_after_the_undoing(enrolment, learner, anci, now):
    learner.first_name = ""
    learner.save()
    read(enrolment, now)
    undo_completion(enrolment, actor=anci, reason=WHY, now=now)

    learner.first_name = "Lucia"
    learner.save()

    assert list(Certificate.objects.to_number()) == []


# --- Pages -------------------------------------------------------------------------------------------------------
def decide(client, enrolment, **fields):
    return client.post(reverse("courses:completion_update", args=[enrolment.pk]), fields, follow=True)


def test_the_coordinator_decides_on_one_page_and_the_learner_reads_why(enrolment, coordinator, learner, client_for):
    client, own = client_for(coordinator), client_for(learner)
    page = client.get(reverse("courses:completion_update", args=[enrolment.pk]))
    assertContains(page, "La lezione: da leggere")

    answer = decide(client, enrolment, reason=WHY, is_complete="1")

    assertContains(answer, "La persona è stata avvisata per e-mail, con il motivo.")
    course_page = own.get(reverse("courses:course_detail", args=[enrolment.edition.course.slug]))
    assertContains(course_page, f"Motivo: {WHY}")
    assertContains(answer, reverse("courses:completion_update", args=[enrolment.pk]))


def test_a_page_that_is_out_of_date_undoes_nothing(enrolment, coordinator, client_for, now):
    set_completion(enrolment, actor=coordinator, reason=WHY, now=now)

    page = decide(client_for(coordinator), enrolment, reason="Anch’io", is_complete="1")

    assertContains(page, "Questo corso è già completato.")
    assert CompletionDecision.objects.count() == 1


def test_the_course_page_says_what_is_missing_with_links(enrolment, learner, client_for, now):
    client, address = client_for(learner), reverse("courses:course_detail", args=[enrolment.edition.course.slug])
    step = reverse("courses:step", args=[enrolment.edition.course.slug, "la-lezione"])

    assertContains(client.get(address), f'<a href="{step}">La lezione</a>: da leggere', html=False)

    read(enrolment, now)
    assertNotContains(client.get(address), "Manca ancora")
