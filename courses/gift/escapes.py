"""Signs with a meaning are written with a backslash before them."""

import re
from html import unescape

SPECIAL = re.compile(r"[\\~=#{}:]")
ESCAPED = re.compile(r"\\(n|[~=#{}:\\%>|\[\]])")
FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")


def find(signs: str, text: str, start: int = 0) -> int:
    """Return where one of `signs` stands without a backslash before it, or -1."""
    position = start
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text[position] in signs:
            return position
        else:
            position += 1
    return -1


def split(mark: str, text: str) -> tuple[str, str | None]:
    """What stands before and after the first unescaped `mark`; all of it and None where there is none."""
    at = find(mark[0], text)
    while at >= 0 and not text.startswith(mark, at):
        at = find(mark[0], text, at + 1)
    return (text, None) if at < 0 else (text[:at], text[at + len(mark) :])


def plain(text: str | None) -> str:
    """Undo the escapes, fold white space (a written `\\n` stays a line break), leave marks of HTML out."""
    text = text or ""
    match = FORMAT.match(text)
    is_html, bare = bool(match) and match[1] == "html", text[match.end() :] if match else text
    folded = " ".join(bare.split())
    read = ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], folded)
    if is_html:
        read = unescape(re.sub(r"<[^>]+>", "", re.sub(r"</(p|div|li)>|<br\s*/?>", "\n", read)))
    return "\n".join(line.strip() for line in read.split("\n")).strip()


def escaped(text: str) -> str:
    """The text as a writer puts it into a question or an answer."""
    marked = SPECIAL.sub(r"\\\g<0>", " ".join(part for part in text.strip().split(" ") if part))
    marked = re.sub(r"\r?\n", r"\\n", marked).replace("->", r"-\>")
    return re.sub(r"\A([%\[])", r"\\\1", marked)
