"""The states of a demand and the moves between them: one table, read by action, page and API alike.

诉求收集  待受理 ─accept (town)→ 已受理;  ─reject→ 不予受理
工单分办  已受理, 重新办理 ─dispatch→ 待签收 ─accept (lead)→ 办理中;  待签收, 办理中 ─return→ 已受理
难事会办  办理中 ─whistle→ 会办中 ─convene (resolutions)→ 办理中
交办解决  办理中 ─report, extend, ask→ 办理中;  ─resolve→ 待评价
检验成效  待评价 ─verify→ 已评价 or (unsatisfied) 重新办理 ─…;  已评价 ─close→ 已归档

A lead department that reports or resolves what it has not signed for signs with it. Source: domain.md, Work-order
loop (Pukou); casework.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

SUBMITTED, ACCEPTED, DISPATCHED, IN_PROGRESS, JOINT = (
    "submitted", "accepted", "dispatched", "in_progress", "joint",
)  # fmt: skip
RESOLVED, VERIFIED, REOPENED, CLOSED, REJECTED = "resolved", "verified", "reopened", "closed", "rejected"


class Status(models.TextChoices):
    SUBMITTED = SUBMITTED, _("待受理")
    ACCEPTED = ACCEPTED, _("待分办")
    DISPATCHED = DISPATCHED, _("待签收")
    IN_PROGRESS = IN_PROGRESS, _("办理中")
    JOINT = JOINT, _("会办中")
    RESOLVED = RESOLVED, _("待评价")
    VERIFIED = VERIFIED, _("已评价")
    REOPENED = REOPENED, _("重新办理")
    CLOSED = CLOSED, _("已归档")
    REJECTED = REJECTED, _("不予受理")


class Stage(models.TextChoices):
    """The five stages of the Pukou loop (诉求收集 → 工单分办 → 难事会办 → 交办解决 → 检验成效)."""

    COLLECT = "collect", _("诉求收集")
    DISPATCH = "dispatch", _("工单分办")
    JOINT = "joint", _("难事会办")
    SOLVE = "solve", _("交办解决")
    CHECK = "check", _("检验成效")


STAGE_OF: Mapping[str, Stage] = {
    SUBMITTED: Stage.COLLECT,
    REJECTED: Stage.COLLECT,
    ACCEPTED: Stage.DISPATCH,
    DISPATCHED: Stage.DISPATCH,
    JOINT: Stage.JOINT,
    IN_PROGRESS: Stage.SOLVE,
    REOPENED: Stage.SOLVE,
    RESOLVED: Stage.CHECK,
    VERIFIED: Stage.CHECK,
    CLOSED: Stage.CHECK,
}

OPEN = (SUBMITTED, ACCEPTED, DISPATCHED, IN_PROGRESS, JOINT, REOPENED)
"""Somebody still has to solve it: counted as in progress (在办), has a deadline, can be overdue."""
SOLVED = (RESOLVED, VERIFIED, CLOSED)
"""Counted as solved, unless it was merged into another or taken back (domain.md: resolved ÷ found)."""
HANDLING = (DISPATCHED, IN_PROGRESS, JOINT, REOPENED)
"""A lead department has it."""
GOES_ON = (DISPATCHED, IN_PROGRESS, JOINT)
"""Dispatched again to the lead that has it, a demand stays where it is: only its joint departments change."""

MOST_RETURNS = 1  # wrongly sent ones are returned once, then the bureau decides (casework.md: no ping-pong)
MOST_REOPENINGS = 2
REOPEN_DAYS = 30  # calendar days after it was resolved
LOW_SCORE = (
    2  # stars: from here down the enterprise is called back, and the bureau reviews before it is archived
)


class Actor(models.TextChoices):
    """As whom somebody acts on a demand."""

    ENTERPRISE = "enterprise", _("企业")
    TOWN = "town", _("属地党组织")
    LEAD = "lead", _("牵头部门")
    HELPER = "helper", _("协办部门")
    BUREAU = "bureau", _("区局")
    SYSTEM = "system", _("系统")


ENTERPRISE, TOWN, LEAD, HELPER, BUREAU, SYSTEM = Actor
DISPATCHERS = frozenset({TOWN, BUREAU})
HANDLERS = frozenset({LEAD, HELPER})
STAFF = DISPATCHERS | HANDLERS


@dataclass(frozen=True)
class Move:
    """One row of the table. `open_to`: for each actor the states from which the move is open. `target`: the state
    afterwards, None when the demand stays where it is. `needs`: what must come with it."""

    code: str
    label: str
    open_to: Mapping[str, frozenset[str]]
    target: str | None
    needs: tuple[str, ...] = ()


def _move(code: str, label, target: str | None, *needs: str, **open_to: Iterable[str]) -> Move:
    by = {Actor(who): frozenset(states) for who, states in open_to.items()}
    return Move(code, label, by, target, needs)


_TO_DISPATCH = (ACCEPTED, REOPENED)
_AT_WORK = (DISPATCHED, IN_PROGRESS, JOINT, REOPENED)
_SIGNED = (IN_PROGRESS, JOINT)
_MERGEABLE = (SUBMITTED, ACCEPTED, DISPATCHED, IN_PROGRESS)

MOVES: dict[str, Move] = {
    move.code: move
    for move in (
        # the town takes it in, the lead department signs for it: both say 接单
        _move("accept", _("受理/签收"), None,
              town=(SUBMITTED,), bureau=(SUBMITTED,), lead=(DISPATCHED, REOPENED), helper=_AT_WORK),
        _move("reject", _("不予受理"), REJECTED, "reason", town=(SUBMITTED,), bureau=(SUBMITTED,)),
        _move("dispatch", _("派单"), DISPATCHED, "lead", town=_TO_DISPATCH, bureau=(*_TO_DISPATCH, *_AT_WORK)),
        _move("return", _("退回"), ACCEPTED, "reason", lead=(DISPATCHED, IN_PROGRESS, REOPENED), bureau=_AT_WORK),
        _move("report", _("反馈进展"), None, "text", lead=_AT_WORK, helper=_AT_WORK),
        _move("ask", _("请企业补充"), None, "text", lead=_SIGNED, town=(SUBMITTED, ACCEPTED)),
        _move("answer", _("补充说明"), None, "text", enterprise=OPEN),
        _move("extend", _("延期"), None, "until", "reason", lead=_SIGNED, town=_SIGNED, bureau=_SIGNED),
        _move("approve_extension", _("同意延期"), None, town=_AT_WORK, bureau=_AT_WORK),
        _move("refuse_extension", _("不同意延期"), None, "reason", town=_AT_WORK, bureau=_AT_WORK),
        _move("whistle", _("吹哨会办"), JOINT, lead=(IN_PROGRESS,), town=(DISPATCHED, IN_PROGRESS, REOPENED),
              bureau=(DISPATCHED, IN_PROGRESS, REOPENED)),
        _move("convene", _("形成会办决议"), IN_PROGRESS, "minutes", lead=(JOINT,), town=(JOINT,), bureau=(JOINT,)),
        _move("resolve", _("办结"), RESOLVED, "result", lead=_AT_WORK, helper=_AT_WORK),
        _move("verify", _("评价"), VERIFIED, "satisfied", enterprise=(RESOLVED,)),
        _move("reopen", _("要求重新办理"), REOPENED, "reason",
              enterprise=(RESOLVED, VERIFIED, CLOSED), town=(RESOLVED, VERIFIED, CLOSED),
              bureau=(RESOLVED, VERIFIED, CLOSED)),
        _move("close", _("归档"), CLOSED, town=(VERIFIED,), bureau=(VERIFIED, RESOLVED), system=(VERIFIED, RESOLVED)),
        _move("withdraw", _("撤回"), CLOSED, "reason", enterprise=(SUBMITTED, ACCEPTED)),
        _move("merge", _("并入其他诉求"), CLOSED, "into", town=_MERGEABLE, bureau=_MERGEABLE),
    )
}  # fmt: skip

STEP_LABELS = {
    "submit": _("提出诉求"),
    "sign": _("签收"),
    "attach": _("上传附件"),
    "note": _("内部备注"),
    "absorb": _("并入本诉求"),
    "link": _("关联诉求"),
    "unlink": _("取消关联"),
    "task_dropped": _("会办事项不再办理"),
    "callback": _("发起回访"),
    "callback_closed": _("回访办结"),
    "escalate": _("催办提醒"),
    "task_done": _("完成会办事项"),
    "correct": _("更正"),
    "mask": _("清理个人信息"),
} | {code: move.label for code, move in MOVES.items()}
"""What the timeline calls each DemandStep.move; of the two meanings of `accept` the town's is 受理, else `sign`."""


