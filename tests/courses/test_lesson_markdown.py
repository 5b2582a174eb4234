import pytest

from courses import lesson_markdown
from courses.lesson_markdown import Block, LessonMarkdownError

BODY = """Una riga **forte**.

- primo
- secondo

## Titolo

Tabella: Soglie

| Oggetto | Soglia |
|---|---|
| Servizi | **140.000** |

::: esempio Un caso
Sette per otto.
:::

::: soluzione La risposta
Cinquantasei.
:::

[[atto: determina]]
"""


def test_parse_gives_the_blocks_in_their_order():
    assert lesson_markdown.parse(BODY) == [
        Block("text", "<p>Una riga <strong>forte</strong>.</p>\n<ul>\n<li>primo</li>\n<li>secondo</li>\n</ul>"),
        Block("heading", {"text": "Titolo", "level": "2"}),
        Block("table", {"caption": "Soglie", "rows": [["Oggetto", "Soglia"], ["Servizi", "140.000"]]}),
        Block("callout", {"title": "Un caso", "text": "<p>Sette per otto.</p>", "kind": "esempio"}),
        Block("solution", {"title": "La risposta", "text": "<p>Cinquantasei.</p>"}),
        Block("act_template", "determina"),
    ]


def test_html_in_the_text_stays_text():
    assert lesson_markdown.parse("<script>alert(1)</script>") == [
        Block("text", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")
    ]


@pytest.mark.parametrize(
    "body", ["::: esempio Aperto\nmai chiuso", "| a | b |", "Tabella: Vuota\n\ntesto", ":::", "# Titolo"]
)
def test_parse_refuses_what_breaks_the_format(body):
    with pytest.raises(LessonMarkdownError):
        lesson_markdown.parse(body)


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (120, 1), (121, 2), (840, 7)])
def test_reading_takes_a_minute_every_120_words(words, minutes):
    assert lesson_markdown.reading_minutes(words) == minutes
