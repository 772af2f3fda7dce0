"""Other sessions with a free place: the nearest to one that is full or closed, and the next openings of an item."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from portal.kit.prepared import Prepared
from portal.territory.models import Town

from ...stations.models import ServiceItem, ServiceStation
from ..models import ServiceSession
from .sql import NEAREST, NEXT_OPENINGS, STILL_FREE

BEFORE, AFTER = timedelta(days=7), timedelta(days=14)
NEAR_KEPT, NEAR_SECONDS, MOST_REMEMBERED = 20, 1.0, 1000
NEAREST_SESSIONS = Prepared(
    "booking_nearest",
    NEAREST,
    {"item": "bigint", "district": "bigint", "town": "bigint", "at": "timestamptz", "first": "timestamptz",
     "last": "timestamptz", "after": "timestamptz", "exclude": "bigint[]", "enterprise": "bigint", "limit": "bigint"},
)  # fmt: skip
FREE_SESSIONS = Prepared(
    "booking_still_free", STILL_FREE, {"ids": "bigint[]", "after": "timestamptz", "enterprise": "bigint"}
)
_remembered: dict[tuple[str, int], tuple[float, list[tuple]]] = {}


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


def nearest_alternatives(
    session: ServiceSession, *, limit: int = 3, exclude: Sequence[int] = (), enterprise: int | None = None
) -> list[dict[str, Any]]:
    """The nearest sessions of the same item with a free place, within a week before and two weeks after.

    Nearest in time and place together: one tile of the town map counts as a day. What the enterprise (its id) has
    booked already is left out. When a sought-after session fills, hundreds ask at once: what lies near is remembered
    for a second, and only whether it still has a place is asked anew.
    """
    near = _near(session)
    ids = [row[0] for row in near if row[0] not in exclude]
    free = _still_free(ids, enterprise)
    found = [(*row[:6], *free[row[0]]) for row in near if row[0] in free][:limit]
    if len(found) < limit and len(near) == NEAR_KEPT:  # more may lie beyond what is remembered
        found = _nearest(session, limit, [session.pk, *exclude], enterprise)
    return [opening(*row) for row in found]


def _near(session: ServiceSession) -> list[tuple]:
    """The nearest with a place, for whoever asks, from up to a second ago."""
    key, now = (connection.settings_dict["NAME"], session.pk), time.monotonic()
    until, rows = _remembered.get(key, (0.0, []))
    if until < now:
        rows = _nearest(session, NEAR_KEPT, [session.pk], None)
        if len(_remembered) > MOST_REMEMBERED:
            _remembered.clear()
        _remembered[key] = (now + NEAR_SECONDS, rows)
    return rows


def _nearest(session: ServiceSession, limit: int, exclude: list[int], enterprise: int | None) -> list[tuple]:
    return NEAREST_SESSIONS.rows(
        item=session.item_id,
        district=session.district_id,
        town=session.station.town_id,
        at=session.starts_at,
        first=session.starts_at - BEFORE,
        last=session.starts_at + AFTER,
        after=_bookable_after(),
        exclude=exclude,
        enterprise=enterprise,
        limit=limit,
    )


def _still_free(ids: list[int], enterprise: int | None) -> dict[int, tuple[int, int]]:
    """(capacity, booked) by id of those that have a place now."""
    if not ids:
        return {}
    rows = FREE_SESSIONS.rows(ids=ids, after=_bookable_after(), enterprise=enterprise)
    return {pk: (capacity, booked) for pk, capacity, booked in rows}


def _bookable_after() -> datetime:
    return timezone.now() + timedelta(minutes=settings.BOOKING_LEAD_MINUTES)


def next_openings(
    *, item, town: Town, after: datetime, limit: int = 3, station: int | None = None
) -> list[dict[str, Any]]:
    """The next sessions of an item with a free place after a moment, the nearest station first; one query.

    Each station gives its first few by its own index, so the cost does not grow with the table.
    """
    given = {
        "item": item.pk,
        "after": after,
        "limit": limit,
        "row": town.tile_row,
        "column": town.tile_column,
        "district": town.district_id,
        "station": station,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEXT_OPENINGS, given)
        return [opening(*row) | {"tiles": tiles} for *row, tiles in cursor.fetchall()]


def first_openings(
    item: ServiceItem, stations: Iterable[ServiceStation], *, now: datetime
) -> dict[int, datetime | None]:
    """When each station (by id) serves an item next with a free place; one query, by each station's own index."""
    free = with_places(now).filter(station=OuterRef("pk"), item=item).order_by("starts_at")
    rows = ServiceStation.objects.filter(pk__in=[row.pk for row in stations])
    return dict(rows.values_list("pk", Subquery(free.values("starts_at")[:1])))


def opening(
    pk: int,
    station: str,
    station_name: str,
    item: str,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int,
    booked: int,
) -> dict[str, Any]:
    """A session as something that can be chosen instead."""
    return {
        "id": pk,
        "station": station,
        "station_name": station_name,
        "item": item,
        "starts_at": timezone.localtime(starts_at).isoformat(),
        "ends_at": timezone.localtime(ends_at).isoformat(),
        "capacity": capacity,
        "booked": booked,
        "free": capacity - booked,
    }
