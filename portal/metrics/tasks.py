"""Celery entry points of the figures: the drain that beat starts every few seconds, the recount of the night."""

from celery import shared_task


@shared_task(name="metrics.drain", ignore_result=True)
def drain() -> None:
    """Recounts what actions have marked; what another worker is counting is left to it."""
    from . import actions

    actions.drain()


@shared_task(name="metrics.recount", ignore_result=True)
def recount() -> None:
    """Once a night: everything from the rows, and a report of every difference."""
    from . import actions

    actions.recount_all()
