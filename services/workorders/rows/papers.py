"""What is laid to a demand: files, confidential notes, links, calls back."""

from collections.abc import Iterable
from typing import Any

from portal.kit.attachments import attachment_row

from ..actions.guard import Case
from ..models import Demand, DemandAttachment, StaffNote
from ..queries import demands as queries
from ..rules import states
from .words import local, name_of


def attachment_rows(case: Case, rows: Iterable[DemandAttachment]) -> list[dict[str, Any]]:
    """The papers; who handles the demand reads who laid them to it, everybody else which side."""
    rows = list(rows)
    if case.who.isdisjoint(states.STAFF):
        sides = queries.sides_of(case.demand, {row.uploaded_by_id for row in rows})
        return [attachment_row(row, by=sides.get(row.uploaded_by_id, "")) for row in rows]
    return [attachment_row(row) for row in rows]


def note_row(note: StaffNote) -> dict[str, Any]:
    return {"id": note.pk, "text": note.text, "by": name_of(note.by), "at": local(note.at)}


def note_rows(user, demand: Demand) -> list[dict[str, Any]]:
    return [note_row(note) for note in queries.notes_of(user, demand)]


def link_row(link, other: Demand, handles: bool) -> dict[str, Any]:
    """A demand that belongs to it. What staff noted of it is for those who handle it."""
    note = link.note if handles else ""
    return {"number": other.number, "title": other.title, "status": other.status, "note": note}


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
