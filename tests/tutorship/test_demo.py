"""What the demonstration tells has already happened: only appointments lie ahead."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db.models import Max

from accounts.demo import seed_people
from journal.models import AuditEntry, OutgoingMail
from territory.actions import import_territory
from tutorship.demo import seed
from tutorship.models import Booking, Session

MOMENTS = [
    datetime(2026, 11, 23, 9, tzinfo=UTC),  # Monday morning
    datetime(2026, 11, 22, 21, 30, tzinfo=UTC),  # Sunday night
    datetime(2026, 11, 27, 16, tzinfo=UTC),  # Friday evening
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_nothing_is_written_before_it_happens(settings, db, moment):
    settings.DEMO = True
    with time_machine.travel(moment, tick=False):
        import_territory(now=moment)
        seed(seed_people(moment), now=moment)

    latest = {
        "entry": AuditEntry.objects.aggregate(at=Max("at"))["at"],
        "mail": OutgoingMail.objects.aggregate(at=Max("created_at"))["at"],
        "booking": Booking.objects.aggregate(at=Max("booked_at"))["at"],
        "calling off": Booking.objects.aggregate(at=Max("cancelled_at"))["at"],
    }
    assert {name: at for name, at in latest.items() if at > moment} == {}
    assert Booking.objects.filter(is_late_cancel=True).count() == 1
    assert Session.objects.filter(starts_at__gt=moment, state="scheduled").exists()
