"""What one certificate costs, beside bare WeasyPrint on the same page. `python -m benchmarks.certificate [--count 500]`

The bare run fills the same template, draws the same QR code and writes it with the same fonts and style, but does not
read the file again: the difference is the check.
"""

import argparse
import os
import time
from pathlib import Path
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from weasyprint import HTML  # noqa: E402

from certificates import rendering  # noqa: E402 - the apps have to be set up first
from certificates.models import CertificateTemplate  # noqa: E402
from certificates.models.template import FONTS, worst_case  # noqa: E402

ROUNDS = 60
SHORT = {
    "first_name": "Niccolò",
    "last_name": "D’Angelo",
    "title": "Contratti pubblici per stazioni appaltanti piccole",
}


def cpu_milliseconds(work) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1_000


def megabytes() -> str:
    """All that is mapped, and what is this process's own: the rest it shares with its neighbours."""
    rows = dict(line.split(":") for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    resident, *own = (int(rows[name].split()[0]) / 1_000 for name in ("Rss", "Private_Clean", "Private_Dirty"))
    return f"{resident:.0f} MB resident, {sum(own):.0f} MB its own"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=500, help="certificates of the memory run")
    count = options.parse_args().count
    version, snapshot = CertificateTemplate.shipped("course").composed(), worst_case("course") | SHORT
    fonts, style, _fetcher = rendering._style(version.css, FONTS)

    def ours() -> None:
        _pdf, problems = version.render(snapshot)
        if problems:
            raise SystemExit("\n".join(problems))

    def bare() -> None:
        html = version._html(snapshot, qr=rendering.qr_data_url(snapshot["address"]))
        HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3a")

    first = cpu_milliseconds(ours)
    pairs = [(cpu_milliseconds(ours), cpu_milliseconds(bare)) for _round in range(ROUNDS)]
    mine, theirs = (median(column) for column in zip(*pairs, strict=True))
    print(f"first of the process {first:.0f} ms CPU; median of {ROUNDS}: {mine:.0f} ms, bare {theirs:.0f} ms", end=", ")
    print(f"{mine / theirs:.2f} x bare")
    for number in range(1, count + 1):
        snapshot["grouped_code"] = f"0000-0000-0000-{number:04}-0"
        ours()
        if number in {10, count // 2, count}:
            print(f"after {number} certificates: {megabytes()}")


if __name__ == "__main__":
    main()
