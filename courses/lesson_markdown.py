"""Reads lessons written in Markdown into the blocks of a lesson page. Pure.

Besides plain Markdown (CommonMark without raw HTML): `## ` headings, tables after a line `Tabella: caption`, boxes
`::: kind Title` … `:::`, and `[[atto: slug]]` where an act template is offered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import yaml
from markdown_it import MarkdownIt

READING_WORDS_PER_MINUTE = 120
_markdown = MarkdownIt("commonmark", {"html": False})


class LessonMarkdownError(ValueError):
    """The text breaks the format; the message quotes the line."""


@dataclass(frozen=True)
class Block:
    type: str  # the name of a block in courses.blocks.LESSON_BLOCKS
    value: object


def front_matter(source: str) -> tuple[dict, str]:
    """Split a file into its YAML facts and its body."""
    match = re.match(r"---\n(.*?)\n---\n(.*)", source, re.DOTALL)
    if not match:
        raise LessonMarkdownError("The file does not begin with a front matter between two lines of ---.")
    return yaml.safe_load(match[1]), match[2].strip()


def html(markdown: str) -> str:
    return _markdown.render(markdown).strip()


def plain(markdown: str) -> str:
    """The text without its marks: for table cells."""
    return unescape(re.sub(r"<[^>]+>", "", _markdown.renderInline(markdown))).strip()


def parse(body: str) -> list[Block]:
    lines = iter(body.splitlines())
    return list(_merge(_blocks(lines)))


def words(text: str) -> list[str]:
    return re.findall(r"\w[\w’'.,/-]*", text)


def reading_minutes(words: int) -> int:
    """Return whole minutes at 120 words a minute, at least one, rounded up."""
    return max(1, -(-words // READING_WORDS_PER_MINUTE))


def _blocks(lines: Iterator[str]) -> Iterator[Block]:
    for line in lines:
        if match := re.match(r"(#{2,3}) (.+)", line):
            yield Block("heading", {"text": match[2].strip(), "level": str(len(match[1]))})
        elif match := re.match(r"::: (\w+) (.+)", line):
            yield _box(match[1], match[2].strip(), lines)
        elif match := re.match(r"Tabella: (.+)", line):
            yield Block("table", {"caption": match[1].strip(), "rows": _rows(lines)})
        elif match := re.match(r"\[\[atto: ([\w-]+)\]\]", line):
            yield Block("act_template", match[1])
        elif line.startswith((":::", "|", "# ")):
            raise LessonMarkdownError(f"Not expected here: {line!r}.")
        else:
            yield Block("text", line)


def _merge(blocks: Iterator[Block]) -> Iterator[Block]:
    """Join the single lines of running text into one block of HTML."""
    running: list[str] = []
    for block in blocks:
        if block.type == "text":
            running.append(block.value)
            continue
        if text := html("\n".join(running)):
            yield Block("text", text)
        running = []
        yield block
    if text := html("\n".join(running)):
        yield Block("text", text)


def _box(kind: str, title: str, lines: Iterator[str]) -> Block:
    inside = []
    for line in lines:
        if line.strip() == ":::":
            value = {"title": title, "text": html("\n".join(inside))}
            return Block("solution", value) if kind == "soluzione" else Block("callout", value | {"kind": kind})
        inside.append(line)
    raise LessonMarkdownError(f"The box {title!r} is not closed.")


def _rows(lines: Iterator[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in lines:
        if line.startswith("|"):
            rows.append([plain(cell.strip()) for cell in line.strip().strip("|").split("|")])
        elif rows or line.strip():
            break
    if len(rows) < 3 or len({len(row) for row in rows}) != 1:
        raise LessonMarkdownError(f"A table needs headings, a line of dashes and rows of equal length: {rows[:1]}.")
    return [rows[0], *rows[2:]]
