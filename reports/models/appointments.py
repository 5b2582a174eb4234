"""What is ahead of a person: booked tutoring, live sessions of the own editions, sessions given as a tutor."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import LiveSession
from tutorship.models import Booking, Service, Session

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
    person, session = (
        ("session__tutor__first_name", "session__tutor__last_name"),
        ("session__place", "session__modality"),
    )
    rows = Booking.objects.filter(learner=user).upcoming(now=now)
    columns = ("pk", "session__starts_at", "session__topic__name", *person, *session)
    return [
        Appointment(
            starts_at,
            _("Tutoring: %(topic)s") % {"topic": topic},
            _("with %(tutor)s, %(where)s")
            % {"tutor": f"{first_name} {last_name}".strip(), "where": place or Service.Modality(modality).label},
            reverse("tutorship:booking_detail", args=[pk]),
        )
        for pk, starts_at, topic, first_name, last_name, place, modality in rows.values_list(*columns)[:SHOWN]
    ]


def _live(user: User, *, now: datetime) -> list[Appointment]:
    taken = Q(edition__enrolments__user=user, edition__enrolments__left_at=None)
    rows = LiveSession.objects.upcoming(now=now).filter(taken).distinct().select_related("edition__course")
    columns = ("starts_at", "title", "place", "edition__title", "edition__place", "edition__course__title")
    return [
        Appointment(
            row.starts_at,
            str(row),
            row.place or row.edition.place or _("by video"),
            reverse("courses:course_detail", args=[row.edition.course.slug]),
        )
        for row in rows.only(*columns, "edition__course__slug")[:SHOWN]
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
