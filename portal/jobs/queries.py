"""Reads of jobs."""

from django.utils import timezone

from . import rules
from .models import Job


def is_waiting_for_workers(job: Job | None) -> bool:
    """Whether the job has been due for so long that the background service must be away (F1)."""
    return job is not None and rules.waits_too_long(state=job.state, since=job.run_after, now=timezone.now())


def progress_of(job: Job | None) -> int:
    """0 to 100."""
    if job is None:
        return 0
    return 100 if job.state == Job.State.DONE else rules.percent(job.done, job.total)
