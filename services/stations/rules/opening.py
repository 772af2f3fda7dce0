"""When a station is open: its hours on working days, by the work calendar."""

import datetime
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.territory.rules import DAY, WorkCalendar

FRIDAY, SATURDAY, SUNDAY, MONDAY = 4, 5, 6, 0
LOOK_AHEAD = 21  # days: longer than any holiday


@dataclass(frozen=True, order=True)
class Hours:
    """Open on a weekday (0 = Monday) from `opens_at` up to, not including, `closes_at`."""

    weekday: int
    opens_at: datetime.time
    closes_at: datetime.time


@dataclass(frozen=True)
class Opening:
    """Whether a station is open now, until when, and when it opens next (None: not within three weeks)."""

    is_open: bool
    until: datetime.time | None = None
    opens: datetime.datetime | None = None


def hours_on(day: datetime.date, hours: Iterable[Hours], calendar: WorkCalendar) -> list[Hours]:
    """The hours of a day. A holiday has none; a station that is open on Saturdays is so by its own hours.

    On a make-up weekend day (调休上班) without hours of its own, a Saturday is worked like the Friday before it and a
    Sunday like the Monday after it, as booking makes its sessions (booking/rules/calendar.py).
    """
    rows, weekday = sorted(hours), day.weekday()
    if calendar.exceptions.get(day) is False:
        return []
    own = [row for row in rows if row.weekday == weekday]
    if own or weekday < SATURDAY or not calendar.is_working_day(day):
        return own
    instead = FRIDAY if weekday == SATURDAY else MONDAY
    return [row for row in rows if row.weekday == instead]


def opening(now: datetime.datetime, hours: Sequence[Hours], calendar: WorkCalendar) -> Opening:
    """Open or not at `now` (local time), and what comes next."""
    time = now.time()
    for row in hours_on(now.date(), hours, calendar):
        if row.opens_at <= time < row.closes_at:
            return Opening(True, until=row.closes_at)
        if time < row.opens_at:
            return Opening(False, opens=datetime.datetime.combine(now.date(), row.opens_at, now.tzinfo))
    for ahead in range(1, LOOK_AHEAD + 1):
        day = now.date() + ahead * DAY
        if rows := hours_on(day, hours, calendar):
            return Opening(False, opens=datetime.datetime.combine(day, rows[0].opens_at, now.tzinfo))
    return Opening(False)


def hours_problem(hours: Sequence[Hours]) -> str:
    """What is wrong with the hours of a week: "order" or "overlap"; empty when nothing is."""
    ordered = sorted(hours)
    if any(row.opens_at >= row.closes_at for row in ordered):
        return "order"
    follow = itertools.pairwise(ordered)
    if any(one.weekday == two.weekday and two.opens_at < one.closes_at for one, two in follow):
        return "overlap"
    return ""
