"""Days and periods of figures. Pure: the clock comes from the caller."""

import datetime
from collections.abc import Iterable

FLOOR = datetime.date(1900, 1, 1)  # what stands "always" begins here
CEILING = datetime.date(2200, 1, 1)
EVER = (FLOOR, CEILING)
MOST_KEYS = 400  # more single days than this become one range
ONE_DAY = datetime.timedelta(days=1)


def ranges(
    days: Iterable[datetime.date | None] | tuple[datetime.date, datetime.date],
) -> list[tuple[datetime.date, datetime.date]]:
    """Days as the fewest ranges of neighbours; a tuple of two is one range already. Raises ValueError backwards."""
    if isinstance(days, tuple) and len(days) == 2 and None not in days:
        first, last = days
        if first > last:
            raise ValueError(f"the range ends before it begins: {first} to {last}")
        return [(first, last)]
    found: list[tuple[datetime.date, datetime.date]] = []
    for day in sorted({day for day in days if day is not None}):
        if found and day - found[-1][1] <= ONE_DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found if len(found) <= MOST_KEYS else [(found[0][0], found[-1][1])]
