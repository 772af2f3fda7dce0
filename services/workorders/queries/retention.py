"""What the removal of old personal data would touch next, and the record of what it did."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from portal.metrics.registry import midnight
from portal.territory.models import District

from ..models import Demand, DemandAttachment, RetentionRun
from ..rules import states


@dataclass(frozen=True)
class Preview:
    """The dry run: what ended before `ended_before` and still holds personal data. `first`: the oldest of them."""

    ended_before: date
    demands: int
    files: int
    size: int
    first: list[Demand]


def keep_until(today: date | None = None) -> date:
    """What ended before this day is due. Days: settings.DEMAND_RETENTION_DAYS."""
    return (today or timezone.localdate()) - timedelta(days=settings.DEMAND_RETENTION_DAYS)


def due(district: District, ended_before: date) -> QuerySet[Demand]:
    """The demands that ended before a day and were not freed of personal data yet, the oldest first."""
    return Demand.objects.filter(
        district=district, status__in=(states.CLOSED, states.REJECTED), masked_at__isnull=True,
        closed_at__lt=midnight(ended_before),
    ).order_by("closed_at", "pk")  # fmt: skip


def preview(district: District, *, today: date | None = None, most: int = 20) -> Preview:
    """Nothing is written. Three queries."""
    ended_before = keep_until(today)
    rows = due(district, ended_before)
    files = DemandAttachment.objects.filter(demand__in=rows.order_by().values("pk"))
    counted = files.aggregate(files=Count("pk"), size=Sum("size"))
    first = rows.only("number", "title", "status", "closed_at")[:most]
    return Preview(ended_before, rows.order_by().count(), counted["files"], counted["size"] or 0, list(first))


def runs(user, district: District) -> QuerySet[RetentionRun]:
    """The passes, the latest first."""
    return RetentionRun.objects.visible_to(user).filter(district=district).select_related("by")
