from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lib.database_clock import database_now


@pytest.mark.django_db
def test_the_database_has_a_clock_of_its_own():
    real = datetime.now(UTC)

    with time_machine.travel("2020-01-01"):
        told = database_now()

    assert told.tzinfo is not None
    assert abs(told - real) < timedelta(minutes=2)


@pytest.mark.django_db
def test_it_moves_on_inside_a_transaction():
    first = database_now()
    while (second := database_now()) == first:
        pass

    assert second > first
