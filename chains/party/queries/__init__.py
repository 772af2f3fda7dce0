"""Every read of organisations: lists and details, the tree, the timeline, who guides whom, the matrix."""

from .organizations import (
    FILTERS,
    PERSONAL,
    establishment_modes,
    kinds_by_spelling,
    listed,
    modes_by_spelling,
    organization_details,
    organization_kinds,
    organizations,
    sees_secretary,
)

__all__ = [
    "FILTERS",
    "PERSONAL",
    "establishment_modes",
    "kinds_by_spelling",
    "listed",
    "modes_by_spelling",
    "organization_details",
    "organization_kinds",
    "organizations",
    "sees_secretary",
]
