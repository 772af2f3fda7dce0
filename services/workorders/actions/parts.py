"""The departments' parts: given with a dispatch, signed for, done, taken away."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from portal.territory.models import Department

from .. import store
from ..models import Demand, DemandPart, Extension, JointMeeting, MeetingAttendance
from ..rules import states
from ..rules.hours import close_of, pushed_back
from .clocks import FOLLOWING, HANDLE, Terms, part_clock, sign_due, start_clock, terms_of
from .guard import Case, clock_for

LEAD, JOINT = DemandPart.Role.LEAD, DemandPart.Role.JOINT
NOBODY: Mapping[str, date] = MappingProxyType({})


def give(
    case: Case,
    departments: Iterable[Department],
    role: str,
    *,
    terms: Terms,
    due: datetime | None,
    own: Mapping[str, date] = NOBODY,
) -> None:
    """Gives each department a part; it sees the demand from now on. `own`: days of departments by code that are not
    the lead's."""
    rows = [
        DemandPart(
            demand=case.demand, department=one, role=role, given_at=case.now,
            sign_due_at=sign_due(case.now, terms), **_until(case, one, due, terms, own),
        )
        for one in departments
    ]  # fmt: skip
    for row in rows:
        store.insert(row)
    case.parts.extend(rows)


def keep(
    case: Case, kept: Iterable[DemandPart], *, terms: Terms, due: datetime, own: Mapping[str, date]
) -> None:
    """A demand is dispatched anew and these departments stay: with the new deadline, or the own one."""
    for part in kept:
        if part.done_at is None and (part.department.code in own or not part.has_own_day):
            store.write(part, **_until(case, part.department, due, terms, own))


def _until(
    case: Case, department: Department, due: datetime | None, terms: Terms, own: Mapping[str, date]
) -> dict[str, Any]:
    if department.code in own:
        return part_clock(case.now, close_of(own[department.code]), terms)
    return FOLLOWING | {"due_at": due}


def move_on(case: Case, due: datetime) -> None:
    """The demand has another deadline, and with it who has none of the own."""
    for part in case.parts:
        if part.done_at is None and not part.has_own_day and part.due_at != due:
            store.write(part, due_at=due)


def new_deadline(case: Case, until: datetime) -> dict[str, Any]:
    """The values of another deadline. The clock of handling starts anew, reminders with it; one that stands goes on
    standing."""
    move_on(case, until)
    values: dict[str, Any] = {"handle_due_at": until}
    if case.demand.clock != HANDLE or case.facts.is_waiting:
        return values
    return values | start_clock(case.demand, HANDLE, case.now, due=until)


def resume(case: Case, due: datetime | None) -> None:
    """The enterprise has answered: the parts have as much more time as it took, reminders that were sent stay sent."""
    if due is not None:
        move_on(case, due)
    own = [part for part in case.parts if part.has_own_day and part.done_at is None]
    terms = terms_of(case.demand) if own else None
    for part in own:
        since = max(case.demand.waiting_since, part.clock_started_at)
        started, until = (
            pushed_back(moment, since, case.now, terms.calendar)
            for moment in (part.clock_started_at, part.due_at)
        )
        reminders = part.escalations.filter(clock_started_at=part.clock_started_at)
        sent = set(reminders.values_list("share", flat=True))
        reminders.update(clock_started_at=started)
        store.write(part, **part_clock(started, until, terms, sent))


def leave(case: Case, parts: Sequence[DemandPart], reason: str) -> None:
    """Takes parts away; these departments see the demand no more."""
    for part in parts:
        store.write(part, left_at=case.now, leave_reason=reason[:300], next_alert_at=None)
    case.parts = [part for part in case.parts if part not in parts]


def sign(case: Case, part: DemandPart) -> None:
    """A department takes its part on; a second time changes nothing."""
    if part.signed_at is None:
        store.write(part, signed_at=case.now, signed_by=case.by)


def done(case: Case, part: DemandPart, result: str) -> None:
    """A department has finished its part; whoever had not signed for it signs with it."""
    sign(case, part)
    store.write(part, done_at=case.now, result=result[:1000], next_alert_at=None)


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


def uncall(demand: Demand, parts: Iterable[DemandPart]) -> None:
    """These departments need not come to the planned meeting any more."""
    away = [part.department_id for part in parts]
    planned = MeetingAttendance.objects.filter(
        meeting__demand=demand, meeting__state=JointMeeting.State.PLANNED
    )
    planned.filter(department__in=away).delete()
