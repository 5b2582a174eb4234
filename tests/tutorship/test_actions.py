"""What can be booked, cancelled and closed, and what is refused."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from icalendar import Calendar

from accounts.models import RoleAssignment
from journal.actions import send_due_mail
from journal.models import AuditEntry, OutgoingMail
from tests import factories
from tests.tutorship.conftest import ask, asking, refusal
from tests.tutorship.factories import (
    HOUR,
    TUESDAY_NINE,
    ClosureFactory,
    CoverageFactory,
    ExceptionFactory,
    RuleFactory,
    SessionFactory,
    covering,
)
from tutorship.actions.booking import book_session
from tutorship.actions.cancelling import cancel_booking, cancel_session
from tutorship.actions.planning import (
    add_closure,
    add_coverage,
    delete_availability,
    end_coverage,
    save_availability,
)
from tutorship.models import (
    AvailabilityException,
    AvailabilityRule,
    Booking,
    Closure,
    Coverage,
    Occupancy,
    Search,
    Session,
    TutorPreference,
    outside_availability,
)
from tutorship.models.diary import reach

pytestmark = pytest.mark.django_db
WEDNESDAY = TUESDAY_NINE + timedelta(days=1)


def starts(search, area) -> list[str]:
    return [f"{offer.start:%d %H:%M}" for offer in search.offers(area)]


# --- Free times --------------------------------------------------------------------------------------------------
def test_offers_are_the_tutors_hours_within_notice_and_horizon(search, covered, area_a):
    first_week = [f"24 {hour:02}:00" for hour in (8, 9, 10, 11)]

    offers = starts(search, area_a)

    assert offers[:4] == first_week
    assert len(offers) == 12  # three more Tuesdays, one of them 8 December


def test_the_immaculate_conception_is_closed_unless_the_tutor_works(search, covered, area_a):
    assert [row for row in starts(search, area_a) if row.startswith("08")] == []

    TutorPreference.objects.create(tutor=covered, works_on_holidays=True)

    assert len([row for row in starts(search, area_a) if row.startswith("08")]) == 4


def test_an_exception_replaces_adds_or_closes_its_day(search, covered, area_a):
    ExceptionFactory(tutor=covered)
    ExceptionFactory(tutor=covered, on=date(2026, 12, 1), kind="replaces", opens_at=time(15), closes_at=time(16))
    ExceptionFactory(tutor=covered, on=date(2026, 12, 2), kind="adds", opens_at=time(9), closes_at=time(10))

    assert starts(search, area_a)[:3] == ["01 14:00", "02 08:00", "15 08:00"]


def test_a_closure_holds_in_its_area_only(search, covered, area_a, area_b, topic, body_b):
    factories.with_role(covered, "tutor", area=area_b)
    CoverageFactory(tutor=covered, area=area_b, topic=topic)
    ClosureFactory(area=area_a)

    assert starts(search, area_a)[0] == "01 08:00"
    assert starts(search, area_b)[0] == "24 08:00"


def test_a_taken_hour_is_offered_to_nobody(search, covered, area_a, neighbour):
    ask(search, covered, area_a, TUESDAY_NINE)

    assert starts(search, area_a)[0] == "24 09:00"
    assert starts(replace(search, learner=neighbour), area_a)[0] == "24 09:00"


def test_an_hour_in_which_the_learner_is_busy_is_not_offered(search, covered, area_a, topic):
    other = covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
    ask(search, covered, area_a, TUESDAY_NINE)

    assert "24 08:00" not in starts(search, area_a)
    assert refusal(ask, search, other, area_a, TUESDAY_NINE) == "slot_taken"


def test_the_least_busy_tutor_comes_first(search, covered, area_a, topic, neighbour):
    other = covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
    ask(replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE)

    assert {offer.tutor for offer in search.offers(area_a)} == {other}


def test_a_role_that_has_ended_ends_the_offers(search, covered, area_a, now):
    RoleAssignment.objects.filter(user=covered).update(ended_at=now)

    assert search.offers(area_a) == []
    assert refusal(ask, search, covered, area_a, TUESDAY_NINE) == "not_covered"


def test_other_areas_are_offered_by_video(search, other_tutor, area_a, area_b, topic):
    covering(other_tutor, area_b, topic)

    assert search.offers(area_a) == []
    assert [(offer.area, f"{offer.start:%d %H:%M}") for offer in search.elsewhere(area_a)] == [(area_b, "24 08:00")]


@pytest.mark.parametrize("tutors", [1, 20])
def test_free_times_cost_the_same_queries_for_one_tutor_or_twenty(
    search, area_a, topic, tutors, django_assert_num_queries
):
    for _number in range(tutors):
        covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)

    with django_assert_num_queries(7):  # coverage, rules, exceptions, closures, busy, meetings, holidays
        search.offers(area_a)


@pytest.mark.parametrize(
    "fields", [{}, {"alignment": "pack", "length_minutes": 45}, {"step_minutes": 15}, {"horizon_days": 3}]
)
def test_the_first_times_are_the_first_of_all_times(search, covered, area_a, service, topic, fields):
    """Found week by week, they are the ones that the whole list begins with, over midnight too."""
    other = covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
    RuleFactory(tutor=other, weekday=0, opens_at=time(22), closes_at=time(0))
    RuleFactory(tutor=other, weekday=1, opens_at=time(0), closes_at=time(2, 30))
    for name, value in fields.items():
        setattr(service, name, value)
    rows = [row for row in search.coverages() if row.area_id == area_a.pk]
    diary = search.diary({row.tutor_id for row in rows}, within=reach(search.terms, now=search.now))

    every = [(offer.start, offer.tutor) for offer in search.offers(area_a)]

    for count in (1, 5, 40, 10_000):
        found = [(offer.start, offer.tutor) for offer in search.first_offers(rows, diary, count=count)]
        assert found == every[:count]


# --- Booking -----------------------------------------------------------------------------------------------------
def test_booking_takes_the_seat_and_both_peoples_time(search, covered, area_a, learner, body_a, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    session = booking.session
    assert (session.starts_at, session.ends_at, session.seats_taken) == (TUESDAY_NINE, TUESDAY_NINE + HOUR, 1)
    assert (booking.body, booking.area, booking.booked_at) == (body_a, area_a, now)
    assert set(session.occupancies.values_list("resource_id", flat=True)) == {covered.pk, learner.pk}
    entry = AuditEntry.objects.get(action="book_session")
    assert (entry.actor, entry.area) == (learner, area_a.slug)
    assert "motiva" not in str(entry.after)


def test_booking_again_finds_the_first_booking(search, covered, area_a):
    first = ask(search, covered, area_a, TUESDAY_NINE)

    assert ask(search, covered, area_a, TUESDAY_NINE) == first
    booked = AuditEntry.objects.filter(action="book_session")
    assert (Booking.objects.count(), booked.count(), OutgoingMail.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(minutes=30), timedelta(minutes=-30)])
def test_a_taken_or_overlapping_time_is_refused(search, covered, area_a, neighbour, service, shift):
    service.step_minutes = 30
    service.save()
    ask(search, covered, area_a, TUESDAY_NINE + HOUR)

    assert (
        refusal(ask, replace(search, learner=neighbour), covered, area_a, TUESDAY_NINE + HOUR + shift) == "slot_taken"
    )
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    "starts_at",
    [
        TUESDAY_NINE + timedelta(minutes=10),
        WEDNESDAY,
        TUESDAY_NINE - timedelta(days=7),
        TUESDAY_NINE + timedelta(days=49),
    ],
    ids=["off the marks", "outside the hours", "in the past", "beyond the horizon"],
)
def test_a_time_that_was_never_offered_is_refused(search, covered, area_a, starts_at):
    assert refusal(ask, search, covered, area_a, starts_at) == "slot_taken"


def test_a_tutor_cannot_book_oneself(covered, area_a, topic, service, now):
    assert refusal(ask, Search(covered, topic, service, now), covered, area_a, TUESDAY_NINE) == "own_session"


def test_a_tutor_who_learns_is_busy_as_a_tutor(search, covered, area_a, topic, service, now):
    other = covering(factories.with_role(factories.UserFactory(), "tutor", area=area_a), area_a, topic)
    ask(Search(covered, topic, service, now), other, area_a, TUESDAY_NINE)

    assert refusal(ask, search, covered, area_a, TUESDAY_NINE) == "slot_taken"


def test_the_employment_of_somebody_else_is_refused(search, covered, area_a, outsider):
    employment = outsider.employments.get()

    assert refusal(ask, search, covered, area_a, TUESDAY_NINE, employment=employment) == "wrong_employment"


def test_an_unconfirmed_employment_is_enough(search, covered, area_a, learner):
    learner.employments.update(confirmed_at=None)

    assert ask(search, covered, area_a, TUESDAY_NINE).area == area_a


def test_an_empty_question_is_refused(search, covered, area_a):
    with pytest.raises(ValidationError) as refused:
        ask(search, covered, area_a, TUESDAY_NINE, question="")

    assert set(refused.value.message_dict) == {"question"}
    assert Occupancy.objects.count() == 0


def test_an_appointment_at_the_town_hall_names_the_place(search, covered, area_a, service):
    service.modality = "town_hall"
    service.save()

    assert ask(search, covered, area_a, TUESDAY_NINE).session.place == "Comune di Campodolcino (SO)"


def test_a_group_fills_up_and_is_then_refused(search, group_service, covered, area_a, neighbour, colleague):
    first, second, third = [
        replace(search, service=group_service, learner=person) for person in (search.learner, neighbour, colleague)
    ]
    booking = ask(first, covered, area_a, TUESDAY_NINE)
    assert next((offer.start, offer.seats) for offer in second.offers(area_a)) == (TUESDAY_NINE, 1)

    assert ask(second, covered, area_a, TUESDAY_NINE).session == booking.session
    assert refusal(ask, third, covered, area_a, TUESDAY_NINE) == "slot_taken"
    booking.session.refresh_from_db()
    assert booking.session.seats_taken == 2


# --- Cancelling --------------------------------------------------------------------------------------------------
def test_the_learner_cancels_and_the_time_is_free_again(search, covered, area_a, learner, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE + timedelta(days=7))

    booking = cancel_booking(booking, actor=learner, reason="Consiglio comunale", now=now)

    assert (booking.is_late_cancel, booking.session.state, booking.session.ical_sequence) == (False, "cancelled", 1)
    assert Occupancy.objects.count() == 0
    assert ask(search, covered, area_a, TUESDAY_NINE + timedelta(days=7)).pk != booking.pk


def test_a_late_cancellation_is_marked(search, covered, area_a, learner, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    assert cancel_booking(booking, actor=learner, reason="Malattia", now=now).is_late_cancel


def test_a_cancellation_by_the_tutor_is_never_late_for_the_learner(search, covered, area_a, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    session = cancel_session(booking.session, actor=covered, reason="Malattia", now=now)

    booking.refresh_from_db()
    assert (booking.is_late_cancel, booking.cancelled_by, session.state) == (False, covered, "cancelled")


def test_a_group_goes_on_when_one_leaves(search, group_service, covered, area_a, neighbour, now):
    first = ask(replace(search, service=group_service), covered, area_a, TUESDAY_NINE)
    ask(replace(search, service=group_service, learner=neighbour), covered, area_a, TUESDAY_NINE)

    cancel_booking(first, actor=search.learner, reason="Altro impegno", now=now)

    session = Session.objects.get()
    assert (session.state, session.seats_taken) == ("scheduled", 1)
    assert set(session.occupancies.values_list("resource_id", flat=True)) == {covered.pk, neighbour.pk}


def test_cancelling_needs_a_reason_and_comes_before_the_start(search, covered, area_a, learner, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    assert refusal(cancel_booking, booking, actor=learner, reason="  ", now=now) == "no_reason"
    assert refusal(cancel_booking, booking, actor=learner, reason="Tardi", now=TUESDAY_NINE) == "not_cancellable"
    cancel_booking(booking, actor=learner, reason="Basta", now=now)
    assert refusal(cancel_booking, booking, actor=learner, reason="Ancora", now=now) == "not_cancellable"


# --- Mail and calendar entries -----------------------------------------------------------------------------------
def entries(key: str) -> dict[str, Calendar]:
    return {
        mail.recipient: Calendar.from_ical(mail.calendar)
        for mail in OutgoingMail.objects.filter(key__startswith=key).exclude(calendar="")
    }


def test_both_sides_get_a_request_with_one_attendee_each_in_utc(search, covered, area_a, learner, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    found = entries("booking_confirmed")
    assert set(found) == {learner.email, covered.email}
    for recipient, calendar in found.items():
        (event,) = calendar.walk("VEVENT")
        assert calendar["METHOD"] == "REQUEST"
        assert event["UID"] == booking.session.ical_uid
        assert event["SEQUENCE"] == 0
        assert event["DTSTART"].to_ical() == b"20261124T080000Z"
        assert event["DTEND"].to_ical() == b"20261124T090000Z"
        assert event["ATTENDEE"] == f"mailto:{recipient}"
        assert event["ORGANIZER"] == "mailto:no-reply@localhost"
        assert event["STATUS"] == "CONFIRMED"
    assert {mail.calendar_method for mail in OutgoingMail.objects.all()} == {"REQUEST"}


def test_the_mail_on_the_wire_names_method_and_charset_once(search, covered, area_a, now, mailoutbox):
    ask(search, covered, area_a, TUESDAY_NINE)

    send_due_mail(now=now)

    parts = [part for mail in mailoutbox for part in mail.message().walk() if part.get_content_subtype() == "calendar"]
    assert [part["Content-Type"] for part in parts] == ['text/calendar; method="REQUEST"; charset="utf-8"'] * 2


def test_a_cancellation_keeps_the_uid_and_raises_the_sequence(search, covered, area_a, learner, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    cancel_booking(booking, actor=learner, reason="Malattia", now=now)

    found = entries("booking_cancelled")
    assert set(found) == {learner.email, covered.email}
    for calendar in found.values():
        (event,) = calendar.walk("VEVENT")
        assert calendar["METHOD"] == "CANCEL"
        assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (booking.session.ical_uid, 1, "CANCELLED")


def test_who_cancels_reads_that_it_is_done_and_the_other_side_by_whom_and_why(search, covered, area_a, learner, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    cancel_booking(booking, actor=learner, reason="Malattia", now=now)

    mails = OutgoingMail.objects.filter(key__startswith="booking_cancelled")
    texts = {mail.recipient: mail.text for mail in mails}
    done, told = "l’appuntamento è annullato, come richiesto:", f"{learner} ha annullato questo appuntamento:"
    for recipient, words, others, page in (
        (learner.email, done, told, booking.get_absolute_url()),
        (covered.email, told, done, booking.session.get_absolute_url()),
    ):
        text = texts[recipient]
        assert (words in text, others in text, "Motivo: Malattia" in text) == (True, False, True)
        assert f"La pagina dell’appuntamento: {settings.SITE_URL}{page}" in text.splitlines()


def test_no_mail_ends_in_a_bare_address(search, covered, area_a, learner, now):
    cancel_booking(ask(search, covered, area_a, TUESDAY_NINE), actor=covered, reason="Neve", now=now)

    lines = [line for mail in OutgoingMail.objects.all() for line in mail.text.splitlines()]
    assert [line for line in lines if line.startswith("http")] == []


def test_who_leaves_a_group_gets_cancel_and_the_others_request(search, group_service, covered, area_a, neighbour, now):
    first = ask(replace(search, service=group_service), covered, area_a, TUESDAY_NINE)
    ask(replace(search, service=group_service, learner=neighbour), covered, area_a, TUESDAY_NINE)

    cancel_booking(first, actor=search.learner, reason="Altro impegno", now=now)

    told = {**entries("booking_cancelled"), **entries("group_goes_on")}
    methods = {recipient: calendar["METHOD"] for recipient, calendar in told.items()}
    assert methods == {search.learner.email: "CANCEL", covered.email: "REQUEST", neighbour.email: "REQUEST"}
    assert {(event["UID"], event["SEQUENCE"]) for event in (entry.walk("VEVENT")[0] for entry in told.values())} == {
        (first.session.ical_uid, 1)
    }
    to_who_stays = OutgoingMail.objects.get(kind="tutorship.group_goes_on")
    assert (to_who_stays.recipient, str(search.learner) in to_who_stays.text) == (neighbour.email, False)


def test_the_question_reaches_the_tutor_but_no_calendar(search, covered, area_a, learner, now):
    ask(search, covered, area_a, TUESDAY_NINE, question="Il caso riservato")

    mails = {mail.recipient: mail for mail in OutgoingMail.objects.all()}
    assert "Il caso riservato" in mails[covered.email].text
    assert "Il caso riservato" not in mails[learner.email].text
    assert [mail for mail in mails.values() if "riservato" in mail.calendar] == []


def test_the_subject_carries_the_fact_in_italian(search, covered, area_a, learner, now):
    ask(search, covered, area_a, TUESDAY_NINE)

    mail = OutgoingMail.objects.get(recipient=learner.email)
    assert mail.subject == "Confermato: tutoraggio Appalti di prova, 24 novembre 2026, 09:00"


def test_a_name_cannot_break_out_of_the_calendar_entry(search, covered, area_a, learner, now):
    learner.first_name = 'Anna";X=1\r\nATTENDEE:mailto:x@example.org'
    search = replace(search, learner=learner)

    ask(search, covered, area_a, TUESDAY_NINE)

    (event,) = entries("booking_confirmed")[learner.email].walk("VEVENT")
    assert event["ATTENDEE"] == f"mailto:{learner.email}"


# --- Availability, coverage, closures ----------------------------------------------------------------------------
def test_appointments_outside_changed_hours_stay_and_are_named(search, covered, area_a, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    delete_availability(AvailabilityRule.objects.get(), actor=covered, now=now, agreed=[str(booking.session_id)])

    assert outside_availability(covered, now=now) == [booking.session]
    booking.refresh_from_db()
    assert booking.is_active


def test_nobody_changes_the_hours_of_a_tutor_elsewhere(covered, other_tutor, other_coordinator, now):
    rule = AvailabilityRule.objects.get()

    assert refusal(save_availability, rule, actor=other_tutor, now=now) == "not_entitled"
    assert refusal(delete_availability, rule, actor=other_coordinator, now=now) == "not_entitled"


def test_the_areas_coordinator_may_change_a_tutors_hours(covered, coordinator, now):
    rule = AvailabilityRule.objects.get()
    rule.closes_at = time(12)

    save_availability(rule, actor=coordinator, now=now)

    assert AvailabilityRule.objects.get().closes_at == time(12)


@pytest.mark.parametrize(
    ("hours", "code"), [((time(8), time(7)), "end_before_start"), ((time(9), time(9)), "end_before_start")]
)
def test_a_rule_ends_after_it_begins(tutor, now, hours, code):
    rule = RuleFactory.build(tutor=tutor, opens_at=hours[0], closes_at=hours[1])

    with pytest.raises(ValidationError) as refused:
        save_availability(rule, actor=tutor, now=now)

    assert refused.value.error_dict["closes_at"][0].code == code


@pytest.mark.parametrize(
    ("on", "code"), [(date(2027, 3, 28), "hour_does_not_exist"), (date(2026, 10, 25), "hour_comes_twice")]
)
def test_an_exception_in_the_night_of_the_clock_change_must_be_clear(tutor, now, on, code):
    row = AvailabilityException(tutor=tutor, on=on, kind="adds", opens_at=time(2, 30), closes_at=time(5))

    with pytest.raises(ValidationError) as refused:
        save_availability(row, actor=tutor, now=now)

    assert refused.value.error_dict["opens_at"][0].code == code


def test_coverage_needs_the_role_and_the_planners_area(tutor, other_tutor, area_a, topic, coordinator, anci, now):
    common = {"area": area_a, "topic": topic, "now": now}

    assert refusal(add_coverage, tutor=other_tutor, actor=coordinator, **common) == "not_a_tutor"
    assert refusal(add_coverage, tutor=tutor, actor=tutor, **common) == "not_entitled"
    assert add_coverage(tutor=tutor, actor=coordinator, **common).area == area_a
    with pytest.raises(ValidationError):
        add_coverage(tutor=tutor, actor=anci, **common)
    assert Coverage.objects.count() == 1


def test_ended_coverage_takes_no_more_bookings_and_keeps_the_ones_made(search, covered, area_a, coordinator, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)

    end_coverage(Coverage.objects.get(), actor=coordinator, now=now)

    assert search.offers(area_a) == []
    booking.refresh_from_db()
    assert booking.is_active


def test_only_anci_closes_all_areas(coordinator, anci, now):
    def everywhere():
        return Closure(first_on=date(2026, 12, 24), last_on=date(2026, 12, 31), reason="Pausa")

    assert refusal(add_closure, everywhere(), actor=coordinator, now=now) == "not_entitled"
    assert add_closure(everywhere(), actor=anci, now=now).area is None


def test_nobody_sees_a_booking_of_another_area(search, covered, area_a, learner, coordinator, anci, now):
    booking = ask(search, covered, area_a, TUESDAY_NINE)
    strangers = [factories.UserFactory(), factories.with_role(factories.UserFactory(), "tutor", area=area_a)]

    assert [list(Booking.objects.visible_to(person)) for person in strangers] == [[], []]
    insiders = [learner, covered, coordinator, anci]
    assert [list(Booking.objects.visible_to(person)) for person in insiders] == [[booking]] * 4


def test_book_session_is_one_transaction(search, covered, area_a, monkeypatch):
    """A refusal after the session was planned leaves nothing behind."""
    Occupancy.objects.create(
        resource_id=search.learner.pk,
        session=SessionFactory(),
        starts_at=TUESDAY_NINE + HOUR / 2,
        ends_at=TUESDAY_NINE + 2 * HOUR,
    )

    assert (
        refusal(
            book_session,
            search,
            asking(search),
            tutor=covered,
            area=area_a,
            starts_at=TUESDAY_NINE,
        )
        == "slot_taken"
    )
    assert Session.objects.filter(tutor=covered).count() == 0
