"""What must hold for an alliance's charter and for its rotating chair, as pure functions."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..party.rules import FOUNDING

MAX_CHARTER = 20_000
RESERVED_CODES = frozenset({"new"})  # addresses of the pages


def charter_problems(
    *,
    charter: str,
    adopted_on: datetime.date | None,
    today: datetime.date,
) -> dict[str, Any]:
    """Sentences by field for what is wrong with a charter (章程). It may be adopted before the alliance is set up."""
    found: dict[str, Any] = {}
    if len(charter) > MAX_CHARTER:
        found["charter"] = _("章程最多 %(most)d 个字。") % {"most": MAX_CHARTER}
    if adopted_on is not None:
        if not charter:
            found["adopted_on"] = _("请先填写章程内容。")
        elif adopted_on > today:
            found["adopted_on"] = _("章程通过日期不能晚于今天。")
        elif adopted_on < FOUNDING:
            found["adopted_on"] = _("日期不能早于 1921 年 7 月 23 日。")
    return found


def chair_problem(
    started_on: datetime.date,
    *,
    alliance_from: datetime.date | None,
    chair_from: datetime.date | None,
    free_from: datetime.date | None,
    today: datetime.date,
) -> Any:
    """Why a term of the chair cannot begin on this day, or None. `free_from`: the first day that a former chair leaves
    free; the day of a hand-over is the new chair's."""
    if started_on > today:
        return _("任期开始日期不能晚于今天。")
    if alliance_from is not None and started_on < alliance_from:
        return _("任期不能早于联盟的成立日期 %(day)s。") % {"day": alliance_from.isoformat()}
    if chair_from is not None and started_on < chair_from:
        return _("任期不能早于会长单位的成立日期 %(day)s。") % {"day": chair_from.isoformat()}
    if free_from is not None and started_on < free_from:
        return _("任期与前任会长重叠，最早可从 %(day)s 开始。") % {"day": free_from.isoformat()}
    return None
