"""Demands that belong together: merged into one, or linked."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid

from .. import messages
from ..models import Demand, DemandLink
from ..rules import states
from . import parts, texts
from .clocks import STOPPED
from .guard import Case, action, finish, record, require, seen_by_staff, summary, take_all


@action
def merge(*, demand: Demand, by: User, into: Demand, version: int | None = None) -> Demand:
    """A repeated demand ends in another one, which goes on for both (并入). Both lie in the merging user's scope.

    Raises Invalid when the other is the same one or another district's, Conflict when the other has ended.
    """
    if demand.pk == into.pk:
        raise Invalid({"into": _("不能并入诉求自身。")})
    case, other = take_all(by, demand, into)
    row, target = case.demand, other.demand
    require("merge", case, version)
    if target.district_id != row.district_id or other.who.isdisjoint(states.DISPATCHERS):
        raise Invalid(
            {"into": _("没有编号为“%(number)s”的诉求，或不在您的范围内。") % {"number": into.number}}
        )
    if target.status not in states.OPEN:
        raise Conflict(
            _("诉求 %(number)s 已经办结，不能并入。") % {"number": target.number},
            code="move_closed", current=summary(target),
        )  # fmt: skip
    parts.lapse_extension(case)
    parts.leave(case, case.parts, _("并入 %(number)s") % {"number": target.number})
    values = {"status": states.CLOSED, "merged_into": target, "closed_at": case.now} | STOPPED
    finish(case, "merge", note=target.number, data={"into": target.number}, values=values)
    finish(other, "absorb", note=row.number, data={"from": row.number}, internal=True)
    messages.tell(row, "merge", version=row.version)
    return row


@action
def link(*, demand: Demand, other: Demand, by: User, note: str = "") -> DemandLink:
    """Two demands belong together; whoever handles one and sees the other may say so. A second time changes nothing."""
    if demand.pk == other.pk:
        raise Invalid({"other": _("不能关联诉求自身。")})
    case, second = _pair(demand, other, by)
    note = texts.said("note", note, most=200, least=0, lines=False)
    first, last = sorted((demand.pk, other.pk))
    row, is_new = DemandLink.objects.get_or_create(
        demand_id=first, other_id=last, defaults={"note": note, "by": by}
    )
    if is_new:
        record(case, "link", note=second.demand.number, internal=True)
        record(second, "link", note=case.demand.number, actor="", internal=True)
    return row


@action
def unlink(*, demand: Demand, other: Demand, by: User) -> None:
    """Two demands do not belong together after all."""
    case, second = _pair(demand, other, by)
    first, last = sorted((demand.pk, other.pk))
    if DemandLink.objects.filter(demand_id=first, other_id=last).delete()[0]:
        record(case, "unlink", note=second.demand.number, internal=True)
        record(second, "unlink", note=case.demand.number, actor="", internal=True)


def _pair(demand: Demand, other: Demand, by: User) -> tuple[Case, Case]:
    case, second = take_all(by, demand, other)
    seen_by_staff(case)
    if not Demand.objects.visible_to(by).filter(pk=other.pk).exists():
        raise PermissionDenied(_("您的角色不能进行这项操作。"))
    return case, second
