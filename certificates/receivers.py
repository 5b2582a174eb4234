"""What the accounts, the courses and the tutorship tell us, inside their transactions."""

from django.dispatch import receiver

from accounts.signals import person_copied, person_erased, staff_moved
from certificates.actions import (
    carry_claims_over,
    erase_holder,
    issue_certificate,
    record_live_minutes,
    record_tutoring,
    revoke_for_undone,
)
from certificates.models import Certificate, ExternalTraining, TrainingRecord
from courses.signals import attendance_counted, completion_undone, enrolment_completed
from tutorship.signals import session_closed


@receiver(enrolment_completed, dispatch_uid="issue_certificate")
def certify_completion(sender, enrolment, now, **kwargs):
    issue_certificate(enrolment, now=now)


@receiver(completion_undone, dispatch_uid="revoke_for_undone")
def follow_undone_completion(sender, enrolment, actor, reason, now, **kwargs):
    revoke_for_undone(enrolment, actor=actor, reason=reason, now=now)


@receiver(attendance_counted, dispatch_uid="record_live_minutes")
def record_minutes_of_meetings(sender, enrolment, now, **kwargs):
    record_live_minutes(enrolment, now=now)


@receiver(session_closed, dispatch_uid="record_tutoring")
def record_attended_minutes(sender, session, now, **kwargs):
    record_tutoring(session, now=now)


@receiver(person_erased, dispatch_uid="erase_holder")
def take_the_name_out(sender, person, now, **kwargs):
    erase_holder(person, now=now)


@receiver(person_copied, dispatch_uid="copy_certificates")
def copy_certificates(sender, person, **kwargs):
    return [model.objects.filter(user=person) for model in (Certificate, ExternalTraining, TrainingRecord)]


@receiver(staff_moved, dispatch_uid="carry_claims_over")
def decide_on_elsewhere(sender, moves, first_on, **kwargs):
    carry_claims_over(moves, first_on=first_on)
