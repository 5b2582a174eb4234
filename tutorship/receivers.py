"""What the accounts and the courses tell the tutorship, inside their transactions."""

from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.formats import date_format

from accounts.signals import person_copied, person_erased, staff_moved
from courses.signals import meeting_planned
from tutorship.actions.carrying import carry_tutoring_over
from tutorship.actions.erasing import erase_asker, rows_about
from tutorship.models import Session


@receiver(meeting_planned, dispatch_uid="appointments_during_the_meeting")
def appointments_during_the_meeting(sender, session, tutors, **kwargs) -> dict[int, list[str]]:
    """The appointments that a live meeting is set over, by tutor."""
    there = Session.objects.scheduled().filter(tutor__in=tutors).for_display()
    found: dict[int, list[str]] = {}
    for appointment in there.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at).order_by("starts_at"):
        found.setdefault(appointment.tutor_id, []).append(_words(appointment))
    return found


def _words(appointment: Session) -> str:
    with translation.override("it"):  # goes into a mail too
        day = date_format(timezone.localtime(appointment.starts_at), "j F Y, H:i")
    return f"{appointment.tutor}, {day}, {appointment.topic}"


@receiver(person_copied, dispatch_uid="copy_tutoring")
def copy_tutoring(sender, person, **kwargs):
    return rows_about(person)


@receiver(person_erased, dispatch_uid="erase_asker")
def forget_asker(sender, person, now, **kwargs):
    erase_asker(person, now=now)


@receiver(staff_moved, dispatch_uid="carry_tutoring_over")
def ask_on_elsewhere(sender, moves, first_on, **kwargs):
    carry_tutoring_over(moves, first_on=first_on)
