"""What the courses and the tutorship tell us, inside their transactions."""

from django.dispatch import receiver

from certificates.actions import issue_certificate, record_tutoring
from courses.signals import enrolment_completed
from tutorship.signals import session_closed


@receiver(enrolment_completed, dispatch_uid="issue_certificate")
def certify_completion(sender, enrolment, now, **kwargs):
    issue_certificate(enrolment, now=now)


@receiver(session_closed, dispatch_uid="record_tutoring")
def record_attended_minutes(sender, session, now, **kwargs):
    record_tutoring(session, now=now)
