"""Working days: Monday to Friday, corrected day by day by the national calendar and by staff; what fits an area. Pure."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

DAY = timedelta(days=1)
WORKING_WEEKDAYS = 5  # Monday (0) … Friday (4)


def can_change_calendar(user, district_id: int) -> bool:
    """The bureau of the district (and the administrator) may override a day of the work calendar."""
    return user.scope.is_admin or district_id in user.scope.managed


def can_manage_areas(user, district_id: int) -> bool:
    """Commercial areas, buildings and parks are kept by the bureau of the district and the administrator."""
    return user.scope.is_admin or district_id in user.scope.managed


def area_problems(values: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """Sentences by field for what is wrong with the given values of an area."""
    found: dict[str, Any] = {}
    if "name" in values and not values["name"]:
        found["name"] = _("请填写名称。")
    town = values.get("town")
    if town is not None and town.closed_on is not None and town.closed_on <= today:
        found["town"] = _("该街镇已撤并，不能再登记。")
    closed_on = values.get("closed_on")
    if closed_on is not None and closed_on > today:
        found["closed_on"] = _("撤销日期不能晚于今天。")
    return found


def is_weekday(day: date) -> bool:
    return day.weekday() < WORKING_WEEKDAYS


def weekdays_before(day: date) -> int:
    """How many weekdays lie before `day`, counted from 0001-01-01 (a Monday)."""
    weeks, rest = divmod(day.toordinal() - 1, 7)
    return weeks * WORKING_WEEKDAYS + min(rest, WORKING_WEEKDAYS)


@dataclass(frozen=True)
class WorkCalendar:
    """The days that differ from Monday–Friday: `exceptions[day]` says whether that day is a working day.

    A holiday on a weekday is False, a make-up Saturday (调休上班) is True. Source of the rule: the State Council's
    yearly notice, then the district's own corrections (CalendarDay).
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        return self.exceptions.get(day, is_weekday(day))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start`, up to and including `end`; negative when `end` lies before `start`.

        The day something arrives does not count, its deadline does: between Monday and Tuesday lies one day.
        """
        return self._before(end + DAY) - self._before(start + DAY)

    def add_working_days(self, start: date, days: int) -> date:
        """The `days`-th working day after `start` (before it, when negative); `start` itself for 0."""
        step = DAY if days > 0 else -DAY
        day, left = start, abs(days)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def next_working_day(self, day: date) -> date:
        """`day` itself when it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += DAY
        return day

    def _before(self, day: date) -> int:
        days, sums = self._corrections
        return weekdays_before(day) + sums[bisect_left(days, day)]

    @cached_property
    def _corrections(self) -> tuple[list[date], list[int]]:
        """The exceptions in order, with the running sum of what they add to the weekday count."""
        days = sorted(self.exceptions)
        sums = [0]
        for day in days:
            sums.append(sums[-1] + self.exceptions[day] - is_weekday(day))
        return days, sums
