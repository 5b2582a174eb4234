"""Italian days after an article, and every sentence of the site that prints one."""

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from lib.elision import elided

BEFORE_A_DAY = re.compile(r"\b(?:il|del|dal|al|nel|sul) %\((?:day|until|when|before|moment|since)\)s")
BLOCK = re.compile(
    r"(\{% filter elided %\})?\{% blocktranslate[^%]*%\}(.+?)\{% (?:end)?(?:blocktranslate|plural)", re.DOTALL
)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("entro il 11 dicembre 2026", "entro l’11 dicembre 2026"),
        ("Il 8 marzo", "L’8 marzo"),
        ("fino al 8 dic., ore 9:00", "fino all’8 dic., ore 9:00"),
        ("richiesta del 11 novembre", "richiesta dell’11 novembre"),
        ("dal 11/12/2026", "dall’11/12/2026"),
        ("fatto il 1 gennaio 2027", "fatto il 1º gennaio 2027"),
        ("il 18 agosto, il 21 maggio e il 10 giugno", "il 18 agosto, il 21 maggio e il 10 giugno"),
        ("il 8 per cento, 11 dicembre, on 8 March", "il 8 per cento, 11 dicembre, on 8 March"),
    ],
)
def test_the_article_joins_the_day(written, spoken):
    assert elided(written) == spoken


def test_what_is_escaped_stays_escaped():
    text = "{% filter elided %}{{ name }} il 8 maggio{% endfilter %}"

    assert Template(text).render(Context({"name": "<b>"})) == "&lt;b&gt; l’8 maggio"


def test_every_template_that_prints_a_day_after_an_article_joins_them():
    """The Italian sentence decides: whoever writes a new one finds it here."""
    with (settings.BASE_DIR / "locale/it/LC_MESSAGES/django.po").open("rb") as file:
        messages = [message for message in read_po(file) if BEFORE_A_DAY.search(str(message.string))]
    with_day = {str(text) for message in messages for text in ([message.id] if message.id else [])}
    forgotten = []
    for app in settings.LOCAL_APPS:
        for path in (settings.BASE_DIR / app).glob("templates/**/*.*"):
            for joined, words in BLOCK.findall(path.read_text()):
                msgid = re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", words)
                if msgid in with_day and not joined:
                    forgotten.append((path.name, msgid))
    assert len(with_day) > 30
    assert forgotten == []


def test_a_sentence_is_joined_in_its_translation():
    with translation.override("it"):
        text = (
            "{% load i18n %}{% filter elided %}{% blocktranslate %}by {{ day }}{% endblocktranslate %}{% endfilter %}"
        )
        assert Template(text).render(Context({"day": "11 dicembre"})) == "entro l’11 dicembre"