@dataclass(frozen=True)
class Facts:
    """What the table needs to know of a demand.

    `unfinished`: joint departments and tasks that are not done. `mine`: of the acting department's own part: ""
    (none), "waiting", "signed", "done". `has_callback`: somebody still has to call the enterprise back. `judged_low`:
    the last judgement was not satisfied, or two stars and less. `ended_early`:
    it was taken back or merged, so that nothing was solved.
    """

    status: str
    returns: int = 0
    reopenings: int = 0
    days_since_resolved: int = 0
    is_waiting: bool = False
    has_extension: bool = False
    unfinished: int = 0
    mine: str = ""
    has_callback: bool = False
    judged_low: bool = False
    ended_early: bool = False


@dataclass(frozen=True)
class Parties:
    """Whose demand it is, as natural keys and ids; `actors` compares it with a user's scope."""

    district_id: int
    town_id: int
    uscc: str = ""
    lead_id: int | None = None
    helper_ids: frozenset[int] = field(default_factory=frozenset)


def actors(scope, parties: Parties) -> frozenset[str]:
    """As whom a user may act on a demand; empty for who only reads (a leader) or has nothing to do with it."""
    found: set[str] = set()
    if scope.is_admin or parties.district_id in scope.managed:
        found.add(BUREAU)
    if parties.town_id in scope.towns:
        found.add(TOWN)
    if parties.lead_id is not None and parties.lead_id in scope.departments:
        found.add(LEAD)
    if not scope.departments.isdisjoint(parties.helper_ids):
        found.add(HELPER)
    if parties.uscc and parties.uscc in scope.enterprises:
        found.add(ENTERPRISE)
    return frozenset(found)


