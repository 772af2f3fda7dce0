"""Entry points of beat."""

from celery import shared_task


@shared_task(name="audit.seal_history", ignore_result=True)
def seal_history() -> None:
    """Every minute. Doing it twice changes nothing."""
    from .seal import seal_history as seal

    seal()


@shared_task(name="audit.purge_idempotency_keys", ignore_result=True)
def purge_idempotency_keys() -> None:
    """Every hour. Doing it twice changes nothing."""
    from .actions import purge_idempotency_keys as purge

    purge()
