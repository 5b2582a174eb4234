"""What time alone brings about. The tables hold the truth: each task may run at any time, any number of times."""

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from courses import actions
from courses.actions.reminders import send_due_reminders
from courses.actions.waiting import end_lapsed_offers
from lib.database_clock import database_now


@db_periodic_task(crontab(minute="*/5"))
def sweep():
    actions.settle_ended_meetings(now=timezone.now())


@db_periodic_task(crontab(minute="*"))
def end_offers():
    end_lapsed_offers(now=timezone.now())


@db_periodic_task(crontab(minute="10"))
def remind():
    send_due_reminders(now=timezone.now())


@db_periodic_task(crontab(minute="*"))
def hand_in_overdue_attempts():
    actions.hand_in_overdue_attempts(now=database_now())
