"""Showing the code of the room: the person is there from now until the end of the meeting."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from courses.actions.attendance import count_minutes, lock_all
from courses.models import Attendance, Enrolment, LiveSession, Presence
from courses.presence import Stay
from journal.actions import record

CONFIRM_WITHIN = timedelta(minutes=30)  # logging in, and a password that has to be found first


@transaction.atomic
def check_in(session: LiveSession, *, user: User, scanned_at: datetime, now: datetime) -> Attendance:
    """Note that the person was in the room at `scanned_at`; again changes nothing, and the tutor's word stands above.

    Raises ValidationError with code "not_enrolled", "not_held_now" or "too_long_ago".
    """
    if not session.register_opens_at <= scanned_at < session.ends_at:
        raise ValidationError(_("This meeting is not being held now."), code="not_held_now")
    if now - scanned_at > CONFIRM_WITHIN:
        raise ValidationError(_("Too much time has passed: scan the code again."), code="too_long_ago")
    keys = Enrolment.objects.current().filter(user=user, edition=session.edition_id).values_list("pk", flat=True)
    enrolments = lock_all(session, keys)
    if not enrolments:
        raise ValidationError(_("There is no enrolment in this edition."), code="not_enrolled")
    enrolment = next((each for each in enrolments if each.is_open), enrolments[0])
    attendance, _created = Attendance.objects.get_or_create(session=session, enrolment=enrolment)
    attendance.session, attendance.enrolment = session, enrolment
    if not attendance.presences.exclude(source=Presence.Source.LOG).exists():
        _note_arrival(attendance, Stay(max(scanned_at, session.starts_at), session.ends_at), now=now)
    return attendance


def _note_arrival(attendance: Attendance, stay: Stay, *, now: datetime) -> None:
    enrolment, session = attendance.enrolment, attendance.session
    attendance.presences.create(source=Presence.Source.CODE, joined_at=stay.joined, left_at=stay.left)
    attendance.minutes = None  # whoever was marked absent at the beginning has come
    attendance.save(update_fields=["minutes"])
    area = enrolment.area.slug if enrolment.area else ""
    after = {"person": str(enrolment.user), "opens_at": stay.joined.isoformat()}
    record("check_in", session, actor=enrolment.user, area=area, after=after, now=now)
    count_minutes(session, [attendance], now=now)
