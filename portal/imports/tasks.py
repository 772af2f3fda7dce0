"""Background work of imports and exports: thin, the actions do it."""

from celery import shared_task

from portal.jobs.models import Job
from portal.jobs.registry import handler
from portal.jobs.runner import JobRun


def _failed(job: Job) -> None:
    from .actions import mark_failed

    mark_failed(job)


@handler("imports.check", on_failure=_failed)
def check(run: JobRun) -> None:
    from .actions import run_check

    run_check(run)


@handler("imports.commit", on_failure=_failed)
def commit(run: JobRun) -> None:
    from .actions import run_commit

    run_commit(run)


@handler("exports.build", on_failure=_failed)
def build_export(run: JobRun) -> None:
    from .actions import run_export

    run_export(run)


@shared_task(name="imports.forget_old", ignore_result=True)
def forget_old() -> int:
    """Once a day: files and rows of old imports and exports."""
    from .actions import forget_old

    return forget_old()
