"""Meetings as lists and programs read them: plain values, codes with their labels; minutes for staff only."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.naming import names_for

from ..registry.models import Enterprise
from . import rules
from .models import AllianceMeeting, AllianceTask


def meeting_rows(meetings: Iterable[AllianceMeeting], user) -> list[dict[str, Any]]:
    meetings = list(meetings)
    name = names_for(user, [meeting.recorded_by for meeting in meetings])
    return [_meeting(meeting, user, name) for meeting in meetings]


def meeting_row(row: AllianceMeeting, user) -> dict[str, Any]:
    return meeting_rows([row], user)[0]


def _meeting(row: AllianceMeeting, user, name: Callable[[User | None], str]) -> dict[str, Any]:
    """A meeting of `queries.meetings`. `minutes` is None for who may not read them; of those who came just the members
    are named that the user sees, `came` counts all."""
    alliance, scope = row.alliance, user.scope
    sees_all = scope.is_admin or row.district_id in scope.districts or alliance.town_id in scope.towns
    seen = [(one.member.enterprise, _sees(scope, one.member.enterprise)) for one in row.came]
    may_keep = rules.can_keep(user, town_id=alliance.town_id, district_id=row.district_id)
    tasks = [task_row(one) for one in row.resolved]
    return {
        "number": row.number,
        "alliance": alliance.code,
        "alliance_name": alliance.name,
        "town": row.town.code if row.town else None,
        "town_name": row.town.short_name if row.town else "",
        "chain": row.chain.code if row.chain else None,
        "chain_name": row.chain.name if row.chain else "",
        "kind": row.kind,
        "kind_label": str(row.get_kind_display()),
        "topic": row.topic,
        "held_on": row.held_on,
        "place": row.place,
        "chair": row.chair.code,
        "chair_name": row.chair.name,
        "guests": row.guests,
        "minutes": row.minutes if rules.sees_minutes(user) else None,
        "attended": [
            {"enterprise": one.uscc, "enterprise_name": one.name, "has_page": has_page}
            for one, has_page in seen
            if sees_all or has_page
        ],
        "came": len(row.came),
        "invited": row.invited,
        "tasks": tasks,
        "open_tasks": sum(one["status"] != rules.DONE for one in tasks),
        "cancelled": row.cancelled_at is not None,
        "cancel_reason": row.cancel_reason,
        "recorded_by": name(row.recorded_by),
        "created_at": row.created_at,
        "may_change": may_keep and row.cancelled_at is None,
        "version": row.version,
    }


def _sees(scope, enterprise: Enterprise) -> bool:
    return scope.sees_enterprise(
        uscc=enterprise.uscc, town_id=enterprise.town_id, district_id=enterprise.district_id
    )


def task_row(task: AllianceTask) -> dict[str, Any]:
    status = rules.state_of(task.due_on, task.done_on, timezone.localdate())
    return {
        "id": task.pk,
        "text": task.text,
        "owner": task.owner,
        "due_on": task.due_on,
        "done_on": task.done_on,
        "result": task.result,
        "status": status,
        "status_label": str(rules.LABELS[status]),
        "version": task.version,
    }
