"""Every read of co-building: agreements with their parties, member enterprises, members of alliances."""

from .agreements import FILTERS, agreement_for, agreements, in_force, listed, of_enterprise, of_organization
from .members import alliance_member_for, alliance_members, members_on

__all__ = [
    "FILTERS",
    "agreement_for",
    "agreements",
    "alliance_member_for",
    "alliance_members",
    "in_force",
    "listed",
    "members_on",
    "of_enterprise",
    "of_organization",
]
