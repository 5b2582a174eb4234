"""The finished file through somebody else's eyes: qpdf (pikepdf) for its structure, outloud for its accessibility.

What they pass is no promise of conformity; each says what it has looked at.
"""

import pytest

from certificates.models import CertificateTemplate, Register
from certificates.models.template import worst_case

pikepdf = pytest.importorskip("pikepdf", reason="comes with requirements-dev.txt")
outloud = pytest.importorskip("outloud", reason="comes with requirements-dev.txt")
Kind = Register.Kind


@pytest.fixture
def printed(tmp_path, db):
    def write(kind):
        path = tmp_path / f"{kind}.pdf"
        worst = worst_case(kind)
        path.write_bytes(CertificateTemplate.shipped(kind).composed().render(worst | {"lines": worst["lines"][:5]})[0])
        return path

    return write


@pytest.mark.parametrize("kind", list(Kind))
def test_qpdf_finds_a_sound_tagged_italian_file_with_both_marks(printed, kind):
    with pikepdf.open(printed(kind)) as document:
        marks = document.Root.Metadata.read_bytes()
        root = document.Root

        assert document.check_pdf_syntax() == []
        assert (bool(root.MarkInfo.Marked), str(root.Lang), bool(root.ViewerPreferences.DisplayDocTitle)) == (
            *(True, "it", True),
        )
        assert (b'pdfaid:part="3"' in marks, b'pdfaid:conformance="A"' in marks) == (True, True)
        assert (b'pdfuaid:part="1"' in marks, marks.count(b"<rdf:RDF"), marks.count(b"pdfaSchema:prefix>")) == (
            *(True, 1, 2),
        )


@pytest.mark.parametrize("kind", list(Kind))
def test_the_fonts_of_the_design_are_in_the_file_and_no_others(printed, kind):
    with pikepdf.open(printed(kind)) as document:
        names = {str(font.BaseFont) for page in document.pages for font in page.Resources.Font.values()}

    families = {name.split("+")[1].split("-")[0] for name in names}
    assert families == {"Titillium", "Lora", "Code"}  # Roboto Mono, under the name that the look gives it


@pytest.mark.parametrize("kind", list(Kind))
def test_outloud_finds_nothing(printed, kind):
    result = outloud.check(str(printed(kind)))

    assert (result.error, [finding.message for finding in result.findings]) == (None, [])
