"""Read a CSV as people send it: any usual encoding, commas, semicolons or tabs."""

import csv
from io import StringIO

ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
BINARIES = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
)
LETTERS = "àèéìòùÀÈÉÌÒÙ’"


def decode(content: bytes) -> str:
    """Return the text of UTF-8 with or without BOM, UTF-16, or else of Windows-1252 or Mac Roman.

    Raise ValueError for what is no text at all (a spreadsheet, an image).
    """
    if content.lstrip().startswith(BINARIES):  # a PDF is letters enough to be read as one long column
        raise ValueError("not a text file")
    encoding = next((name for mark, name in ENCODINGS.items() if content.startswith(mark)), _unmarked(content))
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise
        text = _of_one_byte(content)
    if "\x00" in text:
        raise ValueError("not a text file")
    return text


def _unmarked(content: bytes) -> str:
    """UTF-16 without its mark shows by a zero in every other byte of plain letters."""
    start = content[:400]
    half = len(start) // 2
    for zeros, name in ((start[1::2], "utf-16-le"), (start[::2], "utf-16-be")):
        if half > 2 and zeros.count(0) > half * 0.8:
            return name
    return "utf-8"


def _of_one_byte(content: bytes) -> str:
    """Whichever of the two reads more accented letters of Italian names; Windows when in doubt."""
    mac = content.decode("mac_roman")
    try:
        windows = content.decode("cp1252")
    except UnicodeDecodeError:  # five bytes mean nothing to Windows
        return mac
    return max(windows, mac, key=lambda text: sum(map(text.count, LETTERS)))


def is_table(rows: list[dict[str, str]]) -> bool:
    """Whether the header names at least two columns: with one, nothing parts the cells."""
    return sum(bool(name) for name in rows[0]) > 1 if rows else False


def read_rows(text: str) -> list[dict[str, str]]:
    """Return the rows below the header as trimmed strings; column names are lower case, missing cells empty."""
    lines = text.splitlines()
    header = lines[0] if lines else ""
    delimiter = max(",;\t", key=header.count)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    names = [name.strip().lower() for name in rows[0]] if rows else []
    return [
        dict(zip(names, [*(cell.strip() for cell in row), *[""] * (len(names) - len(row))], strict=False))
        for row in rows[1:]
    ]
