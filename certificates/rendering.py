"""From the wording of one certificate to a PDF, and back: what does the finished file really say? Pure: no database.

WeasyPrint drops what overflows a page of fixed height without an error, and prints empty boxes for letters that no font
has. Every file is therefore read again, as text and as a picture, before anybody gets it.
"""

import logging
import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape
from io import BytesIO
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pydyf
import pypdfium2
import segno
import zxingcpp
from weasyprint import CSS, HTML
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from lib.pdfium import ONE_AT_A_TIME

LOGGER = logging.getLogger("weasyprint")
QR_MASK = 2  # fixed: trying all eight costs more than the rest of the code
UA_MARK = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
PICTURE_SCALE = 2  # 144 dots per inch, for people
UPRIGHT = {"try_rotate": False, "try_downscale": False, "try_invert": False}
CHECK_SCALE = 1.2  # dots enough for the reader of the QR code, a third of the time
PICTURE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
DECLARED = re.compile(r"font(?:-family)?:([^;}]+)")
TAG = re.compile(r"<[^>]*>")
FAMILY = re.compile(r'"([^"]+)"|\b([A-Z]\w+)')


@dataclass(frozen=True)
class Expectation:
    """What a reader of the file must find in it."""

    texts: tuple[str, ...]
    address: str  # in the QR code
    pages: int = 1  # at most


class OwnAssetsOnly(URLFetcher):
    """Data URLs, and files below one folder: a name with HTML in it must not read the server's disk or network."""

    def __init__(self, assets: Path):
        super().__init__(allowed_protocols={"data", "file"}, allow_redirects=False)
        self.assets = assets.resolve()

    def fetch(self, url, headers=None):
        parts = urlsplit(url)
        if parts.scheme == "file" and self.assets not in Path(url2pathname(parts.path)).resolve().parents:
            raise ValueError(f"Not one of the certificate's own assets: {url}")
        return super().fetch(url, headers)


class Complaints(logging.Handler):
    """What WeasyPrint warns of: a missing glyph, an unread asset, a rule of the look that it ignores."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def __enter__(self):
        self.level = LOGGER.level
        LOGGER.setLevel(logging.WARNING)  # whatever the site logs, nothing may be missed here
        LOGGER.addHandler(self)
        return self

    def __exit__(self, *_):
        LOGGER.removeHandler(self)
        LOGGER.setLevel(self.level)

    def emit(self, record):
        self.lines.append(record.getMessage())


def qr_data_url(address: str) -> str:
    """The QR code of an address as a PNG in a data URL: the same bytes for the same address."""
    png = BytesIO()
    segno.make(address, error="m", mask=QR_MASK, micro=False).save(png, kind="png", scale=8, border=4)
    return "data:image/png;base64," + b64encode(png.getvalue()).decode()


@lru_cache(maxsize=4)
def _style(css: str, assets: Path) -> tuple[FontConfiguration, CSS, OwnAssetsOnly]:
    """One per template version and process: reading the fonts again would cost half of the time."""
    fonts, fetcher = FontConfiguration(), OwnAssetsOnly(assets)
    style = CSS(string=css, font_config=fonts, base_url=f"{assets.as_uri()}/", url_fetcher=fetcher)
    return fonts, style, fetcher


@lru_cache(maxsize=4)
def families(css: str) -> tuple[str, ...]:
    """The fonts that a look names, those for other scripts at the end of its lists among them."""
    found = (quoted or bare for rule in DECLARED.findall(css) for quoted, bare in FAMILY.findall(rule))
    return tuple(dict.fromkeys(found))


def render(html: str, *, css: str, assets: Path, expected: Expectation) -> tuple[bytes, list[str]]:
    """Return the PDF (PDF/A-3a) and what is wrong with it; an empty list means that it may be handed out.

    The same arguments give the same bytes in every process.
    """
    with ONE_AT_A_TIME, Complaints() as complaints:
        fonts, style, fetcher = _style(css, assets)
        document = HTML(string=html, base_url=f"{assets.as_uri()}/", url_fetcher=fetcher)
        finisher = Finisher(families(css))
        pdf = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3a", finisher=finisher)
        whole = replace(expected, texts=(*dict.fromkeys((*expected.texts, *_written(html))),))
        return pdf, [*complaints.lines, *finisher.problems, *problems(pdf, whole)]


class Finisher:
    """The last touch before the file is written, while its parts can still be looked at."""

    def __init__(self, families: tuple[str, ...]):
        self.families = families
        self.problems: list[str] = []

    def __call__(self, document, pdf) -> None:
        missing = [name for name in ("StructTreeRoot", "MarkInfo", "Metadata") if name not in pdf.catalog]
        self.problems = [f"without {name}" for name in missing] + self._foreign_fonts(pdf) + _overlaps(document)
        if not missing:
            _add_mark(pdf)

    def _foreign_fonts(self, pdf) -> list[str]:
        """Whatever font the system offers for a letter, only those that the look names were looked at by somebody."""
        if not self.families:
            return []
        used = {
            part["BaseFont"].decode()
            for part in pdf.objects
            if isinstance(part, pydyf.Dictionary) and "BaseFont" in part
        }
        names = sorted({name.rpartition("+")[2].replace("-", " ") for name in used})
        return [f"a font that the look does not name: {name}" for name in names if not name.startswith(self.families)]


def _overlaps(document) -> list[str]:
    """What stands at a fixed place may grow over what flows: texts of different parts of the page that touch."""
    for page in document.pages:
        for (part, one), (other_part, other) in combinations(_texts_on(page._page_box), 2):
            if part is not other_part and _touch(one, other):
                return [f"“{one.text.strip()}” and “{other.text.strip()}” lie over each other"]
    return []


def _texts_on(page_box) -> list[tuple]:
    """Each piece of text with the child of the body that it belongs to."""
    boxes = [box for box in page_box.descendants(placeholders=True) if getattr(box, "element", None) is not None]
    body = next(box.element for box in boxes if box.element_tag == "body")
    part_of = {element: child for child in body for element in child.iter()}
    texts = [box for box in boxes if isinstance(box, TextBox) and box.text.strip()]
    return [(part_of[box.element], box) for box in texts if box.element in part_of]


def _touch(one, other) -> bool:
    """More than lines of text do that are set tightly: a font reaches over its line."""
    wide = min(one.position_x + one.width, other.position_x + other.width) - max(one.position_x, other.position_x)
    high = min(one.position_y + one.height, other.position_y + other.height) - max(one.position_y, other.position_y)
    return wide > 1 and high > 0.4 * min(one.height, other.height)


def _add_mark(pdf) -> None:
    """Say PDF/UA-1 beside PDF/A-3a: WeasyPrint writes one of the two. PDF/A wants the foreign mark explained."""
    reference = int(pdf.catalog["Metadata"].split()[0])
    metadata = pdf.objects[reference]
    metadata.stream = [part.replace(b"</rdf:RDF>", UA_MARK + b"</rdf:RDF>") for part in metadata.stream]


def problems(pdf: bytes, expected: Expectation) -> list[str]:
    """Read the file as its reader will, and say what is missing."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        if len(document) > expected.pages:
            return [f"{len(document)} pages instead of {'one' if expected.pages == 1 else expected.pages}"]
        return [*_missing_texts(document, expected.texts), *_qr_problems(document[0], expected.address)]
    finally:
        document.close()


