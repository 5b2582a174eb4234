"""The database itself refuses that somebody is in two places at once."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.tutorship.factories import OccupancyFactory, SessionFactory
from tutorship import guards
from tutorship.models import Occupancy

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
EXPECTED = {"sqlite": set(guards.TRIGGERS), "postgresql": {guards.NAME}}


def installed() -> set[str]:
    with connection.cursor() as cursor:
        return guards.installed(connection, cursor)


def remove_guards() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in guards.TRIGGERS:
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute(f"ALTER TABLE {guards.TABLE} DROP CONSTRAINT {guards.NAME}")


def test_the_guards_are_there_after_migrating():
    assert installed() == EXPECTED[connection.vendor]


def test_migrating_puts_back_what_was_lost():
    remove_guards()
    assert installed() == set()

    call_command("migrate", "tutorship", verbosity=0)

    assert installed() == EXPECTED[connection.vendor]


def test_guards_are_not_installed_twice():
    guards.install(connection)

    assert installed() == EXPECTED[connection.vendor]


@pytest.mark.parametrize(
    ("shift", "length"),
    [(0, 1), (-0.5, 1), (0.5, 1), (-1, 3), (0.25, 0.5)],
    ids=["the same", "the end inside", "the start inside", "around", "within"],
)
def test_overlapping_occupancies_of_a_person_are_refused(shift, length):
    first = OccupancyFactory()
    starts_at = first.starts_at + shift * HOUR

    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        OccupancyFactory(resource_id=first.resource_id, starts_at=starts_at, ends_at=starts_at + length * HOUR)

    assert Occupancy.objects.count() == 1


@pytest.mark.parametrize("shift", [-1, 1], ids=["before", "after"])
def test_occupancies_that_touch_are_fine(shift):
    first = OccupancyFactory()

    OccupancyFactory(
        resource_id=first.resource_id, starts_at=first.starts_at + shift * HOUR, ends_at=first.ends_at + shift * HOUR
    )

    assert Occupancy.objects.count() == 2


def test_a_room_and_a_person_of_the_same_number_do_not_clash():
    first = OccupancyFactory()

    OccupancyFactory(resource_id=first.resource_id, resource_kind=Occupancy.Resource.ROOM)

    assert Occupancy.objects.count() == 2


def test_an_occupancy_cannot_be_moved_into_another():
    first = OccupancyFactory()
    second = OccupancyFactory(
        resource_id=first.resource_id, starts_at=first.starts_at + 2 * HOUR, ends_at=first.ends_at + 2 * HOUR
    )

    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        Occupancy.objects.filter(pk=second.pk).update(starts_at=first.starts_at + HOUR / 2)


def test_an_occupancy_may_be_moved_over_its_own_time():
    row = OccupancyFactory()

    Occupancy.objects.filter(pk=row.pk).update(ends_at=row.ends_at + HOUR / 4)

    row.refresh_from_db()
    assert row.ends_at - row.starts_at == HOUR * 5 / 4


def test_more_people_than_seats_are_refused_by_the_database():
    session = SessionFactory(capacity=1)

    with pytest.raises(IntegrityError, match="seats_within_capacity"), transaction.atomic():
        type(session).objects.filter(pk=session.pk).update(seats_taken=2)
