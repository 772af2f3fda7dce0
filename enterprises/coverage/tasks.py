"""Background work of coverage: thin, the action does it."""

from portal.jobs.registry import handler
from portal.jobs.runner import JobRun


@handler("coverage.proposals")
def work_out_proposals(run: JobRun) -> None:
    from .actions import work_out

    work_out(run)
