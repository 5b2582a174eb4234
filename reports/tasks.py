"""What the reports do by the clock, and files that are waiting. Each task may run at any time, any number of times."""

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from reports.actions import export, fold_summary, send_monthly_reports


@db_periodic_task(crontab(minute="*/5"))
def fold():
    fold_summary()


@db_task()
def build_exports():
    export.build_exports(now=timezone.now())


@db_periodic_task(crontab(minute="*"))
def sweep():
    export.build_exports(now=timezone.now())
    export.delete_expired_exports(now=timezone.now())


@db_periodic_task(crontab(hour="5", minute="20"))
def report():
    """At twenty past five in Greenwich: early in the morning of Rome."""
    send_monthly_reports(now=timezone.now())
