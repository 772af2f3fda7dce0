"""An activity as lists and programs read it: plain values, codes with their labels."""

from typing import Any

from .models import Activity


def activity_row(activity: Activity) -> dict[str, Any]:
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
        "recorded_by": str(activity.recorded_by) if activity.recorded_by else "",
        "version": activity.version,
    }
