"""Alliances as lists and programs read them: plain values, codes with their labels."""

from typing import Any

from ..party.models import PartyOrganization
from ..party.rules import can_manage_organizations
from .models import Alliance, ChairTerm


def alliance_row(row: PartyOrganization, user) -> dict[str, Any]:
    """An alliance of `queries.alliances`; `chair` is the organisation that has the rotating chair now."""
    own = getattr(row, "alliance", None) or Alliance()
    chair = next((term for term in row.terms if term.ended_on is None), None)
    scope = user.scope
    return {
        "code": row.code,
        "name": row.name,
        "town": row.town.code if row.town else None,
        "town_name": row.town.short_name if row.town else "",
        "chain": row.chain.code if row.chain else None,
        "chain_name": row.chain.name if row.chain else "",
        "pattern": own.pattern,
        "pattern_label": str(own.get_pattern_display()) if own.pattern else "",
        "charter": own.charter,
        "adopted_on": own.adopted_on,
        "chair": chair.chair.code if chair else None,
        "chair_name": chair.chair.name if chair else "",
        "chair_since": chair.started_on if chair else None,
        "members": row.members,
        "set_up_on": row.set_up_on,
        "ended_on": row.ended_on,
        "status": row.status,
        "status_label": str(row.get_status_display()),
        "may_change": row.status == "active" and can_manage_organizations(user, row.district_id),
        "has_page": scope.is_admin or row.district_id in scope.districts or row.town_id in scope.towns,
        "version": row.version,
    }


def term_row(term: ChairTerm) -> dict[str, Any]:
    return {
        "chair": term.chair.code,
        "chair_name": term.chair.name,
        "started_on": term.started_on,
        "ended_on": term.ended_on,
        "active": term.ended_on is None,
    }
