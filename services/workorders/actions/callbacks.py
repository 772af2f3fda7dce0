"""Calls back to the enterprise (回访): after a low score, and one closed order in ten."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Stale

from .. import messages
from ..models import Callback, Demand
from ..rules import states
from . import texts
from .guard import Case, action, closed_move, finish, take


@action
def open_callback(*, demand: Demand, by: User) -> Callback:
    """Who dispatches wants the enterprise of a solved demand to be called back. At most one is open."""
    case = take(demand, by)
    _require_dispatcher(case)
    if case.before not in states.SOLVED:
        raise closed_move(_("诉求办结后才能回访。"), case)
    if case.has_callback:
        raise Conflict(_("这件诉求已有一件回访待办结。"), code="duplicate")
    return open_once(case, Callback.Reason.SAMPLE)


@action
def close_callback(
    *, callback: Callback, by: User, outcome: str, satisfied: bool | None = None, version: int | None = None
) -> Callback:
    """Who dispatches writes what the enterprise said; that ends the callback."""
    case = take(callback.demand, by)
    _require_dispatcher(case)
    row = Callback.objects.select_for_update(no_key=True).get(pk=callback.pk)
    current = {"id": row.pk, "outcome": row.outcome, "version": row.version}
    if version is not None and version != row.version:
        raise Stale(current=current)
    if row.closed_at is not None:
        raise Conflict(_("这件回访已经办结。"), code="move_closed", current=current)
    row.outcome = texts.said("outcome", outcome, most=500, least=2)
    row.satisfied, row.closed_at, row.closed_by = satisfied, case.now, by
    row.version += 1
    row.save()
    finish(case, "callback_closed", note=row.outcome, data={"satisfied": satisfied}, internal=True)
    return row


def open_once(case: Case, reason: str) -> Callback:
    """The callback that is open after this: a new one, or the one that was. The demand is locked."""
    if case.has_callback:
        return Callback.objects.get(demand=case.demand, closed_at=None)
    row = Callback.objects.create(demand=case.demand, reason=reason, opened_at=case.now)
    note = str(Callback.Reason(reason).label)
    finish(case, "callback", note=note, data={"reason": reason}, actor="", internal=True)
    messages.tell(case.demand, "callback", version=case.demand.version, detail=note)
    return row


def _require_dispatcher(case: Case) -> None:
    if case.who.isdisjoint(states.DISPATCHERS):
        raise PermissionDenied(_("您的角色不能进行这项操作。"))
