"""What is ahead of a person: booked tutoring, live sessions of the own editions, sessions given as a tutor."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import LiveSession
from tutorship.models import Booking, Session

SHOWN = 4


@dataclass(frozen=True)
class Appointment:
    starts_at: datetime
    title: str
    where: str  # with whom and where, in one line
    url: str


def appointments(user: User, *, now: datetime) -> list[Appointment]:
    """Return the next ones in their order: at most three queries."""
    given = [_given(session) for session in _sessions_as_tutor(user, now=now)] if user.scope.is_tutor else []
    found = [*_booked(user, now=now), *_live(user, now=now), *given]
    return sorted(found, key=lambda row: row.starts_at)[:SHOWN]


def _booked(user: User, *, now: datetime) -> list[Appointment]:
    rows = Booking.objects.filter(learner=user).upcoming(now=now)
    rows = rows.select_related("session__topic", "session__tutor")[:SHOWN]
    return [
        Appointment(
            row.session.starts_at,
            _("Tutoring: %(topic)s") % {"topic": row.session.topic},
            _("with %(tutor)s, %(where)s") % {"tutor": row.session.tutor, "where": row.session.where},
            reverse("tutorship:booking_detail", args=[row.pk]),
        )
        for row in rows
    ]


def _live(user: User, *, now: datetime) -> list[Appointment]:
    taken = Q(edition__enrolments__user=user, edition__enrolments__left_at=None)
    rows = LiveSession.objects.upcoming(now=now).filter(taken).distinct().select_related("edition__course")[:SHOWN]
    return [
        Appointment(
            row.starts_at,
            str(row),
            row.place or row.edition.place or _("by video"),
            reverse("courses:course_detail", args=[row.edition.course.slug]),
        )
        for row in rows
    ]


def _sessions_as_tutor(user: User, *, now: datetime) -> QuerySet[Session]:
    sessions = Session.objects.scheduled().filter(tutor=user, ends_at__gt=now)
    return sessions.select_related("topic").order_by("starts_at")[:SHOWN]


def _given(session: Session) -> Appointment:
    return Appointment(
        session.starts_at,
        _("Tutoring given: %(topic)s") % {"topic": session.topic},
        session.where,
        reverse("tutorship:session_detail", args=[session.pk]),
    )
