"""Other sessions with a free place: the nearest to one that is full or closed, and the next openings of an item."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, ExpressionWrapper, F, FloatField, OuterRef, QuerySet, Value
from django.db.models.functions import Abs, Extract, Power, Sqrt
from django.utils import timezone

from portal.territory.models import Town

from ..models import Booking, ServiceSession
from ..rules.states import ACTIVE
from .sql import NEXT_OPENINGS

BEFORE, AFTER = timedelta(days=7), timedelta(days=14)
A_TOWN_IS_DAYS = 1.0  # a station one tile away is as good as a session a day later


def with_places(now: datetime, *, lead_minutes: int | None = None) -> QuerySet[ServiceSession]:
    """Sessions that can be booked now: open, yet to come, with a place."""
    lead = settings.BOOKING_LEAD_MINUTES if lead_minutes is None else lead_minutes
    return ServiceSession.objects.filter(
        closed_at__isnull=True,
        booked__lt=F("capacity"),
        starts_at__gt=now + timedelta(minutes=lead),
        station__closed_on__isnull=True,
        item__closed_on__isnull=True,
    )


def tiles_from(town: Town, prefix: str = "station__town__"):
    """The distance in tiles of the district's map (Town.tile_row, tile_column) from `town`, as an expression."""
    rows = F(f"{prefix}tile_row") * 1.0 - Value(float(town.tile_row))
    columns = F(f"{prefix}tile_column") * 1.0 - Value(float(town.tile_column))
    return Sqrt(Power(rows, 2) + Power(columns, 2), output_field=FloatField())


def nearest_alternatives(
    session: ServiceSession, *, limit: int = 3, exclude: Sequence[int] = (), enterprise: int | None = None
) -> list[dict[str, Any]]:
    """The nearest sessions of the same item with a free place, within a week before and two weeks after.

    Nearest in time and place together: one tile of the town map counts as a day. What the enterprise (its id) has
    booked already is left out. One query, by the item's index.
    """
    now = timezone.now()
    days_apart = ExpressionWrapper(
        Abs(Extract(F("starts_at") - Value(session.starts_at), "epoch")) / 86400.0, output_field=FloatField()
    )
    rows = (
        with_places(now)
        .filter(
            item_id=session.item_id,
            district_id=session.district_id,
            starts_at__range=(session.starts_at - BEFORE, session.starts_at + AFTER),
        )
        .exclude(pk__in=[session.pk, *exclude])
        .annotate(cost=days_apart + tiles_from(session.station.town) * A_TOWN_IS_DAYS)
        .order_by("cost", "starts_at", "pk")
    )
    if enterprise is not None:
        own = Booking.objects.filter(session=OuterRef("pk"), enterprise_id=enterprise, status__in=ACTIVE)
        rows = rows.exclude(Exists(own))
    return [opening(row) for row in rows.select_related("station", "item", "institution")[:limit]]


def next_openings(
    *, item, town: Town, after: datetime, limit: int = 3, station: int | None = None
) -> list[dict[str, Any]]:
    """The next sessions of an item with a free place after a moment, the nearest station first; one query.

    Each station gives its first few by its own index, so the cost does not grow with the table.
    """
    rows = ServiceSession.objects.raw(
        NEXT_OPENINGS,
        {
            "item": item.pk,
            "after": after,
            "limit": limit,
            "row": town.tile_row,
            "column": town.tile_column,
            "district": town.district_id,
            "station": station,
        },
    )
    return [opening(row) | {"tiles": row.tiles} for row in rows]


def opening(session: ServiceSession) -> dict[str, Any]:
    """A session as something that can be chosen instead."""
    known = "station_code" in session.__dict__
    return {
        "id": session.pk,
        "station": session.station_code if known else session.station.code,
        "station_name": session.station_name if known else session.station.name,
        "item": session.item_code if known else session.item.code,
        "starts_at": timezone.localtime(session.starts_at).isoformat(),
        "ends_at": timezone.localtime(session.ends_at).isoformat(),
        "capacity": session.capacity,
        "booked": session.booked,
        "free": max(session.capacity - session.booked, 0),
    }
