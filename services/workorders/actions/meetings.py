"""The whistle and what follows (难事会办): departments are called, meet, and resolve on tasks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from enterprises.ledger.actions.common import number_of_day
from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_sentence
from portal.territory.models import Department

from .. import messages, store
from ..models import Demand, JointMeeting, MeetingAttendance, Resolution
from ..rules import hours, states
from . import parts, texts
from .clocks import Terms, terms_of
from .guard import Case, action, begin, clock_for, finish, take

MEETS = time(9, 30)
MOST_TASKS = 20


@dataclass(frozen=True)
class Came:
    """Whether a department that was called came to the meeting, and why not."""

    department: Department
    attended: bool
    absence: str = ""


@dataclass(frozen=True)
class Task:
    """What a meeting resolved: which department does what by when."""

    text: str
    owner: Department
    due_on: date


@action
def whistle(
    *,
    demand: Demand,
    by: User,
    departments: Iterable[Department] = (),
    meets_at: datetime | None = None,
    place: str = "",
    reason: str = "",
    version: int | None = None,
) -> Demand:
    """A hard case is whistled (吹哨): the lead, and the named departments or else the joint ones, must come to a
    meeting, on the next working day at 9:30 when no other time is named. A department that had no part gets a joint one.
    """
    case = begin("whistle", demand, by, version)
    demand, terms = case.demand, terms_of(case.demand)
    called = {part.department_id: part.department for part in case.parts}
    named = {one.pk: one for one in departments if one.pk != demand.lead_id}
    for one in named.values():
        texts.require_department("departments", demand, one)
    if named:
        called = {demand.lead_id: demand.lead} | named
    meets_at = _meets_at(meets_at, case.now, terms)
    place = texts.said("place", place, most=120, least=0, lines=False)
    reason = texts.said("reason", reason, most=500, least=0)
    _join(case, named.values())
    meeting = JointMeeting.objects.create(
        district_id=demand.district_id, demand=demand, meets_at=meets_at, place=place, reason=reason, called_by=by,
        called_at=case.now, number=number_of_day(JointMeeting, "HB", timezone.localdate(case.now)),
    )  # fmt: skip
    for one in called.values():
        store.insert(MeetingAttendance(meeting=meeting, department=one))
    data = {"meeting": meeting.number, "departments": [one.code for one in called.values()]}
    values = {"status": states.JOINT} | clock_for(case, states.JOINT, terms=terms, due=demand.handle_due_at)
    note = _("召集：%(names)s。") % {"names": texts.named(list(called.values()))} + reason
    finish(case, "whistle", note=note, data=data, values=values)
    messages.tell_called(demand, meeting, list(called.values()))
    return demand


@action
def convene(
    *,
    demand: Demand,
    by: User,
    minutes: str,
    attendance: Sequence[Came] = (),
    resolutions: Sequence[Task] = (),
    held_at: datetime | None = None,
    version: int | None = None,
) -> Demand:
    """The meeting was held: its minutes, who came, and its resolutions, which are tasks with an owner and a day.

    Before the time for which it was called it was held early (提前召开), now when no moment is named; the timeline says so.
    The lead has taken the demand on with it. An owner that had no part gets a joint one.
    """
    case = begin("convene", demand, by, version)
    minutes = texts.said("minutes", minutes, most=3000)
    tasks = _tasks(case, resolutions)
    held_at = held_at or case.now
    if held_at > case.now:
        raise Invalid({"held_at": _("召开时间不能晚于现在。")})
    meeting = _planned(case.demand, attendance)
    store.write(
        meeting, state=JointMeeting.State.HELD, minutes=minutes, held_at=held_at, version=meeting.version + 1
    )
    for task in tasks:
        task.meeting = meeting
    Resolution.objects.bulk_create(tasks)
    _join(case, [task.owner for task in tasks])
    values = parts.lead_signs(case) | {"status": states.IN_PROGRESS}
    values |= clock_for(case, states.IN_PROGRESS, due=case.demand.handle_due_at)
    data = {"meeting": meeting.number, "resolutions": len(tasks)}
    data |= {"early": True} if meeting.is_early(held_at) else {}
    finish(case, "convene", note=minutes, data=data, values=values)
    store.mark_days([timezone.localdate(held_at)])
    messages.tell_resolved(case.demand, meeting, tasks)
    messages.tell_absent(case.demand, meeting, [one.department for one in attendance if not one.attended])
    return case.demand


@action
def finish_resolution(
    *, resolution: Resolution, by: User, result: str, version: int | None = None
) -> Resolution:
    """The owner, or who dispatches, says that a task of a meeting is done, and how."""
    case, resolution = _task(resolution, by, version)
    owner = resolution.owner_id in by.scope.departments
    if not owner and case.who.isdisjoint(states.DISPATCHERS):
        raise PermissionDenied(_("只有责任部门或派单单位可以办结会办事项。"))
    result = texts.said("result", result, most=500)
    return _end(case, resolution, Resolution.State.DONE, result, "task_done")


@action
def drop_resolution(
    *, resolution: Resolution, by: User, reason: str, version: int | None = None
) -> Resolution:
    """Who dispatches says that a task of a meeting need not be done any more, and why."""
    case, resolution = _task(resolution, by, version)
    if case.who.isdisjoint(states.DISPATCHERS):
        raise PermissionDenied(_("只有派单单位可以取消会办事项。"))
    reason = texts.reason_said(reason)
    return _end(case, resolution, Resolution.State.DROPPED, reason, "task_dropped")


def _task(resolution: Resolution, by: User, version: int | None) -> tuple[Case, Resolution]:
    """The task and its demand, both locked. Raises Stale, and Conflict for a task that is done with."""
    case = take(resolution.meeting.demand, by)
    row = Resolution.objects.select_for_update(no_key=True).get(pk=resolution.pk)
    row.meeting = resolution.meeting
    current = {"id": row.pk, "state": row.state, "result": row.result, "version": row.version}
    if version is not None and version != row.version:
        raise Stale(current=current)
    if row.state != Resolution.State.OPEN:
        raise Conflict(_("这件会办事项已经办结或取消。"), code="move_closed", current=current)
    return case, row


def _end(case: Case, row: Resolution, state: str, text: str, move: str) -> Resolution:
    ended = {"state": state, "result": text, "done_by": case.by, "done_at": case.now}
    store.write(row, **ended, version=row.version + 1)
    finish(case, move, note=f"{row.text}：{text}", department=row.owner_id, data={"resolution": row.pk})
    return row


def _join(case: Case, departments: Iterable[Department]) -> None:
    """Departments that have no part yet handle the demand with the others from now on."""
    known = {part.department_id for part in case.parts}
    new = {one.pk: one for one in departments if one.pk not in known}
    if new:
        terms, due = terms_of(case.demand), case.demand.handle_due_at
        parts.give(case, new.values(), parts.JOINT, terms=terms, due=due)


def _meets_at(wanted: datetime | None, now: datetime, terms: Terms) -> datetime:
    if wanted is None:
        day = terms.calendar.add_working_days(now.astimezone(hours.ZONE).date(), 1)
        return datetime.combine(day, MEETS, hours.ZONE)
    if timezone.is_naive(wanted):
        wanted = timezone.make_aware(wanted)
    if not now - timedelta(minutes=5) <= wanted <= now + texts.LONGEST:
        raise Invalid({"meets_at": _("会议时间应在一年之内，且不早于现在。")})
    return wanted


def _tasks(case: Case, resolutions: Sequence[Task]) -> list[Resolution]:
    if len(resolutions) > MOST_TASKS:
        raise Invalid({"resolutions": _("一次会议最多 %(most)d 件会办事项。") % {"most": MOST_TASKS}})
    rows = []
    for task in resolutions:
        texts.require_department("resolutions", case.demand, task.owner)
        texts.day_ahead("resolutions", task.due_on)
        text = texts.said("resolutions", task.text, most=500)
        rows.append(Resolution(text=text, owner=task.owner, due_on=task.due_on))
    return rows


def _planned(demand: Demand, attendance: Sequence[Came]) -> JointMeeting:
    """The meeting that was to be held, with who came. Raises Invalid for a department that was not called."""
    planned = MeetingAttendance.objects.filter(
        meeting__demand=demand, meeting__state=JointMeeting.State.PLANNED
    )
    called = {row.department_id: row for row in planned.select_related("meeting").order_by()}
    for came in attendance:
        row = called.get(came.department.pk)
        if row is None:
            raise Invalid({"attendance": _("“%(name)s”没有被召集参会。") % {"name": came.department.name}})
        store.write(row, attended=came.attended, absence=clean_sentence(came.absence)[:200])
    return next(iter(called.values())).meeting  # the lead is always called
