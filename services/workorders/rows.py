"""Demands as lists and programs read them, and what of a demand is shown to whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from portal.kit.attachments import attachment_row
from portal.kit.masking import mask_name, mask_phone

from .actions.guard import Case, case_of
from .models import (
    Demand,
    DemandAttachment,
    DemandPart,
    DemandStep,
    Extension,
    JointMeeting,
    Resolution,
    StaffNote,
)
from .queries import demands as queries
from .queries.lights import part_light
from .rules import states
from .rules.hours import light


def local(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat() if moment else None


def accepted(demand: Demand) -> dict[str, Any]:
    """The answer to a new demand."""
    return {
        "number": demand.number,
        "status": demand.status,
        "status_label": str(states.Status(demand.status).label),
        "stage": demand.stage.value,
        "title": demand.title,
        "due_at": local(demand.due_at),
        "version": demand.version,
    }


def demand_row(demand: Demand, *, now: datetime | None = None) -> dict[str, Any]:
    """A row of the list, from `queries.demands.with_names`: nothing personal."""
    now = now or timezone.now()
    enterprise, project = demand.enterprise, demand.project
    return {
        "number": demand.number,
        "status": demand.status,
        "status_label": str(demand.get_status_display()),
        "stage": demand.stage.value,
        "stage_label": str(demand.stage.label),
        "title": demand.title,
        "element": demand.element.code,
        "element_name": demand.element.name,
        "kind": demand.kind,
        "kind_label": str(demand.get_kind_display()),
        "urgency": demand.urgency,
        "urgency_label": str(demand.get_urgency_display()),
        "source": demand.source,
        "source_label": str(demand.get_source_display()),
        "enterprise": {"uscc": enterprise.uscc, "name": enterprise.name} if enterprise else None,
        "project": {"code": project.code, "name": project.name} if project else None,
        "town": demand.town.code,
        "town_name": demand.town.name,
        "chain": demand.chain.code if demand.chain else None,
        "chain_name": demand.chain.name if demand.chain else "",
        "lead": demand.lead.code if demand.lead else None,
        "lead_name": demand.lead.name if demand.lead else "",
        "clock": demand.clock,
        "due_at": local(demand.due_at),
        "handle_due_at": local(demand.handle_due_at),
        "light": light(now=now, warn_at=demand.warn_at, due_at=demand.due_at),
        "overdue": demand.due_at is not None and demand.due_at <= now,
        "waiting_since": local(demand.waiting_since),
        "satisfied": demand.satisfied,
        "score": demand.score,
        "returns": demand.returns,
        "reopenings": demand.reopenings,
        "created_at": local(demand.created_at),
        "resolved_at": local(demand.resolved_at),
        "closed_at": local(demand.closed_at),
        "version": demand.version,
    }


def moved_row(demand: Demand) -> dict[str, Any]:
    """The answer to a move: how the demand stands now."""
    now = timezone.now()
    return accepted(demand) | {
        "lead": demand.lead.code if demand.lead else None,
        "clock": demand.clock,
        "handle_due_at": local(demand.handle_due_at),
        "light": light(now=now, warn_at=demand.warn_at, due_at=demand.due_at),
        "waiting_since": local(demand.waiting_since),
        "satisfied": demand.satisfied,
        "score": demand.score,
    }


def demand_detail(demand: Demand, user) -> dict[str, Any]:
    """One demand (from `queries.demands.demand_for`) with its parts, timeline, meetings, papers and links.

    The contact is masked, and absent for who only reads (a leader). Internal entries, notes, the minutes of meetings and
    the reasons between departments are for those who handle it. `open_moves`: what the reader may do now.
    """
    case = case_of(demand, user)
    handles = not case.who.isdisjoint(states.STAFF)
    target = queries.merged_into(user, demand)
    files = queries.attachments_of(demand)
    row = demand_row(demand) | {
        "body": demand.body,
        "dispatch_reason": demand.dispatch_reason if handles else "",
        "result": demand.result,
        "comment": demand.comment,
        "withdrawn": demand.withdrawn,
        "merged_into": target.number if target else None,
        "merged": merged_row(demand),
        "visit": demand.visit.number if demand.visit else None,
        "accepted_at": local(demand.accepted_at),
        "dispatched_at": local(demand.dispatched_at),
        "signed_at": local(demand.signed_at),
        "signed_in_time": demand.signed_in_time,
        "resolved_in_time": demand.resolved_in_time,
        "verified_at": local(demand.verified_at),
        "warn_at": local(demand.warn_at),
        "open_moves": states.moves_open(case.facts, case.who),
        "parts": [
            part_row(part, demand, handles)
            for part in queries.parts_of(demand)
            if handles or not part.left_at
        ],
        "timeline": [step_row(step, handles) for step in queries.timeline_of(demand, internal=handles)],
        "extensions": [
            extension_row(one, handles) for one in queries.extensions_of(demand, granted_only=not handles)
        ],
        "meetings": [meeting_row(one, handles) for one in queries.meetings_of(demand)],
        "attachments": attachment_rows(case, files),
        "links": [link_row(link, other, handles) for link, other in queries.links_of(user, demand)],
        "absorbed": [one.number for one in queries.absorbed_by(user, demand)],
    }
    return row | _personal(case, demand) | ({"notes": note_rows(user, demand)} if handles else {})


def _personal(case: Case, demand: Demand) -> dict[str, str]:
    if not case.who:
        return {}
    return {
        "contact_name": mask_name(demand.contact_name),
        "contact_phone": mask_phone(demand.contact_phone),
    }


def part_row(part: DemandPart, demand: Demand, handles: bool) -> dict[str, Any]:
    """A department's part. Who signed, and why one left, is for those who handle it."""
    row = {
        "department": part.department.code,
        "department_name": part.department.name,
        "role": part.role,
        "role_label": str(part.get_role_display()),
        "given_at": local(part.given_at),
        "sign_due_at": local(part.sign_due_at),
        "due_at": local(part.due_at),
        "own_due": part.has_own_day,
        "light": part_light(part, demand),
        "signed_at": local(part.signed_at),
        "done_at": local(part.done_at),
        "result": part.result,
        "left_at": local(part.left_at),
    }
    if handles:
        row |= {"signed_by": _name(part.signed_by), "leave_reason": part.leave_reason}
    return row


