"""Who is let into an edition: with approval, by invitation, by a referent, many at once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from courses.actions import (
    approve_request,
    enrol_many,
    leave,
    refuse_request,
    renew_invitation,
    request_seat,
    save_edition,
)
from courses.models import Edition, Enrolment, SeatRequest
from journal.models import AuditEntry, OutgoingMail
from tests import factories

State, Admission = SeatRequest.State, Edition.Admission


@pytest.fixture
def workshop(course, area_a):
    """An edition on dates of area A; the coordination approves."""
    edition = factories.EditionFactory(
        course=course,
        title="Laboratorio",
        is_self_paced=False,
        starts_on=date(2026, 12, 1),
        admission=Admission.APPROVAL,
    )
    edition.areas.set([area_a])
    return edition


def ask(edition, user, now, **options):
    return request_seat(edition, user=user, employment=user.employments.get(), now=now, **options)


def refusal(call) -> str:
    with pytest.raises(ValidationError) as refused:
        call()
    errors = refused.value.error_dict.values() if hasattr(refused.value, "error_dict") else [[refused.value]]
    return next(iter(errors))[0].code


def subjects(user) -> list[str]:
    return list(OutgoingMail.objects.filter(recipient=user.email).order_by("pk").values_list("subject", flat=True))


# --- Approval -----------------------------------------------------------------------------------------------------
def test_a_request_waits_for_the_decision(workshop, learner, now):
    request = ask(workshop, learner, now)

    assert (request.state, request.number, workshop.enrolments.count()) == (State.TO_APPROVE, None, 0)
    assert AuditEntry.objects.get(action="request_seat").area == "valchiavenna"


def test_approve_request_enrols_and_tells(workshop, learner, coordinator, now):
    request = ask(workshop, learner, now)

    approve_request(request, actor=coordinator, now=now)

    assert workshop.enrolments.get().user == learner
    assert subjects(learner) == ["Richiesta accolta, iscrizione confermata: Laboratorio"]
    assert AuditEntry.objects.get(action="enrol").actor == coordinator
    assert refusal(lambda: approve_request(request, actor=coordinator, now=now)) == "decided"


def test_an_approval_without_a_free_seat_leads_to_the_end_of_the_line(
    workshop, learner, colleague, neighbour, coordinator, now
):
    workshop.capacity = 1
    workshop.save()
    first, second, third = (ask(workshop, person, now) for person in (learner, colleague, neighbour))
    approve_request(third, actor=coordinator, now=now)

    approve_request(second, actor=coordinator, now=now)
    approve_request(first, actor=coordinator, now=now)

    line = workshop.seat_requests.in_line().with_position()
    assert [(row.user, row.position) for row in line] == [(colleague, 1), (learner, 2)]


def test_refuse_request_tells_the_reason_and_leaves_the_door_open(workshop, learner, coordinator, now):
    request = ask(workshop, learner, now)

    refuse_request(request, actor=coordinator, reason="Riservato a chi segue gli appalti", now=now)

    mail = OutgoingMail.objects.get()
    assert mail.subject == "Richiesta non accolta: Laboratorio"
    assert "Motivo: Riservato a chi segue gli appalti" in mail.text
    assert AuditEntry.objects.get(action="refuse_request").reason == "Riservato a chi segue gli appalti"
    assert ask(workshop, learner, now).state == State.TO_APPROVE


def test_nobody_decides_the_own_request_and_nobody_elses_area(workshop, learner, coordinator, other_coordinator, now):
    own = factories.EmploymentFactory(user=coordinator, body=learner.employments.get().body)
    request_seat(workshop, user=coordinator, employment=own, now=now)
    theirs = ask(workshop, learner, now)

    assert list(SeatRequest.objects.to_decide(coordinator)) == [theirs]
    assert list(SeatRequest.objects.to_decide(other_coordinator)) == []


def test_who_left_the_body_meanwhile_is_not_approved(workshop, learner, coordinator, now):
    request = ask(workshop, learner, now)
    learner.employments.update(ended_on=now.date() - timedelta(days=1))

    assert refusal(lambda: approve_request(request, actor=coordinator, now=now)) == "left"


def test_the_pages_of_a_decision(workshop, learner, colleague, coordinator, client_for, now):
    to_approve, to_refuse = ask(workshop, learner, now), ask(workshop, colleague, now)
    client = client_for(coordinator)
    page = client.get(reverse("courses:seat_request_list")).content.decode()

    client.post(reverse("courses:seat_request_approve", args=[to_approve.pk]))
    empty = client.post(reverse("courses:seat_request_refuse", args=[to_refuse.pk]), {"reason": ""})
    client.post(reverse("courses:seat_request_refuse", args=[to_refuse.pk]), {"reason": "Posti per i RUP"})

    assert (str(learner) in page, str(colleague) in page) == (True, True)
    assert "Motivo" in empty.content.decode()
    states = SeatRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.ENROLLED, State.REFUSED]


def test_the_learner_reads_where_the_request_stands(workshop, learner, coordinator, client_for, course, now):
    client, url = client_for(learner), reverse("courses:course_detail", args=[course.slug])
    before = client.get(url).content.decode()
    request = ask(workshop, learner, now)
    sent = client.get(url).content.decode()
    refuse_request(request, actor=coordinator, reason="Posti per i RUP", now=now)

    refused = client.get(url).content.decode()

    assert "Chiedi di partecipare" in before
    assert "Richiesta inviata" in sent
    assert "non è stata accolta: Posti per i RUP" in refused


# --- By invitation ------------------------------------------------------------------------------------------------
def invitation_url(edition) -> str:
    return reverse("courses:enrolment_by_invitation", args=[edition.invitation_token])


def test_an_invitation_opens_its_edition_without_an_approval(workshop, learner, coordinator, client_for, now):
    edition = renew_invitation(workshop, until=date(2026, 11, 30), actor=coordinator, now=now)
    client = client_for(learner)

    page = client.get(invitation_url(edition)).content.decode()
    client.post(invitation_url(edition), {"employment": learner.employments.get().pk})

    assert "Vale fino al 30 novembre 2026" in page
    assert workshop.enrolments.get().user == learner


def test_an_invitation_keeps_to_its_edition(workshop, course, learner, coordinator, client_for, now):
    """Whatever the form says: the link alone decides which edition it is."""
    other = factories.EditionFactory(
        course=course, is_self_paced=False, starts_on=date(2026, 12, 5), admission=Admission.INVITATION
    )
    edition = renew_invitation(workshop, until=date(2026, 11, 30), actor=coordinator, now=now)

    client_for(learner).post(invitation_url(edition), {"employment": learner.employments.get().pk, "edition": other.pk})

    assert Enrolment.objects.get().edition == workshop


def test_a_link_that_is_expired_replaced_withdrawn_or_forged_opens_nothing(workshop, coordinator, now):
    def opens(token, on=date(2026, 11, 24)) -> bool:
        return Edition.objects.invited_by(token, on=on).exists()

    first = renew_invitation(workshop, until=date(2026, 11, 24), actor=coordinator, now=now).invitation_token
    assert (opens(first), opens(first, on=date(2026, 11, 25)), opens(f"{first}x"), opens("1")) == (
        *(True, False),
        *(False, False),
    )

    second = renew_invitation(workshop, until=date(2026, 11, 24), actor=coordinator, now=now).invitation_token
    assert (opens(first), opens(second)) == (False, True)

    renew_invitation(workshop, until=None, actor=coordinator, now=now)
    assert not opens(second)
    assert refusal(lambda: renew_invitation(workshop, until=date(2026, 11, 22), actor=coordinator, now=now)) == "past"


def test_an_invitation_does_not_reach_beyond_the_area(workshop, outsider, coordinator, client_for, now):
    edition = renew_invitation(workshop, until=date(2026, 11, 30), actor=coordinator, now=now)

    page = client_for(outsider).post(invitation_url(edition), {"employment": outsider.employments.get().pk})

    assert "per il personale di altre aree o enti" in page.content.decode()
    assert not workshop.enrolments.exists()


def test_an_edition_by_invitation_takes_no_one_who_only_asks(workshop, learner, coordinator, referent, now):
    workshop.admission = Admission.INVITATION
    workshop.save()

    assert refusal(lambda: ask(workshop, learner, now)) == "by_invitation"
    assert ask(workshop, learner, now, actor=referent).edition == workshop


def test_the_coordinator_makes_and_withdraws_the_link(workshop, coordinator, client_for, now):
    client, url = client_for(coordinator), reverse("courses:edition_detail", args=[workshop.pk])
    invite = reverse("courses:edition_invite", args=[workshop.pk])

    client.post(invite, {"until": "2026-11-30"})
    workshop.refresh_from_db()
    with_link = client.get(url).content.decode()
    client.post(invite, {"revoke": "1"})

    assert invitation_url(workshop) in with_link
    assert invitation_url(workshop) not in client.get(url).content.decode()
    assert AuditEntry.objects.filter(action="renew_invitation").count() == 2


# --- Many at once, and by a referent ------------------------------------------------------------------------------
def test_enrol_many_answers_row_by_row(workshop, learner, colleague, neighbour, outsider, coordinator, now):
    workshop.capacity = 1
    workshop.save()
    ask(workshop, learner, now, actor=coordinator)
    people = [person.employments.get() for person in (learner, colleague, outsider)]

    outcomes = enrol_many(workshop, employments=people, actor=coordinator, now=now)

    assert [row.state for row in outcomes] == ["refused", "queued", "refused"]
    assert outcomes[0].refusal == "C’è già un’iscrizione aperta a questa edizione."
    assert outcomes[2].refusal == "Questa edizione è per il personale di altre aree o enti."
    again = enrol_many(workshop, employments=people, actor=coordinator, now=now)
    assert [row.state for row in again] == ["refused"] * 3


def test_the_coordinator_ticks_people_of_the_own_area(
    workshop, learner, colleague, neighbour, outsider, coordinator, client_for, now
):
    client, url = client_for(coordinator), reverse("courses:enrolment_create_many", args=[workshop.pk])
    page = client.get(url, {"q": "campodolcino"}).content.decode()
    nobody = client.post(url, {})

    rows = [learner.employments.get().pk, outsider.employments.get().pk]
    refused = client.post(url, {"people": rows})
    done = client.post(url, {"people": rows[:1]}).content.decode()

    assert (str(learner) in page, str(neighbour) in page, "CANARY_B" in page) == (True, False, False)
    assert "Spuntare almeno una persona." in nobody.content.decode()
    assert (refused.status_code, "CANARY_B" in refused.content.decode()) == (200, False)
    assert [row.user for row in workshop.enrolments.all()] == [learner]
    assert "iscrizione fatta" in done


def test_all_of_a_filtered_list_over_every_page(workshop, body_a, body_a2, neighbour, coordinator, client_for, now):
    people = [factories.employee(body_a) for _number in range(60)]
    url = reverse("courses:enrolment_create_many", args=[workshop.pk])

    client_for(coordinator).post(f"{url}?q=campodolcino", {"everybody": "on"})

    assert set(workshop.enrolments.values_list("user", flat=True)) == {person.pk for person in people}


def test_a_referent_enrols_the_own_body_only_and_approves_nothing(
    workshop, learner, neighbour, referent, client_for, now
):
    client, url = client_for(referent), reverse("courses:enrolment_create_many", args=[workshop.pk])
    page = client.get(url).content.decode()

    client.post(url, {"people": [learner.employments.get().pk]})
    client.post(url, {"people": [neighbour.employments.get().pk]})

    assert (str(learner) in page, str(neighbour) in page) == (True, False)
    assert [(row.user, row.state) for row in SeatRequest.objects.all()] == [(learner, State.TO_APPROVE)]
    assert client.get(reverse("courses:seat_request_list")).status_code == 404


def test_who_is_not_confirmed_is_not_on_the_list(workshop, learner, coordinator, client_for, now):
    learner.employments.update(confirmed_at=None)
    url = reverse("courses:enrolment_create_many", args=[workshop.pk])

    assert str(learner) not in client_for(coordinator).get(url).content.decode()


def test_the_course_page_leads_staff_people_to_the_list(workshop, referent, learner, client_for, course):
    url = reverse("courses:course_detail", args=[course.slug])
    link = reverse("courses:enrolment_create_many", args=[workshop.pk])

    assert link in client_for(referent).get(url).content.decode()
    assert link not in client_for(learner).get(url).content.decode()


def test_ticks_stay_from_page_to_page(workshop, body_a, coordinator, client_for, monkeypatch):
    monkeypatch.setattr("courses.views.admission.PAGE_SIZE", 2)
    people = [factories.employee(body_a, last_name=f"Aa{number}").employments.get() for number in range(4)]
    client, url = client_for(coordinator), reverse("courses:enrolment_create_many", args=[workshop.pk])

    second = client.post(url, {"people": [people[0].pk], "page": "2"}).content.decode()
    assert f'<input type="hidden" name="people" value="{people[0].pk}">' in second
    assert f'value="{people[2].pk}" id="p{people[2].pk}">' in second
    assert not workshop.enrolments.exists()

    first = client.post(url, {"people": [people[0].pk, people[3].pk, "x", "9" * 30], "page": "1"}).content.decode()
    assert f'id="p{people[0].pk}" checked>' in first
    assert "1 persona è scelta nelle altre pagine" in first

    client.post(url, {"people": [people[0].pk, people[3].pk]})
    assert {row.employment_id for row in workshop.enrolments.all()} == {people[0].pk, people[3].pk}


def test_the_list_of_editions_says_where_requests_wait(workshop, learner, coordinator, client_for, now):
    page = client_for(coordinator).get(reverse("courses:edition_list")).content.decode()
    assert "da decidere" not in page
    factories.SeatRequestFactory(edition=workshop, user=learner, state=SeatRequest.State.TO_APPROVE)

    page = client_for(coordinator).get(reverse("courses:edition_list")).content.decode()
    assert "1 richiesta da decidere" in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_same_queries_for_one_or_many(
    workshop, body_a, coordinator, client_for, rows, django_assert_max_num_queries
):
    for _number in range(rows):
        factories.employee(body_a)
    client, url = client_for(coordinator), reverse("courses:enrolment_create_many", args=[workshop.pk])
    client.get(url)

    with django_assert_max_num_queries(14):
        client.get(url)


@pytest.mark.parametrize("by", ["referent", "coordinator", "anci"])
def test_an_enrolment_is_cancelled_for_others_with_a_reason(workshop, learner, client_for, by, request, now):
    enrolment = factories.EnrolmentFactory(edition=workshop, user=learner)
    url = reverse("courses:enrolment_cancel", args=[enrolment.pk])

    client_for(request.getfixturevalue(by)).post(url, {"reason": "Trasferito ad altro ufficio"})

    enrolment.refresh_from_db()
    assert enrolment.left_at == now
    assert "Motivo: Trasferito ad altro ufficio" in OutgoingMail.objects.get().text


def test_who_leaves_alone_gets_no_message(workshop, learner, now):
    enrolment = factories.EnrolmentFactory(edition=workshop, user=learner)

    leave(enrolment, actor=learner, now=now)

    assert subjects(learner) == []


# --- For whom an edition is ---------------------------------------------------------------------------------------
def test_an_edition_for_one_body_takes_its_staff_only(workshop, learner, neighbour, body_a, now):
    workshop.areas.clear()
    workshop.bodies.set([body_a])

    assert ask(workshop, learner, now).edition == workshop
    assert refusal(lambda: ask(workshop, neighbour, now)) == "wrong_area"


def test_a_coordinator_offers_to_bodies_of_the_own_area_only(course, body_a, body_b, coordinator, now):
    def offer(code, bodies):
        edition = Edition(course=course, code=code, starts_on=date(2026, 12, 1))
        return save_edition(edition, areas=[], bodies=bodies, tutors=[], actor=coordinator, now=now)

    mine = offer("uno", [body_a])

    assert refusal(lambda: offer("due", [body_a, body_b])) == "outside_areas"
    assert refusal(lambda: offer("tre", [])) == "outside_areas"
    assert list(Edition.objects.changeable_by(coordinator)) == list(Edition.objects.visible_to(coordinator)) == [mine]
    assert AuditEntry.objects.get(action="create_edition").area == "valchiavenna"
    mine.bodies.add(body_b)
    assert not Edition.objects.changeable_by(coordinator).exists()


def test_a_minimum_warns_until_it_is_reached(workshop, learner, coordinator, client_for, now):
    workshop.minimum = 2
    workshop.save()
    factories.EnrolmentFactory(edition=workshop, user=learner)
    url = reverse("courses:edition_detail", args=[workshop.pk])

    assert "Manca 1 persona per il minimo." in client_for(coordinator).get(url).content.decode()


def test_a_minimum_above_the_seats_is_refused(workshop):
    workshop.minimum, workshop.capacity = 9, 8

    with pytest.raises(ValidationError, match=r"Il minimo supera i posti\."):
        workshop.full_clean()
