"""Who may see and change what, and how far towns lie apart."""

import math
from collections.abc import Iterable
from typing import TypeVar

Place = TypeVar("Place")


def can_see_team(user, station) -> bool:
    """The names of a station's team: the bureau and the station's own people, never a leader."""
    scope = getattr(user, "scope", None)
    return scope is not None and scope.manages_town(station.town_id, station.district_id)


def can_take_lists(user) -> bool:
    """The element lists as a workbook: staff and leaders. Everybody reads and prints them."""
    scope = getattr(user, "scope", None)
    return scope is not None and bool(scope.roles & {"admin", "bureau", "station", "leader"})


def tiles_between(one, other) -> float:
    """How far two towns lie apart, in tiles of the district's schematic map, as the crow flies."""
    return math.hypot(one.tile_row - other.tile_row, one.tile_column - other.tile_column)


def by_distance(stations: Iterable[Place], town) -> list[tuple[Place, float]]:
    """Stations (with `.town`, `.position`, `.code`) with their distance from a town, the nearest first."""
    rows = [(station, tiles_between(station.town, town)) for station in stations]
    return sorted(rows, key=lambda row: (row[1], row[0].position, row[0].code))
