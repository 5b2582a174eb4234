"""What the courses tell the apps above, as the last line inside the action's transaction."""

from django.dispatch import Signal

enrolment_completed = Signal()  # enrolment: courses.Enrolment, now: datetime
attendance_counted = Signal()  # enrolment: courses.Enrolment, now: datetime; its live minutes may have changed
