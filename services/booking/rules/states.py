"""The states of a booking and the moves between them: one table, read by action, page and API alike.

待确认 ─confirm→ 已确认 ─check_in→ 已签到 ─start→ 办理中 ─complete→ 已办结 ─rate→ 已评价
   └─decline→ 已婉拒    └─no_show→ 爽约 ─undo_no_show→ 已签到
候补 ─accept_offer→ 待确认 or 已确认;  待确认, 已确认 and 候补 ─cancel→ 已取消
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from .windows import Windows, check_in_problem, no_show_problem, notice_problem

PENDING, CONFIRMED, WAITING = "pending", "confirmed", "waiting"
CHECKED_IN, IN_SERVICE, COMPLETED, RATED = "checked_in", "in_service", "completed", "rated"
CANCELLED, DECLINED, NO_SHOW = "cancelled", "declined", "no_show"

HOLDING = frozenset({PENDING, CONFIRMED, CHECKED_IN, IN_SERVICE, COMPLETED, RATED, NO_SHOW})
"""A booking in one of these is counted in its session's `booked`, and so is an open offer."""
ACTIVE = frozenset({PENDING, CONFIRMED, WAITING, CHECKED_IN, IN_SERVICE})
"""Once an enterprise and session (constraint booking_active_once_a_session)."""
UPCOMING = frozenset({PENDING, CONFIRMED})


class Actor(models.TextChoices):
    ENTERPRISE = "enterprise", _("企业")
    STATION = "station", _("服务站")
    INSTITUTION = "institution", _("技术机构")
    BUREAU = "bureau", _("区局")
    SYSTEM = "system", _("系统")


DESK = frozenset({Actor.STATION, Actor.INSTITUTION, Actor.BUREAU})
"""Those who serve: the station, the institution of the session, the bureau."""
EVERYONE = DESK | {Actor.ENTERPRISE, Actor.SYSTEM}


@dataclass(frozen=True)
class Move:
    """One row of the table: `sources` → `target` by `who`. `needs` names what must come with it.

    `target` None: the booking stays in its state. `notice`: an enterprise may only before the item's notice period.
    """

    code: str
    label: str
    sources: frozenset[str]
    target: str | None
    who: frozenset[str]
    needs: tuple[str, ...] = ()
    notice: bool = False


def _move(code, label, sources, target, who, **more) -> Move:
    return Move(code, label, frozenset(sources), target, frozenset(who), **more)


MOVES: dict[str, Move] = {
    move.code: move
    for move in (
        _move("confirm", _("确认"), {PENDING}, CONFIRMED, DESK),
        _move("decline", _("婉拒"), {PENDING, WAITING}, DECLINED, DESK | {Actor.SYSTEM}, needs=("reason",)),
        _move("reschedule", _("改期"), {PENDING, CONFIRMED}, None, DESK | {Actor.ENTERPRISE},
              needs=("session",), notice=True),
        _move("cancel", _("取消"), {PENDING, CONFIRMED, WAITING}, CANCELLED, EVERYONE, notice=True),
        _move("accept_offer", _("接受名额"), {PENDING, CONFIRMED, WAITING}, None, EVERYONE),
        _move("refuse_offer", _("放弃名额"), {PENDING, CONFIRMED, WAITING}, CANCELLED, EVERYONE),
        _move("check_in", _("签到"), {CONFIRMED}, CHECKED_IN, DESK | {Actor.ENTERPRISE}, needs=("code",)),
        _move("start", _("开始办理"), {CHECKED_IN, CONFIRMED}, IN_SERVICE, DESK),
        _move("complete", _("办结"), {IN_SERVICE, CHECKED_IN}, COMPLETED, DESK, needs=("result",)),
        _move("no_show", _("标记爽约"), {CONFIRMED, CHECKED_IN}, NO_SHOW, DESK | {Actor.SYSTEM}),
        _move("undo_no_show", _("撤销爽约"), {NO_SHOW}, CHECKED_IN, DESK),
        _move("rate", _("评价"), {COMPLETED}, RATED, {Actor.ENTERPRISE}, needs=("score",)),
    )
}  # fmt: skip

STEP_LABELS = {
    "book": _("提交预约"),
    "wait": _("加入候补"),
    "walk_in": _("现场取号"),
    "call": _("叫号"),
    "offer": _("通知候补名额"),
    "offer_lapsed": _("名额过期未答复"),
    "closure": _("场次停止服务"),
    "remind": _("发送提醒"),
    "follow_up": _("发起回访"),
    "follow_up_closed": _("回访办结"),
} | {code: move.label for code, move in MOVES.items()}
"""What the timeline calls each BookingStep.move."""


@dataclass(frozen=True)
class Facts:
    """What the table needs to know of a booking: its state, its session's time, and whether a place is on offer."""

    status: str
    starts_at: datetime
    ends_at: datetime
    mode: str = "onsite"
    notice_hours: int = 0
    has_offer: bool = False
    session_closed: bool = False


@dataclass(frozen=True)
class Party:
    """Whose booking it is, as natural keys and ids; `actors` compares it with a user's scope."""

    district_id: int
    town_id: int
    uscc: str
    institution: str = ""


def actors(scope, party: Party) -> frozenset[str]:
    """As whom a user may act on a booking; empty for who only reads (a leader) or has nothing to do with it."""
    found = set()
    if scope.is_admin or party.district_id in scope.managed:
        found.add(Actor.BUREAU)
    if party.town_id in scope.towns:
        found.add(Actor.STATION)
    if party.institution and party.institution in scope.institutions:
        found.add(Actor.INSTITUTION)
    if party.uscc in scope.enterprises:
        found.add(Actor.ENTERPRISE)
    return frozenset(found)


def may_ever(code: str, by: Iterable[str]) -> bool:
    """Whether one of these actors may do the move in some state: otherwise it is 403, not 409."""
    return not MOVES[code].who.isdisjoint(by)


def move_problem(
    code: str, facts: Facts, by: Iterable[str], *, now: datetime, windows: Windows
) -> str | None:
    """The sentence that says why the move is closed now, or None when it is open."""
    move = MOVES[code]
    if facts.status not in move.sources or (code == "start" and _must_check_in_first(facts)):
        return _("预约当前状态不能进行“%(move)s”。") % {"move": move.label}
    if code in {"accept_offer", "refuse_offer"} and not facts.has_offer:
        return _("目前没有等待答复的名额。")
    if code == "check_in":
        return check_in_problem(facts.starts_at, now, windows)
    if code == "no_show":
        return no_show_problem(facts.starts_at, now, windows)
    only_enterprise = frozenset(by) <= {Actor.ENTERPRISE}
    if move.notice and facts.status != WAITING and not facts.session_closed:
        if only_enterprise:
            return notice_problem(facts.starts_at, now, facts.notice_hours)
        if code == "reschedule" and now >= facts.ends_at:
            return _("场次已结束，不能改期。")
    return None


def moves_open(facts: Facts, by: Iterable[str], *, now: datetime, windows: Windows) -> list[str]:
    """The moves that these actors may make now, in the table's order: the buttons of a page, `open_moves` of a 409."""
    by = frozenset(by)
    return [
        code
        for code in MOVES
        if may_ever(code, by) and move_problem(code, facts, by, now=now, windows=windows) is None
    ]


def confirmed_at_once(needs_confirmation: bool) -> str:
    """The state of a new booking: the item says whether somebody confirms it."""
    return PENDING if needs_confirmation else CONFIRMED


def _must_check_in_first(facts: Facts) -> bool:
    """Who comes to the station checks in; door and online visits start without."""
    return facts.status == CONFIRMED and facts.mode == "onsite"
