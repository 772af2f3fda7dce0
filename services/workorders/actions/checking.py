"""The judgement (检验成效): verified, reopened, archived; and what the enterprise takes back."""

from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Invalid

from .. import messages, store
from ..models import Callback, Demand
from ..rules import states
from ..rules.states import Actor
from . import texts
from .callbacks import open_once
from .clocks import HANDLE, STOPPED, handle_due, start_clock, terms_of
from .guard import Case, action, begin, finish


@action
def verify(
    *,
    demand: Demand,
    by: User | None,
    satisfied: bool,
    score: int | None = None,
    comment: str = "",
    version: int | None = None,
    as_enterprise: bool = False,
) -> Demand:
    """The enterprise says whether it is satisfied, with 1 to 5 stars. `as_enterprise`: by the link of a message.

    Satisfied: 已评价. Not satisfied: handled anew (重新办理), or once the limit of reopenings is reached it stays 已评价
    and is called back. A score of 2 or less is called back in any case.
    """
    case = begin("verify", demand, by, version, as_enterprise=as_enterprise)
    if score is not None and not 1 <= score <= 5:
        raise Invalid({"score": _("评分应为 1 至 5。")})
    comment = texts.said("comment", comment, most=500, least=0)
    given = {"satisfied": satisfied, "score": score, "comment": comment, "verified_at": case.now}
    again = not satisfied and case.demand.reopenings < states.MOST_REOPENINGS
    values = given | (_reopened(case) if again else {"status": states.VERIFIED})
    low = (score is not None and score <= states.LOW_SCORE) or (not satisfied and not again)
    data = {"satisfied": satisfied, "score": score}
    finish(case, "verify", note=comment, data=data, actor=Actor.ENTERPRISE, values=values)
    if low:
        open_once(case, Callback.Reason.LOW_SCORE)
    messages.tell(
        case.demand,
        "reopen" if again else "verify",
        version=case.demand.version,
        detail=comment,
        parts=case.parts,
    )
    return case.demand


@action
def reopen(*, demand: Demand, by: User, reason: str, version: int | None = None) -> Demand:
    """A demand that was not really solved is handled anew, by the same departments (重新办理)."""
    case = begin("reopen", demand, by, version)
    reason = texts.reason_said(reason)
    finish(case, "reopen", note=reason, values=_reopened(case) | {"closed_at": None, "masked_at": None})
    messages.tell(case.demand, "reopen", version=case.demand.version, detail=reason, parts=case.parts)
    return case.demand


@action
def close(*, demand: Demand, by: User | None, version: int | None = None) -> Demand:
    """What was verified is archived (归档): not while a callback is open, and by the bureau alone when the enterprise
    was not content, which is its review."""
    case = begin("close", demand, by, version)
    return finish(case, "close", values={"status": states.CLOSED, "closed_at": case.now} | STOPPED)


@action
def withdraw(*, demand: Demand, by: User, reason: str, version: int | None = None) -> Demand:
    """The enterprise takes its demand back, as long as no department has it (撤回)."""
    case = begin("withdraw", demand, by, version)
    reason = texts.reason_said(reason)
    values = {"status": states.CLOSED, "withdrawn": True, "closed_at": case.now} | STOPPED
    finish(case, "withdraw", note=reason, values=values)
    messages.tell(case.demand, "withdraw", version=case.demand.version, detail=reason)
    return case.demand


def _reopened(case: Case) -> dict[str, Any]:
    """The lead signs anew and has the district's days from now on; joint departments keep what they have done."""
    part = case.lead_part
    terms = terms_of(case.demand)
    due = handle_due(case.now, terms)
    store.write(part, signed_at=None, signed_by=None, done_at=None, result="", due_at=due)
    return {
        "status": states.REOPENED,
        "reopenings": case.demand.reopenings + 1,
        "result": "",
        "resolved_at": None,
        "resolved_in_time": None,
        "handle_due_at": due,
    } | start_clock(case.demand, HANDLE, case.now, terms=terms, due=due)
