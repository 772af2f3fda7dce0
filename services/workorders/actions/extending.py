"""More time (延期): staff give it at once, a department asks for it and staff decide."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid
from portal.territory.models import Department

from .. import messages, store
from ..models import Demand, Extension
from ..rules.states import Actor
from . import parts, texts
from .clocks import part_clock, terms_of
from .guard import Case, action, begin, finish, summary


@action
def extend(
    *,
    demand: Demand,
    by: User,
    until: date | datetime,
    reason: str,
    department: Department | None = None,
    version: int | None = None,
) -> Demand:
    """The town or the bureau gives a demand more time; the lead department asks them for it.

    `until`: a day (to the end of its working hours) or a moment, after the present deadline and within a year; a day off
    means the last working day before.
    `department`: a joint one whose own day the town or the bureau moves, up to the demand's deadline.
    """
    case = begin("extend", demand, by, version)
    reason = texts.reason_said(reason)
    if department is not None:
        return _extend_part(case, department, until, reason)
    until = texts.later_deadline(case.demand, until, case.now, terms_of(case.demand).calendar)
    acting = case.acting("extend")
    given = acting != Actor.LEAD
    if given:
        parts.lapse_extension(case)
    extension = Extension(
        demand=case.demand, until=until, before=case.demand.handle_due_at, reason=reason, asked_by=by,
        asked_at=case.now, state=Extension.State.APPROVED if given else Extension.State.WAITING,
        decided_by=by if given else None, decided_at=case.now if given else None,
    )  # fmt: skip
    store.insert(extension)
    data = {"until": until.isoformat(), "given": given}
    values = parts.new_deadline(case, until) if given else {}
    finish(case, "extend", note=reason, data=data, actor=acting, internal=not given, values=values)
    event = "extended" if given else "extension_asked"
    messages.tell(case.demand, event, version=case.demand.version, detail=reason)
    return case.demand


def _extend_part(case: Case, department: Department, until: date | datetime, reason: str) -> Demand:
    if case.acting("extend") == Actor.LEAD:
        raise PermissionDenied(_("您的角色不能进行这项操作。"))
    waits = [part for part in case.helpers if part.department_id == department.pk and part.done_at is None]
    if not waits:
        raise Invalid({"department": _("“%(name)s”没有在办的协办事项。") % {"name": department.name}})
    (part,) = waits
    terms = terms_of(case.demand)
    until = texts.later_part_deadline(case.demand, part, until, case.now, terms.calendar)
    store.write(part, **part_clock(case.now, until, terms))
    data = {"until": until.isoformat(), "department": department.code}
    note = f"{department.name}：{reason}"
    finish(case, "extend", note=note, data=data, internal=True)
    messages.tell_part_extended(case.demand, part)
    return case.demand


@action
def approve_extension(*, demand: Demand, by: User, text: str = "", version: int | None = None) -> Demand:
    """The town or the bureau gives the time that the lead department asked for; the deadline is the new one.

    Raises Conflict when that time has passed meanwhile.
    """
    case = begin("approve_extension", demand, by, version)
    text = texts.said("text", text, most=300, least=0, lines=False)
    extension = _decided(case, Extension.State.APPROVED, text)
    if extension.until <= case.now:
        raise Conflict(
            _("申请延至的时间已过，请不同意后由部门重新申请。"), code="too_late", current=summary(case.demand)
        )
    data = {"until": extension.until.isoformat()}
    finish(case, "approve_extension", note=text, data=data, values=parts.new_deadline(case, extension.until))
    messages.tell(case.demand, "extended", version=case.demand.version)
    return case.demand


@action
def refuse_extension(*, demand: Demand, by: User, reason: str, version: int | None = None) -> Demand:
    """The town or the bureau keeps to the deadline, and says why."""
    case = begin("refuse_extension", demand, by, version)
    reason = texts.reason_said(reason)
    _decided(case, Extension.State.REFUSED, reason)
    finish(case, "refuse_extension", note=reason, internal=True)
    messages.tell(case.demand, "extension_refused", version=case.demand.version, detail=reason)
    return case.demand


def _decided(case: Case, state: str, text: str) -> Extension:
    extension = Extension.objects.get(demand=case.demand, state=Extension.State.WAITING)
    store.write(extension, state=state, decision=text, decided_by=case.by, decided_at=case.now)
    return extension
