"""Out and in again without loss: the shipped lessons, every block, and whatever text a person can type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.actions.content import CONTENT_DIR
from courses.blocks import LESSON_BLOCKS
from courses.lesson_markdown import Block, front_matter, normal, parse, write
from courses.lesson_markdown.rich_text import markdown, render
from courses.lesson_markdown.writer import WRITERS

EVERY = [
    Block("text", "<p>Una riga <strong>forte</strong> e <em>una</em>.</p><ul><li>primo</li><li>secondo</li></ul>"),
    Block("text", '<p>Un altro testo con <a href="https://example.org/a_b">un collegamento</a>.</p>'),
    Block("heading", {"text": "Un titolo: con | segni", "level": "3"}),
    Block("callout", {"kind": "esempio", "title": "Un caso", "text": "<p>Sette per otto.</p><h4>Conto</h4><p>56</p>"}),
    Block("solution", {"title": "La risposta", "text": "<ol><li>uno</li><li>due</li></ol>"}),
    Block("glossary", "cig"),
    Block("term", {"term": "CIG", "definition": "<p>Il codice di una gara.</p>"}),
    Block(
        "accordion",
        {"parts": [{"title": "Prima", "text": "<p>Uno.</p>"}, {"title": "Poi", "text": "<p>Due.</p><p>Tre.</p>"}]},
    ),
    Block("table", {"caption": "Soglie", "rows": [["Oggetto", "A | B"], ["*Servizi*", "140.000"], ["<b>", ""]]}),
    Block("act_template", "determina"),
    Block("document", "elenco"),
    Block("picture", {"picture": "schema", "alternative_text": "Tre frecce | una croce", "caption": ""}),
    Block("picture", {"picture": "schema", "alternative_text": "Tre frecce", "caption": "Il giro della pratica"}),
    Block("video", {"recording": "una-frase", "percent": 90, "twin_counts": True}),
    Block("audio", {"recording": "una-frase", "percent": 0, "twin_counts": False}),
    Block("embed", {"url": "https://vimeo.com/1?a=b|c", "title": "Un filmato [esterno]"}),
    Block("reflection", {"question": "Quale atto? [il primo]"}),
    Block(
        "checkpoint",
        {
            "question": "Che cosa va nel titolo?",
            "answers": [
                {"text": "L’oggetto # e la data", "is_right": True, "feedback": "Si trovano \\ subito."},
                {"text": "Nulla", "is_right": False, "feedback": "Non = aiuta."},
            ],
        },
    ),
]


def spelled(blocks):
    """Rich text in one spelling; everything else as it is."""
    return [Block(block.type, _spelled(block.value)) for block in blocks]


def _spelled(value):
    if isinstance(value, str):
        return normal(value) if value.startswith("<") else value
    if isinstance(value, dict):
        return {name: _spelled(part) for name, part in value.items()}
    return [_spelled(part) for part in value] if isinstance(value, list) else value


def test_every_block_comes_back_as_it_was():
    assert spelled(parse(write(EVERY))) == spelled(EVERY)
    assert write(parse(write(EVERY))) == write(EVERY)


def test_every_block_of_a_lesson_can_be_written():
    assert {block.type for block in EVERY} == set(WRITERS) == {name for name, _block in LESSON_BLOCKS}


@pytest.mark.parametrize("path", sorted(CONTENT_DIR.glob("*/lessons/*.md")), ids=lambda path: path.stem)
def test_the_lessons_of_the_project_come_back_as_they_were(path):
    blocks = parse(front_matter(path.read_text())[1])

    assert spelled(parse(write(blocks))) == spelled(blocks)
    assert "~~~html" not in write(blocks)


SIGNS = st.text(alphabet="ab1 .:#*_-+=~>|[]()\\`!&<\n", min_size=1, max_size=30)
runs = st.lists(st.tuples(st.sampled_from(["", "strong", "em", "b", "i", "br"]), SIGNS), min_size=1, max_size=4)


def paragraph(pieces):
    def run(tag, text):
        text = text.replace("&", "&amp;").replace("<", "&lt;")
        return f"{text}<br/>{text}" if tag == "br" else f"<{tag}>{text}</{tag}>" if tag else text

    return f"<p>{''.join(run(*piece) for piece in pieces)}</p>"


@given(st.lists(runs, min_size=1, max_size=3))
def test_whatever_is_typed_comes_back(paragraphs):
    html = "".join(map(paragraph, paragraphs))

    assert normal(render(markdown(html))) == normal(html)
    blocks = [Block("text", html), Block("callout", {"kind": "comune", "title": "T", "text": html})]
    assert spelled(parse(write(blocks))) == [block for block in spelled(blocks) if block.value]


@pytest.mark.parametrize(
    "html",
    ["<script>alert(1)</script>", '<p onclick="x()">a</p>', '<a href="javascript:alert(1)">a</a>', "<img src=x>"],
)
def test_a_fence_lets_through_what_editors_have_and_nothing_else(html):
    value = "".join(block.value for block in parse(f"~~~html\n{html}\n~~~"))

    assert [word for word in ("script>", "onclick", "javascript", "<img") if word in value] == []
