"""`python -m benchmarks [--people 10000] [--requests 100]`: what each page costs, beside a bare view."""

import argparse
import tempfile
from importlib import import_module

from benchmarks.site import make_site

PORT = 8199


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--requests", type=int, default=100)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_site(folder, SITE_URL=f"http://localhost:{PORT}")
        import_module("benchmarks.pages").run(people=chosen.people, requests=chosen.requests, port=PORT)


if __name__ == "__main__":
    main()
