"""Markdown kept in the database, as HTML. Raw HTML in it is shown as text, never passed on."""

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def markdown_html(text: str) -> SafeString:
    return mark_safe(_markdown.render(text))
