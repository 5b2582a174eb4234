"""The waiting list of an edition: strict order, positions, offers, and what several people do at once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from courses.actions import accept_offer, cancel_edition, enrol, leave, request_seat, save_edition, withdraw_request
from courses.actions.waiting import end_lapsed_offers
from courses.models import Enrolment, SeatRequest
from courses.tasks import end_offers
from journal.models import AuditEntry, OutgoingMail
from tests import factories
from tests.races import race

State = SeatRequest.State


@pytest.fixture
def webinar(course):
    """A webinar with one seat."""
    return factories.EditionFactory(
        course=course, title="Webinar", is_self_paced=False, starts_on=date(2026, 12, 1), capacity=1
    )


@pytest.fixture
def crowd(body_a):
    return [factories.employee(body_a, last_name=f"Persona {letter}") for letter in "ABCD"]


def ask(edition, user, now):
    return request_seat(edition, user=user, employment=user.employments.get(), now=now)


def ask_all(edition, people, now):
    return [ask(edition, person, now) for person in people]


def line(edition) -> list[tuple]:
    """Who waits, in order, with the position that each one sees."""
    return [(row.user, row.position) for row in edition.seat_requests.in_line().with_position()]


def refusal(call) -> str:
    with pytest.raises(ValidationError) as refused:
        call()
    return refused.value.code


def subjects(user) -> list[str]:
    return list(OutgoingMail.objects.filter(recipient=user.email).order_by("pk").values_list("subject", flat=True))


def test_the_seat_goes_to_the_first_and_the_others_wait_in_order(webinar, crowd, now):
    first, *others = ask_all(webinar, crowd, now)

    assert isinstance(first, Enrolment)
    assert {type(row) for row in others} == {SeatRequest}
    assert line(webinar) == [(crowd[1], 1), (crowd[2], 2), (crowd[3], 3)]


def test_the_forty_first_of_forty_is_told_to_be_number_one(course, body_a, now):
    edition = factories.EditionFactory(
        course=course, title="Webinar", is_self_paced=False, starts_on=date(2026, 12, 1), capacity=40
    )
    for _seat in range(40):
        person = factories.employee(body_a)
        factories.EnrolmentFactory(edition=edition, user=person)
    late_comer = factories.employee(body_a, first_name="Rita")

    request = ask(edition, late_comer, now)

    mail = OutgoingMail.objects.get(recipient=late_comer.email)
    assert (request.state, line(edition)) == (State.QUEUED, [(late_comer, 1)])
    assert mail.subject == "In lista d’attesa: Webinar"
    assert "la richiesta è la numero 1 della lista d’attesa" in mail.text


def test_who_leaves_gives_the_seat_to_the_next_at_once(webinar, crowd, now):
    enrolment, *_others = ask_all(webinar, crowd, now)

    leave(enrolment, actor=crowd[0], now=now)

    assert webinar.enrolments.open().get().user == crowd[1]
    assert line(webinar) == [(crowd[2], 1), (crowd[3], 2)]
    assert subjects(crowd[1])[-1] == "Un posto si è liberato, iscrizione confermata: Webinar"
    assert AuditEntry.objects.filter(action="enrol").count() == 2


def test_nobody_overtakes_while_others_wait(webinar, crowd, outsider, now):
    webinar.offer_hours = 48
    webinar.save()
    enrolment, *_others = ask_all(webinar, crowd, now)
    leave(enrolment, actor=crowd[0], now=now)  # the seat is held for the second

    assert isinstance(ask(webinar, outsider, now), SeatRequest)
    assert line(webinar)[-1] == (outsider, 3)
    direct = factories.employee(outsider.employments.get().body)
    assert refusal(lambda: enrol(webinar, user=direct, employment=direct.employments.get(), now=now)) == "full"


def test_who_waits_cannot_ask_twice(webinar, crowd, now):
    ask_all(webinar, crowd[:2], now)

    assert refusal(lambda: ask(webinar, crowd[1], now)) == "already_waiting"
    assert len(line(webinar)) == 1


def test_an_offer_holds_the_seat_until_its_hour(webinar, crowd, now):
    webinar.offer_hours = 48
    webinar.save()
    enrolment, second, *_others = ask_all(webinar, crowd, now)

    leave(enrolment, actor=crowd[0], now=now)

    second.refresh_from_db()
    assert (second.state, second.offered_until) == (State.OFFERED, now + timedelta(hours=48))
    assert not webinar.enrolments.open().exists()
    assert subjects(crowd[1])[-1] == "Un posto è libero, serve una risposta: Webinar"


def test_accept_offer_enrols(webinar, crowd, now):
    webinar.offer_hours = 48
    webinar.save()
    enrolment, second, *_others = ask_all(webinar, crowd, now)
    leave(enrolment, actor=crowd[0], now=now)

    accept_offer(second, now=now + timedelta(hours=47))

    second.refresh_from_db()
    assert (webinar.enrolments.open().get().user, second.state) == (crowd[1], State.ENROLLED)
    assert refusal(lambda: accept_offer(second, now=now)) == "offer_over"


def test_an_offer_that_is_over_goes_to_the_next_and_cannot_be_accepted(webinar, crowd, now):
    webinar.offer_hours = 48
    webinar.save()
    enrolment, second, third, _fourth = ask_all(webinar, crowd, now)
    leave(enrolment, actor=crowd[0], now=now)
    later = now + timedelta(hours=48)
    assert refusal(lambda: accept_offer(second, now=later)) == "offer_over"

    assert (end_lapsed_offers(now=later), end_lapsed_offers(now=later)) == (1, 0)

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, third.state) == (State.LAPSED, State.OFFERED)
    assert subjects(crowd[1])[-1] == "L’offerta di un posto è scaduta: Webinar"
    assert AuditEntry.objects.filter(action="lapse_offer").count() == 1


def test_the_worker_ends_the_offers(webinar, crowd, now):
    webinar.offer_hours = 1
    webinar.save()
    enrolment, second = ask_all(webinar, crowd[:2], now)
    leave(enrolment, actor=crowd[0], now=now)
    SeatRequest.objects.filter(pk=second.pk).update(offered_until=now)

    end_offers.call_local()

    second.refresh_from_db()
    assert second.state == State.LAPSED


def test_whoever_declines_gives_the_seat_to_the_next(webinar, crowd, now):
    webinar.offer_hours = 48
    webinar.save()
    enrolment, second, third, _fourth = ask_all(webinar, crowd, now)
    leave(enrolment, actor=crowd[0], now=now)

    withdraw_request(second, actor=crowd[1], now=now)

    third.refresh_from_db()
    assert third.state == State.OFFERED
    assert refusal(lambda: withdraw_request(second, actor=crowd[1], now=now)) == "not_open"


def test_more_seats_go_to_who_waits(webinar, crowd, anci, now):
    ask_all(webinar, crowd, now)
    webinar.capacity = 3

    save_edition(webinar, areas=[], tutors=[], actor=anci, now=now)

    assert set(webinar.enrolments.values_list("user", flat=True)) == {person.pk for person in crowd[:3]}
    assert line(webinar) == [(crowd[3], 1)]


def test_without_a_limit_any_more_everybody_gets_a_seat(webinar, crowd, anci, now):
    ask_all(webinar, crowd, now)
    webinar.capacity = None

    save_edition(webinar, areas=[], tutors=[], actor=anci, now=now)

    assert (webinar.enrolments.count(), line(webinar)) == (4, [])


def test_who_no_longer_works_there_is_passed_over(webinar, crowd, now):
    enrolment, second, *_others = ask_all(webinar, crowd, now)
    crowd[1].employments.update(ended_on=now.date() - timedelta(days=1))

    leave(enrolment, actor=crowd[0], now=now)

    second.refresh_from_db()
    assert (second.state, webinar.enrolments.open().get().user) == (State.CLOSED, crowd[2])
    assert subjects(crowd[1])[-1] == "Nessun posto: Webinar"


def test_cancel_edition_closes_the_list_and_tells_everybody(webinar, crowd, anci, now):
    enrolment, *_others = ask_all(webinar, crowd[:2], now)
    webinar.offer_hours = 24
    webinar.save()
    leave(enrolment, actor=crowd[0], now=now)

    cancel_edition(webinar, actor=anci, reason="Sala non disponibile", now=now)

    assert (line(webinar), subjects(crowd[1])[-1]) == ([], "Nessun posto: Webinar")


def test_the_list_of_an_edition_that_is_over_is_closed(webinar, crowd, now):
    webinar.ends_on = date(2026, 12, 1)
    webinar.save()
    ask_all(webinar, crowd[:2], now)

    assert end_lapsed_offers(now=now + timedelta(days=20)) == 1

    assert line(webinar) == []


# --- Pages ---------------------------------------------------------------------------------------------------------
def page_of(client, course) -> str:
    return client.get(reverse("courses:course_detail", args=[course.slug])).content.decode()


def test_the_course_page_shows_the_position_and_lets_one_leave_the_list(webinar, crowd, client_for, course, now):
    ask(webinar, crowd[0], now)
    client = client_for(crowd[1])
    assert "Entra in lista d’attesa" in page_of(client, course)

    wish = {"edition": webinar.pk, "employment": crowd[1].employments.get().pk}
    client.post(reverse("courses:enrolment_create", args=[course.slug]), wish)

    request = SeatRequest.objects.get()
    assert "In lista d’attesa, posizione 1" in page_of(client, course)
    client.post(reverse("courses:seat_request_withdraw", args=[request.pk]))
    assert line(webinar) == []


def test_an_offer_is_accepted_from_my_training(webinar, crowd, client_for, now):
    webinar.offer_hours = 48
    webinar.save()
    enrolment, second = ask_all(webinar, crowd[:2], now)
    leave(enrolment, actor=crowd[0], now=now)
    client = client_for(crowd[1])

    page = client.get(reverse("reports:my_training")).content.decode()
    answer = client.post(reverse("courses:seat_request_accept", args=[second.pk]), follow=True)

    assert "è tenuto fino a mercoledì 25 novembre 2026, ore 10:00" in page
    assert "Il posto è preso: l’iscrizione è confermata." in answer.content.decode()


def test_the_coordinator_reads_the_list_of_the_own_area_only(
    webinar, crowd, outsider, coordinator, area_a, client_for, now
):
    ask_all(webinar, [crowd[0], outsider, crowd[1]], now)
    webinar.areas.set([area_a])

    page = client_for(coordinator).get(reverse("courses:edition_detail", args=[webinar.pk])).content.decode()

    assert str(crowd[1]) in page
    assert "CANARY_B" not in page


# --- Several people at the same instant ------------------------------------------------------------------------------
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_people_want_ten_seats(webinar, body_a, now):
    webinar.capacity = 10
    webinar.save()
    people = [factories.employee(body_a) for _number in range(50)]

    def contender(person):
        return lambda: type(ask(webinar, person, now)).__name__

    said = race([contender(person) for person in people])

    assert sorted(said) == ["Enrolment"] * 10 + ["SeatRequest"] * 40
    assert webinar.enrolments.count() == 10
    assert [position for _user, position in line(webinar)] == list(range(1, 41))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_cancellations_at_the_same_instant_promote_exactly_two(webinar, body_a, now):
    webinar.capacity = 2
    webinar.save()
    people = [factories.employee(body_a) for _number in range(6)]
    first, second, *waiting = ask_all(webinar, people, now)

    def leaving(enrolment):
        return lambda: leave(enrolment, actor=enrolment.user, now=now) or "left"

    assert race([leaving(first), leaving(second)]) == ["left", "left"]
    assert set(webinar.enrolments.open().values_list("user", flat=True)) == {row.user_id for row in waiting[:2]}
    assert [position for _user, position in line(webinar)] == [1, 2]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_offer_is_accepted_while_it_ends(webinar, crowd, now):
    webinar.offer_hours = 1
    webinar.save()
    enrolment, second, third, _fourth = ask_all(webinar, crowd, now)
    leave(enrolment, actor=crowd[0], now=now)
    end = now + timedelta(hours=1)

    accept = lambda: accept_offer(second, now=end - timedelta(seconds=1)) and "accepted"  # noqa: E731 - a contender
    said = race([accept, lambda: str(end_lapsed_offers(now=end)), accept])

    taken = webinar.enrolments.open().count()
    held = webinar.seat_requests.filter(state=State.OFFERED).count()
    assert taken + held == 1
    assert said.count("accepted") == taken
    assert {person for person, _position in line(webinar)} <= {third.user, crowd[3]}
