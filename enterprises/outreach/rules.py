"""What must hold for instructors, postings and liaison points, as pure functions: no database, no clock."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.masking import mask_name, mask_phone

from ..profile.rules import phone_problem

FIRST_DAY = datetime.date(1949, 10, 1)
MAX_NAME = 40
PERSONAL_FIELDS = ("name", "phone")


def can_manage_instructor(user, instructor) -> bool:
    """The bureau everywhere in its district, a station in its own towns."""
    return user.scope.manages_town(instructor.town_id, instructor.district_id)


def can_manage_any(user) -> bool:
    """Whoever may keep instructors and liaison points somewhere: bureau, station and admin."""
    return user.scope.is_staff


def can_manage_point(user, point) -> bool:
    """A liaison point is kept by who manages its enterprise's town."""
    return user.scope.manages_town(point.enterprise.town_id, point.enterprise.district_id)


def can_end_assignment(user, assignment) -> bool:
    """The station that sends the instructor, and the one whose enterprise or area it is."""
    place = assignment.enterprise or assignment.area
    return can_manage_instructor(user, assignment.instructor) or user.scope.manages_town(
        place.town_id, place.district_id
    )


def sees_names(user, instructor, *, posted: bool = False) -> bool:
    """Who may know the instructor's name (masked) and ask for it in full: staff of the place, and an enterprise user
    to whose enterprise the instructor is posted. A leader never."""
    return can_manage_instructor(user, instructor) or (posted and Role.ENTERPRISE in user.scope.roles)


def shows_names(user) -> bool:
    """Whether lists show masked names at all. What an enterprise user sees there are its own instructors."""
    return user.scope.sees_personal


def masked(field: str, value: str) -> str:
    return mask_phone(value) if field == "phone" else mask_name(value)


def instructor_problems(values: Mapping[str, Any], *, today: datetime.date) -> dict[str, Any]:
    """Sentences by field for what is wrong with an instructor's given values; only those present are judged."""
    found: dict[str, Any] = {}
    if "name" in values and not values["name"]:
        found["name"] = _("请填写姓名。")
    elif len(values.get("name", "")) > MAX_NAME:
        found["name"] = _("姓名最多 40 个字。")
    if (phone := values.get("phone")) and (problem := phone_problem(phone)):
        found["phone"] = problem
    if len(values.get("unit", "")) > 60:
        found["unit"] = _("派出单位最多 60 个字。")
    if (day := values.get("started_on")) is not None:
        if day > today:
            found["started_on"] = _("聘任日期不能晚于今天。")
        elif day < FIRST_DAY:
            found["started_on"] = _("聘任日期不能早于 1949 年 10 月 1 日。")
    if (town := values.get("town")) is not None and is_closed(town, today):
        found["town"] = _("该街镇已撤并，不能再登记指导员。")
    return found


def is_closed(place, today: datetime.date) -> bool:
    """A town or area that takes nothing new any more."""
    return place.closed_on is not None and place.closed_on <= today


def posting_problem(
    *,
    started_on: datetime.date,
    instructor_from: datetime.date,
    founded_on: datetime.date | None,
    today: datetime.date,
) -> str | None:
    """Why a posting cannot start on this day, or None."""
    if started_on > today:
        return _("开始日期不能晚于今天。")
    if started_on < instructor_from:
        return _("开始日期不能早于指导员的聘任日期 %(day)s。") % {"day": instructor_from.isoformat()}
    if founded_on is not None and started_on < founded_on:
        return _("开始日期不能早于企业成立日期 %(day)s。") % {"day": founded_on.isoformat()}
    return None


def end_problem(*, ended_on: datetime.date, started_on: datetime.date, today: datetime.date) -> str | None:
    """Why something that began on `started_on` cannot end on this day, or None."""
    if ended_on > today:
        return _("结束日期不能晚于今天。")
    if ended_on < started_on:
        return _("结束日期不能早于开始日期 %(day)s。") % {"day": started_on.isoformat()}
    return None


def visit_problem(
    *,
    visited_on: datetime.date,
    taken_in_on: datetime.date,
    released_on: datetime.date | None,
    today: datetime.date,
) -> str | None:
    """Why a liaison point cannot have been visited on this day, or None."""
    if visited_on > today:
        return _("走访日期不能晚于今天。")
    if visited_on < taken_in_on:
        return _("走访日期不能早于联系点建立日期 %(day)s。") % {"day": taken_in_on.isoformat()}
    if released_on is not None and visited_on > released_on:
        return _("联系点已于 %(day)s 解除，不能登记之后的走访。") % {"day": released_on.isoformat()}
    return None


def due_bound(today: datetime.date, days: int) -> datetime.date:
    """Last visited on this day or before: due again (LIAISON_VISIT_DAYS)."""
    return today - datetime.timedelta(days=days)


def is_due(*, last: datetime.date, today: datetime.date, days: int) -> bool:
    """Whether a liaison point waits for a visit: `last` is the last visit, or the day it was taken in."""
    return last <= due_bound(today, days)
