"""Rows for tests of certificates: made by the actions, as everywhere else."""

from datetime import datetime

from certificates.actions import issue_certificate
from certificates.models import Certificate
from tests.factories import EnrolmentFactory


def completed(user, edition, *, now: datetime, **fields):
    """An enrolment that is complete but not yet certified."""
    values = {"completed_at": now, "credit_minutes": 45} | fields
    return EnrolmentFactory(user=user, edition=edition, **values)


def certificate_of(user, edition, *, now: datetime, **fields) -> Certificate:
    return issue_certificate(completed(user, edition, now=now, **fields), now=now)
