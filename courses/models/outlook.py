"""A person before the meetings of an edition: what was attended, what is needed, what can still be reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from courses import presence
from courses.models.edition import Edition, LiveSession
from courses.models.enrolment import Enrolment
from courses.models.live import Attendance
from courses.models.step import Step


@dataclass(frozen=True)
class Appointment:
    session: LiveSession
    attendance: Attendance | None

    def state(self, *, now: datetime) -> str:
        """ "present", "absent", "excused", "unrecorded" (over, nobody has said anything yet), "running" or "coming"."""
        row = self.attendance
        if row and row.minutes:
            return "present"
        if row and row.is_excuse:
            return "excused"
        if row and row.is_absence:
            return "absent"
        if self.session.is_over(now=now):
            return "unrecorded"
        return "running" if self.session.starts_at <= now else "coming"

    def as_meeting(self) -> presence.Meeting:
        row = self.attendance
        return presence.Meeting(self.session.minutes, row and row.minutes, is_excused=bool(row and row.excused_at))


@dataclass(frozen=True)
class Outlook:
    needed: int
    appointments: list[Appointment]

    @classmethod
    def read(cls, edition: Edition, enrolments: Iterable[Enrolment], steps: Iterable[Step]) -> dict[int, "Outlook"]:
        """By enrolment, in two queries however many they are; empty when the course has no live step.

        `steps` are the outline of the course, `with_rules()`.
        """
        step = next((step for step in steps if step.kind == Step.Kind.LIVE), None)
        if step is None:
            return {}
        sessions = edition.live_sessions.all()
        needed = sessions.needed_minutes(step_minutes=step.minutes, percent=step.minimum_percent)
        rows = Attendance.objects.filter(enrolment__in=list(enrolments))
        found = {(row.enrolment_id, row.session_id): row for row in rows}
        return {
            enrolment.pk: cls(needed, [Appointment(one, found.get((enrolment.pk, one.pk))) for one in sessions])
            for enrolment in enrolments
        }

    @property
    def attended(self) -> int:
        return sum(each.attendance.minutes or 0 for each in self.appointments if each.attendance)

    @property
    def total(self) -> int:
        return sum(each.session.minutes for each in self.appointments)

    @property
    def best(self) -> int:
        return presence.best_possible(each.as_meeting() for each in self.appointments)

    @property
    def is_reached(self) -> bool:
        return self.attended >= self.needed

    @property
    def is_out_of_reach(self) -> bool:
        """Whether the meetings that are planned can no longer give the minutes that are needed."""
        return bool(self.appointments) and self.best < self.needed
