"""The comparisons: what is counted by each dimension, beside the year before; no small number, no other area."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import Scope
from courses.models import CoursePage
from lib.durations import in_hours
from reports.models.comparison import DIMENSIONS, comparison, stretches
from reports.models.period import Period
from reports.models.territory import overview
from territory.models import PublicBody, StaffCount
from tests.factories import (
    AreaFactory,
    BodyFactory,
    CourseFactory,
    EditionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    ObjectiveFactory,
    PillarFactory,
    UserFactory,
    employee,
)
from tests.reports.factories import (
    BookingFactory,
    CertificateFactory,
    CourseRecordFactory,
    ServiceFactory,
    TopicFactory,
    TutoringRecordFactory,
)
from tutorship.models import Rating, SessionRequest, WaitingEntry

TODAY = date(2026, 11, 23)
PERIOD = Period(2026, TODAY)
ANCI = Scope(is_anci=True)
PAGE, FILE = "/coordinamento/confronti/", "/coordinamento/confronti/esporta/"


def taken(body, edition, now, number, *, done: int = 0, minutes=60, days_ago=0) -> list:
    """So many people of the body take the course; the first ones have completed it, with hours and certificate."""
    began = now - timedelta(days=days_ago)
    found = []
    for place in range(number):
        completed_at = began if place < done else None
        enrolment = EnrolmentFactory(
            edition=edition, user=employee(body), enrolled_at=began, last_activity_at=began, completed_at=completed_at
        )
        if completed_at:
            CourseRecordFactory(enrolment=enrolment, minutes=minutes)
            CertificateFactory(enrolment=enrolment, register__year=began.year)
        found.append(enrolment)
    return found


def tutored(person, now, *, minutes=30, stars: int = 0) -> None:
    record = TutoringRecordFactory(
        booking=BookingFactory(learner=person, session__starts_at=now, booked_at=now), minutes=minutes
    )
    if stars:
        Rating.objects.create(booking=record.booking, stars=stars, rated_at=now)


def by_label(found) -> dict:
    return {line.label: line for line in [*found.lines, found.total]}


@pytest.fixture
def facts(area_a, area_b, body_a, body_a2, body_b, edition, now):
    """Twelve people in area A, six at each of a village and a town, and seven in B; half of them have completed."""
    PublicBody.objects.filter(pk=body_a.pk).update(population=800)
    PublicBody.objects.filter(pk=body_a2.pk).update(population=3_000)
    PublicBody.objects.filter(pk=body_b.pk).update(population=3_000)
    StaffCount.objects.create(body=body_a, people=10, counted_on=date(2026, 1, 1))
    for body, number in ((body_a, 6), (body_a2, 6), (body_b, 7)):
        taken(body, edition, now, number, done=5)


# --- What is counted ---
def test_every_area_has_its_measures_and_the_total_adds_up(facts, body_b, edition, now):
    for enrolment in taken(body_b, edition, now, 5):
        tutored(enrolment.user, now, minutes=30, stars=4)

    found = by_label(comparison(ANCI, PERIOD, "area"))

    ours, theirs, whole = found["Valchiavenna"], found["Lomellina"], found["Totale"]
    assert (ours.people, ours.minutes, ours.completion, ours.certificates) == (12, 600, (10, 12), 10)
    assert (theirs.people, theirs.minutes, theirs.completion, theirs.certificates) == (12, 300 + 150, (5, 12), 5)
    assert (theirs.asked, theirs.given, theirs.rating) == (5 * 60, 150, (5, 20))
    assert (whole.people, whole.minutes, whole.completion, whole.certificates) == (24, 1_050, (15, 24), 15)
    assert (ours.of_staff.reached, ours.of_staff.staff, ours.of_staff.known, ours.of_staff.bodies) == (6, 10, 1, 2)
    assert theirs.of_staff.known == 0


def test_the_areas_say_what_the_overview_says(facts):
    told = {row.area.name: row for row in overview(ANCI, PERIOD).areas}

    for line in comparison(ANCI, PERIOD, "area").lines:
        row = told[line.label]
        assert (line.people, line.minutes, line.certificates) == (
            row.tally.people,
            row.tally.minutes,
            row.tally.certificates,
        )
        assert line.of_staff == row.of_staff


@pytest.mark.parametrize(
    ("dimension", "people"),
    [
        ("classe", {"Sotto i 1.000 abitanti": 6, "Da 1.000 a 4.999 abitanti": 13, "Da 5.000 abitanti in su": 0}),
        ("tema", {"Transizione amministrativa": 19, "Transizione digitale": 0}),
        ("pilastro", {"Lombardia connessa": 19}),
        ("obiettivo", {"Rafforzare la capacità amministrativa": 19}),
        ("mese", {"Ottobre": 0, "Novembre": 19}),
    ],
)
def test_every_dimension_has_its_rows(facts, dimension, people):
    found = by_label(comparison(ANCI, PERIOD, dimension))

    assert {label: found[label].people for label in people} == people
    assert (found["Totale"].people, found["Totale"].minutes) == (19, 900)
    assert found[max(people, key=people.get)].minutes is not None


def test_a_person_on_two_themes_counts_in_both_and_once_in_the_total(body_a, edition, now):
    other = EditionFactory(
        course=CourseFactory(
            theme=CoursePage.Theme.DIGITAL, pillar=PillarFactory(number=2), objective=ObjectiveFactory(code="2")
        )
    )
    for enrolment in taken(body_a, edition, now, 6):
        EnrolmentFactory(edition=other, user=enrolment.user, enrolled_at=now)

    for dimension in ("tema", "pilastro", "obiettivo"):
        found = comparison(ANCI, PERIOD, dimension)
        assert sorted(line.people for line in found.lines if line.people) == [6, 6]
        assert (found.total.people, found.total.completion) == (6, (0, 12))


def test_an_enrolment_counts_in_the_month_it_began_and_in_the_one_it_ended(body_a, edition, now):
    for enrolment in taken(body_a, edition, now, 5, days_ago=60):
        enrolment.completed_at = now
        enrolment.save()

    found = by_label(comparison(ANCI, PERIOD, "mese"))

    assert [found[month].people for month in ("Settembre", "Ottobre", "Novembre", "Totale")] == [5, 0, 5, 5]
    assert [found[month].completion for month in ("Settembre", "Novembre")] == [(5, 5), (0, 0)]


def test_who_works_for_two_bodies_counts_once_in_month_class_and_total(body_a, body_a2, edition, now):
    other = EditionFactory()
    for enrolment in taken(body_a, edition, now, 5):
        second = EmploymentFactory(user=enrolment.user, body=body_a2)
        EnrolmentFactory(edition=other, user=enrolment.user, employment=second, enrolled_at=now)

    for dimension in ("mese", "classe", "area"):
        found = comparison(ANCI, PERIOD, dimension)
        assert [line.people for line in [*found.lines, found.total] if line.people] == [5, 5]


def test_tutoring_asked_is_what_was_booked_and_what_found_no_appointment(body_a, area_a, edition, now):
    people = [enrolment.user for enrolment in taken(body_a, edition, now, 6)]
    for person in people:
        BookingFactory(learner=person, booked_at=now)  # an hour each
    cancelled = {"cancelled_at": now, "cancel_reason": "Impegno"}
    BookingFactory(learner=people[0], booked_at=now, **cancelled)
    service = ServiceFactory(slug="breve", name="Breve", length_minutes=20)
    wish = {"learner": people[0], "area": area_a, "service": service, "question": "?", "asked_at": now}
    wish |= {"employment": people[0].employments.get()}
    for state in ("open", "withdrawn"):
        SessionRequest.objects.create(topic=TopicFactory(), body=body_a, answer_due_on=TODAY, state=state, **wish)
    for state in ("queued", "withdrawn"):
        WaitingEntry.objects.create(topic=TopicFactory(), state=state, **wish)

    for dimension in DIMENSIONS:
        found = comparison(ANCI, PERIOD, dimension)
        assert (found.total.asked, found.total.given) == (6 * 60 + 20 + 20, 0)
        assert sum(line.asked or 0 for line in found.lines) == 400


def test_only_confirmed_people_count(body_a, edition, now):
    for enrolment in taken(body_a, edition, now, 5, done=5):
        tutored(enrolment.user, now, stars=5)
        enrolment.user.employments.update(confirmed_at=None)

    line = comparison(ANCI, PERIOD, "area").total

    assert (line.people, line.minutes, line.completion, line.asked, line.given) == (0, 0, (0, 0), 0, 0)
    assert (line.certificates, line.rating) == (0, (0, 0))


# --- Beside the year before ---
@pytest.mark.parametrize(
    ("year", "today", "last_day"),
    [
        (2026, date(2026, 11, 23), date(2025, 11, 23)),
        (2028, date(2028, 2, 29), date(2027, 2, 28)),
        (2025, date(2026, 11, 23), date(2024, 12, 31)),
    ],
)
def test_the_year_before_goes_as_far_as_this_one(year, today, last_day):
    now, before = stretches(Period(year, today))

    assert (now.first_day, now.last_day) == (date(year, 1, 1), date(year, 12, 31))
    assert (before.first_day, before.last_day) == (date(year - 1, 1, 1), last_day)


def test_the_tiles_tell_the_same_days_of_the_year_before(client_for, coordinator, body_a, edition, now):
    then = datetime(2025, 11, 23, 22, 59, tzinfo=UTC)  # the last minute of the same day in Rome
    edition.is_self_paced = True
    taken(body_a, edition, then, 5, done=5)
    taken(body_a, edition, then + timedelta(minutes=1), 3)  # the day after: not yet
    taken(body_a, edition, now, 7)

    page = client_for(coordinator).get(PAGE).text
    whole_year = client_for(coordinator).get(f"{PAGE}?anno=2025").text

    assert "in tutto 7 persone; stesso periodo del 2025: 5" in page
    assert "stesso periodo del 2025: 5 di 5 (100%)" in page
    assert "in tutto 8 persone; nel 2024: niente" in whole_year


def test_few_people_of_the_year_before_are_not_told(client_for, coordinator, body_a, edition, now):
    taken(body_a, edition, now - timedelta(days=366), 4, done=4)
    taken(body_a, edition, now, 7)

    page = client_for(coordinator).get(PAGE).text

    assert "in tutto 7 persone; stesso periodo del 2025: di meno di cinque persone" in page
    assert "stesso periodo del 2025: 4" not in page


# --- The page and the files ---
@pytest.mark.parametrize("dimension", [*DIMENSIONS, "", "altro", "²"])
def test_the_page_opens_by_every_dimension(client_for, coordinator, facts, dimension):
    page = client_for(coordinator).get(PAGE, {"per": dimension})

    chosen = dimension if dimension in DIMENSIONS else "area"
    assert page.status_code == 200
    assert f'?per={chosen}" aria-current="true"' in page.text.replace("&amp;", "&")
    assert '<svg class="bars"' in page.text
    assert 'role="img" aria-label="Ore erogate: ' in page.text


def test_satisfaction_is_told_from_five_ratings_on(client_for, coordinator, body_a, edition, now):
    people = [enrolment.user for enrolment in taken(body_a, edition, now, 6)]
    for person in people[:4]:
        tutored(person, now, stars=5)
    client = client_for(coordinator)

    assert "meno di cinque voti" in client.get(PAGE).text
    tutored(people[4], now, stars=3)
    page = client.get(PAGE).text
    assert "su 5, media di 5 voti" in page
    assert "<dd>4,6\n</dd>" in page


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_the_files_hold_the_rows_of_the_page(client_for, anci, facts, body_b, edition, now, dimension):
    for enrolment in taken(body_b, edition, now, 5):
        tutored(enrolment.user, now, stars=4)
    taken(BodyFactory(area=AreaFactory(name="Piccola"), population=9_000), edition, now, 2, done=1)  # to be hidden
    client, found = client_for(anci), comparison(ANCI, PERIOD, dimension)
    page = client.get(PAGE, {"per": dimension}).text

    header, *rows = csv.reader(
        StringIO(b"".join(client.get(FILE, {"per": dimension}).streaming_content).decode("utf-8-sig")), delimiter=";"
    )
    book = openpyxl.load_workbook(
        BytesIO(b"".join(client.get(FILE, {"per": dimension, "formato": "xlsx"}).streaming_content))
    )
    lines = [list(row) for row in book.active.iter_rows(values_only=True)]
    top = next(number for number, row in enumerate(lines) if row[: len(header)] == header)

    assert [row[0] for row in rows] == [line.label for line in [*found.lines, found.total]]
    for line, row, numbers in zip([*found.lines, found.total], rows, lines[top + 1 :], strict=True):
        cells = dict(zip(header, row, strict=True))
        assert cells["Persone iscritte"] == ("•" if line.people is None else str(line.people))
        assert cells["Ore"] == ("•" if line.minutes is None else in_hours(line.minutes))
        assert f'<th scope="row" role="rowheader">{line.label}</th>' in page
        assert numbers[1] == (line.people if line.people is not None else "•")  # a number, not its text
    assert page.count('<span aria-hidden="true">•</span>') >= sum(
        value is None for line in found.lines for value in (line.people, line.minutes, line.certificates)
    )
    assert ["Anno", "2026"] in [row[:2] for row in lines[:top]]
    assert "23/11/2026" in [row[1] for row in lines[:top]]


def test_a_plain_file_and_an_unknown_kind(client_for, coordinator, facts):
    client = client_for(coordinator)

    plain = b"".join(client.get(FILE, {"formato": "csv-semplice"}).streaming_content).decode()

    assert plain.startswith("Area interna,Persone iscritte,")
    assert client.get(FILE, {"formato": "pdf"}).status_code == 404


# --- Who sees what ---
def test_a_coordinator_gets_no_number_of_another_area(client_for, coordinator, facts, area_b, body_b, edition, now):
    area_b.name = "CANARY_B"
    area_b.save()
    for enrolment in taken(body_b, edition, now, 40, done=40):
        tutored(enrolment.user, now, stars=1)
    client = client_for(coordinator)

    for dimension in DIMENSIONS:
        page = client.get(PAGE, {"per": dimension}).text
        file = b"".join(client.get(FILE, {"per": dimension}).streaming_content).decode()
        assert "CANARY" not in page + file
        assert "in tutto 12 persone" in page
        assert file.splitlines()[-1].split(";")[:2] == ["Totale", "12"]


def test_few_people_are_hidden_with_what_belongs_to_them(client_for, anci, facts, edition, now):
    """Two people in an area of their own: alone they would be the total less the others."""
    taken(BodyFactory(area=AreaFactory(name="Piccola")), edition, now, 2, done=2, minutes=77)

    found = by_label(comparison(ANCI, PERIOD, "area"))

    assert (found["Piccola"].people, found["Piccola"].minutes, found["Piccola"].certificates) == (None, None, None)
    assert found["Totale"].people == 21
    assert len([line for line in found.values() if line.people is None]) == 2  # another area hides it
    assert "1,28" not in client_for(anci).get(PAGE).text


# --- The own body and the others ---
def test_a_referent_reads_the_own_figures_beside_the_others_together(client_for, referent, facts, body_a, area_a):
    near = BodyFactory(area=area_a, population=700)
    edition = EditionFactory()
    taken(near, edition, datetime(2026, 3, 1, tzinfo=UTC), 8, done=6)

    page = client_for(referent).get(body_a.get_absolute_url()).text

    assert "Comuni di Valchiavenna, sotto i 1.000 abitanti: 2, compreso questo." in page
    assert '<th scope="row">Persone iscritte</th><td class="num">6</td><td class="num">14\n</td>' in page
    assert '<th scope="row">Attestati</th><td class="num">5</td><td class="num">11\n</td>' in page


@pytest.mark.parametrize("others", [1, 4])
def test_what_few_others_did_is_not_told_by_difference(client_for, referent, facts, body_a, area_a, others):
    taken(BodyFactory(area=area_a, population=700), EditionFactory(), datetime(2026, 3, 1, tzinfo=UTC), others, done=1)

    page = client_for(referent).get(body_a.get_absolute_url()).text

    start = page.index("Il proprio ente e gli altri")
    block = page[start : page.index("</section>", start)]
    assert "hanno partecipato meno di cinque persone: le loro cifre sono nascoste." in block
    assert str(6 + others) not in block
    assert "<table" not in block


def test_a_body_without_others_of_its_size_says_so(client_for, referent, facts, body_a):
    page = client_for(referent).get(body_a.get_absolute_url()).text

    assert "Nessun altro comune di Valchiavenna è della stessa classe." in page


# --- How often the database is asked ---
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_fifteen_queries_are_enough(client_for, anci, facts, dimension, django_assert_max_num_queries):
    client = client_for(anci)
    client.get(PAGE, {"per": dimension})

    with django_assert_max_num_queries(15):
        client.get(PAGE, {"per": dimension})


def test_the_page_is_one_of_the_coordination(client_for, coordinator):
    assert reverse("reports:comparison") in client_for(coordinator).get(reverse("reports:overview")).text
    assert UserFactory().scope.is_coordinator is False
