"""What the courses tell the apps above, as the last line inside the action's transaction."""

from django.dispatch import Signal

enrolment_completed = Signal()  # enrolment: courses.Enrolment, now: datetime
completion_undone = Signal()  # enrolment: courses.Enrolment, actor: accounts.User, reason: str, now: datetime
# session: courses.LiveSession, tutors: list[User]; whoever answers says what else the tutors have to do meanwhile:
# {pk of the tutor: [sentences]}. Sent with the tutors' rows locked.
meeting_planned = Signal()
attendance_counted = Signal()  # enrolment: courses.Enrolment, now: datetime; its live minutes may have changed