def sees(scope, parties: Parties, departments: frozenset[int]) -> bool:
    """Whether a demand that was read lies in a user's scope: what `Demand.objects.visible_to` filters by.
    `departments`: those with an open part."""
    return (
        scope.is_admin
        or parties.district_id in scope.districts
        or parties.town_id in scope.towns
        or (bool(parties.uscc) and parties.uscc in scope.enterprises)
        or not scope.departments.isdisjoint(departments)
    )


def may_ever(code: str, by: Iterable[str]) -> bool:
    """Whether one of these actors may do the move in some state: otherwise it is 403, not 409."""
    return not MOVES[code].open_to.keys().isdisjoint(by)


def move_problem(code: str, facts: Facts, by: Iterable[str]) -> str | None:
    """The sentence that says why the move is closed now, or None when it is open."""
    move, by = MOVES[code], frozenset(by)
    able = {who for who, states in move.open_to.items() if who in by and facts.status in states}
    if not able:
        return _("诉求目前为“%(state)s”，不能进行“%(move)s”。") % {
            "state": Status(facts.status).label,
            "move": move.label,
        }
    return _own_problem(code, facts, able)


def _own_problem(code: str, facts: Facts, able: set[str]) -> str | None:
    only_helper = able <= {HELPER}
    if code == "accept" and only_helper and facts.mine != "waiting":
        return _("本部门已经签收。")
    if code == "resolve" and only_helper and facts.mine == "done":
        return _("本部门的协办事项已经办结。")
    if code == "resolve" and LEAD in able and facts.unfinished:
        return _("还有 %(count)d 个协办部门或会办事项未完成，不能办结。") % {"count": facts.unfinished}
    if code == "return" and able <= {LEAD} and facts.returns >= MOST_RETURNS:
        return _("这件诉求已退回过一次，不能再次退回；如有异议请联系区局裁定。")
    if code == "ask" and facts.is_waiting:
        return _("正在等待企业补充，不必重复询问。")
    if code in ("approve_extension", "refuse_extension") and not facts.has_extension:
        return _("目前没有待批准的延期申请。")
    if code == "extend" and facts.has_extension and able <= {LEAD}:
        return _("已有一份延期申请等待批准。")
    if code == "close" and facts.has_callback:
        return _("还有一件回访没有办结，请先在“回访”中填写企业的意见并办结，然后归档。")
    if code == "close" and facts.judged_low and BUREAU not in able:
        return _("企业评价不满意，由区局复核后归档。")
    if code == "reopen" and facts.ended_early:
        return _("这件诉求已撤回或并入其他诉求，请另行提出诉求。")
    if code == "reopen" and facts.reopenings >= MOST_REOPENINGS and BUREAU not in able:
        return _("这件诉求已重新办理 %(count)d 次，如仍不满意请联系区局。") % {"count": facts.reopenings}
    if code == "reopen" and facts.days_since_resolved > REOPEN_DAYS and BUREAU not in able:
        return _("办结已超过 %(days)d 天，请另行提出诉求。") % {"days": REOPEN_DAYS}
    return None


def moves_open(facts: Facts, by: Iterable[str]) -> list[str]:
    """The moves that these actors may make now, in the table's order: the buttons of a page, `open_moves` of a 409."""
    by = frozenset(by)
    return [code for code in MOVES if may_ever(code, by) and move_problem(code, facts, by) is None]
