"""Mail and the worker's pulse. The tables hold the truth: each task may run at any time, any number of times."""

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from journal import actions


@db_task()
def send_waiting_mail():
    actions.send_due_mail(now=timezone.now())


@db_periodic_task(crontab(minute="*"))
def sweep():
    actions.beat("worker", now=timezone.now())
    actions.send_digests(now=timezone.now())
    actions.send_due_mail(now=timezone.now())
