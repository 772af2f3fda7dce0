"""Free times of an item at a station, with a reason for every day that has none."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from ...stations.models import ServiceItem, ServiceStation
from ..models import ServiceSession
from ..rules import calendar as rules
from ..rules.calendar import DAY, Layers, Slot, Why
from ..rules.windows import bookable_from
from ..terms import windows
from .alternatives import next_openings
from .layers import layers_of, midnight, released_until

MOST_DAYS = 100


@dataclass(frozen=True)
class Day:
    """A day: its sessions in order, and why none of them can be booked (`why` None: one can)."""

    day: datetime.date
    slots: list[Slot]
    why: Why | None

    @property
    def free(self) -> int:
        return 0 if self.why else sum(slot.free for slot in self.slots)


@dataclass(frozen=True)
class FreeTimes:
    """The days from first to last, and the next three openings: this station's first, then the nearest stations'.

    `openings` and `nearby` hold dictionaries: id, station, station_name, item, starts_at, ends_at, free, tiles.
    """

    days: list[Day]
    openings: list[dict[str, Any]] = field(default_factory=list)
    nearby: list[dict[str, Any]] = field(default_factory=list)

    @property
    def has_free(self) -> bool:
        return any(day.why is None for day in self.days)


def free_times(
    *, station: ServiceStation, item: ServiceItem, first: datetime.date, last: datetime.date
) -> FreeTimes:
    """Everything that the page of free times shows; eight queries at most, whatever the tables hold.

    `station` with its town. At most 100 days are answered; days are the district's (Asia/Shanghai).
    """
    last = min(last, first + DAY * (MOST_DAYS - 1))
    now = timezone.now()
    today = timezone.localdate(now)
    layers = layers_of(station, first, last, item=item)
    by_day = slots_by_day(station, item, first, last)
    earliest = bookable_from(now, windows())
    days = [
        Day(day, by_day.get(day, []), _why(day, layers, by_day.get(day, []), now, earliest, today))
        for day in rules.days(first, last)
    ]
    after = max(earliest, midnight(first))
    openings = next_openings(item=item, town=station.town, after=after, station=station.pk)
    nearby = [row for row in openings if row["station"] != station.code]
    return FreeTimes(days, openings, nearby)


def explain_day(*, station: ServiceStation, item: ServiceItem, day: datetime.date) -> Why | None:
    """Why a day has no free time, or None when it has one."""
    now = timezone.now()
    slots = slots_by_day(station, item, day, day).get(day, [])
    layers = layers_of(station, day, day, item=item)
    return _why(day, layers, slots, now, bookable_from(now, windows()), timezone.localdate(now))


def slots_by_day(
    station: ServiceStation, item: ServiceItem, first: datetime.date, last: datetime.date
) -> dict[datetime.date, list[Slot]]:
    """The sessions of a station and item by day, closed ones too; one query by the index (station, item, start)."""
    rows = (
        ServiceSession.objects.filter(
            station=station, item=item, starts_at__gte=midnight(first), starts_at__lt=midnight(last + DAY)
        )
        .order_by("starts_at", "pk")
        .values_list("pk", "starts_at", "ends_at", "capacity", "booked", "closed_at", "closed_reason")
    )
    found: dict[datetime.date, list[Slot]] = {}
    for key, starts_at, ends_at, capacity, booked, closed_at, reason in rows:
        start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
        slot = Slot(key, start, end, capacity, booked, reason if closed_at else None)
        found.setdefault(start.date(), []).append(slot)
    return found


def _why(
    day: datetime.date,
    layers: Layers,
    slots: list[Slot],
    now: datetime.datetime,
    earliest: datetime.datetime,
    today: datetime.date,
) -> Why | None:
    return rules.explain(
        day, layers, slots, now=now, bookable_from=earliest, released_until=released_until(today)
    )
