"""Doing what Job rows ask for: one worker at a time claims a job, another takes it over after its lease."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import OperationalError

from journal.models import Job
from lib.clock import running_from

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Work = Callable[[Job, Clock], bool]  # whether the job is done


def run_jobs(works: Mapping[str, Work], *, lease: timedelta, problem: str, now: datetime) -> int:
    """Claim what waits of each kind, do it, and return how many are done; safe to run in several workers at once.

    A work that breaks is noted, told to whoever waits in the words of `problem`, and holds up no other. Where the
    database broke it off (a deadlock, a lock that was held too long) it is tried again, from where it had come to.
    """
    clock = running_from(now)
    due = [
        (kind, pk)
        for kind in works
        for pk in Job.objects.due(kind, now=now, lease=lease).order_by("pk").values_list("pk", flat=True)
    ]
    return sum(
        _run(works[kind], pk, clock, problem) for kind, pk in due if claim_job(kind, pk, lease=lease, now=clock())
    )


def claim_job(kind: str, pk: int, *, lease: timedelta, now: datetime) -> bool:
    """Take a job for this worker; False while another one has it."""
    due = Job.objects.due(kind, now=now, lease=lease).filter(pk=pk)
    return due.update(state=Job.State.RUNNING, claimed_at=now, done=0) == 1


def _run(work: Work, pk: int, clock: Clock, problem: str) -> bool:
    for is_last in (False, False, True):
        job = Job.objects.select_related("requested_by").get(pk=pk)
        try:
            return work(job, clock)
        except Exception as error:
            logger.exception("Job %d (%s) was not finished", pk, job.kind)
            if is_last or not isinstance(error, OperationalError):
                return fail_job(job, problem, now=clock())
    return False


def fail_job(job: Job, problem: str, *, now: datetime) -> bool:
    """End a job with the reason why nothing comes of it; False, as it is not done. What it had noted stays."""
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    outcome = Job.objects.get(pk=job.pk).outcome | {"problem": problem}
    running.update(state=Job.State.FAILED, finished_at=now, claimed_at=None, outcome=outcome)
    return False
