"""How every move of a demand runs: locked and read again, the table asked, the step written, the figures marked.

Locks are taken in one order: demands by id, then parts, meeting, resolutions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import BUSY_STATES, Conflict, Stale, translate

from .. import store
from ..models import Demand, DemandPart, DemandStep
from ..rules import states
from ..rules.states import Actor, Facts, Parties
from .clocks import CLOCK_OF, STOPPED, Terms, start_clock

__all__ = ["Case", "action", "actors_of", "begin", "case_of", "finish", "open_moves", "record", "summary"]

SYSTEM = frozenset({Actor.SYSTEM})
# Of several that somebody is, as whom a move is made.
PRECEDENCE = (Actor.LEAD, Actor.HELPER, Actor.TOWN, Actor.BUREAU, Actor.ENTERPRISE, Actor.SYSTEM)
COUNTED_DAYS = ("created_at", "signed_at", "resolved_at", "verified_at", "closed_at")


def action(function: Callable) -> Callable:
    """One transaction that waits at most three seconds for the lock; a lost race is a Conflict (409) with a sentence.

    What `store` writes in it goes to the server together, at the end.
    """

    @wraps(function)
    def run(*args, **kwargs):
        try:
            with transaction.atomic(), store.gathered():
                return function(*args, **kwargs)
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) in BUSY_STATES:
                raise translate(error) from error
            raise

    return run


@dataclass
class Case:
    """A demand with its open parts, and somebody who wants to do something with it."""

    demand: Demand
    parts: list[DemandPart]
    by: User | None
    now: datetime
    has_extension: bool = False
    has_callback: bool = False
    open_tasks: int = 0

    def __post_init__(self) -> None:
        self.before = self.demand.status
        self.days = _days(self.demand)

    @property
    def lead_part(self) -> DemandPart | None:
        return next((part for part in self.parts if part.role == DemandPart.Role.LEAD), None)

    @property
    def helpers(self) -> list[DemandPart]:
        return [part for part in self.parts if part.role == DemandPart.Role.JOINT]

    @property
    def own_helpers(self) -> list[DemandPart]:
        """The joint parts of the departments for which `by` acts."""
        return [part for part in self.helpers if part.department_id in self.by.scope.departments]

    @cached_property
    def who(self) -> frozenset[str]:
        if self.by is None:
            return SYSTEM
        return states.actors(self.by.scope, self.parties)

    @cached_property
    def parties(self) -> Parties:
        demand = self.demand
        uscc = demand.enterprise.uscc if demand.enterprise else ""
        helpers = frozenset(part.department_id for part in self.helpers)
        return Parties(demand.district_id, demand.town_id, uscc, demand.lead_id, helpers)

    @cached_property
    def facts(self) -> Facts:
        demand = self.demand
        return Facts(
            status=demand.status,
            returns=demand.returns,
            reopenings=demand.reopenings,
            days_since_resolved=(self.now - demand.resolved_at).days if demand.resolved_at else 0,
            is_waiting=demand.waiting_since is not None,
            has_extension=self.has_extension,
            unfinished=self.open_tasks + sum(part.done_at is None for part in self.helpers),
            mine=self._mine(),
            has_callback=self.has_callback,
            judged_low=demand.status == states.VERIFIED and is_low(demand.satisfied, demand.score),
            ended_early=demand.withdrawn or demand.merged_into_id is not None,
        )

    def _mine(self) -> str:
        """How far the own joint parts are; of several the least."""
        if Actor.HELPER not in self.who:
            return ""
        own = self.own_helpers
        if any(part.signed_at is None for part in own):
            return "waiting"
        return "signed" if any(part.done_at is None for part in own) else "done"

    def acting(self, code: str) -> str:
        """As whom the move is made."""
        open_to = states.MOVES[code].open_to
        return next(
            who for who in PRECEDENCE if who in self.who and self.before in open_to.get(who, frozenset())
        )


def case_of(demand: Demand, by: User | None, *, now: datetime | None = None) -> Case:
    """How the demand stands, for looking, not for writing. One query."""
    found = store.read(demand.number)
    if found is None:
        raise Demand.DoesNotExist
    return _case(found, by, now or timezone.now())


def seen_case(number: str, by: User) -> Case:
    """The demand of this number as `by` sees it, read once. Raises Demand.DoesNotExist for a missing and a foreign one
    alike: what `Demand.objects.visible_to` would find."""
    found = store.read(number)
    if found is None or not by.is_active:
        raise Demand.DoesNotExist
    case = _case(found, by, timezone.now())
    departments = frozenset(part.department_id for part in case.parts)
    if not states.sees(by.scope, case.parties, departments):
        raise Demand.DoesNotExist
    case.demand.__dict__["_found"] = found  # for the lock that may follow at once
    return case


def actors_of(by: User | None, demand: Demand) -> frozenset[str]:
    """As whom somebody acts on a demand; empty for who only reads."""
    return case_of(demand, by).who


def open_moves(by: User | None, demand: Demand) -> list[str]:
    """The moves that somebody may make now: what a page shows as buttons."""
    case = case_of(demand, by)
    return states.moves_open(case.facts, case.who)


def take(demand: Demand, by: User | None) -> Case:
    """The demand as it stands, locked, as a case, whatever is to be done with it."""
    return take_all(by, demand)[0]


def take_all(by: User | None, *demands: Demand) -> list[Case]:
    """Several demands, locked in id order; in the order given."""
    found = store.lock(*demands)
    now = timezone.now()
    return [_case(one, by, now) for one in found]


def _case(found: store.Found, by: User | None, now: datetime) -> Case:
    return Case(found.demand, found.parts, by, now, found.has_extension, found.has_callback, found.open_tasks)


def begin(
    code: str, demand: Demand, by: User | None, version: int | None = None, *, as_enterprise: bool = False
) -> Case:
    """The locked demand, for a move that is open to `by`; `as_enterprise`: to the holder of its link (links.py).

    Raises PermissionDenied (403) for who may never make it, Stale for an old version, and Conflict (409) with the moves
    that are open when this one is not.
    """
    case = take(demand, by)
    if as_enterprise:
        case.who = frozenset({Actor.ENTERPRISE})
    require(code, case, version)
    return case


def require(code: str, case: Case, version: int | None = None) -> None:
    if not states.may_ever(code, case.who):
        raise PermissionDenied(_("您的角色不能进行这项操作。"))
    require_version(case, version)
    if problem := states.move_problem(code, case.facts, case.who):
        raise closed_move(problem, case)


def require_version(case: Case, version: int | None) -> None:
    if version is not None and version != case.demand.version:
        raise Stale(current=summary(case.demand))


def closed_move(problem: str, case: Case) -> Conflict:
    """The 409 that says why, how the demand stands, and which moves are open."""
    moves = states.moves_open(case.facts, case.who)
    return Conflict(problem, code="move_closed", current=summary(case.demand), open_moves=moves)


def summary(demand: Demand) -> dict[str, Any]:
    """The row as a 409 shows it: enough to go on, nothing personal."""
    return {
        "number": demand.number,
        "status": demand.status,
        "status_label": str(demand.get_status_display()),
        "version": demand.version,
    }


def clock_for(
    case: Case, status: str, *, terms: Terms | None = None, due: datetime | None = None
) -> dict[str, Any]:
    """The clock's values when the demand comes to `status`: the same clock goes on, another one starts, or none runs."""
    clock = CLOCK_OF.get(status)
    if clock is None:
        return STOPPED
    if clock == case.demand.clock:
        return {}
    return start_clock(case.demand, clock, case.now, terms=terms, due=due)


