"""Celery entry points: the relay that beat starts every second, and the run of one job."""

import uuid

import structlog
from celery import shared_task
from kombu.exceptions import KombuError
from kombu.exceptions import OperationalError as BrokerAway

log = structlog.get_logger(__name__)


@shared_task(name="jobs.relay", ignore_result=True)
def relay() -> int:
    """Publishes due jobs; takes jobs back from dead workers. Returns how many messages went out."""
    from . import actions
    from .runner import tell_failure

    for job in actions.requeue_silent():
        tell_failure(job)
    due = actions.claim_for_publishing()
    for position, job_id in enumerate(due):
        try:
            run.apply_async(args=[str(job_id)], retry=False)
        except (BrokerAway, KombuError, OSError) as error:
            log.warning("broker_away", waiting=len(due) - position, reason=type(error).__name__)
            actions.not_published(job_ids=due[position:])
            return position
    return len(due)


@shared_task(name="jobs.run", ignore_result=True)
def run(job_id: str) -> None:
    """Runs one job, if it is still to be run."""
    from .runner import run_job

    run_job(uuid.UUID(job_id))


@shared_task(name="jobs.forget_old", ignore_result=True)
def forget_old() -> int:
    """Once a day: removes ended jobs after 90 days."""
    from . import actions

    return actions.forget_old()
