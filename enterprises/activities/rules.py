"""What must hold for an activity, as pure functions: no database, no clock."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

MAX_ATTENDANCES = 100_000
PLAN_AHEAD = datetime.timedelta(days=366)  # a plan further away is a slip of the year
PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"
# From a state to the states that it may take; a cancelled activity stays cancelled.
MOVES = {PLANNED: frozenset({HELD, CANCELLED}), HELD: frozenset({CANCELLED}), CANCELLED: frozenset()}
STARTS = frozenset({PLANNED, HELD})


def manages(user, organization) -> bool:
    """The bureau everywhere in its district, a station the organisations of its towns."""
    scope = user.scope
    return scope.is_admin or organization.district_id in scope.managed or organization.town_id in scope.towns


def can_record_any(user) -> bool:
    """Who may record activities somewhere: staff, and an enterprise user for its own organisation."""
    return user.scope.is_staff or bool(user.scope.enterprises)


def problems(
    values: Mapping[str, Any], *, set_up_on: datetime.date | None, today: datetime.date
) -> dict[str, Any]:
    """Sentences by field for what is wrong with an activity as it would stand; empty when all is well."""
    found: dict[str, Any] = {}
    if not values["title"]:
        found["title"] = _("请填写主题。")
    for name, most in (("title", 120), ("place", 120), ("summary", 2000)):
        if len(values[name]) > most:
            found[name] = _("最多 %(most)d 个字。") % {"most": most}
    day, status = values["held_on"], values["status"]
    if status == HELD and day > today:
        found["held_on"] = _("已开展的活动日期不能晚于今天；尚未开展的请登记为“计划中”。")
    elif status == PLANNED and day < today:
        found["held_on"] = _("计划中的活动日期不能早于今天；已经开展的请登记为“已开展”。")
    elif status == PLANNED and day > today + PLAN_AHEAD:
        found["held_on"] = _("计划日期最多在一年以内，请核对年份。")
    elif status != CANCELLED and set_up_on is not None and day < set_up_on:
        found["held_on"] = _("活动日期不能早于党组织成立日期 %(day)s。") % {"day": set_up_on.isoformat()}
    count = values["attendances"]
    if count is not None and not 0 <= count <= MAX_ATTENDANCES:
        found["attendances"] = _("参加人数应为 0 至 100000 的整数。")
    elif count is not None and status == PLANNED:
        found["attendances"] = _("计划中的活动还没有参加人数，开展后再填写。")
    return found
