"""The public page that says whether a certificate is valid. No login; only a code or the file itself opens it."""

import re

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certificates import codes
from certificates.models import Certificate
from lib import rate_limit

ANSWERS_PER_MINUTE = 120  # of one address: a whole office behind one line can still work
SHA256 = re.compile(r"[0-9a-f]{64}")


@login_not_required
@require_safe
def verify(request):
    code = request.GET.get("codice", "").strip()
    if code or request.GET.get("impronta"):
        return _answer(request, code)
    return render(request, "certificates/verify.html")


@login_not_required
@require_safe
def verify_code(request, code):
    return _answer(request, code)


def _answer(request, code: str):
    """The same page, by the same way, for a code that is malformed and one that is unknown."""
    if not rate_limit.is_within(request, action="verify", limit=ANSWERS_PER_MINUTE, seconds=60):
        return _unlisted(render(request, "certificates/verify_busy.html", status=429))
    digest = request.GET.get("impronta", "").strip().lower()
    certificate = _find(code, digest)
    context = {
        "certificate": certificate,
        "typed": code[:60],
        "file_answer": _compare(certificate, digest) if digest else "",
    }
    status = 200 if certificate else 404
    return _unlisted(render(request, "certificates/verify_answer.html", context, status=status))


def _find(code: str, digest: str) -> Certificate | None:
    known = Certificate.objects.numbered().select_related("superseded_by").with_file()
    if code:
        return known.filter(code=codes.normalise(code) or "").first()
    return known.filter(files__sha256=digest).first()


def _compare(certificate: Certificate | None, digest: str) -> str:
    """ "same" when the file is one that was issued, "different" when it is not, "unreadable" without a real hash."""
    if not SHA256.fullmatch(digest):
        return "unreadable"
    issued = {file.sha256 for file in certificate.files.all()} if certificate else set()
    return "same" if digest in issued else "different"


def _unlisted(response):
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
