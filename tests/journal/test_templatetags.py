"""The register of activities speaks Italian whatever the actions write."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from journal.models import AuditEntry
from journal.templatetags.audit import ACTIONS, audit_changes, audit_value

RECORDERS = {"record", "_record", "_journal"}


def written_codes() -> set[str]:
    """Every literal that the code of the apps gives to `record` as the action."""
    codes = set()
    for app in settings.LOCAL_APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            codes |= set(_codes(path))
    return codes


def _codes(path: Path):
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in RECORDERS and call.args:
            for leaf in ast.walk(call.args[0]):
                if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
                    yield leaf.value


def test_every_action_has_its_words():
    assert written_codes() - set(ACTIONS) == set()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "sì"),
        (None, "–"),
        ("2026-11-23", "23 novembre 2026"),
        ("2026-11-23T09:00:00+00:00", "23 novembre 2026, ore 10:00"),
        ("2026-12-01 14:00:00+00:00", "1 dicembre 2026, ore 15:00"),
        ("09:30:00", "09:30"),
        (["a", 2], "a, 2"),
        ("2026-99-99", "2026-99-99"),
    ],
)
def test_audit_value_is_written_for_people(value, words):
    assert audit_value(value) == words


@pytest.mark.parametrize(
    ("target", "before", "after", "lines"),
    [
        ("accounts.user:1", {"last_name": "Mori"}, {"last_name": "Moro"}, ["cognome: Mori → Moro"]),
        ("certificates.certificate:1", {"state": "issued"}, {"state": "revoked"}, ["stato: valido → revocato"]),
        ("courses.enrolment:1", {"due_on": None}, {"due_on": "2026-12-08"}, ["scadenza: 8 dicembre 2026"]),
        ("tutorship.availabilityrule:1", {}, {"weekday": "0", "opens_at": "None"}, ["giorno della settimana: lunedì"]),
        ("accounts.employment:1", {}, {"user": 13, "body": "Comune di Piuro (SO)"}, ["ente: Comune di Piuro (SO)"]),
        ("certificates.trainingrecord:1", {}, {"person": 13, "body": 295, "minutes": 60}, ["minuti: 60"]),
        ("tutorship.closure:1", {}, {"area_id": "3", "nowhere": "x"}, []),
        ("gone.model:1", {}, {"late": True}, ["disdetta tardiva: sì"]),
    ],
)
def test_changes_are_said_in_words_and_without_ids(target, before, after, lines):
    assert audit_changes(AuditEntry(target=target, before=before, after=after)) == lines
