"""CPU of one certificate: the HTML, the PDF and the check of what came out. `python -m benchmarks.certificate`"""

import os
import time
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from certificates import codes  # noqa: E402 - the apps have to be set up first
from certificates.actions import issue, printing  # noqa: E402
from certificates.models import Certificate, CertificateTemplate  # noqa: E402

ROUNDS = 20


def specimen() -> Certificate:
    """A certificate that no database has seen, worded like a real one."""
    code = codes.generate()
    snapshot = {
        "number": "2026/000123",
        "code": code,
        "grouped_code": codes.grouped(code),
        "first_name": "Niccolò",
        "last_name": "D’Angelo",
        "title": "Contratti pubblici per stazioni appaltanti piccole",
        "credit_minutes": 200,
        "modality": "online, con i propri tempi",
        "body": "Comune di Campodolcino (SO)",
        "area": "Valchiavenna",
        "enrolled_on": "2026-10-01",
        "completed_on": "2026-11-23",
        "issued_on": "2026-11-23",
        "issued_at": "2026-11-23T09:00:00Z",
        "issuer": issue.ISSUER,
        "legal": issue.LEGAL,
        "verification_page": "http://localhost:8000/verifica/",
        "address": f"http://localhost:8000/verifica/{codes.grouped(code)}/",
    }
    template = CertificateTemplate.shipped("course").composed()
    return Certificate(code=code, number=snapshot["number"], snapshot=snapshot, template=template)


def cpu_milliseconds() -> float:
    certificate = specimen()
    start = time.process_time()
    _pdf, problems = printing.render(certificate)
    spent = (time.process_time() - start) * 1_000
    if problems:
        raise SystemExit("\n".join(problems))
    return spent


def main() -> None:
    first = cpu_milliseconds()
    rounds = [cpu_milliseconds() for _ in range(ROUNDS)]
    print(f"first certificate of a process {first:.0f} ms CPU, then median of {ROUNDS}: {median(rounds):.0f} ms CPU")


if __name__ == "__main__":
    main()
