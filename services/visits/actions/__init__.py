"""Every write of visits: what was seen on a visit, the campaigns with their targets, the projects."""

from .campaigns import change_campaign, close_campaign, create_campaign
from .projects import change_project, create_project
from .visits import RUNNING, correct_note, record_visit

__all__ = [
    "RUNNING",
    "change_campaign",
    "change_project",
    "close_campaign",
    "correct_note",
    "create_campaign",
    "create_project",
    "record_visit",
]
