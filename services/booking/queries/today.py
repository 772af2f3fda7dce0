"""Today at a glance: free places by station for the public, bookings by state for who serves them."""

from collections.abc import Iterable

from django.db.models import Count, F, Sum
from django.utils import timezone

from ...stations.models import ServiceStation
from ..models import Booking
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


def bookings_today(user) -> dict[str, int]:
    """How many of today's bookings in the user's scope stand in each state; states without any are missing. One query."""
    today = midnight(timezone.localdate())
    rows = Booking.objects.visible_to(user).filter(
        session__starts_at__gte=today, session__starts_at__lt=today + DAY
    )
    return dict(rows.order_by().values_list("status").annotate(Count("pk")))
