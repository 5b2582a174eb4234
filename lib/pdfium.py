"""PDFium, which reads PDFs: one thread of a process at a time."""

import threading

import pypdfium2

ONE_AT_A_TIME = threading.Lock()  # neither PDFium nor Pango's font maps stand two threads


def has_pages(content: bytes) -> bool:
    """Whether a reader without a password sees at least one page; no page is drawn."""
    with ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return False
        try:
            return len(document) > 0
        finally:
            document.close()
