"""Entry point of beat; it may run twice or die in between without harm."""

from celery import shared_task


@shared_task(name="ledger.reassess", ignore_result=True)
def reassess() -> None:
    """Nightly: deals whose chains are no longer those of the memberships are judged again."""
    from portal.territory.models import District

    from .actions import reassess_stale

    for district in District.objects.all():
        reassess_stale(district=district)
