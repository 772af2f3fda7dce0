"""The sum below a list of a ledger."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from portal.kit.pagination import COUNT_CAP


@dataclass(frozen=True)
class Total:
    """The sums below a list in yuan, of all rows and of those that count; None when the list is so long that adding it
    up would keep people waiting."""

    amount: Decimal | None
    counted: Decimal | None


def total_of(rows: QuerySet, count: int | None, counts: Q) -> Total:
    """The sums of a list whose rows were counted (capped) already; `counts` says which rows the figures count."""
    if count is None or count >= COUNT_CAP:
        return Total(None, None)
    sums = rows.order_by().aggregate(all=Sum("amount"), counted=Sum("amount", filter=counts))
    return Total(sums["all"] or Decimal(0), sums["counted"] or Decimal(0))
