"""Settings that make no sense stop the start with a sentence."""

import os
import subprocess
import sys

import pytest
from django.conf import settings


def start(folder, **environment: str) -> subprocess.CompletedProcess:
    env = {**os.environ, "VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3", **environment}
    command = [sys.executable, "-c", "from config import settings; print(settings.EMAIL_BACKEND)"]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("site_url", "email_url", "backend"),
    [
        ("http://localhost:8000", "", "dummy"),
        ("https://competenze.example.org", "smtp+tls://user:password@smtp.example.org:587", "smtp"),
    ],
)
def test_mail_is_written_only_here_and_sent_on_the_web(tmp_path, site_url, email_url, backend):
    started = start(tmp_path, SITE_URL=site_url, EMAIL_URL=email_url, DEMO="0")

    assert started.stdout.strip() == f"django.core.mail.backends.{backend}.EmailBackend"


def test_a_site_on_the_web_does_not_start_without_mail(tmp_path):
    started = start(tmp_path, SITE_URL="https://competenze.example.org", EMAIL_URL="", DEMO="0")

    assert started.stderr.strip().splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: "
        "EMAIL_URL is missing: a site on https must send its mail, see .env.example."
    )
