"""When things happened in the demo, counted back from the moment of loading in working time, and how many deadlines are
green, yellow or red. A demo loaded at night, on a week-end or in the Spring Festival looks like one of a working day."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from portal.territory.rules import DAY, WorkCalendar

from .rules import hours
from .rules.hours import MINUTES_A_DAY, Times

QUOTAS = {"green": 0.725, "yellow": 0.175, "red": 0.1}  # of the demands whose clock runs
SHARES = {
    "green": (0.06, 0.62),
    "yellow": (0.8, 0.95),
    "red": (1.1, 1.7),
}  # of a clock's time that has passed
FARTHEST = 18  # working days from today that a dispatcher names at most


@dataclass
class Mix:
    """Deals the colours so that each keeps its quota, whatever came before."""

    dealt: Counter[str] = field(default_factory=Counter)

    def wanted(self) -> str:
        """The colour that is most behind its quota."""
        coming = self.dealt.total() + 1
        return max(QUOTAS, key=lambda light: QUOTAS[light] * coming - self.dealt[light])

    def note(self, light: str) -> None:
        """What came about; a demand without a running clock has no colour."""
        if light:
            self.dealt[light] += 1


def minutes_before(now: datetime, minutes: int, calendar: WorkCalendar) -> datetime:
    """The moment of work since which `minutes` (at least 1) of working time have passed."""
    left = timedelta(minutes=minutes)
    for opens, closes in _spans_back(now, calendar):
        if left <= closes - opens:
            return closes - left
        left -= closes - opens
    raise AssertionError("working time has no beginning")


def passed(light: str, limit: int, chance: random.Random) -> int:
    """How many of a clock's `limit` minutes have passed when it shows `light`."""
    return max(1, round(limit * chance.uniform(*SHARES[light])))


def light_of(started: datetime, due: datetime, now: datetime, calendar: WorkCalendar) -> str:
    """The colour of a clock that runs from `started` to `due`."""
    warn_at = hours.share_at(started, due, hours.WARN_SHARE, calendar)
    return hours.light(now=now, warn_at=warn_at, due_at=due)


def age_of(state: str, light: str, times: Times, chance: random.Random) -> int:
    """Minutes of working time since a demand was raised that is in `state` and shows `light`."""
    handling = passed(light, times.handle_days * MINUTES_A_DAY + MINUTES_A_DAY // 2, chance)
    ages = {
        "submitted": lambda: passed(light, times.accept_hours * 60, chance),
        "accepted": lambda: passed(light, times.dispatch_hours * 60, chance) + chance.randint(15, 200),
        "dispatched": lambda: passed(light, times.sign_hours * 60, chance) + chance.randint(40, 320),
        "in_progress": lambda: handling + chance.randint(60, 300),
        "joint": lambda: max(handling, MINUTES_A_DAY) + chance.randint(60, 300),
        "reopened": lambda: handling + chance.randint(2, 7) * MINUTES_A_DAY,
    }
    return ages[state]()


def named_days(now: datetime, since: datetime, calendar: WorkCalendar) -> list[date]:
    """The working days, near today and after `since`, that a dispatcher may have named as the deadline."""
    first, today = since.astimezone(hours.ZONE).date(), now.astimezone(hours.ZONE).date()
    days = [calendar.add_working_days(today, n) for n in (*range(-4, 0), *range(1, FARTHEST))]
    if calendar.is_working_day(today):
        days.append(today)
    return [day for day in days if day > first]


def _spans_back(now: datetime, calendar: WorkCalendar) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of work before `now`, the latest first and cut; without end."""
    now = now.astimezone(hours.ZONE)
    day = now.date()
    while True:
        if calendar.is_working_day(day):
            for begin, end in _latest_first(day):
                if begin < now:
                    yield begin, min(end, now)
        day -= DAY


@lru_cache(maxsize=1_000)
def _latest_first(day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The hours of a working day; asked for again with every demand that is told backwards."""
    return tuple(
        (datetime.combine(day, opens, hours.ZONE), datetime.combine(day, closes, hours.ZONE))
        for opens, closes in reversed(hours.HOURS)
    )
