"""Markdown kept in the database, as HTML. Raw HTML in it is shown as text, never passed on."""

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def markdown_html(text: str, *, headings_below: int = 0) -> SafeString:
    """`headings_below` is the level of the heading that the text stands under: its own begin one level deeper."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + headings_below, 6)}"
    return mark_safe(_markdown.renderer.render(tokens, _markdown.options, {}))
