"""What must hold for an integration project, and who keeps it, as pure functions: no database, no clock."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

FIRST_DAY = datetime.date(1978, 12, 18)  # earlier is a slip of the year
MOST = 100_000  # Party members taking part, and patents
RUNNING, FINISHED, STOPPED = "running", "finished", "stopped"
# From a state to those that it may take; a stopped project stays so, a finished one may turn out not to be.
MOVES = {
    RUNNING: frozenset({FINISHED, STOPPED}),
    FINISHED: frozenset({RUNNING, STOPPED}),
    STOPPED: frozenset(),
}
STARTS = frozenset({RUNNING, FINISHED})


def can_keep(user, *, town_id: int, district_id: int) -> bool:
    """The bureau keeps the projects of its district, a station those of its towns; everybody else reads."""
    return user.scope.manages_town(town_id, district_id)


def problems(values: Mapping[str, Any], *, today: datetime.date) -> dict[str, Any]:
    """Sentences by field for what is wrong with a project as it would stand; empty when all is well."""
    found: dict[str, Any] = {}
    if not values["title"]:
        found["title"] = _("请填写项目名称。")
    for name, most in (("title", 120), ("carriers", 200), ("summary", 2000)):
        if len(values[name]) > most:
            found[name] = _("最多 %(most)d 个字。") % {"most": most}
    if values["enterprise"] is None and values["organization"] is None:
        found["enterprise"] = _("请填写牵头企业或牵头党组织。")
    found |= _day_problems(values, today)
    for name in ("participants", "patents"):
        if not 0 <= values[name] <= MOST:
            found[name] = _("应为 0 至 %(most)d 的整数。") % {"most": MOST}
    return found


def _day_problems(values: Mapping[str, Any], today: datetime.date) -> dict[str, Any]:
    started_on, finished_on, status = values["started_on"], values["finished_on"], values["status"]
    found: dict[str, Any] = {}
    if started_on > today:
        found["started_on"] = _("开始日期不能晚于今天。")
    elif started_on < FIRST_DAY:
        found["started_on"] = _("开始日期太早，请核对年份。")
    if status == FINISHED and finished_on is None:
        found["finished_on"] = _("已完成的项目请填写完成日期。")
    elif status != FINISHED and finished_on is not None:
        found["finished_on"] = _("只有已完成的项目才填写完成日期。")
    elif finished_on is not None and finished_on > today:
        found["finished_on"] = _("完成日期不能晚于今天。")
    elif finished_on is not None and finished_on < started_on:
        found["finished_on"] = _("完成日期不能早于开始日期。")
    return found
