"""An activity as lists and programs read it: plain values, codes with their labels."""

from collections.abc import Callable, Iterable
from typing import Any

from portal.accounts.models import User
from portal.accounts.naming import names_for

from .models import Activity


def activity_rows(activities: Iterable[Activity], user) -> list[dict[str, Any]]:
    activities = list(activities)
    name = names_for(user, [activity.recorded_by for activity in activities])
    return [_activity(activity, name) for activity in activities]


def activity_row(activity: Activity, user) -> dict[str, Any]:
    return activity_rows([activity], user)[0]


def _activity(activity: Activity, name: Callable[[User | None], str]) -> dict[str, Any]:
    organization = activity.organization
    return {
        "number": activity.number,
        "organization": organization.code,
        "organization_name": organization.name,
        "town": organization.town.code if organization.town else None,
        "town_name": organization.town.short_name if organization.town else None,
        "chain": organization.chain.code if organization.chain else None,
        "chain_name": organization.chain.name if organization.chain else None,
        "kind": activity.kind,
        "kind_label": str(activity.get_kind_display()),
        "title": activity.title,
        "held_on": activity.held_on,
        "place": activity.place,
        "status": activity.status,
        "status_label": str(activity.get_status_display()),
        "attendances": activity.attendances,
        "summary": activity.summary,
        "recorded_by": name(activity.recorded_by),
        "version": activity.version,
    }
