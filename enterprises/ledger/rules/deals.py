"""The states of a purchase and the moves between them: one table, read by action, page and API alike.

待确认 ─confirm (each side)→ 已确认 ─verify→ 已核实
待确认, 已确认 ─dispute→ 有异议 ─resolve→ 待确认
待确认, 有异议 ─correct→ 待确认 (the other side confirms anew)
every open state ─cancel→ 已撤销
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

REPORTED, CONFIRMED, DISPUTED, VERIFIED, CANCELLED = (
    "reported",
    "confirmed",
    "disputed",
    "verified",
    "cancelled",
)
COUNTED = (CONFIRMED, VERIFIED)
"""Both sides have confirmed: the deal counts on its signing date (domain.md, Intra-chain procurement)."""
LABELS = {
    REPORTED: _("待确认"),
    CONFIRMED: _("已确认"),
    DISPUTED: _("有异议"),
    VERIFIED: _("已核实"),
    CANCELLED: _("已撤销"),
}


class Actor(models.TextChoices):
    """As whom somebody acts. A reporter is the side that reported the deal."""

    BUYER = "buyer", _("采购方")
    SELLER = "seller", _("供应方")
    REPORTER = "reporter", _("报送方")
    STAFF = "staff", _("工作人员")


BUYER, SELLER, REPORTER, STAFF = Actor.BUYER, Actor.SELLER, Actor.REPORTER, Actor.STAFF
SIDES = frozenset({BUYER, SELLER})


@dataclass(frozen=True)
class Move:
    """One row of the table. `open_to`: for each actor the states from which the move is open. `target` is the state
    afterwards; a confirmation leads there only when the other side has confirmed too. `reason`: one must be given."""

    code: str
    label: str
    open_to: Mapping[Actor, frozenset[str]]
    target: str
    reason: bool = False


def _move(code, label, target, *, reason=False, **open_to) -> Move:
    return Move(
        code, label, {Actor(who): frozenset(states) for who, states in open_to.items()}, target, reason
    )


WAITING = (REPORTED, DISPUTED)
MOVES: dict[str, Move] = {
    move.code: move
    for move in (
        _move("confirm", _("确认"), CONFIRMED, buyer=(REPORTED,), seller=(REPORTED,)),
        _move("dispute", _("提出异议"), DISPUTED, reason=True,
              buyer=(REPORTED, CONFIRMED), seller=(REPORTED, CONFIRMED)),
        _move("correct", _("更正"), REPORTED, reporter=WAITING, staff=WAITING),
        _move("resolve", _("异议已处理"), REPORTED, reason=True, staff=(DISPUTED,)),
        _move("verify", _("核实"), VERIFIED, staff=(CONFIRMED,)),
        _move("cancel", _("撤销"), CANCELLED, reason=True, reporter=WAITING, staff=(*WAITING, CONFIRMED, VERIFIED)),
    )
}  # fmt: skip

STEP_LABELS = {
    "report": _("报送"),
    "reassess": _("重新判定产业链"),
    "attach": _("上传附件"),
    **{code: move.label for code, move in MOVES.items()},
}
"""What the timeline calls each DealStep.move."""


@dataclass(frozen=True)
class Facts:
    """What the table needs to know of a deal: its state and which sides have confirmed."""

    status: str
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Parties:
    """Whose deal it is, as natural keys and ids; `actors` compares it with a user's scope."""

    district_id: int
    buyer: str
    seller: str
    towns: tuple[int, int]
    reporter: str


def actors(scope, parties: Parties) -> frozenset[str]:
    """As whom a user may act on a deal; empty for who only reads (a leader) or has nothing to do with it."""
    found: set[str] = set()
    if any(scope.manages_town(town, parties.district_id) for town in parties.towns):
        found.add(STAFF)
    for side, uscc in ((BUYER, parties.buyer), (SELLER, parties.seller)):
        if uscc in scope.enterprises:
            found.add(side)
            if parties.reporter == side:
                found.add(REPORTER)
    return frozenset(found)


def may_ever(code: str, by: Iterable[str]) -> bool:
    """Whether one of these actors may do the move in some state: otherwise it is 403, not 409."""
    return not MOVES[code].open_to.keys().isdisjoint(by)


def move_problem(code: str, facts: Facts, by: Iterable[str]) -> str | None:
    """The sentence that says why the move is closed now, or None when it is open."""
    move, by = MOVES[code], frozenset(by)
    if not any(facts.status in states for who, states in move.open_to.items() if who in by):
        return _("这笔采购%(state)s，不能进行“%(move)s”。") % {
            "state": LABELS[facts.status],
            "move": move.label,
        }
    if code == "confirm" and not sides_to_confirm(facts, by):
        return _("您方已经确认，正在等待对方确认。")
    if code == "dispute" and facts.status == REPORTED and REPORTER in by and not sides_to_confirm(facts, by):
        return _("这是您方报送的采购，如需改动请更正或撤销。")
    return None


def sides_to_confirm(facts: Facts, by: Iterable[str]) -> frozenset[str]:
    """The sides that these actors can still confirm for."""
    return (SIDES & frozenset(by)) - facts.confirmed


def moves_open(facts: Facts, by: Iterable[str]) -> list[str]:
    """The moves that these actors may make now, in the table's order: the buttons of a page, `open_moves` of a 409."""
    by = frozenset(by)
    return [code for code in MOVES if may_ever(code, by) and move_problem(code, facts, by) is None]


def confirmed_by(reporter: str) -> frozenset[str]:
    """The sides that have confirmed a new deal: who reports it stands by it; staff confirm for nobody."""
    return SIDES & {reporter}
