"""Rich text between HTML and Markdown: the few tags that editors have, and nothing else."""

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

from markdown_it import MarkdownIt

SAME = {"b": "strong", "i": "em"}
INLINE = {"strong", "em", "a"}
BLOCKS = {"p", "ul", "ol", "li", "h4"}
HREF = re.compile(r"(https?://|mailto:|/|#)[^\s\"<>]*", re.IGNORECASE)
MARKED = re.compile(r"([\\`*_\[\]<&|])")
LINE_START = re.compile(r"(?m)^(\s*)(#|[-+=>~](?=.)|:::|\d+(?=[.)]))")
TABLE_START = re.compile(r"(?m)^(Tabella):")
FENCE = "~~~html\n{}\n~~~"
_markdown = MarkdownIt("commonmark", {"html": False})


def render(markdown: str) -> str:
    """HTML from Markdown; a fence of HTML is taken as it is, for the allowed tags."""
    fenced = re.fullmatch(r"~~~html\n(.*)\n~~~", markdown.strip(), re.DOTALL)
    return normal(fenced[1]) if fenced else _markdown.render(markdown).strip()


def normal(html: str, *, link: Callable[[dict], str | None] = lambda attrs: attrs.get("href")) -> str:
    """The same text with the allowed tags only, in one spelling; `link` gives the address of a link's attributes."""
    cleaner = _Cleaner(link)
    cleaner.feed(html)
    cleaner.close()
    text = "".join(cleaner.out)
    text = re.sub(r"\s*(</?(?:p|ul|ol|li|h4)>)\s*", r"\1", text)
    return re.sub(r"<br>\s*", "<br>", text)


class _Cleaner(HTMLParser):
    def __init__(self, link: Callable[[dict], str | None]):
        super().__init__()
        self.link = link
        self.out: list[str] = []
        self.links: list[bool] = []

    def handle_starttag(self, tag, attrs):
        tag = SAME.get(tag, tag)
        if tag == "a":
            href = self.link(dict(attrs)) or ""
            self.links.append(bool(HREF.fullmatch(href)))
            if self.links[-1]:
                self.out.append(f'<a href="{escape(href)}">')
        elif tag in BLOCKS | INLINE | {"br"}:
            self.out.append(f"<{tag}>")

    def handle_endtag(self, tag):
        tag = SAME.get(tag, tag)
        if tag == "a":
            if self.links and self.links.pop():
                self.out.append("</a>")
        elif tag in BLOCKS | INLINE:
            self.out.append(f"</{tag}>")

    def handle_data(self, text):
        self.out.append(escape(text, quote=False))


def markdown(html: str) -> str:
    """Markdown that renders to the same text; what Markdown cannot say stays HTML in a fence."""
    wanted = normal(html)
    writer = _Writer()
    writer.feed(wanted)
    writer.close()
    text = re.sub(r"\n{3,}", "\n\n", "".join(writer.out)).strip()
    return text if normal(render(text)) == wanted else FENCE.format(wanted.replace("\n", "&#10;"))


class _Writer(HTMLParser):
    """From the one spelling of `normal`."""

    MARKS = {"strong": "**", "em": "*"}

    def __init__(self):
        super().__init__()
        self.out: list[str] = []
        self.lists: list[str] = []
        self.href = ""

    def handle_starttag(self, tag, attrs):
        if tag in self.MARKS:
            self.out.append(self.MARKS[tag])
        elif tag == "a":
            self.href = dict(attrs)["href"]
            self.out.append("[")
        elif tag == "br":
            self.out.append("\\\n")
        elif tag in {"ul", "ol"}:
            self.lists.append(tag)
            self.out.append("\n")
        elif tag == "li":
            indent = "   " * (len(self.lists) - 1)
            self.out.append(f"{indent}{'1.' if self.lists[-1] == 'ol' else '-'} ")
        elif tag == "h4":
            self.out.append("#### ")

    def handle_endtag(self, tag):
        if tag in self.MARKS:
            self.out.append(self.MARKS[tag])
        elif tag == "a":
            self.out.append(f"](<{self.href}>)")
        elif tag in {"ul", "ol"}:
            self.lists.pop()
            self.out.append("\n")
        elif tag == "li":
            self.out.append("\n")
        elif tag in {"p", "h4"}:
            self.out.append("\n\n")

    def handle_data(self, text):
        text = MARKED.sub(r"\\\1", text)
        if not self.out or self.out[-1].endswith(("\n", " ")):
            text = TABLE_START.sub(r"\1\\:", LINE_START.sub(_escaped, text))
        self.out.append(text)


def _escaped(found: re.Match) -> str:
    """A backslash before what would begin a heading, a list or a box; before the point of a number."""
    return f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"
