"""The register of activities speaks Italian whatever the actions write."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from journal.templatetags.audit import ACTIONS, audit_value

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
        ("2026-11-23T09:00:00+00:00", "23 novembre 2026, 10:00"),
        (["a", 2], "a, 2"),
        ("2026-99-99", "2026-99-99"),
    ],
)
def test_audit_value_is_written_for_people(value, words):
    assert audit_value(value) == words
