"""Read a CSV as people send it: any usual encoding, commas, semicolons or tabs."""

import csv
from io import StringIO

ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def decode(content: bytes) -> str:
    """Return the text of UTF-8 with or without BOM, UTF-16 with BOM, or else Windows-1252.

    Raise ValueError for what is no text at all (a spreadsheet, an image).
    """
    encoding = next((name for mark, name in ENCODINGS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise
        text = content.decode("cp1252")
    if "\x00" in text:
        raise ValueError("not a text file")
    return text


def read_rows(text: str) -> list[dict[str, str]]:
    """Return the rows below the header as trimmed strings; column names are lower case, missing cells empty."""
    lines = text.splitlines()
    header = lines[0] if lines else ""
    delimiter = max(",;\t", key=header.count)
    try:
        rows = list(csv.reader(StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    names = [name.strip().lower() for name in rows[0]] if rows else []
    return [
        dict(zip(names, [*(cell.strip() for cell in row), *[""] * (len(names) - len(row))], strict=False))
        for row in rows[1:]
    ]
