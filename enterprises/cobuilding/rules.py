"""When an agreement is in force, what may be done with it in each state, which days fit, who may keep it. Pure."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kit.days import FIRST_DAY, LAST_DAY

LEAST = 2  # parties
MAX_TITLE, MAX_CONTENT, MAX_REASON, MAX_PARTIES = 120, 5_000, 200, 100
PENDING, IN_FORCE, EXPIRED, ENDED = "pending", "in_force", "expired", "ended"
TOO_FEW = _("共建协议至少要有两方，请补充党组织或企业。")
LABELS: Mapping[str, Any] = {
    PENDING: _("待生效"),
    IN_FORCE: _("生效中"),
    EXPIRED: _("已到期"),
    ENDED: _("提前终止"),
}
# What may be done in each state. Who wants to go on after an early end signs anew; nothing past is rewritten.
MOVES: Mapping[str, tuple[str, ...]] = {
    PENDING: ("change", "join", "withdraw"),
    IN_FORCE: ("change", "join", "withdraw", "end", "renew"),
    EXPIRED: ("renew",),
    ENDED: (),
}


# -- Who --------------------------------------------------------------------------------------------------------------
def can_manage_any(user) -> bool:
    """Whoever may keep agreements and alliance members somewhere: bureau, station and admin."""
    return user.scope.is_staff


def can_manage(user, district_id: int, towns: Iterable[int | None]) -> bool:
    """The bureau of the district; a station when nobody but units of its own towns (and of the district) takes part."""
    scope = user.scope
    if scope.is_admin or district_id in scope.managed:
        return True
    placed = {town for town in towns if town is not None}
    return bool(placed) and placed <= scope.towns


def can_manage_member(user, member) -> bool:
    """A member enterprise of an alliance is entered and taken out by who manages its town."""
    enterprise = member.enterprise
    return user.scope.manages_town(enterprise.town_id, enterprise.district_id)


# -- When -------------------------------------------------------------------------------------------------------------
def status_on(
    day: datetime.date,
    *,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    ended_on: datetime.date | None,
) -> str:
    """The state on a day. The day of expiry still counts (有效期至), the day of an early end does not."""
    if ended_on is not None and ended_on <= day:
        return ENDED
    if ends_on is not None and ends_on < day:
        return EXPIRED
    return PENDING if day < starts_on else IN_FORCE


def out_of_force_on(ends_on: datetime.date | None, ended_on: datetime.date | None) -> datetime.date | None:
    """The first day on which an agreement does not hold any more; None for an open end."""
    days = [day for day in (ended_on, ends_on and ends_on + datetime.timedelta(days=1)) if day]
    return min(days, default=None)


# -- What fits --------------------------------------------------------------------------------------------------------
def agreement_problems(
    *,
    title: str,
    content: str,
    signed_on: datetime.date,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    today: datetime.date,
) -> dict[str, Any]:
    """Sentences by field for what is wrong with an agreement as a whole; empty when all is well."""
    found: dict[str, Any] = {}
    if not title:
        found["title"] = _("请填写协议名称。")
    elif len(title) > MAX_TITLE:
        found["title"] = _("协议名称最多 %(most)d 个字。") % {"most": MAX_TITLE}
    if len(content) > MAX_CONTENT:
        found["content"] = _("共建内容最多 %(most)d 个字。") % {"most": MAX_CONTENT}
    if signed_on > today:
        found["signed_on"] = _("签订日期不能晚于今天。")
    elif signed_on < FIRST_DAY:
        found["signed_on"] = _("签订日期不能早于 1949 年 10 月 1 日。")
    if starts_on < signed_on:
        found["starts_on"] = _("生效日期不能早于签订日期。")
    if ends_on is not None and ends_on <= starts_on:
        found["ends_on"] = _("到期日期必须晚于生效日期；长期有效的请留空。")
    elif ends_on is not None and ends_on > LAST_DAY:
        found["ends_on"] = _("长期有效的请留空。")
    return found


def join_problem(
    joined_on: datetime.date,
    *,
    since: datetime.date,
    founded_on: datetime.date | None,
    today: datetime.date,
) -> Any:
    """Why a unit cannot join on this day, or None. `since`: the day of signing, or of the alliance's founding."""
    if joined_on > today:
        return _("加入日期不能晚于今天。")
    if joined_on < since:
        return _("加入日期不能早于 %(day)s。") % {"day": since.isoformat()}
    if founded_on is not None and joined_on < founded_on:
        return _("加入日期不能早于该单位的成立日期 %(day)s。") % {"day": founded_on.isoformat()}
    return None


def leave_problem(left_on: datetime.date, *, joined_on: datetime.date, today: datetime.date) -> Any:
    """Why a unit cannot leave on this day, or None."""
    if left_on > today:
        return _("退出日期不能晚于今天。")
    if left_on < joined_on:
        return _("退出日期不能早于加入日期 %(day)s。") % {"day": joined_on.isoformat()}
    return None


def end_problem(
    ended_on: datetime.date, *, starts_on: datetime.date, ends_on: datetime.date | None, today: datetime.date
) -> Any:
    """Why an agreement cannot end early on this day, or None."""
    if ended_on > today:
        return _("终止日期不能晚于今天。")
    if ended_on < starts_on:
        return _("终止日期不能早于生效日期 %(day)s。") % {"day": starts_on.isoformat()}
    if ends_on is not None and ended_on > ends_on:
        return _("终止日期不能晚于到期日期 %(day)s。") % {"day": ends_on.isoformat()}
    return None


def renewal_problem(starts_on: datetime.date, *, ends_on: datetime.date | None) -> dict[str, Any]:
    """What is wrong with a new term: it begins after the old one, which therefore must have an end."""
    if ends_on is None:
        return {"starts_on": _("长期有效的协议无须续签。")}
    if starts_on <= ends_on:
        return {
            "starts_on": _("续签的生效日期应晚于原协议的到期日期 %(day)s。") % {"day": ends_on.isoformat()}
        }
    return {}


def next_term(starts_on: datetime.date, ends_on: datetime.date | None) -> dict[str, datetime.date]:
    """The term that follows one of the same length: what a form of renewal offers. Empty for an open end."""
    if ends_on is None:
        return {}
    following = ends_on + datetime.timedelta(days=1)
    return {"starts_on": following, "ends_on": following + (ends_on - starts_on)}
