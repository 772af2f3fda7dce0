"""Taking in and handing on (党组织派单、部门接单): accept, reject, dispatch, send back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid
from portal.territory.models import Department

from .. import messages
from ..models import Demand
from ..rules import states
from ..rules.states import Actor
from . import parts, texts
from .clocks import SIGN, STOPPED, handle_due, start_clock, terms_of
from .guard import Case, action, begin, clock_for, finish
from .rearranging import rearrange

MOST_AT_ONCE = 100


@action
def accept(*, demand: Demand, by: User, version: int | None = None) -> Demand:
    """The town takes a demand in (受理), or a department signs for it (签收): the lead for the whole, a joint department
    for its part."""
    case = begin("accept", demand, by, version)
    acting = case.acting("accept")
    if acting == Actor.LEAD:
        return _told(case, finish(case, "sign", actor=acting, values=parts.lead_signs(case)), "sign")
    if acting == Actor.HELPER:
        own = next(part for part in case.own_helpers if part.signed_at is None)
        parts.sign(case, own)
        return finish(case, "sign", actor=acting, department=own.department_id)
    values = {"status": states.ACCEPTED, "accepted_at": case.now} | clock_for(case, states.ACCEPTED)
    return _told(case, finish(case, "accept", actor=acting, values=values), "accept")


@action
def reject(*, demand: Demand, by: User, reason: str, version: int | None = None) -> Demand:
    """The town does not take a demand in, and says why (不予受理)."""
    case = begin("reject", demand, by, version)
    reason = texts.reason_said(reason)
    values = {"status": states.REJECTED, "closed_at": case.now} | STOPPED
    return _told(case, finish(case, "reject", note=reason, values=values), "reject", detail=reason)


@action
def dispatch(
    *,
    demand: Demand,
    by: User,
    lead: Department,
    joint: Iterable[Department] = (),
    due_on: date | None = None,
    joint_due: Mapping[str, date | None] = parts.NOBODY,
    reason: str = "",
    version: int | None = None,
) -> Demand:
    """A demand goes to a lead department and joint ones, each of which signs for it (派单).

    `due_on`: the day by which it is to be handled, else the district's days for its kind and urgency. `joint_due`: days
    of joint departments, by code, that are earlier than the lead's. Another dispatch takes it from whoever had it; a
    joint department that stays keeps its part, and a lead that stays goes on as before (rearranging.py). Raises Invalid
    for a closed department, and for a day beyond the lead's.
    """
    case = begin("dispatch", demand, by, version)
    demand = case.demand
    joint = texts.open_departments(demand, lead, joint)
    if due_on is not None:
        texts.day_ahead("due_on", due_on)
    reason = texts.said("reason", reason, most=200, least=0, lines=False)
    reason = texts.reason_of(demand, reason, lead, joint)
    if demand.lead_id == lead.pk and case.before in states.GOES_ON:
        return rearrange(case, joint, due_on=due_on, joint_due=joint_due, reason=reason)
    terms = terms_of(demand)
    due = handle_due(case.now, terms, due_on)
    own = texts.own_days(joint, joint_due, due)
    wanted = {one.pk for one in joint}
    kept = {part.department_id for part in case.helpers if part.department_id in wanted}
    stay = [part for part in case.helpers if part.department_id in kept]
    gone = [part for part in case.parts if part not in stay]
    parts.lapse_extension(case)
    parts.leave(case, gone, _("改派"))
    parts.give(case, [lead], parts.LEAD, terms=terms, due=due)
    parts.keep(case, stay, terms=terms, due=due, own=own)
    new = [one for one in joint if one.pk not in kept]
    parts.give(case, new, parts.JOINT, terms=terms, due=due, own=own)
    if case.before == states.JOINT:
        parts.cancel_meeting(demand)
    values = {
        "status": states.DISPATCHED,
        "lead": lead,
        "dispatch_reason": reason,
        "dispatched_at": case.now,
        "signed_at": None,
        "signed_in_time": None,
        "handle_due_at": due,
    } | start_clock(demand, SIGN, case.now, terms=terms)
    data = {"lead": lead.code, "joint": [one.code for one in joint]}
    data |= {"joint_due": {code: day.isoformat() for code, day in own.items()}} if own else {}
    note = _("牵头：%(lead)s") % {"lead": lead.name}
    note += _("；协办：%(joint)s") % {"joint": texts.named(joint)} if joint else ""
    note += f"。{reason}" if reason else ""
    finish(case, "dispatch", note=note, data=data, values=values)
    have = {part.department_id for part in case.parts}
    messages.tell_left(demand, [part for part in gone if part.department_id not in have])
    return _told(case, demand, "dispatch", detail=reason)


@action
def send_back(*, demand: Demand, by: User, reason: str, version: int | None = None) -> Demand:
    """A department returns what was wrongly sent, once (退回); the bureau may take back any. It is dispatched anew."""
    case = begin("return", demand, by, version)
    reason = texts.reason_said(reason)
    acting = case.acting("return")
    department = case.demand.lead_id
    values = {
        "status": states.ACCEPTED,
        "lead": None,
        "dispatched_at": None,
        "signed_at": None,
        "signed_in_time": None,
        "handle_due_at": None,
        "returns": case.demand.returns + (acting == Actor.LEAD),
    } | clock_for(case, states.ACCEPTED)
    parts.lapse_extension(case)
    parts.leave(case, case.parts, reason)
    if case.before == states.JOINT:
        parts.cancel_meeting(case.demand)
    finish(case, "return", note=reason, actor=acting, department=department, values=values)
    return _told(case, case.demand, "return", detail=reason)


@dataclass(frozen=True)
class Dispatched:
    """What became of one demand of many: `problem` says why it was not dispatched, empty when it was."""

    number: str
    problem: str = ""


def bulk_dispatch(
    *,
    demands: Sequence[Demand],
    by: User,
    lead: Department,
    joint: Iterable[Department] = (),
    due_on: date | None = None,
    reason: str = "",
) -> list[Dispatched]:
    """Many demands go to the same departments; each for itself, so that one that cannot go holds no other back."""
    if len(demands) > MOST_AT_ONCE:
        raise Invalid(_("一次最多派单 %(most)d 件。") % {"most": MOST_AT_ONCE})
    joint, found = list(joint), []
    for demand in demands:
        try:
            with transaction.atomic():
                dispatch(demand=demand, by=by, lead=lead, joint=joint, due_on=due_on, reason=reason)
            found.append(Dispatched(demand.number))
        except (Conflict, PermissionDenied) as refusal:
            found.append(Dispatched(demand.number, str(refusal.detail)))
    return found


def _told(case: Case, demand: Demand, event: str, *, detail: str = "") -> Demand:
    messages.tell(demand, event, version=demand.version, detail=detail, parts=case.parts)
    return demand
