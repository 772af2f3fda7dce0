"""Numbers that people read and quote: a prefix and a count, unique and without gaps for each prefix."""

from zlib import crc32

from django.db import connection
from django.db.models import Model
from django.db.models.functions import Length


def next_number(model: type[Model], field: str, prefix: str, digits: int) -> str:
    """The next free number of `prefix`, e.g. HD20261121- → HD20261121-0042; it grows past `digits` when it must.

    To be called inside the transaction that stores it. Whoever asks second for the same prefix waits until the first
    has committed or rolled back: numbers are never given twice, and none is lost.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_key(model._meta.db_table), _key(prefix)])
    numbers = model._base_manager.filter(
        **{f"{field}__regex": f"^{prefix}[0-9]+$", f"{field}__startswith": prefix}
    )
    latest = numbers.order_by(Length(field).desc(), f"-{field}").values_list(field, flat=True).first()
    count = int(latest.removeprefix(prefix)) + 1 if latest else 1
    return f"{prefix}{count:0{digits}d}"


def _key(text: str) -> int:
    """A 32-bit key of an advisory lock; two prefixes that share one wait for each other, nothing more."""
    return crc32(text.encode()) - 2**31