def step_row(step: DemandStep, handles: bool) -> dict[str, Any]:
    """An entry of the timeline; the enterprise reads which department acted, not who."""
    return {
        "move": step.move,
        "label": str(states.STEP_LABELS.get(step.move, step.move)),
        "before": step.before,
        "after": step.after,
        "after_label": str(states.Status(step.after).label),
        "actor": step.actor,
        "actor_label": str(states.Actor(step.actor).label) if step.actor else "",
        "department": step.department.code if step.department else None,
        "department_name": step.department.name if step.department else "",
        "note": note_of(step, handles),
        "internal": step.internal,
        "by": _name(step.by) if handles else "",
        "at": local(step.at),
    }


SAID_FIRST = frozenset({"dispatch", "whistle"})
"""Moves whose note names the departments in its first sentence; the reason follows."""
SAID_INSIDE = frozenset({"return", "extend", "approve_extension", "refuse_extension", "convene", "merge"})
"""Moves of which everybody reads that they were made, and only who handles it the words: reasons between departments,
minutes, another enterprise's number."""
TASK_ENDED = frozenset({"task_done", "task_dropped"})


def note_of(step: DemandStep, handles: bool) -> str:
    """An entry's words. What departments and dispatchers said to each other is for those who handle the demand."""
    if handles:
        return step.note
    if step.move in SAID_FIRST:
        return step.note.partition("。")[0]
    if step.move in TASK_ENDED:
        return step.note.partition("：")[0]
    return "" if step.move in SAID_INSIDE else step.note


def extension_row(extension: Extension, handles: bool) -> dict[str, Any]:
    """More time. Why it was asked for and given is for those who handle it."""
    return {
        "until": local(extension.until),
        "before": local(extension.before),
        "reason": extension.reason if handles else "",
        "state": extension.state,
        "state_label": str(extension.get_state_display()),
        "asked_at": local(extension.asked_at),
        "decided_at": local(extension.decided_at),
        "decision": extension.decision if handles else "",
    }


