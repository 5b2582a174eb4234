"""Days after an Italian article: "l’8 dicembre", "dell’11 novembre", "il 1º gennaio". English passes unchanged."""

import re

from django import template

register = template.Library()
MONTH = r"(?=/|[ \u00a0](?:gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic))"
ARTICLE = r"\b([Ii]l|[Dd]el|[Dd]al|[Aa]l|[Nn]el|[Ss]ul) "
SOUNDS_OPEN = re.compile(ARTICLE + r"(8|11)" + MONTH)
FIRST = re.compile(ARTICLE + r"1" + MONTH.replace("/|", ""))


@register.filter(is_safe=True)
def elided(text: str) -> str:
    """The sentence with its articles as they are spoken; put it around a translation that a day is printed into."""
    text = SOUNDS_OPEN.sub(lambda found: _joined(found[1]) + found[2], str(text))
    return FIRST.sub(lambda found: f"{found[1]} 1º", text)


def _joined(article: str) -> str:
    """ "il" becomes "l’", "del" "dell’": the "i" goes, or the "l" is doubled."""
    return {"il": "l’", "Il": "L’"}.get(article, f"{article}l’")
