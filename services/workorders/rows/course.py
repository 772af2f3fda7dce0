"""The course of a demand: the departments' parts, the timeline, more time."""

from typing import Any

from ..models import Demand, DemandPart, DemandStep, Extension
from ..queries.lights import part_light
from ..rules import states
from .words import local, name_of


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
        row |= {"signed_by": name_of(part.signed_by), "leave_reason": part.leave_reason}
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
        "by": name_of(step.by) if handles else "",
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