def merged_row(demand: Demand) -> dict[str, Any] | None:
    """How the demand stands with which this one is handled together (合并办理), for its owner too: no number, no word of
    the other enterprise."""
    target = demand.merged_into
    if target is None:
        return None
    return {
        "status": target.status,
        "status_label": str(target.get_status_display()),
        "stage": target.stage.value,
        "stage_label": str(target.stage.label),
    }


def attachment_rows(case: Case, rows: Iterable[DemandAttachment]) -> list[dict[str, Any]]:
    """The papers; who handles the demand reads who laid them to it, everybody else which side."""
    rows = list(rows)
    if case.who.isdisjoint(states.STAFF):
        sides = queries.sides_of(case.demand, {row.uploaded_by_id for row in rows})
        return [attachment_row(row, by=sides.get(row.uploaded_by_id, "")) for row in rows]
    return [attachment_row(row) for row in rows]


def meeting_row(meeting: JointMeeting, handles: bool) -> dict[str, Any]:
    """A joint meeting. That it was called and held, with whom and what was resolved, is for everybody; why, its minutes
    and what departments said of absences and results for those who handle the demand."""
    return {
        "number": meeting.number,
        "state": meeting.state,
        "state_label": str(meeting.get_state_display()),
        "meets_at": local(meeting.meets_at),
        "held_at": local(meeting.held_at),
        "place": meeting.place,
        "reason": meeting.reason if handles else "",
        "minutes": meeting.minutes if handles else "",
        "attendance": [
            {
                "department": one.department.code,
                "department_name": one.department.name,
                "attended": one.attended,
                "absence": one.absence if handles else "",
            }
            for one in meeting.attendance.all()
        ],
        "resolutions": [resolution_row(one, handles) for one in meeting.resolutions.all()],
    }


def resolution_row(resolution: Resolution, handles: bool = True) -> dict[str, Any]:
    return {
        "id": resolution.pk,
        "text": resolution.text,
        "owner": resolution.owner.code,
        "owner_name": resolution.owner.name,
        "due_on": resolution.due_on.isoformat(),
        "state": resolution.state,
        "state_label": str(resolution.get_state_display()),
        "result": resolution.result if handles else "",
        "done_at": local(resolution.done_at),
        "version": resolution.version,
    }


def note_row(note: StaffNote) -> dict[str, Any]:
    return {"id": note.pk, "text": note.text, "by": _name(note.by), "at": local(note.at)}


def note_rows(user, demand: Demand) -> list[dict[str, Any]]:
    return [note_row(note) for note in queries.notes_of(user, demand)]


def link_row(link, other: Demand, handles: bool) -> dict[str, Any]:
    """A demand that belongs to it. What staff noted of it is for those who handle it."""
    note = link.note if handles else ""
    return {"number": other.number, "title": other.title, "status": other.status, "note": note}


def similar_rows(found: Iterable) -> list[dict[str, Any]]:
    """What resembles a demand: enough to judge by."""
    return [
        {
            "number": one.demand.number,
            "title": one.demand.title,
            "status": one.demand.status,
            "status_label": str(one.demand.get_status_display()),
            "enterprise": one.demand.enterprise.name if one.demand.enterprise else "",
            "town": one.demand.town.code,
            "created_at": local(one.demand.created_at),
            "likeness": one.likeness,
        }
        for one in found
    ]


def callback_row(callback, user) -> dict[str, Any]:
    """A call back. What the enterprise said is for who dispatches; a leader reads that it was made and how it went."""
    demand = callback.demand
    return {
        "id": callback.pk,
        "demand": demand.number,
        "title": demand.title,
        "reason": callback.reason,
        "reason_label": str(callback.get_reason_display()),
        "opened_at": local(callback.opened_at),
        "outcome": callback.outcome if user.scope.manages_town(demand.town_id, demand.district_id) else "",
        "satisfied": callback.satisfied,
        "closed_at": local(callback.closed_at),
        "version": callback.version,
    }


def _name(user) -> str:
    return str(user) if user else ""
