"""The messages about certificates: one function each, a row in the caller's transaction."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.models import Certificate
from journal.actions import queue_mail


def queue_certificate_ready(certificate: Certificate, *, now: datetime) -> None:
    with translation.override("it"):
        _queue(
            certificate,
            key=f"certificate-ready:{certificate.pk}",
            subject=_("Certificate ready: %(title)s") % {"title": certificate.title},
            template="certificates/emails/certificate_ready.txt",
            now=now,
        )


def queue_certificate_revoked(certificate: Certificate, *, now: datetime) -> None:
    with translation.override("it"):
        _queue(
            certificate,
            key=f"certificate-revoked:{certificate.pk}",
            subject=_("Certificate no. %(number)s revoked") % {"number": certificate.number},
            template="certificates/emails/certificate_revoked.txt",
            now=now,
        )


def _queue(certificate: Certificate, *, key: str, subject: str, template: str, now: datetime) -> None:
    context = {
        "certificate": certificate,
        "list_url": settings.SITE_URL + reverse("certificates:certificate_list"),
        "verify_url": certificate.snapshot["address"],
    }
    text = render_to_string(template, context)
    queue_mail(key=key, recipient=certificate.user.email, subject=subject, text=text, now=now)
