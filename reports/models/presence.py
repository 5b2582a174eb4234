"""Who can no longer reach the minutes of presence that the live meetings of an edition ask for."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone

from courses import presence
from courses.models import Attendance, Enrolment, LiveSession, LiveStepPage


@dataclass
class _Meetings:
    """The meetings of one edition, and what its course asks for."""

    sessions: list[LiveSession] = field(default_factory=list)
    step: LiveStepPage | None = None

    def best(self, rows: dict[int, Attendance]) -> int:
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


def out_of_reach(rows: Q) -> dict[int, date]:
    """Return the open enrolments among `rows` that cannot reach it, with the day of the last meeting that was missed.

    Three queries, one where nobody has missed anything; whoever has missed nothing is never looked at.
    """
    open_rows = Enrolment.objects.counted().open().filter(rows).order_by().values("pk")
    missed = Attendance.objects.filter(Q(minutes__isnull=False) | Q(excused_at__isnull=False), enrolment__in=open_rows)
    by_enrolment: dict[int, dict[int, Attendance]] = defaultdict(dict)
    for row in missed.select_related("session"):
        by_enrolment[row.enrolment_id][row.session_id] = row
    if not by_enrolment:
        return {}
    meetings = _meetings({row.session.edition_id for known in by_enrolment.values() for row in known.values()})
    found = {}
    for enrolment_id, known in by_enrolment.items():
        edition = meetings[next(iter(known.values())).session.edition_id]
        if edition.best(known) < edition.needed:
            found[enrolment_id] = timezone.localdate(max(row.session.ends_at for row in known.values()))
    return found


def _meetings(editions: set[int]) -> dict[int, _Meetings]:
    steps = {step.path[: -step.steplen]: step for step in LiveStepPage.objects.live()}
    found: dict[int, _Meetings] = defaultdict(_Meetings)
    for session in LiveSession.objects.filter(edition__in=editions).select_related("edition__course"):
        edition = found[session.edition_id]
        edition.sessions.append(session)
        edition.step = steps.get(session.edition.course.path)
    return found
