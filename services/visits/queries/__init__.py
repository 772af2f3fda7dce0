"""Every read of visits, projects and campaigns."""

from .campaigns import campaign_for, campaigns, coverage, recent_visits, running_campaign, targets_of
from .projects import PROJECT_FILTERS, project_for, projects, projects_listed
from .visits import (
    FILTERS,
    ORDERINGS,
    chain_on,
    findings_of,
    first_visit,
    firsts,
    listed,
    subjects_found,
    towns_of,
    visit_for,
    visits,
)

__all__ = [
    "FILTERS",
    "ORDERINGS",
    "PROJECT_FILTERS",
    "campaign_for",
    "campaigns",
    "chain_on",
    "coverage",
    "findings_of",
    "first_visit",
    "firsts",
    "listed",
    "project_for",
    "projects",
    "projects_listed",
    "recent_visits",
    "running_campaign",
    "subjects_found",
    "targets_of",
    "towns_of",
    "visit_for",
    "visits",
]
