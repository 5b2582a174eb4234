"""What the reports do by the clock. It may run at any time, any number of times."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from reports.actions import fold_summary


@db_periodic_task(crontab(minute="*/5"))
def fold():
    fold_summary()
