"""The guide for who runs the site names every setting and every command."""

import re

from django.conf import settings

ROOT = settings.BASE_DIR
READ = re.compile(r"""\benv(?:\.\w+)?\(\s*["']([A-Z][A-Z_]+)["']""")


def test_every_setting_is_explained():
    read = set(READ.findall((ROOT / "config" / "settings.py").read_text()))

    for place in (".env.example", "docs/operations.md"):
        text = (ROOT / place).read_text()
        assert {name for name in read if name not in text} == set(), place


def test_every_command_is_explained():
    text = (ROOT / "docs" / "operations.md").read_text()
    commands = {
        path.stem
        for app in settings.LOCAL_APPS
        for path in (ROOT / app / "management" / "commands").glob("*.py")
        if path.stem != "__init__"
    }

    assert {name for name in commands if f"`{name}" not in text} == set()
