"""What a file in hand says, and whether it is one that was issued."""

import hashlib
import re
from dataclasses import dataclass
from importlib import import_module

from certificates import codes
from certificates.models import Certificate

CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}-[0-9A-Z]\b")


@dataclass(frozen=True)
class FileReport:
    sha256: str
    title: str  # in the file's own metadata; "" when it is no PDF
    code: str  # printed in the file, grouped; "" without one
    certificate: Certificate | None  # with these very bytes, else with the printed code
    is_ours: bool  # these very bytes were handed out


def check_file(content: bytes) -> FileReport:
    """Compare the bytes with the register; a file that cannot be read as a PDF is simply not ours."""
    sha256 = hashlib.sha256(content).hexdigest()
    title, text = import_module("certificates.rendering").said_in(content)
    found = CODE.search(text)
    known = Certificate.objects.numbered().select_related("superseded_by")
    issued = known.filter(files__sha256=sha256).first()
    printed = known.filter(code=codes.normalise(found[0]) or "").first() if found else None
    return FileReport(sha256, title, found[0] if found else "", issued or printed, issued is not None)
