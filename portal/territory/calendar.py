"""The district's work calendar: the national calendar with make-up days, and what staff corrected by hand.

The national days come from the `holidays` package, which holds the State Council's notices. For a year whose notice
is not published yet it knows the statutory holidays and no make-up days; staff enter those when the notice comes.
"""

from datetime import date
from functools import lru_cache

from django.conf import settings

from .models import CalendarDay
from .rules import WorkCalendar, is_weekday

FIRST_YEAR, LAST_YEAR = 2015, 2040


@lru_cache(maxsize=1)
def national_names() -> dict[date, str]:
    """Every national exception with its name: 春节, 国庆节 …, and 调休上班 for the make-up working days."""
    import holidays  # takes longer to load than to ask, and is asked once

    china = holidays.country_holidays("CN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="zh_CN")
    names = {day: name for day, name in china.items() if is_weekday(day)}
    names |= {day: "调休上班" for day in china.weekend_workdays if FIRST_YEAR <= day.year <= LAST_YEAR}
    return names


@lru_cache(maxsize=1)
def national_exceptions() -> dict[date, bool]:
    """`{day: is it a working day}` for the days on which the nation departs from Monday–Friday."""
    return {day: not is_weekday(day) for day in national_names()}


def work_calendar(slug: str | None = None) -> WorkCalendar:
    """The calendar of a district (of PORTAL_DISTRICT when not named), staff's corrections included. One query.

    Counting many deadlines? Ask once and keep it for the request.
    """
    overrides = CalendarDay.objects.filter(district__slug=slug or settings.PORTAL_DISTRICT)
    return WorkCalendar(national_exceptions() | dict(overrides.values_list("day", "is_working")))


def is_working_day(day: date, *, district: str | None = None) -> bool:
    return work_calendar(district).is_working_day(day)


def add_working_days(start: date, days: int, *, district: str | None = None) -> date:
    return work_calendar(district).add_working_days(start, days)


def working_days_between(start: date, end: date, *, district: str | None = None) -> int:
    return work_calendar(district).working_days_between(start, end)
