"""PDFs and what waits for data. The table holds the truth: each task may run at any time, any number of times."""

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from certificates import actions


@db_task()
def render_waiting():
    actions.print_due(now=timezone.now())


@db_task()
def build_archives():
    actions.build_archives(now=timezone.now())


@db_periodic_task(crontab(minute="*"))
def sweep():
    actions.number_incomplete(now=timezone.now())
    actions.print_due(now=timezone.now())
    actions.build_archives(now=timezone.now())
    actions.delete_expired_archives(now=timezone.now())
