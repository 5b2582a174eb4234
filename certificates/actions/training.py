"""Writing to the training record. Both functions may run again: a source gives its minutes once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certificates.models import TrainingRecord
from courses.models import Enrolment
from journal.actions import record
from tutorship.models import Booking, Session

Kind = TrainingRecord.Kind


@transaction.atomic
def record_course(enrolment: Enrolment, *, now: datetime) -> TrainingRecord:
    """Enter a completed course with the minutes of its steps."""
    line, is_new = TrainingRecord.objects.get_or_create(
        enrolment=enrolment,
        defaults={
            "kind": Kind.COURSE,
            "user": enrolment.user,
            "employment": enrolment.employment,
            "body": enrolment.body,
            "area": enrolment.area,
            "title": str(enrolment.edition)[:255],
            "theme": enrolment.edition.course.theme,
            "minutes": enrolment.credit_minutes,
            "earned_on": timezone.localdate(enrolment.completed_at),
        },
    )
    if is_new:
        journal_line("record_training", line, now=now)
    return line


@transaction.atomic
def record_tutoring(session: Session, *, now: datetime) -> int:
    """Enter the minutes of everybody who came to a closed session, and return how many lines it has.

    A session that is closed again with other attendance or minutes corrects its lines.
    """
    present = session.bookings.filter(attendance=Booking.Attendance.ATTENDED, cancelled_at=None)
    gone = TrainingRecord.objects.filter(booking__session=session).exclude(booking__in=present)
    for line in gone:
        _withdraw(line, now=now)
    bookings = present.select_related("learner", "employment", "body", "area", "session__topic")
    return len([_record_booking(booking, now=now) for booking in bookings])


def _record_booking(booking: Booking, *, now: datetime) -> TrainingRecord:
    with translation.override("it"):
        title = _("Tutoring: %(topic)s") % {"topic": booking.session.topic}
    before = TrainingRecord.objects.filter(booking=booking).values_list("minutes", flat=True).first()
    line, _is_new = TrainingRecord.objects.update_or_create(
        booking=booking,
        defaults={
            "kind": Kind.TUTORING,
            "user": booking.learner,
            "employment": booking.employment,
            "body": booking.body,
            "area": booking.area,
            "title": title[:255],
            "minutes": booking.attended_minutes or 0,
            "earned_on": timezone.localdate(booking.session.starts_at),
        },
    )
    if before != line.minutes:
        journal_line("record_training", line, now=now, before={} if before is None else {"minutes": before})
    return line


def withdraw_course(enrolment: Enrolment, *, actor, reason: str, now: datetime) -> None:
    """Take the hours of a revoked certificate out of the record; the audit entry keeps them."""
    for line in TrainingRecord.objects.filter(enrolment=enrolment):
        _withdraw(line, actor=actor, reason=reason, now=now)


def _withdraw(line: TrainingRecord, *, now: datetime, actor=None, reason: str = "") -> None:
    journal_line("withdraw_training", line, now=now, actor=actor, reason=reason, before=_facts(line))
    line.delete()


def journal_line(action: str, line: TrainingRecord, *, now: datetime, **details) -> None:
    """Write what happened to a line of the record; `details` as `journal.actions.record` takes them."""
    area = line.area.slug if line.area else ""
    record(action, line, now=now, area=area, **({"after": _facts(line)} | details))


def _facts(line: TrainingRecord) -> dict:
    return {"minutes": line.minutes, "earned_on": str(line.earned_on), "person": line.user_id, "body": line.body_id}
