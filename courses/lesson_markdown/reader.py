"""Reads lessons written in Markdown into the blocks of a lesson page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import yaml
from markdown_it import MarkdownIt

from courses.lesson_markdown import rich_text

READING_WORDS_PER_MINUTE = 120
CELL_END = re.compile(r"(?<!\\)\|")
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
    facts = yaml.safe_load(match[1])
    if not isinstance(facts, dict):
        raise LessonMarkdownError("The front matter does not say “key: value”.")
    return facts, match[2].strip()


def html(markdown: str) -> str:
    return rich_text.render(markdown)


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
        elif match := re.match(r"::: (\w+)(?: (.+))?$", line):
            yield _box(match[1], (match[2] or "").strip(), list(_inside(lines, line)))
        elif match := re.match(r"Tabella: (.+)", line):
            yield Block("table", {"caption": match[1].strip(), "rows": _rows(lines)})
        elif match := re.match(r"\[\[(\w+): (.+)\]\]$", line):
            yield _reference(match[1], fields(match[2]), line)
        else:
            yield _running(line, lines)


def _running(line: str, lines: Iterator[str]) -> Block:
    """A line of text, the end of one text before another, or a text that Markdown cannot say."""
    if line == "***":
        return Block("break", None)
    if line == "~~~html":
        return Block("text", html("\n".join([line, *_inside(lines, line, end="~~~"), "~~~"])))
    if line.startswith((":::", "|", "# ", "[[")):
        raise LessonMarkdownError(f"Not expected here: {line!r}.")
    return Block("line", line)


def _merge(blocks: Iterator[Block]) -> Iterator[Block]:
    """Join the single lines of running text into one block of HTML."""
    running: list[str] = []
    for block in (*blocks, Block("break", None)):
        if block.type == "line":
            running.append(block.value)
            continue
        if text := html("\n".join(running)):
            yield Block("text", text)
        running = []
        if block.type != "break":
            yield block


def _inside(lines: Iterator[str], first: str, *, end: str = ":::") -> Iterator[str]:
    """The lines up to the end of a box."""
    for line in lines:
        if line.strip() == end:
            return
        yield line
    raise LessonMarkdownError(f"What begins with {first!r} is not closed.")


def _box(kind: str, title: str, inside: list[str]) -> Block:
    if kind == "apribili":
        return Block("accordion", {"parts": _parts(inside)})
    if not title:
        raise LessonMarkdownError(f"The box {kind!r} needs a title.")
    if kind == "domanda":
        return Block("checkpoint", {"question": title, "answers": [_answer(line) for line in inside if line.strip()]})
    text = html("\n".join(inside))
    if kind == "soluzione":
        return Block("solution", {"title": title, "text": text})
    if kind == "termine":
        return Block("term", {"term": title, "definition": text})
    return Block("callout", {"title": title, "text": text, "kind": kind})


def _parts(inside: list[str]) -> list[dict]:
    parts: list[dict] = []
    for line in inside:
        if line.startswith("### "):
            parts.append({"title": line[4:].strip(), "text": []})
        elif parts:
            parts[-1]["text"].append(line)
    if len(parts) < 2:
        raise LessonMarkdownError("A box “apribili” needs two parts or more, each after a line ### Title.")
    return [{"title": part["title"], "text": html("\n".join(part["text"]))} for part in parts]


def _answer(line: str) -> dict:
    match = re.fullmatch(r"([=~]) (.+)", line.strip())
    text, *feedback = fields(match[2], mark="#") if match else [""]
    if not text or not feedback:
        raise LessonMarkdownError(f"An answer is “= right # why” or “~ wrong # why”, not {line!r}.")
    return {"text": text, "is_right": match[1] == "=", "feedback": feedback[0]}


def fields(text: str, *, mark: str = "|") -> list[str]:
    """Parts of a line between unescaped marks; a backslash keeps the next sign."""
    parts = re.split(rf"(?<!\\)(?:\\\\)*{re.escape(mark)}", text)
    return [re.sub(r"\\(.)", r"\1", part.strip()) for part in parts]


def _reference(kind: str, given: list[str], line: str) -> Block:
    """What stands between [[ and ]]: a file of the course, an address, a question."""
    first, second, third = [*given, "", "", ""][:3]
    match kind:
        case "atto":
            return Block("act_template", first)
        case "termine":
            return Block("glossary", first)
        case "documento":
            return Block("document", first)
        case "immagine" if second:
            return Block("picture", {"picture": first, "alternative_text": second, "caption": third})
        case "video" | "audio" if second.isdigit():
            asked = {"percent": int(second), "twin_counts": third == "trascrizione"}
            return Block(kind, {"recording": first} | asked)
        case "sito" if second:
            return Block("embed", {"url": first, "title": second})
        case "riflessione":
            return Block("reflection", {"question": first})
    raise LessonMarkdownError(f"Not understood: {line!r}.")


def _rows(lines: Iterator[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in lines:
        if line.startswith("|"):
            rows.append([plain(cell.strip()) for cell in CELL_END.split(line.strip()[1:].removesuffix("|"))])
        elif rows or line.strip():
            break
    if len(rows) < 3 or len({len(row) for row in rows}) != 1:
        raise LessonMarkdownError(f"A table needs headings, a line of dashes and rows of equal length: {rows[:1]}.")
    return [rows[0], *rows[2:]]
