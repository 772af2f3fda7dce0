"""Ranking. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

# What a board may rank by → the dimension that its figure must have. A station stands for its town.
DIMENSIONS = {"town": "town", "station": "town", "department": "department", "chain": "chain"}
MOST_PLACES = 100
MOST_POSITION = 32_767  # what the column holds


@dataclass(frozen=True)
class Standing:
    """One line of a board. `place` and `previous_place` are None where nothing is known of the month."""

    key: str
    label: str
    value: Decimal | None
    place: int | None
    previous_value: Decimal | None
    previous_place: int | None

    @property
    def climbed(self) -> int | None:
        """How many places it went up since last month; negative: down."""
        if self.place is None or self.previous_place is None:
            return None
        return self.previous_place - self.place


def ranked(values: Mapping[str, Decimal | None], *, lowest_first: bool = False) -> dict[str, int | None]:
    """The place of each: equal values share a place, and the next place is skipped (1, 2, 2, 4). Unknown ones have none."""
    known = sorted((value for value in values.values() if value is not None), reverse=not lowest_first)
    first = {}
    for place, value in enumerate(known, start=1):
        first.setdefault(value, place)
    return {key: None if value is None else first[value] for key, value in values.items()}


def standings(
    now: Sequence[tuple[str, str, Decimal | None]],
    before: Mapping[str, Decimal | None],
    *,
    lowest_first: bool = False,
) -> list[Standing]:
    """The board of a month: (key, label, value) now and the values of the month before, best first, unknown ones last.

    Those that share a place keep the order in which they were given.
    """
    places = ranked({key: value for key, _label, value in now}, lowest_first=lowest_first)
    earlier = ranked({key: before.get(key) for key, _label, _value in now}, lowest_first=lowest_first)
    lines = [
        Standing(key, label, value, places[key], before.get(key), earlier[key]) for key, label, value in now
    ]
    return sorted(lines, key=lambda line: (line.place is None, line.place or 0))
