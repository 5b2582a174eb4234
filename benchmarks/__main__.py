"""`python -m benchmarks [--people 10000] [--requests 100]`: what each page costs, beside a bare view."""

import argparse
import os
import tempfile
from importlib import import_module

PORT = 8199


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--requests", type=int, default=100)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": folder,
            "SITE_URL": f"http://localhost:{PORT}",
            "STATIC_BACKEND": "plain",
        }
        import_module("django").setup()  # not before the settings know the folder
        import_module("benchmarks.pages").run(people=chosen.people, requests=chosen.requests, port=PORT)


if __name__ == "__main__":
    main()
