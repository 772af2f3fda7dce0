"""What must hold for a course, and when it is open. Pure."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kit.days import day_problems
from portal.kit.text import MOBILE, half_width

MOST_HOURS = Decimal(200)
HALF = Decimal("0.5")
GIVERS = ("institution", "department", "giver")


def is_open(opened_on: datetime.date, closed_on: datetime.date | None, day: datetime.date) -> bool:
    """Open from its first day until the day before it was closed: what the figure counts."""
    return opened_on <= day and (closed_on is None or closed_on > day)


def problems(values: Mapping[str, Any]) -> dict[str, Any]:
    """Sentences by field for what is wrong with a course as it would stand; empty when all is well."""
    found = day_problems(values, "opened_on", "closed_on")
    if not any(values[name] for name in GIVERS):
        found["giver"] = _("请选择技术机构或职能部门，或填写授课单位。")
    hours = values["hours"]
    if not (hours.is_finite() and 0 < hours <= MOST_HOURS and hours % HALF == 0):
        found["hours"] = _("学时应为 0.5 至 200，以半学时为单位。")
    if MOBILE.search(half_width(values["contact"])):
        found["contact"] = _("报名方式请填写公开的电话、网址或地点，不填个人手机号码。")
    closed_on = values["closed_on"]
    if closed_on is not None and closed_on < values["opened_on"]:
        found.setdefault("closed_on", _("停开日期不能早于开课日期。"))
    return found
