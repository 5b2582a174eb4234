"""Figures frozen for the funder: they stay, they can be proved, and they tell of nobody."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from courses.models import Enrolment
from journal.models import AuditEntry
from reports.actions import count_again, freeze_figures
from reports.models import Snapshot, territory
from reports.models.period import Period
from reports.models.snapshot import COUNTED, Table, changes, size_of, tables_of
from territory.models import PublicBody
from tests.factories import EmploymentFactory, EnrolmentFactory, employee
from tests.reports.factories import BookingFactory, CourseRecordFactory, TutoringRecordFactory


@pytest.fixture
def period(now):
    return Period(2026, now.date())


def learn(body, edition, now, people):
    for _number in range(people):
        done = EnrolmentFactory(user=employee(body), edition=edition, enrolled_at=now, completed_at=now)
        CourseRecordFactory(enrolment=done, minutes=60)


@pytest.fixture
def frozen(client_for, coordinator, body_a, body_a2, edition, now):
    """Seven people in a village, three in a small town."""
    body_a.population, body_a2.population = 999, 1_000
    body_a.save()
    body_a2.save()
    learn(body_a, edition, now, 7)
    learn(body_a2, edition, now, 3)
    answer = client_for(coordinator).post(reverse("reports:snapshot_list"), {"title": "Secondo semestre", "year": 2026})
    assert answer.status_code == 302
    return Snapshot.objects.get()


def test_the_figures_are_the_ones_of_the_overview(frozen, coordinator, area_a, period):
    tally = territory.area_row(area_a, period).tally
    (area,) = frozen.figures["areas"]

    assert (area["key"], area["people"], area["minutes"]) == ("valchiavenna", tally.people, tally.minutes)
    assert [(row["key"], row["people"]) for row in frozen.figures["sizes"]] == [("1000", 7), ("5000", 3), ("more", 0)]
    assert sum(row["minutes"] for row in frozen.figures["sizes"]) == tally.minutes == 600
    assert (frozen.taken_by, list(frozen.areas.all()), frozen.is_whole) == (coordinator, [area_a], False)
    assert AuditEntry.objects.get(action="freeze_figures").after == {"sha256": frozen.sha256}


def test_the_page_counts_again_and_says_what_changed(client_for, coordinator, frozen, body_a, edition, now, period):
    address = reverse("reports:snapshot_detail", args=[frozen.pk])
    page = client_for(coordinator).get(address).content.decode()
    assert frozen.sha256 in page
    assert "Ricontando adesso, ogni numero è lo stesso." in page
    assert changes(frozen.figures, count_again(frozen, period=period)) == []

    learn(body_a, edition, now, 1)

    page = client_for(coordinator).get(address).content.decode()
    assert "10 fissato, 11 adesso" in page
    assert "Persone iscritte: • fissato, • adesso" in page  # of the village: what the table hides stays hidden
    assert "7 fissato" not in page
    found = {(change.key, change.name) for change in changes(frozen.figures, count_again(frozen, period=period))}
    assert ("valchiavenna", "people") in found
    assert ("1000", "minutes") in found
    assert Snapshot.objects.get().figures == frozen.figures


def test_a_touched_row_is_found_out(client_for, coordinator, frozen):
    figures = frozen.figures
    figures["areas"][0]["people"] += 1
    Snapshot.objects.update(figures=figures)

    page = client_for(coordinator).get(reverse("reports:snapshot_detail", args=[frozen.pk])).content.decode()

    assert not Snapshot.objects.get().is_intact
    assert "Le cifre conservate sono state cambiate" in page
    for change in (frozen.save, frozen.delete):
        with pytest.raises(PermissionDenied):
            change()


def test_few_people_are_hidden_on_the_page_and_in_the_files(client_for, coordinator, frozen):
    """3 people in the towns: with 10 in all and 7 shown they would be told, so both are hidden, and their hours."""
    _areas, sizes = tables_of(frozen.figures)
    assert [row["people"] for row in sizes.rows] == [None, None, 0]
    assert [row["minutes"] for row in sizes.rows] == [None, None, 0]
    assert sizes.total["people"] == 10

    client = client_for(coordinator)
    address = reverse("reports:snapshot_export", args=[frozen.pk])
    rows = [line.split(";") for line in client.get(address).content.decode("utf-8-sig").splitlines()]
    names = rows[0]
    village = next(row for row in rows if row[1].startswith("sotto i 1.000"))
    assert village[names.index("Persone iscritte")] == village[names.index("Ore")] == ""
    assert client.get(f"{address}?formato=xlsx").content.startswith(b"PK")
    assert client.get(f"{address}?formato=exe").status_code == 404


def test_nobody_freezes_or_reads_beyond_the_own_areas(
    client_for, coordinator, other_coordinator, anci, frozen, area_b, body_b, edition, now, period
):
    with pytest.raises(ValidationError) as refused:
        freeze_figures(title="Altrove", period=period, areas=[area_b], actor=coordinator, now=now)
    assert refused.value.code == "not_allowed"
    theirs = freeze_figures(title="CANARY_B", period=period, areas=[], actor=other_coordinator, now=now)
    whole = freeze_figures(title="Lombardia CANARY_B", period=period, areas=[], actor=anci, now=now)
    both = freeze_figures(
        title="Due aree CANARY_B", period=period, areas=[area_b, *frozen.areas.all()], actor=anci, now=now
    )

    client = client_for(coordinator)
    assert "CANARY" not in client.get(reverse("reports:snapshot_list")).content.decode()
    for row in (theirs, whole, both):
        for name in ("snapshot_detail", "snapshot_export"):
            assert client.get(reverse(f"reports:{name}", args=[row.pk])).status_code == 404
    assert Snapshot.objects.visible_to(anci).count() == 4
    assert whole.is_whole


def test_bad_input_freezes_nothing(client_for, coordinator, area_b):
    client = client_for(coordinator)
    for form in (
        {},
        {"title": " ", "year": 2026},
        {"title": "A", "year": "x"},
        {"title": "A", "year": 2026, "areas": area_b.pk},
    ):
        assert client.post(reverse("reports:snapshot_list"), form).status_code == 200
    assert not Snapshot.objects.exists()


def test_who_works_for_two_bodies_is_one_in_both_totals(
    coordinator, anci, frozen, body_a2, edition, now, period, area_a
):
    person = Enrolment.objects.exclude(body=body_a2).first().user
    second = EmploymentFactory(user=person, body=body_a2)
    EnrolmentFactory(user=person, edition=edition, employment=second, enrolled_at=now, completed_at=now)

    both = freeze_figures(title="Tutte", period=period, areas=[], actor=anci, now=now)

    assert [table.total["people"] for table in tables_of(both.figures)] == [10, 10]


def test_a_body_that_has_ended_counts_in_both_tables(frozen, body_a2, coordinator, now, period):
    PublicBody.objects.filter(pk=body_a2.pk).update(ceased_on=now.date())

    after = freeze_figures(title="Dopo", period=period, areas=[], actor=coordinator, now=now)

    areas, sizes = (after.figures[table] for table in ("areas", "sizes"))
    for name in ("minutes", "completed", "municipalities", "reached"):
        assert sum(row[name] for row in areas) == sum(row[name] for row in sizes)
    assert sum(row["minutes"] for row in sizes) == 600
    assert sum(row["municipalities"] for row in sizes) == 1


def test_the_appointments_of_few_are_hidden_with_their_hours(frozen, body_a, coordinator, now, period):
    person = Enrolment.objects.filter(body=body_a).first().user
    TutoringRecordFactory(booking=BookingFactory(learner=person, session__starts_at=now), minutes=55)

    after = freeze_figures(title="Dopo", period=period, areas=[], actor=coordinator, now=now)

    for table in tables_of(after.figures):
        assert table.total["appointments"] is table.total["tutoring_minutes"] is None
        assert [row["tutoring_minutes"] for row in table.rows if row["tutoring_minutes"]] == []
    assert after.figures["areas"][0]["tutoring_minutes"] == 55


def test_many_appointments_of_one_person_are_hidden_like_the_person(frozen, body_a, coordinator, now, period):
    person = Enrolment.objects.filter(body=body_a).first().user
    for days in range(6):
        session = {"session__starts_at": now + timedelta(days=days)}
        TutoringRecordFactory(booking=BookingFactory(learner=person, **session), minutes=50)

    after = freeze_figures(title="Dopo", period=period, areas=[], actor=coordinator, now=now)

    stored = after.figures["areas"][0]
    assert (stored["appointments"], stored["tutored"], stored["tutoring_minutes"]) == (6, 1, 300)
    for table in tables_of(after.figures):
        assert {row[name] for row in table.rows for name in ("appointments", "tutoring_minutes")} <= {None, 0}
        assert table.total["appointments"] is None


def test_what_few_people_did_is_hidden_with_them():
    few = dict.fromkeys((*COUNTED, "municipalities", "reached"), 0) | {"key": "a", "people": 3, "completed": 9}
    many = few | {"key": "b", "people": 40, "completed": 90}
    others = many | {"key": "c", "people": 20}

    table = Table.of([few, many, others])

    assert [row["people"] for row in table.rows] == [None, 40, None]
    assert [row["completed"] for row in table.rows] == [None, 90, None]
    assert (table.total["people"], table.total["completed"]) == (63, 189)


def test_sizes():
    assert [size_of(number) for number in (0, 999, 1_000, 4_999, 5_000, None)] == [
        "1000",
        "1000",
        "5000",
        "5000",
        "more",
        "unknown",
    ]