def pictures(pdf: bytes) -> list[bytes]:
    """Each page as a PNG, for somebody who wants to see it."""
    with ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [_png(page.render(scale=PICTURE_SCALE).to_pil()) for page in document]
        finally:
            document.close()


def said_in(content: bytes) -> tuple[str, str]:
    """The title and the whole text of a PDF; nothing of what is none."""
    with ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return "", ""
        try:
            return document.get_metadata_value("Title"), _text(document)
        finally:
            document.close()


def _text(document) -> str:
    return "".join(page.get_textpage().get_text_bounded() for page in document)


def _png(picture) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _missing_texts(document, texts: Iterable[str]) -> list[str]:
    said = _bare(_text(document))
    return [f"not on the page: {text}" for text in texts if _bare(text) not in said]


def _written(html: str) -> list[str]:
    """Every text of the page, piece by piece: what an editor writes may run out of it as well as a name."""
    pieces = TAG.split(html.partition("<body>")[2])
    return [text for piece in pieces if (text := unescape(piece).strip())]


def _bare(text: str) -> str:
    """Text without what a line break, a hyphen or a ligature may change."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(character for character in folded if unicodedata.category(character)[0] not in "ZC")


def _qr_problems(page, address: str) -> list[str]:
    """Look where pictures are, at what a reader sees there: the rest of the page would cost twice the time."""
    codes = [text for picture in page.get_objects(filter=[PICTURE]) for text in _codes(page, picture.get_bounds())]
    return [] if codes == [address] else ["the QR code does not lead to the verification page"]


def _codes(page, bounds: tuple[float, float, float, float]) -> list[str]:
    (left, bottom, right, top), (width, height) = bounds, page.get_size()
    crop = (max(left, 0), max(bottom, 0), max(width - right, 0), max(height - top, 0))
    if crop[0] + crop[2] >= width or crop[1] + crop[3] >= height:  # beside the page
        return []
    seen = page.render(scale=CHECK_SCALE, grayscale=True, crop=crop).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(seen, formats=zxingcpp.BarcodeFormat.QRCode, **UPRIGHT)]
