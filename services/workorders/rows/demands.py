"""Demands as lists and programs read them, and what of a demand is shown to whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from portal.kit.masking import mask_name, mask_phone

from ..actions.guard import Case, case_of
from ..models import Demand
from ..queries import demands as queries
from ..rules import states
from ..rules.hours import light
from .course import extension_row, part_row, step_row
from .meetings import meeting_row
from .papers import attachment_rows, link_row, note_rows
from .words import local


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
