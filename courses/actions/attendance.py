"""Who was at a live session, and for how long.

Three sources say so: the tutor's register, the code shown in the room, the log of the connection. Each leaves stays;
the minutes are their union, counted once the meeting is over and again whenever one of them is corrected.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from courses import presence
from courses.actions.edition import only_area
from courses.actions.progress import recompute
from courses.models import Attendance, Enrolment, LiveSession, LiveStepPage, Presence, StepProgress
from courses.presence import Stay
from courses.signals import attendance_counted
from journal.actions import record

Source = Presence.Source


@transaction.atomic
def save_register(
    session: LiveSession, stays: Mapping[int, Stay | None], *, actor: User, now: datetime
) -> list[Attendance]:
    """Note who was in the room: enrolment id → from when until when, or None for who was not.

    It replaces what the register and the code in the room said of these people; the log of the connection stays.
    Saying the same again changes nothing. Raises ValidationError with code "too_early".
    """
    if now < session.register_opens_at:
        raise ValidationError(_("The register opens half an hour before the meeting."), code="too_early")
    enrolments = lock_all(session, stays)
    attendances = _rows_for(session, enrolments)
    for enrolment in enrolments:
        _note_room(attendances[enrolment.pk], stays[enrolment.pk])
    count_minutes(session, list(attendances.values()), now=now, is_final=True)
    present = sum(1 for enrolment in enrolments if stays[enrolment.pk])
    after = {"present": present, "absent": len(enrolments) - present}
    record("save_register", session, actor=actor, area=only_area(session.edition), after=after, now=now)
    return list(attendances.values())


@transaction.atomic
def import_log(session: LiveSession, stays: Mapping[int, list[Stay]], *, actor: User, now: datetime) -> int:
    """Add connections by enrolment id and return how many are new; the same log again adds none.

    Raises ValidationError with code "too_early" or "other_meeting".
    """
    if now < session.register_opens_at:
        raise ValidationError(_("The register opens half an hour before the meeting."), code="too_early")
    if not any(presence.minutes_present(each, within=session.whole()) for each in stays.values()):
        text = _("No connection of this log falls into the meeting: is it the right file?")
        raise ValidationError(text, code="other_meeting")
    enrolments = lock_all(session, stays)
    attendances = _rows_for(session, enrolments)
    logged = Presence.objects.filter(attendance__in=attendances.values(), source=Source.LOG)
    before = logged.count()
    for enrolment in enrolments:
        _add(attendances[enrolment.pk], Source.LOG, stays[enrolment.pk])
    added = logged.count() - before
    count_minutes(session, list(attendances.values()), now=now)
    if added:
        area, after = only_area(session.edition), {"people": len(enrolments)}
        record("import_log", session, actor=actor, area=area, after=after, now=now)
    return added


def _note_room(attendance: Attendance, stay: Stay | None) -> None:
    attendance.presences.exclude(source=Source.LOG).delete()
    if stay:
        _add(attendance, Source.REGISTER, [stay])


def _add(attendance: Attendance, source: str, stays: Iterable[Stay]) -> None:
    rows = [Presence(attendance=attendance, source=source, joined_at=s.joined, left_at=s.left) for s in stays]
    Presence.objects.bulk_create(rows, ignore_conflicts=True)


def lock_all(session: LiveSession, keys: Iterable[int]) -> list[Enrolment]:
    """Take these enrolments of the edition for this transaction, in the order of their keys, before anything else.

    Completing one takes the certificates' register; two lists that locked person by person would wait in a ring.
    """
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("edition__course", "user", "area")
    return list(rows.current().filter(edition=session.edition_id, pk__in=list(keys)).order_by("pk"))


def _rows_for(session: LiveSession, enrolments: list[Enrolment]) -> dict[int, Attendance]:
    new = [Attendance(session=session, enrolment=enrolment) for enrolment in enrolments]
    Attendance.objects.bulk_create(new, ignore_conflicts=True)
    found = {enrolment.pk: enrolment for enrolment in enrolments}
    rows = Attendance.objects.filter(session=session, enrolment__in=enrolments)
    attendances = {row.enrolment_id: row for row in rows}
    for row in attendances.values():
        row.session, row.enrolment = session, found[row.enrolment_id]
    return attendances


def count_minutes(session: LiveSession, attendances: list[Attendance], *, now: datetime, is_final: bool = False) -> int:
    """Count these people's minutes once the meeting is over; return how many have other minutes than before.

    `is_final`: without any stay it is an absence of 0 minutes, and not a row that still waits for somebody's word.
    """
    stays, changed = _stays_of(attendances), []
    for attendance in attendances:
        minutes = _minutes(session, stays[attendance.pk], now=now, is_final=is_final)
        if minutes != attendance.minutes:
            attendance.minutes = minutes
            attendance.save(update_fields=["minutes"])
            changed.append(attendance)
    for attendance in changed:
        _update_evidence(attendance.enrolment, now=now)
    return len(changed)


def _stays_of(attendances: list[Attendance]) -> dict[int, list[Stay]]:
    stays = {attendance.pk: [] for attendance in attendances}
    for row in Presence.objects.filter(attendance__in=stays):
        stays[row.attendance_id].append(row.as_stay())
    return stays


def _minutes(session: LiveSession, stays: list[Stay], *, now: datetime, is_final: bool) -> int | None:
    if not stays:
        return 0 if is_final else None
    return presence.minutes_present(stays, within=session.whole()) if session.is_over(now=now) else None


def _update_evidence(enrolment: Enrolment, *, now: datetime) -> None:
    """Bring the minutes of all the meetings into the step, and see whether the course is complete with them."""
    step = LiveStepPage.objects.child_of(enrolment.edition.course).live().first()
    if step is not None:
        attended = enrolment.attendances.aggregate(sum=Sum("minutes"))["sum"] or 0
        sessions = enrolment.edition.live_sessions.all()
        needed = sessions.needed_minutes(step_minutes=step.minutes, percent=step.minimum_percent)
        progress, _created = StepProgress.objects.get_or_create(enrolment=enrolment, step=step)
        progress.attended_minutes = attended
        if progress.completed_at is None and attended >= needed:
            progress.completed_at = now
        progress.save(update_fields=["attended_minutes", "completed_at"])
        recompute(enrolment, now=now)
    attendance_counted.send(sender=Enrolment, enrolment=enrolment, now=now)


@transaction.atomic
def excuse(session: LiveSession, enrolment: Enrolment, *, reason: str, actor: User, now: datetime) -> Attendance:
    """Say before the meeting that one cannot come. Raises ValidationError "too_late" or "wrong_edition"."""
    if session.edition_id != enrolment.edition_id or not enrolment.is_open:
        raise ValidationError(_("This enrolment has no such meeting."), code="wrong_edition")
    if session.starts_at <= now:
        raise ValidationError(_("The meeting has begun: an apology is given before."), code="too_late")
    attendance, _created = Attendance.objects.get_or_create(session=session, enrolment=enrolment)
    if attendance.excused_at is None:
        attendance.excused_at, attendance.apology = now, reason
        attendance.save(update_fields=["excused_at", "apology"])
        area = enrolment.area.slug if enrolment.area else ""
        record("excuse", session, actor=actor, area=area, after={"person": str(enrolment.user)}, now=now)
    return attendance


@transaction.atomic
def withdraw_excuse(session: LiveSession, enrolment: Enrolment, *, actor: User, now: datetime) -> None:
    """Come after all. Raises ValidationError "too_late"."""
    if session.starts_at <= now:
        raise ValidationError(_("The meeting has begun: an apology is given before."), code="too_late")
    excused = Attendance.objects.filter(session=session, enrolment=enrolment, excused_at__isnull=False)
    if excused.update(excused_at=None, apology=""):
        area = enrolment.area.slug if enrolment.area else ""
        record("withdraw_excuse", session, actor=actor, area=area, after={"person": str(enrolment.user)}, now=now)


def settle_ended_meetings(*, now: datetime) -> int:
    """Count the minutes of whoever showed the code at meetings that are over by now; return how many people."""
    waiting = Attendance.objects.filter(minutes=None, presences__isnull=False, session__ends_at__lte=now)
    sessions = LiveSession.objects.filter(pk__in=waiting.values("session")).select_related("edition__course")
    return sum(_settle(session, now=now) for session in sessions)


@transaction.atomic
def _settle(session: LiveSession, *, now: datetime) -> int:
    waiting = session.attendances.filter(minutes=None, presences__isnull=False)
    enrolments = lock_all(session, waiting.values_list("enrolment", flat=True))
    return count_minutes(session, list(_rows_for(session, enrolments).values()), now=now)
