"""The departments' parts: given with a dispatch, signed for, done, taken away."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.territory.models import Department

from .. import store
from ..models import Demand, DemandPart, Extension, JointMeeting
from ..rules import states
from .clocks import Terms, sign_due
from .guard import Case, clock_for

LEAD, JOINT = DemandPart.Role.LEAD, DemandPart.Role.JOINT


def give(
    case: Case, departments: Iterable[Department], role: str, *, terms: Terms, due: datetime | None
) -> None:
    """Gives each department a part; it sees the demand from now on."""
    rows = [
        DemandPart(
            demand=case.demand, department=one, role=role, given_at=case.now, due_at=due,
            sign_due_at=sign_due(case.now, terms),
        )
        for one in departments
    ]  # fmt: skip
    for row in rows:
        store.insert(row)
    case.parts.extend(rows)


def leave(case: Case, parts: Sequence[DemandPart], reason: str) -> None:
    """Takes parts away; these departments see the demand no more."""
    for part in parts:
        store.write(part, left_at=case.now, leave_reason=reason[:300])
    case.parts = [part for part in case.parts if part not in parts]


def sign(case: Case, part: DemandPart) -> None:
    """A department takes its part on; a second time changes nothing."""
    if part.signed_at is None:
        store.write(part, signed_at=case.now, signed_by=case.by)


def done(case: Case, part: DemandPart, result: str) -> None:
    """A department has finished its part; whoever had not signed for it signs with it."""
    sign(case, part)
    store.write(part, done_at=case.now, result=result[:1000])


def lead_signs(case: Case) -> dict[str, Any]:
    """The lead signs for the demand: the values that change with it. Nothing for one that has signed already."""
    part = case.lead_part
    if part is None or part.signed_at is not None:
        return {}
    sign(case, part)
    values: dict[str, Any] = {}
    if case.demand.signed_at is None:
        in_time = part.sign_due_at is None or case.now <= part.sign_due_at
        values = {"signed_at": case.now, "signed_in_time": in_time}
    if case.before in (states.DISPATCHED, states.REOPENED):
        due = case.demand.handle_due_at
        values |= {"status": states.IN_PROGRESS} | clock_for(case, states.IN_PROGRESS, due=due)
    return values


def lapse_extension(case: Case) -> None:
    """An extension that still waits is void: the demand went another way."""
    if case.facts.has_extension:
        Extension.objects.filter(demand=case.demand, state=Extension.State.WAITING).update(
            state=Extension.State.LAPSED,
            decided_at=case.now,
            decision=_("诉求已转入其他环节，申请自动失效。"),
        )


def cancel_meeting(demand: Demand) -> None:
    """A planned joint meeting is not needed any more."""
    JointMeeting.objects.filter(demand=demand, state=JointMeeting.State.PLANNED).update(
        state=JointMeeting.State.CANCELLED
    )
