"""The messages about certificates: one function each, a row in the caller's transaction."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.models import Certificate, ExternalTraining
from journal.actions import queue_mail
from journal.models import Job


def queue_certificate_ready(certificate: Certificate, *, now: datetime) -> None:
    with translation.override("it"):
        _queue(
            certificate,
            key=f"certificate-ready:{certificate.pk}",
            subject=_("Certificate ready: %(title)s") % {"title": certificate.title},
            template="certificate_ready",
            now=now,
        )


def queue_certificate_revoked(certificate: Certificate, *, now: datetime) -> None:
    with translation.override("it"):
        _queue(
            certificate,
            key=f"certificate-revoked:{certificate.pk}",
            subject=_("Certificate no. %(number)s revoked") % {"number": certificate.number},
            template="certificate_revoked",
            now=now,
        )


def queue_external_decided(external: ExternalTraining, *, now: datetime) -> None:
    with translation.override("it"):
        approved = external.state == ExternalTraining.State.APPROVED
        subject = (
            _("Training elsewhere approved: %(title)s") if approved else _("Training elsewhere not approved: %(title)s")
        )
        context = {
            "external": external,
            "is_approved": approved,
            "url": settings.SITE_URL + reverse("certificates:certificate_list"),
        }
        text = render_to_string("certificates/emails/external_decided.txt", context)
        key, recipient = f"external-decided:{external.pk}", external.user.email
        queue_mail(
            kind="certificates.external_decided",
            key=key,
            recipient=recipient,
            subject=subject % {"title": external.title},
            text=text,
            now=now,
        )


def queue_archive_ready(job: Job, *, now: datetime) -> None:
    person = job.requested_by
    with translation.override("it"):
        context = {"job": job, "name": person.first_name, "url": settings.SITE_URL + job_address(job)}
        text = render_to_string("certificates/emails/archive_ready.txt", context)
        subject = _("The certificates are ready to be downloaded")
        key = f"archive-ready:{job.pk}"
        queue_mail(
            kind="certificates.archive_ready", key=key, recipient=person.email, subject=subject, text=text, now=now
        )


def job_address(job: Job) -> str:
    return reverse("certificates:archive_detail", args=[job.pk])


def _queue(certificate: Certificate, *, key: str, subject: str, template: str, now: datetime) -> None:
    context = {
        "certificate": certificate,
        "list_url": settings.SITE_URL + reverse("certificates:certificate_list"),
        "verify_url": certificate.snapshot["address"],
    }
    text = render_to_string(f"certificates/emails/{template}.txt", context)
    kind, recipient = f"certificates.{template}", certificate.user.email
    queue_mail(kind=kind, key=key, recipient=recipient, subject=subject, text=text, now=now)
