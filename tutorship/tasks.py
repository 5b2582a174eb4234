"""What tutoring does by the clock. The tables hold the truth: it may run at any time, any number of times."""

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from tutorship.actions.cancelling import cancel_small_groups
from tutorship.actions.reminding import send_reminders
from tutorship.actions.waiting import serve_waiting


@db_periodic_task(crontab(minute="*/5"))
def sweep():
    cancel_small_groups(now=timezone.now())
    serve_waiting(now=timezone.now())


@db_periodic_task(crontab(minute="*"))
def remind():
    send_reminders(now=timezone.now())
