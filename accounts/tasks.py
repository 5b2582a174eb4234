"""Imports of staff and erasures that are due. The tables hold the truth: each task may run any number of times."""

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from accounts import actions


@db_task()
def work_on_staff_imports():
    actions.work_on_staff_imports(now=timezone.now())


@db_periodic_task(crontab(minute="*"))
def sweep():
    actions.work_on_staff_imports(now=timezone.now())
    actions.delete_expired_imports(now=timezone.now())
    actions.erase_due(now=timezone.now())
