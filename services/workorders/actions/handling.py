"""Handling (交办解决): progress, questions to the enterprise, results."""

from django.utils.translation import gettext as _

from portal.accounts.models import User

from .. import messages
from ..models import Demand
from ..rules import states
from ..rules.states import Actor
from . import parts, texts
from .clocks import STANDING, STOPPED, in_time, resume_clock
from .guard import action, begin, finish


@action
def report(*, demand: Demand, by: User, text: str, version: int | None = None) -> Demand:
    """A department says how far it is; whoever had not signed signs with it."""
    case = begin("report", demand, by, version)
    text = texts.said("text", text, most=1000)
    acting = case.acting("report")
    if acting == Actor.LEAD:
        finish(case, "report", note=text, actor=acting, values=parts.lead_signs(case))
    else:
        own = case.own_helpers[0]
        parts.sign(case, own)
        finish(case, "report", note=text, actor=acting, department=own.department_id)
    messages.tell(case.demand, "report", version=case.demand.version, detail=text)
    return case.demand


@action
def ask(*, demand: Demand, by: User, text: str, version: int | None = None) -> Demand:
    """The enterprise is asked for something that is missing; until it answers the clock stands."""
    case = begin("ask", demand, by, version)
    text = texts.said("text", text, most=1000)
    finish(case, "ask", note=text, values=STANDING | {"waiting_since": case.now})
    messages.tell(case.demand, "ask", version=case.demand.version, detail=text)
    return case.demand


@action
def answer(
    *, demand: Demand, by: User | None, text: str, version: int | None = None, as_enterprise: bool = False
) -> Demand:
    """The enterprise adds to its demand; when it had been asked, the clock runs again. `as_enterprise`: by its link."""
    case = begin("answer", demand, by, version, as_enterprise=as_enterprise)
    text = texts.said("text", text, most=1000)
    values = resume_clock(case.demand, case.now) if case.facts.is_waiting else {}
    if values:
        parts.resume(case, values.get("handle_due_at"))
    finish(case, "answer", note=text, values=values)
    messages.tell(case.demand, "answer", version=case.demand.version, detail=text, parts=case.parts)
    return case.demand


@action
def resolve(*, demand: Demand, by: User, result: str, version: int | None = None) -> Demand:
    """The lead has solved the demand and the enterprise is asked for its judgement (办结); a joint department has
    finished its part.

    The lead's comes last: Conflict while a joint department or a task of a meeting is not done.
    """
    case = begin("resolve", demand, by, version)
    result = texts.said("result", result, most=3000)
    acting = case.acting("resolve")
    if acting == Actor.HELPER:
        own = next(part for part in case.own_helpers if part.done_at is None)
        parts.done(case, own, result)
        note = _("完成协办事项：%(result)s") % {"result": result}
        finish(case, "resolve", note=note, actor=acting, department=own.department_id)
        messages.tell(case.demand, "part_done", version=case.demand.version, detail=own.department.name)
        return case.demand
    values = parts.lead_signs(case) | {
        "status": states.RESOLVED,
        "result": result,
        "resolved_at": case.now,
        "resolved_in_time": in_time(case.demand, case.now),
    }
    parts.done(case, case.lead_part, result)
    parts.lapse_extension(case)
    if case.before == states.JOINT:
        parts.cancel_meeting(case.demand)
    finish(case, "resolve", note=result, actor=acting, values=values | STOPPED)
    messages.tell(case.demand, "resolve", version=case.demand.version, detail=result)
    return case.demand
