"""Writes the blocks of a lesson as Markdown that reads back to the same blocks."""

import re
from collections.abc import Callable, Iterable, Mapping

import yaml

from courses.lesson_markdown.reader import Block
from courses.lesson_markdown.rich_text import markdown


def write(blocks: Iterable[Block]) -> str:
    """One lesson; two texts in a row are kept apart by a line ***."""
    written, before = [], ""
    for block in blocks:
        if block.type == before == "text":
            written.append("***")
        written.append(WRITERS[block.type](block.value))
        before = block.type
    return "\n\n".join(written) + "\n"


def write_front_matter(facts: Mapping) -> str:
    return f"---\n{yaml.safe_dump(dict(facts), allow_unicode=True, sort_keys=False, width=120)}---\n"


def _box(kind: str, title: str, inside: str) -> str:
    return f"::: {kind} {title}".rstrip() + f"\n{inside}\n:::"


def _table(value: dict) -> str:
    rows = [[_cell(cell) for cell in row] for row in value["rows"]]
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join([f"Tabella: {value['caption']}", "", *(f"| {' | '.join(row)} |" for row in lines)])


def _cell(text: str) -> str:
    """A cell is plain text: the signs of Markdown are escaped."""
    return re.sub(r"([\\`*_\[\]<>&|!~])", r"\\\1", " ".join(text.split()))


def _accordion(value: dict) -> str:
    parts = "\n\n".join(f"### {part['title']}\n\n{markdown(part['text'])}" for part in value["parts"])
    return _box("apribili", "", parts)


def _checkpoint(value: dict) -> str:
    answers = [
        f"{'=' if answer['is_right'] else '~'} {_field(answer['text'], '#')} # {_field(answer['feedback'], '#')}"
        for answer in value["answers"]
    ]
    return _box("domanda", value["question"], "\n".join(answers))


def _field(text: str, mark: str = "|") -> str:
    return re.sub(rf"([\\{mark}])", r"\\\1", text)


def _reference(kind: str, *fields: str) -> str:
    return f"[[{kind}: {' | '.join(map(_field, fields)).rstrip(' |')}]]"


def _recording(kind: str) -> Callable[[dict], str]:
    def written(value: dict) -> str:
        twin = "trascrizione" if value["twin_counts"] else ""
        return _reference(kind, value["recording"], str(value["percent"]), twin)

    return written


WRITERS: dict[str, Callable] = {
    "text": markdown,
    "heading": lambda value: f"{'#' * int(value['level'])} {value['text']}",
    "callout": lambda value: _box(value["kind"], value["title"], markdown(value["text"])),
    "solution": lambda value: _box("soluzione", value["title"], markdown(value["text"])),
    "glossary": lambda value: _reference("termine", value),
    "term": lambda value: _box("termine", value["term"], markdown(value["definition"])),
    "accordion": _accordion,
    "table": _table,
    "act_template": lambda value: _reference("atto", value),
    "document": lambda value: _reference("documento", value),
    "picture": lambda value: _reference("immagine", value["picture"], value["alternative_text"], value["caption"]),
    "video": _recording("video"),
    "audio": _recording("audio"),
    "embed": lambda value: _reference("sito", value["url"], value["title"]),
    "reflection": lambda value: _reference("riflessione", value["question"]),
    "checkpoint": _checkpoint,
}
