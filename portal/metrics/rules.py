"""Days and periods of figures. Pure: the clock comes from the caller."""

import datetime
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

FLOOR = datetime.date(1900, 1, 1)  # what stands "always" begins here
CEILING = datetime.date(2200, 1, 1)
EVER = (FLOOR, CEILING)
MOST_KEYS = 400  # more single days than this become one range
ONE_DAY = datetime.timedelta(days=1)
MOST_WINDOWS = 31  # more than this are recounted as one range
MONTHS_KEPT = 24

Window = tuple[datetime.date, datetime.date]
Period = Literal["day", "month", "quarter", "year", "all"]
STEPS: tuple[Period, ...] = ("day", "month", "quarter", "year")


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


def merged(windows: Iterable[Window]) -> list[Window]:
    """Windows as the fewest that do not touch; one that spans them all when they are many."""
    found: list[Window] = []
    for first, last in sorted(windows):
        if found and (first - found[-1][1]).days <= 1:  # never past the calendar's last day
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found if len(found) <= MOST_WINDOWS else [(found[0][0], found[-1][1])]


def month_ends(today: datetime.date) -> list[datetime.date]:
    """The last days of the past months that are kept, and today, in order."""
    ends, first = [today], today.replace(day=1)
    for _ in range(MONTHS_KEPT):
        ends.append(first - ONE_DAY)
        first = ends[-1].replace(day=1)
    return ends[::-1]


def period_start(day: datetime.date, period: Period) -> datetime.date:
    """The first day of the period that holds the day."""
    if period == "day":
        return day
    if period == "all":
        return FLOOR
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return day.replace(month=month, day=1)


def shifted(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later (earlier when negative); a short month's last day for a day it lacks.

    The last day of a month stays the last day of a month.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1) - ONE_DAY).day
    is_last = (day + ONE_DAY).month != day.month
    return datetime.date(year, month + 1, last if is_last else min(day.day, last))


def next_start(start: datetime.date, period: Period) -> datetime.date:
    """The first day of the period after the one that begins on `start`."""
    if period == "day":
        return start + ONE_DAY
    return shifted(start, {"month": 1, "quarter": 3, "year": 12}[period])


def starts(first: datetime.date, last: datetime.date, period: Period) -> list[datetime.date]:
    """The first days of all periods that touch the range."""
    found, start = [], period_start(first, period)
    while start <= last:
        found.append(start)
        start = next_start(start, period)
    return found


def period_key(start: datetime.date, period: Period) -> str:
    """How a period is called in a series: 2026-11-21, 2026-11, 2026-Q4, 2026."""
    if period == "day":
        return start.isoformat()
    if period == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    return f"{start:%Y}" if period == "year" else f"{start:%Y-%m}"


def comparison(day: datetime.date, period: Period) -> tuple[Window, Window, Window]:
    """The period up to the day, the one before up to the same point, and that of a year before.

    Year on year these two are the same. A single day is compared with the day before; "all" with a month before.
    """
    start = period_start(day, period)
    back = {"day": 0, "month": -1, "quarter": -3, "year": -12, "all": -1}[period]
    earlier = day - ONE_DAY if period == "day" else shifted(day, back)
    year_before = shifted(day, -12)
    return (
        (start, day),
        (period_start(earlier, period), earlier),
        (period_start(year_before, period), year_before),
    )


def since(first: datetime.date, day: datetime.date) -> tuple[Window, Window, Window]:
    """The same for days of one's own choice: before them as many, and those of a year before."""
    return (
        (first, day),
        (first - (day - first) - ONE_DAY, first - ONE_DAY),
        (shifted(first, -12), shifted(day, -12)),
    )


def rate(part: Decimal | None, whole: Decimal | None, times: int = 100) -> Decimal | None:
    """part ÷ whole × times with two decimals, halves up; None without a whole."""
    if part is None or not whole:
        return None
    return (part * times / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
