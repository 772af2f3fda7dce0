"""What is left today: free places by station, for the public station finder."""

from collections.abc import Iterable

from django.db.models import F, Sum
from django.utils import timezone

from ...stations.models import ServiceStation
from ..rules.calendar import DAY
from .alternatives import with_places
from .layers import midnight


def free_today(stations: Iterable[ServiceStation]) -> dict[int, int]:
    """Places that can still be booked today, by station id; a station without any is missing. One query."""
    now = timezone.now()
    tomorrow = midnight(timezone.localdate(now) + DAY)
    rows = with_places(now).filter(station__in=[row.pk for row in stations], starts_at__lt=tomorrow)
    return dict(
        rows.order_by()
        .values("station")
        .annotate(free=Sum(F("capacity") - F("booked")))
        .values_list("station", "free")
    )
