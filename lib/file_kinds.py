"""What an uploaded file is, read from its content; its name and its declared type prove nothing."""

import re
import unicodedata
import zipfile
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from lib.pdfium import has_pages

PDF, JPEG, PNG, TEXT = "pdf", "jpg", "png", "txt"
MARKS = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
PICTURES = {JPEG, PNG}
OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
OPEN_DOCUMENTS = {b"text": "odt", b"spreadsheet": "ods", b"presentation": "odp"}
MIMETYPE = b"application/vnd.oasis.opendocument."
MOST_PARTS = 2_000
NAME_LENGTH = 100


def file_kind(file: BinaryIO) -> str | None:
    """The ending that the content deserves, None for anything else; documents with macros are none of ours."""
    file.seek(0)
    head = file.read(4096)
    for mark, kind in MARKS.items():
        if head.startswith(mark):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _document_kind(file)
    file.seek(0)
    return TEXT if head and _is_text(file.read()) else None


def _document_kind(file: BinaryIO) -> str | None:
    """Only the list of parts is read, and one short part: nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if len(names) > MOST_PARTS or any("vbaproject" in name.lower() for name in names):
                return None
            if names[:1] == ["mimetype"]:
                with archive.open("mimetype") as part:
                    return OPEN_DOCUMENTS.get(part.read(80).removeprefix(MIMETYPE).strip())
            return next((kind for part, kind in OFFICE_PARTS.items() if part in names), None)
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError):
        return None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0e-\x1f]", text) and not re.match(r"\s*<", text)  # neither HTML nor SVG


def can_be_opened(file: BinaryIO, kind: str) -> bool:
    """Whether its reader will see something: a PDF has pages without a password, a picture has its whole frame."""
    file.seek(0)
    if kind == PDF:
        return has_pages(file.read())
    if kind not in PICTURES:
        return True
    try:
        with Image.open(file, formats=["JPEG", "PNG"]) as picture:
            picture.verify()  # nothing is unpacked
    except (Image.DecompressionBombError, UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return False
    return True


def clean_name(name: str, kind: str) -> str:
    """The file's own name without path, control characters and tricks of direction, with the ending of its kind."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(letter for letter in last if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    stem = re.sub(r"[^\w\s.()+-]", "_", plain.rpartition(".")[0] or plain).strip(" ._")
    return f"{stem[: NAME_LENGTH - len(kind) - 1].rstrip() or 'documento'}.{kind}"
