"""Lessons as Markdown, in and out. Pure.

Besides plain Markdown (CommonMark without raw HTML), line by line:

`## ` and `### ` headings · a table after `Tabella: caption` · boxes `::: kind Title` … `:::` (comune, attenzione,
esempio, esercizio, verifica; soluzione; termine; apribili with `### ` parts; domanda with `= right # why` and
`~ wrong # why`) · `[[termine: slug]]` · `[[atto: slug]]` · `[[documento: slug]]` ·
`[[immagine: slug | alternative text | caption]]` · `[[video: slug | 90 | trascrizione]]`, `[[audio: …]]` ·
`[[sito: address | title]]` · `[[riflessione: question]]` · `***` between two texts.
What Markdown cannot say stands between `~~~html` and `~~~`.
"""

from courses.lesson_markdown.reader import (
    Block,
    LessonMarkdownError,
    front_matter,
    html,
    parse,
    plain,
    reading_minutes,
    words,
)
from courses.lesson_markdown.rich_text import normal
from courses.lesson_markdown.writer import write, write_front_matter

__all__ = [
    "Block",
    "LessonMarkdownError",
    "front_matter",
    "html",
    "normal",
    "parse",
    "plain",
    "reading_minutes",
    "words",
    "write",
    "write_front_matter",
]
