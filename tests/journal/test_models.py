from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from journal.actions import beat, record
from journal.models import AuditEntry, Heartbeat, OutgoingMail
from tests.journal.factories import OutgoingMailFactory


@pytest.fixture
def entry(learner, area_a, now):
    return record("enrol", learner, now=now, actor=learner, area=area_a.slug, reason="Per l’ufficio tecnico")


def test_record_says_who_did_what_to_which_row(entry, learner, now):
    assert (entry.actor, entry.at, entry.target, entry.label) == (
        learner,
        now,
        f"accounts.user:{learner.pk}",
        "Lucia Moro",
    )


def test_entries_can_neither_change_nor_go(entry):
    for forbidden in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="x"),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


def test_entries_are_visible_within_the_scope(entry, learner, coordinator, other_coordinator, anci, referent):
    readers = [learner, referent, other_coordinator, coordinator, anci]

    assert [AuditEntry.objects.visible_to(reader).count() for reader in readers] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"q": "moro"}, 1),
        ({"q": "tecnico lucia"}, 1),
        ({"q": "fanetti"}, 0),
        ({"since": date(2026, 11, 23)}, 1),
        ({"since": date(2026, 11, 24)}, 0),
        ({"until": date(2026, 11, 22)}, 0),
        ({"until": date.max}, 1),
    ],
)
def test_matching_narrows_by_words_and_days(entry, question, found):
    assert AuditEntry.objects.matching(**question).count() == found


@pytest.mark.parametrize(("age", "state"), [(0, "ok"), (2, "ok"), (4, "silent")])
def test_heartbeat_falls_silent(db, now, age, state):
    beat("worker", now=now - timedelta(minutes=age))

    assert Heartbeat.objects.state("worker", now=now) == state


def test_heartbeat_that_never_was(db, now):
    assert Heartbeat.objects.state("worker", now=now) == "never"


def test_health_counts_what_waits_too_long(db, now):
    OutgoingMailFactory()
    OutgoingMailFactory(created_at=now - timedelta(hours=1))
    OutgoingMailFactory(state=OutgoingMail.State.FAILED)
    OutgoingMailFactory(state=OutgoingMail.State.FAILED, created_at=now - timedelta(days=2))

    OutgoingMailFactory(state=OutgoingMail.State.HELD, created_at=now - timedelta(days=7))
    OutgoingMailFactory(state=OutgoingMail.State.HELD, created_at=now - timedelta(days=9))  # no summary took it along

    assert OutgoingMail.objects.health(now=now) == {"waiting": 2, "late": 2, "failed": 1}
