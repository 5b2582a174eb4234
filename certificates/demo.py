"""Believable certificates for the demo people, made by the same actions as real ones."""

from datetime import datetime

from accounts.models import User
from certificates.actions import issue_certificate, print_due, record_tutoring, revoke_certificate
from certificates.models import Certificate
from certificates.models.certificate import CertificateQuerySet
from courses.models import Enrolment
from tutorship.models import Session

REVOKED_FOR = (
    "La prova finale è stata svolta da un’altra persona con lo stesso accesso: lo ha segnalato il Comune. "
    "Il corso può essere ripetuto in qualsiasi momento."
)


def seed(cast: dict[str, User], *, now: datetime) -> None:
    """Issue and print what the invented people have earned, and revoke one. Does nothing the second time."""
    for enrolment in Enrolment.objects.completed().filter(user__is_demo=True).order_by("completed_at", "pk"):
        issue_certificate(enrolment, now=now)
    for session in Session.objects.filter(state=Session.State.CLOSED, tutor__is_demo=True):
        record_tutoring(session, now=now)
    while print_due(now=now, among=_of_the_demonstration()):
        pass
    _revoke_one(cast, now=now)


def _of_the_demonstration() -> CertificateQuerySet:
    return Certificate.objects.filter(user__is_demo=True)


def _revoke_one(cast: dict[str, User], *, now: datetime) -> None:
    if _of_the_demonstration().filter(state=Certificate.State.REVOKED).exists():
        return
    issued = _of_the_demonstration().filter(state=Certificate.State.ISSUED).exclude(user=cast["learner_1"])
    certificate = issued.order_by("pk").first()
    if certificate:
        revoke_certificate(certificate, actor=cast["anci"], reason=REVOKED_FOR, now=now)
