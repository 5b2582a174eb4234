"""Rows for tests of certificates: made by the actions, as everywhere else."""

from datetime import date, datetime

from django.core.files.base import ContentFile

from certificates.actions import issue_certificate, submit_external
from certificates.models import Certificate, ExternalTraining
from tests.factories import EnrolmentFactory


def completed(user, edition, *, now: datetime, **fields):
    """An enrolment that is complete but not yet certified."""
    values = {"completed_at": now, "credit_minutes": 45} | fields
    return EnrolmentFactory(user=user, edition=edition, **values)


def certificate_of(user, edition, *, now: datetime, **fields) -> Certificate:
    return issue_certificate(completed(user, edition, now=now, **fields), now=now)


def external_of(user, *, now: datetime, employment=None, proof: bytes = b"", **fields) -> ExternalTraining:
    """Two hours of Syllabus that wait for a decision."""
    facts = {"title": "Sicurezza informatica", "provider": "Syllabus", "theme": "digitale", "is_mandatory": False}
    facts |= {"minutes": 120, "finished_on": date(2026, 10, 5)} | fields
    content = proof or b"%PDF-1.7 " + f"{user.pk} {facts['title']}".encode()
    own = employment or user.employments.first()
    return submit_external(own, proof=ContentFile(content, name="prova.pdf"), now=now, **facts)
