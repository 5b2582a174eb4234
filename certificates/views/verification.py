"""The public page that says whether a certificate is valid. No login; only a code or the file itself opens it."""

import hashlib
import re

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from certificates import codes
from certificates.models import Certificate
from lib import rate_limit

ANSWERS_PER_MINUTE = 120  # of one address: a whole office behind one line can still work
NAMES_PER_MINUTE = 10
FILE_BYTES = 2_000_000  # of a file that is sent because the browser runs no script
TOO_LARGE = "large"
SHA256 = re.compile(r"[0-9a-f]{64}")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request):
    code = request.GET.get("codice", "").strip()
    if code or request.GET.get("impronta") or "file" in request.FILES:
        return _answer(request, code)
    return render(request, "certificates/verify.html")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify_code(request, code):
    return _answer(request, code)


def _answer(request, code: str):
    """The same page, by the same way, for a code that is malformed and one that is unknown."""
    if not rate_limit.is_within(request, action="verify", limit=ANSWERS_PER_MINUTE, seconds=60):
        return _unlisted(render(request, "certificates/verify_busy.html", status=429))
    digest = _digest(request)
    certificate = _find(code, digest)
    context = {
        "certificate": certificate,
        "typed": code[:60],
        "file_answer": _compare(certificate, digest) if digest else "",
        "name_answer": _ask_name(request, certificate),
    }
    status = 200 if certificate else 404
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return _unlisted(JsonResponse(_facts(context), status=status))
    return _unlisted(render(request, "certificates/verify_answer.html", context, status=status))


def _digest(request) -> str:
    """The hash that the browser has computed; without script, of the file that was sent and is not kept."""
    if "file" not in request.FILES:
        return request.GET.get("impronta", "").strip().lower()
    file = request.FILES["file"]
    return TOO_LARGE if file.size > FILE_BYTES else hashlib.sha256(file.read()).hexdigest()


def _find(code: str, digest: str) -> Certificate | None:
    known = Certificate.objects.numbered().select_related("superseded_by").with_file()
    if code:
        return known.filter(code=codes.normalise(code) or "").first()
    return known.filter(files__sha256=digest).first()


def _compare(certificate: Certificate | None, digest: str) -> str:
    """ "same" when the file is one that was issued, "different" when not, "unreadable" or "large" without a hash."""
    if digest == TOO_LARGE or not SHA256.fullmatch(digest):
        return "large" if digest == TOO_LARGE else "unreadable"
    issued = {file.sha256 for file in certificate.files.all()} if certificate else set()
    return "same" if digest in issued else "different"


def _ask_name(request, certificate: Certificate | None) -> str:
    """ "same" when the last name typed is the one on the paper; few guesses a minute."""
    last_name = request.POST.get("cognome", "").strip()[:100]
    if not last_name or certificate is None:
        return ""
    if not rate_limit.is_within(request, action="verify-name", limit=NAMES_PER_MINUTE, seconds=60):
        return "busy"
    return "same" if certificate.is_named(last_name) else "different"


def _facts(context: dict) -> dict:
    """What the page says, for machines."""
    certificate, answers = context["certificate"], {"file": context["file_answer"] or None}
    if certificate is None:
        return {"status": "unknown", **answers}
    successor, days = certificate.successor(), certificate.days
    return {
        "status": certificate.public_state,
        "kind": certificate.kind,
        "title": certificate.snapshot["title"],
        "person": _person(context),
        "minutes": certificate.credit_minutes,
        "completed_on": days.get("completed_on"),
        "issued_on": days.get("issued_on"),
        "valid_until": certificate.valid_until,
        "revoked_on": certificate.revoked_at and timezone.localdate(certificate.revoked_at),
        "replaced_by": successor and successor.grouped_code,
        "issuer": certificate.snapshot["issuer"],
        "number": certificate.number,
        "code": certificate.grouped_code,
        **answers,
    }


def _person(context: dict) -> str | None:
    certificate = context["certificate"]
    if certificate.is_erased:
        return None
    return certificate.full_name if context["name_answer"] == "same" else certificate.masked_name


def _unlisted(response):
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Accept"])
    return response
