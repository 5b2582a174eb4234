"""Writing to the training record. Each function may run again: a source gives its minutes once."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certificates.models import TrainingRecord
from courses.models import Enrolment
from journal.actions import record
from territory.models import slug_of
from tutorship.models import Booking, Session

Kind = TrainingRecord.Kind


@transaction.atomic
def record_course(enrolment: Enrolment, *, now: datetime) -> TrainingRecord:
    """Enter a completed course with the minutes of its steps; live minutes entered before are among them."""
    earned_on = timezone.localdate(enrolment.completed_at)
    return _enter_course(enrolment, minutes=enrolment.credit_minutes, earned_on=earned_on, now=now)


@transaction.atomic
def record_live_minutes(enrolment: Enrolment, *, now: datetime) -> None:
    """Enter the live minutes of a course that is not completed: one line, which its completion takes over."""
    if enrolment.completed_at:
        return
    attended = enrolment.attendances.filter(minutes__gt=0)
    minutes = attended.aggregate(sum=Sum("minutes"))["sum"]
    if minutes is None:
        withdraw_course(enrolment, actor=None, reason="", now=now)
        return
    last = attended.aggregate(last=Max("session__starts_at"))["last"]
    _enter_course(enrolment, minutes=minutes, earned_on=timezone.localdate(last), now=now)


def _enter_course(enrolment: Enrolment, *, minutes: int, earned_on: date, now: datetime) -> TrainingRecord:
    before = TrainingRecord.objects.filter(enrolment=enrolment).first()
    line, _is_new = TrainingRecord.objects.update_or_create(
        enrolment=enrolment,
        defaults={
            "kind": Kind.COURSE,
            "user": enrolment.user,
            "employment": enrolment.employment,
            "body": enrolment.body,
            "area": enrolment.area,
            "title": str(enrolment.edition)[:255],
            "theme": enrolment.edition.course.theme,
            "is_mandatory": enrolment.edition.course.is_mandatory,
            "minutes": minutes,
            "earned_on": earned_on,
        },
    )
    if before is None or _facts(before) != _facts(line):
        journal_line("record_training", line, now=now, before=_facts(before) if before else {})
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
    area = slug_of(line.area)
    record(action, line, now=now, area=area, **({"after": _facts(line)} | details))


def _facts(line: TrainingRecord) -> dict:
    return {"minutes": line.minutes, "earned_on": str(line.earned_on), "person": line.user_id, "body": line.body_id}
