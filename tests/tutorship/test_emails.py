"""The guide names every message of the tutoring, and no other."""

import re

from django.conf import settings


def test_the_guide_lists_every_message():
    folder = settings.BASE_DIR / "tutorship" / "templates" / "tutorship" / "emails"
    table = (settings.BASE_DIR / "docs" / "mails.md").read_text().split("## As they read")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == {path.stem for path in folder.glob("*.txt")}
