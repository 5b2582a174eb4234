"""Reads settings from the environment and `.env`, and refuses what it does not understand."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def site_url(value: str) -> str:
    """Return the address of the site without its final slash; plain http is for this machine only."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise ImproperlyConfigured(f"SITE_URL must look like https://example.org, not {value!r}.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ImproperlyConfigured(f"SITE_URL must use https unless it is http://localhost, not {value!r}.")
    return value.rstrip("/")


def secret_key(path: Path) -> str:
    """Return the key kept in `path`; the first call writes it, readable by its owner only."""
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent) as draft:  # created with mode 0600
            draft.write(secrets.token_urlsafe(64))
            draft.flush()
            with suppress(FileExistsError):  # the web process and the worker may start together
                os.link(draft.name, path)
    return path.read_text()


def one_of(name: str, value: str, allowed: set[str]) -> str:
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}, not {value!r}.")
    return value
