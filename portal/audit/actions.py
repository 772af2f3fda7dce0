"""Writes of the audit trail. Nothing here changes or removes what was once recorded."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from .models import IdempotencyKey, PersonalView

ANSWERS_KEPT = timedelta(hours=24)


@transaction.atomic
def record_personal_view(
    *,
    by,
    district,
    model: str,
    object_key: str,
    object_name: str,
    field: str,
    reason: str,
    address: str | None = None,
) -> PersonalView:
    """Somebody sees a name or phone in full: who, whose, which field, why and from which address.

    To be called in the transaction that reads the value, before it is shown: a view that is not noted is not given.
    """
    return PersonalView.objects.create(
        user=by,
        district=district,
        model=model,
        object_key=object_key,
        object_name=object_name,
        field=field,
        reason=reason[:200],
        address=address,
    )


@transaction.atomic
def purge_idempotency_keys() -> int:
    """Forgets answers to repeated requests after 24 hours. Returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - ANSWERS_KEPT).delete()[0]
