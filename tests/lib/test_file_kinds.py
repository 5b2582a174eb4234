"""What a file is shows from its content; its name is cleaned and gets the ending of what it is."""

import zipfile
from io import BytesIO

import pytest
from PIL import Image

from lib.file_kinds import can_be_opened, clean_name, file_kind
from tests.factories import pdf_of


def archive(**parts) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


ODT = b"application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\xff\xd8\xff\xe0 ...", "jpg"),
        (b"\x89PNG\r\n\x1a\n ...", "png"),
        ("Perché no".encode(), "txt"),
        ("\ufeffa;b".encode(), "txt"),
        (archive(word__document_xml="x"), "docx"),
        (archive(xl__workbook_xml="x"), "xlsx"),
        (archive(mimetype=ODT), "odt"),
    ],
)
def test_kinds_that_are_taken(content, kind):
    assert file_kind(BytesIO(content)) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00 a programme",
        b"<svg onload=alert(1)>",
        b" \n<html><script>",
        b"text with a \x00 in it",
        "Perché no".encode("utf-16"),
        b"PK\x03\x04 half an archive",
        archive(anything="x"),
        archive(word__document_xml="x", word__vbaProject="macro"),
        archive(mimetype=b"application/epub+zip"),
    ],
)
def test_kinds_that_are_refused(content):
    assert file_kind(BytesIO(content)) is None


def picture(kind: str) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "opens"),
    [
        (pdf_of("bozza"), "pdf", True),
        (picture("PNG"), "png", True),
        (picture("JPEG"), "jpg", True),
        (b"Appunti", "txt", True),
        (b"%PDF-1.4 fake", "pdf", False),
        (picture("PNG")[:50], "png", False),
        (b"\xff\xd8\xff\xe0 fake", "jpg", False),
    ],
)
def test_what_its_reader_cannot_open(content, kind, opens):
    assert can_be_opened(BytesIO(content), kind) is opens


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("bozza.pdf", "bozza.pdf"),
        ("Determina n. 12 (bozza).docx", "Determina n. 12 (bozza).pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Documenti\\atto.exe", "atto.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("fattura\u202efdp.exe", "fatturafdp.pdf"),
        ("<script>.pdf", "script.pdf"),
        (".pdf", "pdf.pdf"),
        ("", "documento.pdf"),
        ("è" * 300 + ".pdf", "è" * 96 + ".pdf"),
    ],
)
def test_names_are_cleaned(name, cleaned):
    assert clean_name(name, "pdf") == cleaned
