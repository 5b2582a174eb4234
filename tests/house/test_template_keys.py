"""Numbers are written with a separator of thousands: a key must not be."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCALISED_KEY = re.compile(r"\{\{ *(?!attrs\.|option\.attrs\.|widget\.)[\w.]+\.(?:pk|id) *\}\}")


def test_keys_in_templates_are_not_localised():
    found = [
        f"{path.relative_to(ROOT)}: {match}"
        for path in sorted(ROOT.glob("*/templates/**/*.html")) + sorted((ROOT / "templates").rglob("*.html"))
        for match in LOCALISED_KEY.findall(path.read_text())
    ]

    assert found == []
