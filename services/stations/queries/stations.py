"""Stations: where they are, when they are open, which is nearest, and who works there."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from portal.kit.search import normalise
from portal.territory.calendar import work_calendar
from portal.territory.models import Town

from ..models import MemberLeave, ServiceItem, ServiceStation, StationHours, StationMember
from ..rules.opening import Hours, Opening, opening
from ..rules.rights import by_distance, can_see_team

STATION_FILTERS = frozenset({"town", "item", "open"})


def stations(user, filters: Mapping[str, str] | None = None) -> QuerySet[ServiceStation]:
    """Stations with town and hours. `filters`: search (name, address, town), town, item (codes; the item has times
    there), open (1: leaves out those that were closed for good)."""
    filters = filters or {}
    hours = StationHours.objects.order_by("weekday", "opens_at")
    rows = (
        ServiceStation.objects.visible_to(user)
        .select_related("town", "district")
        .prefetch_related(Prefetch("hours", hours, to_attr="listed_hours"))
    )
    if text := normalise(filters.get("search") or ""):
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(address__icontains=text)
            | Q(town__name__icontains=text)
            | Q(code__iexact=text)
        )
    if town := filters.get("town"):
        rows = rows.filter(town__code=town)
    if item := filters.get("item"):
        rows = rows.filter(pk__in=ServiceStation.objects.filter(patterns__item__code=item).values("pk"))
    if filters.get("open") == "1":
        rows = rows.filter(closed_on=None)
    return rows


def station_for(user, code: str) -> ServiceStation | None:
    return stations(user).filter(code=code).first()


def nearest_stations(town: Town, item: ServiceItem | None = None) -> list[tuple[ServiceStation, float]]:
    """Open stations of the town's district with their distance in tiles, the nearest first.

    With an item: only where it has times; when it has none anywhere yet, all stations.
    """
    rows = stations(None, {"open": "1"}).filter(district=town.district_id)
    serving = rows.filter(pk__in=item.patterns.values("station")) if item is not None else rows
    return by_distance(list(serving) or list(rows), town)


def openings(rows: Sequence[ServiceStation], now: datetime.datetime | None = None) -> dict[int, Opening]:
    """Whether each station (of `stations`) is open now, by its hours and the work calendar. One query a district."""
    now = timezone.localtime(now)
    calendars = {slug: work_calendar(slug) for slug in {row.district.slug for row in rows}}
    return {
        row.pk: opening(
            now,
            [Hours(one.weekday, one.opens_at, one.closes_at) for one in row.listed_hours],
            calendars[row.district.slug],
        )
        for row in rows
    }


def tiles(rows: Iterable[ServiceStation]) -> list[list[ServiceStation | None]]:
    """The stations on the district's schematic map, north at the top."""
    grid = {(row.town.tile_row, row.town.tile_column): row for row in rows}
    last_row = max((row for row, _column in grid), default=-1)
    last_column = max((column for _row, column in grid), default=-1)
    return [[grid.get((row, column)) for column in range(last_column + 1)] for row in range(last_row + 1)]


def team(user, station: ServiceStation) -> list[StationMember]:
    """The people of a station's team, those who left at the end; nobody for whom they are not meant."""
    if not can_see_team(user, station):
        return []
    rows = StationMember.objects.visible_to(user).filter(station=station).select_related("station")
    order = {role: place for place, role in enumerate(StationMember.Role.values)}
    return sorted(rows, key=lambda row: (row.ended_on is not None, order[row.role], row.code))


def leaves_of(member: StationMember) -> list[tuple[MemberLeave, int]]:
    """When somebody of a team is away from now on, with how many open sessions of this person stand on these days."""
    rows = member.leaves.filter(ends_on__gte=timezone.localdate()).order_by("starts_on")
    open_sessions = member.sessions.filter(closed_at=None, starts_at__gt=timezone.now())
    return [
        (row, open_sessions.filter(starts_at__date__range=(row.starts_on, row.ends_on)).count())
        for row in rows
    ]


def roles_of(station: ServiceStation) -> list[tuple[str, str]]:
    """Which roles of the team are filled, with the unit, for the public page: no names."""
    rows = station.team.filter(ended_on__isnull=True).values_list("role", "unit")
    units = dict(rows)
    return [(str(label), units[role]) for role, label in StationMember.Role.choices if role in units]


def week_of(station: ServiceStation) -> list[tuple[int, list[StationHours]]]:
    """The week of a station (of `stations`), Monday first: (weekday, hours)."""
    return [(day, [row for row in station.listed_hours if row.weekday == day]) for day in range(7)]


def items_at(station: ServiceStation) -> list[ServiceItem]:
    """Open items with times at the station; as long as none has been planned, the whole catalogue."""
    rows = ServiceItem.objects.filter(closed_on=None)
    planned = rows.filter(pk__in=station.patterns.values("item"))
    return list(planned) or list(rows)
