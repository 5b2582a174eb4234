"""Writes an act template as a .docx file, from the blocks of its Markdown. Pure.

A word processor's own styles carry the structure, so that the document is accessible and can be restyled at will.
"""

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import BinaryIO

from docx import Document
from docx.document import Document as DocumentType
from docx.shared import Cm, Pt

from courses.lesson_markdown import Block


def write(target: BinaryIO, *, title: str, blocks: Iterable[Block]) -> None:
    document = Document()
    document.core_properties.title = title
    document.core_properties.author = "Competenze in Comune"
    document.core_properties.language = "it-IT"
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(11)
    style.paragraph_format.space_after = Pt(6)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
    for block in blocks:
        _WRITERS[block.type](document, block.value)
    document.save(target)


def _heading(document: DocumentType, value: dict) -> None:
    document.add_heading(value["text"], level=int(value["level"]) - 1)


def _text(document: DocumentType, value: str) -> None:
    _Paragraphs(document).feed(value)


def _box(document: DocumentType, value: dict) -> None:
    document.add_heading(value["title"], level=2)
    _text(document, value["text"])


def _table(document: DocumentType, value: dict) -> None:
    rows = value["rows"]
    document.add_paragraph(value["caption"], style="Caption")
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
    document.add_paragraph()


_WRITERS = {"heading": _heading, "text": _text, "callout": _box, "solution": _box, "table": _table}


class _Paragraphs(HTMLParser):
    """Turns paragraphs, lists, bold and italic into the document's paragraphs."""

    def __init__(self, document: DocumentType):
        super().__init__()
        self.document = document
        self.lists: list[str] = []
        self.paragraph = None
        self.marks: set[str] = set()

    def handle_starttag(self, tag, attrs):
        if tag in {"ul", "ol"}:
            self.lists.append("List Bullet" if tag == "ul" else "List Number")
        elif tag == "li":
            self.paragraph = self.document.add_paragraph(style=self.lists[-1])
        elif tag == "p" and not self.lists:
            self.paragraph = self.document.add_paragraph()
        elif tag in {"strong", "em"}:
            self.marks.add(tag)

    def handle_endtag(self, tag):
        if tag in {"ul", "ol"}:
            self.lists.pop()
        elif tag in {"strong", "em"}:
            self.marks.discard(tag)

    def handle_data(self, text):
        if self.paragraph is None or not text.strip():
            return
        run = self.paragraph.add_run(text.replace("\n", " "))
        run.bold, run.italic = "strong" in self.marks, "em" in self.marks
