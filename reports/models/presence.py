"""Who can no longer reach the minutes of presence that the live meetings of an edition ask for."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import DurationField, ExpressionWrapper, F, IntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from courses import presence
from courses.models import Attendance, Enrolment, LiveSession, LiveStepPage


@dataclass
class _Meetings:
    """The meetings of one edition, and what its course asks for."""

    sessions: list[LiveSession] = field(default_factory=list)
    step: LiveStepPage | None = None

    def best(self, missed: list["_Missed"]) -> int:
        rows = {row.session_id: row for row in missed}
        return presence.best_possible(
            presence.Meeting(
                session.minutes,
                rows[session.pk].minutes if session.pk in rows else None,
                is_excused=session.pk in rows and rows[session.pk].excused_at is not None,
            )
            for session in self.sessions
        )

    @property
    def needed(self) -> int:
        if self.step is None:
            return 0
        planned = sum(session.minutes for session in self.sessions)
        return presence.needed_minutes(total=max(planned, self.step.minutes), percent=self.step.minimum_percent)


class _Missed(NamedTuple):
    """What differs from the whole meeting for one person."""

    enrolment_id: int
    session_id: int
    minutes: int | None
    excused_at: datetime | None
    ended_at: datetime


def out_of_reach(rows: Q) -> dict[int, date]:
    """Return the open enrolments among `rows` that cannot reach it, with the day of the last meeting that was missed.

    Four queries, one where nobody has missed anything; whoever has missed nothing is never looked at.
    """
    missed: dict[int, list[_Missed]] = defaultdict(list)
    for row in map(_Missed._make, _missed()):
        missed[row.enrolment_id].append(row)
    if not missed:
        return {}
    open_rows = Enrolment.objects.counted().open().filter(rows, pk__in=list(missed)).order_by()
    editions = dict(open_rows.values_list("pk", "edition"))
    meetings = _meetings(set(editions.values()))
    found = {}
    for enrolment_id, edition_id in editions.items():
        edition, known = meetings[edition_id], missed[enrolment_id]
        if edition.best(known) < edition.needed:
            found[enrolment_id] = timezone.localdate(max(row.ended_at for row in known))
    return found


def _missed() -> QuerySet:
    """The attendances that differ from the whole meeting: few, so they are looked for first, among all of them."""
    length = ExpressionWrapper(F("session__ends_at") - F("session__starts_at"), DurationField())
    attended = ExpressionWrapper(Cast("minutes", IntegerField()) * timedelta(minutes=1), DurationField())
    counted = Q(minutes__isnull=False) & ~Q(attended=F("length"))
    found = Attendance.objects.annotate(length=length, attended=attended)
    found = found.filter(counted | Q(excused_at__isnull=False))
    return found.values_list("enrolment", "session", "minutes", "excused_at", "session__ends_at")


def _meetings(editions: set[int]) -> dict[int, _Meetings]:
    steps = {step.path[: -step.steplen]: step for step in LiveStepPage.objects.live()}
    found: dict[int, _Meetings] = defaultdict(_Meetings)
    sessions = LiveSession.objects.filter(edition__in=editions).annotate(path=F("edition__course__path"))
    for session in sessions:
        edition = found[session.edition_id]
        edition.sessions.append(session)
        edition.step = steps.get(session.path)
    return found
