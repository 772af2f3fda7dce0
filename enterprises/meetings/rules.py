"""Which days and texts fit a meeting and what it resolved, how a task stands, who keeps and who reads what. Pure."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kit.days import FIRST_DAY, LAST_DAY

MAX_TOPIC, MAX_PLACE, MAX_GUESTS, MAX_MINUTES = 120, 100, 200, 20_000
MAX_TASK, MAX_OWNER, MAX_REASON, MAX_TASKS = 200, 60, 200, 30
OPEN, OVERDUE, DONE = "open", "overdue", "done"
LABELS = {OPEN: _("办理中"), OVERDUE: _("已逾期"), DONE: _("已完成")}


def can_keep(user, *, town_id: int | None, district_id: int) -> bool:
    """The bureau keeps the meetings of every alliance, a station those of its town's."""
    scope = user.scope
    return scope.is_admin or district_id in scope.managed or (town_id is not None and town_id in scope.towns)


def can_keep_any(user) -> bool:
    """Whoever may keep meetings somewhere."""
    return user.scope.is_staff


def sees_minutes(user) -> bool:
    """Minutes are for staff; enterprises and leaders read the topic, who came and what was resolved."""
    return user.scope.is_staff


def state_of(due_on: datetime.date, done_on: datetime.date | None, today: datetime.date) -> str:
    """How a task stands. Its last day is still in time."""
    if done_on is not None:
        return DONE
    return OVERDUE if due_on < today else OPEN


def meeting_problems(
    *, topic: str, held_on: datetime.date, since: datetime.date | None, until: datetime.date | None, today
) -> dict[str, Any]:
    """Sentences by field for a meeting that cannot have been. `since` and `until`: while the alliance stood."""
    found: dict[str, Any] = {}
    if not topic:
        found["topic"] = _("请填写议题。")
    if held_on > today:
        found["held_on"] = _("会议日期不能晚于今天，请在会后登记。")
    elif held_on < (since or FIRST_DAY):
        day = (since or FIRST_DAY).isoformat()
        found["held_on"] = _("会议日期不能早于联盟的成立日期 %(day)s。") % {"day": day}
    elif until is not None and held_on >= until:
        found["held_on"] = _("联盟已于 %(day)s 合并或撤销。") % {"day": until.isoformat()}
    return found


def task_problems(*, text: str, owner: str, due_on: datetime.date, held_on: datetime.date) -> dict[str, Any]:
    """Sentences by field for a resolution that nobody could keep."""
    found: dict[str, Any] = {}
    if not text:
        found["text"] = _("请填写议定事项。")
    if not owner:
        found["owner"] = _("请填写责任单位。")
    if due_on < held_on:
        found["due_on"] = _("完成期限不能早于会议日期。")
    elif due_on > LAST_DAY:
        found["due_on"] = _("请核对完成期限的年份。")
    return found


def done_problem(done_on: datetime.date, *, held_on: datetime.date, today: datetime.date) -> Any:
    """Why a task cannot have been done on this day, or None."""
    if done_on > today:
        return _("完成日期不能晚于今天。")
    return _("完成日期不能早于会议日期。") if done_on < held_on else None
