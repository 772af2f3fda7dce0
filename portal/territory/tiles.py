"""The schematic map of a district's towns as data: one tile a town, at the town's own row and column."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from .models import Town

Key = TypeVar("Key", bound=Hashable)
SHADES = 5  # 0 is the lightest


@dataclass(frozen=True)
class Tile:
    """A town on the map: `value` as it is written, `shade` 0–4, where its rows stand."""

    town: Town
    value: str
    url: str
    shade: int = 0


def tile_rows(tiles: Iterable[Tile]) -> list[list[Tile | None]]:
    """The tiles by row and column, None where no town lies; without the empty rows and columns at the edges."""
    placed = {(tile.town.tile_row, tile.town.tile_column): tile for tile in tiles}
    if not placed:
        return []
    rows, columns = [row for row, _column in placed], [column for _row, column in placed]
    return [
        [placed.get((row, column)) for column in range(min(columns), max(columns) + 1)]
        for row in range(min(rows), max(rows) + 1)
    ]


def shades(values: Mapping[Key, Decimal | int | None]) -> dict[Key, int]:
    """The shade of each value, from the lowest of them to the highest; what has no value is the lightest."""
    known = [value for value in values.values() if value is not None]
    least, most = min(known, default=0), max(known, default=0)
    spread = most - least
    return {
        key: 0 if value is None or not spread else min(SHADES - 1, int((value - least) * SHADES / spread))
        for key, value in values.items()
    }
