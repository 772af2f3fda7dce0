"""Background work of bulletins: thin, the action does it."""

from portal.jobs.models import Job
from portal.jobs.registry import handler
from portal.jobs.runner import JobRun


def _tell(job: Job) -> None:
    from .actions import give_up

    give_up(job)


@handler("metrics.report", on_failure=_tell)
def make(run: JobRun) -> None:
    from .actions import make_report

    make_report(run)