def finish(
    case: Case,
    move: str,
    *,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    actor: str | None = None,
    department: int | None = None,
    internal: bool = False,
    values: Mapping[str, Any] | None = None,
) -> Demand:
    """Writes the locked demand's new values, counts its version, appends to the timeline and marks the figures."""
    demand = case.demand
    new = {**(values or {}), "version": demand.version + 1}
    step = _step(case, new.get("status", demand.status), move, note, data, actor, department, internal)
    store.write(demand, **new)
    store.insert(step)
    store.mark_days(case.days | _days(demand) | {timezone.localdate(case.now)})
    return demand


def record(
    case: Case,
    move: str,
    *,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    actor: str | None = None,
    department: int | None = None,
    internal: bool = False,
) -> DemandStep:
    """Appends an entry to the timeline. `actor`: as whom, else found by the table."""
    step = _step(case, case.demand.status, move, note, data, actor, department, internal)
    store.insert(step)
    return step


def _step(
    case: Case,
    after: str,
    move: str,
    note: str,
    data: Mapping[str, Any] | None,
    actor: str | None,
    department: int | None,
    internal: bool,
) -> DemandStep:
    if actor is None:
        is_move = move in states.MOVES
        actor = case.acting(move) if is_move else next((who for who in PRECEDENCE if who in case.who), "")
    if department is None:
        department = _department(case, actor)
    return DemandStep(
        demand=case.demand, move=move, before=case.before, after=after, actor=actor, department_id=department,
        note=note[:1000], data=dict(data or {}), internal=internal, by=case.by, at=case.now,
    )  # fmt: skip


def _department(case: Case, actor: str) -> int | None:
    if actor == Actor.LEAD:
        return case.demand.lead_id
    if actor == Actor.HELPER:
        return next((part.department_id for part in case.own_helpers), None)
    return None


def is_low(satisfied: bool | None, score: int | None) -> bool:
    """Whether a judgement asks for a call back and the bureau's review."""
    return satisfied is False or (score is not None and score <= states.LOW_SCORE)


def _days(demand: Demand) -> set:
    """The days on which the demand counts for something."""
    return {timezone.localdate(at) for name in COUNTED_DAYS if (at := getattr(demand, name))}


def seen_by_staff(case: Case) -> None:
    """Raises PermissionDenied for who does not handle the demand: leaders, the enterprise."""
    if case.who.isdisjoint(states.STAFF):
        raise PermissionDenied(_("您的角色不能进行这项操作。"))
