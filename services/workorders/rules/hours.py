"""Deadlines in working hours and working days of the district's calendar, on the district's clock. Pure.

A working day has 6.5 hours: 9:00–11:30 and 13:30–17:30; the lunch break, week-ends and holidays do not count, make-up
Saturdays do. All times are aware; days and hours are read in `ZONE`, never in UTC (casework.md, mistake 1).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.territory.rules import DAY, WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = ((time(9), time(11, 30)), (time(13, 30), time(17, 30)))
OPENS, CLOSES = HOURS[0][0], HOURS[-1][1]
MINUTES_A_DAY = 390
WARN_SHARE = 75  # per cent of the time: from then on a deadline is yellow

CALLBACK_DAYS = 3  # working days after a callback was opened by which the enterprise was asked


@dataclass(frozen=True)
class Times:
    """How long the clocks run: working hours to accept, dispatch and sign, working days to handle."""

    accept_hours: int = 4
    dispatch_hours: int = 4
    sign_hours: int = 2
    handle_days: int = 5


# Kind → days to handle (12345 practice: advice 1, help and suggestion 5, complaint 10); urgency shortens them.
DAYS = {"advice": 1, "help": 5, "suggestion": 5, "complaint": 10}
SHORTER = {"normal": Times(), "urgent": Times(2, 2, 1), "critical": Times(1, 1, 1)}
DIVISOR = {"normal": 1, "urgent": 2, "critical": 5}


def default_times(kind: str, urgency: str) -> Times:
    """What holds where a district has set nothing."""
    base = SHORTER[urgency]
    days = max(1, -(-DAYS[kind] // DIVISOR[urgency]))
    return Times(base.accept_hours, base.dispatch_hours, base.sign_hours, days)


def add_working_minutes(start: datetime, minutes: int, calendar: WorkCalendar) -> datetime:
    """The moment at which `minutes` (0 or more) of working time have passed since `start`.

    With 0, `start` itself, or the next moment of work when nobody works at `start`.
    """
    left = timedelta(minutes=minutes)
    for opens, closes in _spans(start, calendar):
        if left < closes - opens or (minutes and left == closes - opens):
            return opens + left
        left -= closes - opens
    raise AssertionError("working time never ends")


def working_minutes_between(start: datetime, end: datetime, calendar: WorkCalendar) -> int:
    """Whole minutes of working time from `start` to `end`; 0 when `end` lies before `start`."""
    if end <= start:
        return 0
    start, end = start.astimezone(ZONE), end.astimezone(ZONE)
    days = calendar.working_days_between(
        start.date() - DAY, end.date() - DAY
    )  # the first one whole, the last one not
    passed = _worked(end, calendar) - _worked(start, calendar) + timedelta(minutes=days * MINUTES_A_DAY)
    return int(passed.total_seconds() // 60)


def handle_deadline(start: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """The close of the `days`-th working day after the day of `start`: the day of arrival does not count."""
    day = calendar.add_working_days(start.astimezone(ZONE).date(), days)
    return datetime.combine(day, CLOSES, ZONE)


def close_of(day: date) -> datetime:
    """The end of work on a day that a person named as a deadline."""
    return datetime.combine(day, CLOSES, ZONE)


def kept_on(moment: datetime, calendar: WorkCalendar) -> datetime:
    """A deadline that a person named, as it is kept: one on a day off is due at the close of the last working day before,
    since nobody works up to it."""
    day = moment.astimezone(ZONE).date()
    if calendar.is_working_day(day):
        return moment
    return close_of(calendar.add_working_days(day, -1))


def callback_due(opened_at: datetime, calendar: WorkCalendar) -> date:
    """The day by which a callback (回访), the last of the clocks, is done."""
    return calendar.add_working_days(opened_at.astimezone(ZONE).date(), CALLBACK_DAYS)


def share_at(start: datetime, due: datetime, share: int, calendar: WorkCalendar) -> datetime:
    """When `share` per cent of the working time from `start` to `due` have passed; beyond 100 after `due`."""
    minutes = working_minutes_between(start, due, calendar)
    if share == 100:
        return due
    if share < 100:
        return min(add_working_minutes(start, minutes * share // 100, calendar), due)
    return add_working_minutes(due, max(minutes, 1) * (share - 100) // 100, calendar)


def pushed_back(due: datetime, since: datetime, until: datetime, calendar: WorkCalendar) -> datetime:
    """A deadline after its clock stood from `since` to `until`: later by the working time between."""
    return add_working_minutes(due, working_minutes_between(since, until, calendar), calendar)


def light(*, now: datetime, warn_at: datetime | None, due_at: datetime | None) -> str:
    """green, yellow or red; empty when no clock runs."""
    if due_at is None:
        return ""
    if now >= due_at:
        return "red"
    return "yellow" if warn_at is not None and now >= warn_at else "green"


def _worked(moment: datetime, calendar: WorkCalendar) -> timedelta:
    """How much of its day's work lies before a moment."""
    day, passed = moment.date(), timedelta()
    if calendar.is_working_day(day):
        for opens, closes in HOURS:
            begin, end = datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE)
            passed += max(min(moment, end) - begin, timedelta())
    return passed


def _spans(start: datetime, calendar: WorkCalendar) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of work from `start` on, the first one cut; without end."""
    start = start.astimezone(ZONE)
    day = start.date()
    while True:
        if calendar.is_working_day(day):
            for opens, closes in HOURS:
                begin, end = datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE)
                if end > start:
                    yield max(begin, start), end
        day += DAY
