"""Dispatched again to the same lead (改派): the lead goes on, joint departments join and leave."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.territory.models import Department

from .. import messages, store
from ..models import Demand, DemandPart
from ..rules.hours import close_of
from . import parts, texts
from .clocks import FOLLOWING, handle_due, terms_of
from .guard import Case, closed_move, finish


def rearrange(
    case: Case,
    joint: Sequence[Department],
    *,
    due_on: date | None,
    joint_due: Mapping[str, date | None],
    reason: str,
) -> Demand:
    """Only what is named changes: the lead keeps its signature, its clock and the time it was granted; without `due_on`
    the deadline stays, without `reason` what was said. Raises Conflict when nothing would change."""
    demand, lead, wanted = case.demand, case.demand.lead, {one.pk for one in joint}
    terms = terms_of(demand)
    due = demand.handle_due_at or handle_due(case.now, terms)
    moved = due_on is not None and timezone.localdate(due) != due_on
    due = close_of(due_on) if moved else due
    stay = [part for part in case.helpers if part.department_id in wanted]
    gone = [part for part in case.helpers if part.department_id not in wanted]
    new = [one for one in joint if one.pk not in {part.department_id for part in stay}]
    own = texts.own_days(joint, joint_due, due)
    other = [part for part in stay if _has_another_day(part, own)]
    text = reason or demand.dispatch_reason
    if gone or new:
        text = texts.reason_of(demand, text, lead, joint)
    if not (gone or new or moved or other or text != demand.dispatch_reason):
        raise closed_move(_("这件诉求已派给“%(lead)s”，不必重复派单。") % {"lead": lead.name}, case)
    values = {"dispatch_reason": text}
    parts.leave(case, gone, _("改派"))
    parts.uncall(demand, gone)
    if moved:
        parts.lapse_extension(case)
        for part in stay:
            if part.has_own_day and part.due_at > due:  # nobody helps longer than the lead handles
                store.write(part, **FOLLOWING)
        values |= parts.new_deadline(case, due)
    parts.keep(case, other, terms=terms, due=due, own=own)
    known = len(case.parts)
    parts.give(case, new, parts.JOINT, terms=terms, due=due, own=own)
    given = case.parts[known:]
    data = {"lead": lead.code, "joint": [one.code for one in joint]}
    data |= {"joint_due": {code: day.isoformat() for code, day in own.items()}} if own else {}
    said = [_("牵头不变：%(lead)s") % {"lead": lead.name}]
    said += [_("新增协办：%(names)s") % {"names": texts.named(new)}] if new else []
    said += (
        [_("不再协办：%(names)s") % {"names": texts.named([one.department for one in gone])}] if gone else []
    )
    said += [_("办理期限：%(day)s") % {"day": f"{due_on:%Y-%m-%d}"}] if moved else []
    note = "；".join(said) + (f"。{reason}" if reason else "")
    finish(case, "dispatch", note=note, data=data, values=values)
    if given:
        messages.tell(demand, "dispatch", version=demand.version, detail=reason, parts=given)
    if moved:
        messages.tell(demand, "due_moved", version=demand.version)
    for part in other:
        messages.tell_part_moved(demand, part)
    messages.tell_left(demand, gone)
    return demand


def _has_another_day(part: DemandPart, own: Mapping[str, date]) -> bool:
    """Whether a department that stays is named a day that it does not have yet."""
    day = own.get(part.department.code)
    return (
        day is not None and part.done_at is None and not (part.has_own_day and part.due_at == close_of(day))
    )
