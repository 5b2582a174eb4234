"""What comes out of the printer, read again as text and picture. No database."""

import ctypes
import hashlib
import subprocess
import sys
from functools import partial
from pathlib import Path

import pypdfium2
import pypdfium2.raw
import pytest
import segno

from certificates import rendering

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "node_modules" / "bootstrap-italia" / "dist" / "fonts"
CSS = (ROOT / "certificates" / "templates" / "certificates" / "certificate.css").read_text()
ADDRESS = "http://localhost:8000/verifica/7Q2M-VX4K-0ZJ9-RB6T-H/"
PAGE = """<!doctype html><html lang="it"><head><title>Attestato</title>
<meta name="dcterms.created" content="2026-11-23T09:00:00Z"></head>
<body><p class="name">{name}</p><img src="{qr}" alt="Codice QR">{more}</body></html>"""


def render(name="Lucia Moro", *, more="", expect="Lucia Moro", address=ADDRESS, css=CSS):
    html = PAGE.format(name=name, more=more, qr=rendering.qr_data_url(ADDRESS))
    return rendering.render(html, css=css, assets=FONTS, expected=rendering.Expectation((expect,), address))


def test_a_good_page_has_no_problems():
    pdf, problems = render()

    assert problems == []
    assert pdf.startswith(b"%PDF-1.7")


def test_the_file_is_tagged_archivable_and_in_italian():
    pdf, _problems = render()
    document = pypdfium2.PdfDocument(pdf)

    assert document.is_tagged()
    assert _language(document) == "it"
    assert document.get_metadata_value("CreationDate") == "D:20261123090000Z"


def test_a_missing_text_is_a_problem():
    assert render(expect="Carla Bianchi")[1] == ["not on the page: Carla Bianchi"]


def test_a_text_pushed_off_the_page_is_a_problem():
    off = "position: fixed; top: 400mm"

    assert render("", more=f'<p style="{off}">Lucia Moro</p>')[1] == ["not on the page: Lucia Moro"]


def test_a_second_page_is_a_problem():
    assert render(more="<p>riga</p>" * 60)[1] == ["4 pages instead of one"]


def test_another_address_in_the_code_is_a_problem():
    assert render(address="http://localhost:8000/altro/")[1] == ["the QR code does not lead to the verification page"]


def test_a_covered_code_is_a_problem():
    cover = '<p style="position: fixed; left: 0; top: 0; width: 200mm; height: 140mm; background: #fff">.</p>'

    assert render("", more=f"{cover}<p>Lucia Moro</p>")[1] == ["the QR code does not lead to the verification page"]


def test_a_letter_without_a_font_is_a_problem():
    unassigned = "\U0010fffd"  # private use: no font has it

    problems = render(f"Lucia{unassigned} Moro", expect="Moro")[1]

    assert problems == [f'.notdef glyph rendered for Unicode string unsupported by fonts: "{unassigned}" (U+10FFFD)']


def test_a_font_that_the_look_does_not_name_is_a_problem():
    css = CSS.replace('"DejaVu Sans", ', "").replace('"Noto Sans CJK JP", "Noto Sans", ', "")

    problems = render("שרה", expect="שרה", css=css)[1]

    assert [problem.rpartition(":")[0] for problem in problems] == ["a font that the look does not name"]


def test_texts_that_lie_over_each_other_are_a_problem():
    over = '<p style="position: fixed; left: 0; top: 0">Milano</p>'

    assert render(more=over)[1] == ["“Lucia Moro” and “Milano” lie over each other"]


def test_any_text_that_runs_off_the_page_is_a_problem():
    assert render(more=f"<h1>{'W' * 120}</h1>")[1] == [f"not on the page: {'W' * 120}"]


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "file:///etc/../etc/hostname"])
def test_nothing_outside_the_own_assets_is_read(address):
    problems = render(more=f'<img src="{address}" alt="">')[1]

    assert [problem.startswith(f"Failed to load image at '{address}'") for problem in problems] == [True]


def test_the_qr_code_of_an_address_never_changes():
    assert rendering.qr_data_url(ADDRESS) == rendering.qr_data_url(ADDRESS)
    assert rendering.qr_data_url(ADDRESS) != rendering.qr_data_url(f"{ADDRESS}x")
    assert segno.make(ADDRESS, error="m", mask=rendering.QR_MASK, micro=False).mask == rendering.QR_MASK


def test_two_processes_print_the_same_bytes():
    script = "from tests.certificates.test_rendering import digest; print(digest())"
    prints = [subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True) for _ in "ab"]

    assert {run.stdout.decode().strip() for run in prints} == {digest()}


def digest() -> str:
    return hashlib.sha256(render()[0]).hexdigest()


def test_memory_stays_flat_over_many_prints():
    resident = partial(_resident_kilobytes, Path("/proc/self/statm"))
    for number in range(5):
        render(f"Lucia Moro {number}")
    before = resident()

    for number in range(40):
        render(f"Lucia Moro {number}")

    assert resident() - before < 20_000


def _language(document) -> str:
    room = (ctypes.c_ushort * 8)()
    length = pypdfium2.raw.FPDFCatalog_GetLanguage(document, room, ctypes.sizeof(room))
    return bytes(room)[: length - 2].decode("utf-16-le")


def _resident_kilobytes(statm: Path) -> int:
    return int(statm.read_text().split()[1]) * 4
