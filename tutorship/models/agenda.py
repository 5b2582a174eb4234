"""What a person has to do at fixed times: appointments, sessions given, the meetings of the own courses."""

from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Enrolment, LiveSession
from tutorship.models.booking import Booking
from tutorship.models.session import Session


def own_meetings(user: User) -> QuerySet[LiveSession]:
    enrolled = Enrolment.objects.current().filter(user=user, edition=OuterRef("edition"))
    held = LiveSession.objects.filter(Exists(enrolled), edition__is_cancelled=False)
    return held.select_related("edition__course").order_by("starts_at", "pk")


def course_meetings(user: User, start: datetime, end: datetime) -> list[LiveSession]:
    """The own course meetings that overlap this stretch of time."""
    return list(own_meetings(user).filter(starts_at__lt=end, ends_at__gt=start))


class CalendarRow(NamedTuple):
    """One event of a person's calendar; the same UID as in the messages, so that nothing stands there twice."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    where: str
    path: str


def calendar_rows(user: User, *, since: datetime) -> list[CalendarRow]:
    """What was booked, what is given as a tutor, and the meetings of the own courses: at most three queries."""
    booked = Booking.objects.active().filter(learner=user).exclude(session__state=Session.State.CANCELLED)
    given = Session.objects.agreed().filter(tutor=user, seats_taken__gt=0)
    rows = [
        *(_of_session(row.session, row) for row in booked.filter(session__ends_at__gt=since).for_display()),
        *(_of_session(row, row) for row in given.filter(ends_at__gt=since).for_display()),
        *(_of_meeting(row) for row in own_meetings(user).filter(ends_at__gt=since)),
    ]
    return sorted(rows, key=lambda row: (row.starts_at, row.uid))


def _of_session(session: Session, page: Booking | Session) -> CalendarRow:
    title = _("Tutoring: %(topic)s") % {"topic": session.topic}
    times = (session.ical_uid, session.ical_sequence, session.starts_at, session.ends_at)
    where = session.place or session.video_url or session.get_modality_display()
    return CalendarRow(*times, title, str(where), page.get_absolute_url())


def _of_meeting(meeting: LiveSession) -> CalendarRow:
    edition = meeting.edition
    uid = f"incontro-{meeting.pk}@{urlsplit(settings.SITE_URL).hostname}"
    where = meeting.place or edition.place or edition.video_url
    path = reverse("courses:course_detail", args=[edition.course.slug])
    return CalendarRow(uid, 0, meeting.starts_at, meeting.ends_at, str(meeting), where, path)
