"""Every write of outreach: instructors, their postings, handing over, liaison points with their visits."""

from .instructors import create_instructor, retire_instructor, update_instructor, view_personal

__all__ = [
    "create_instructor",
    "retire_instructor",
    "update_instructor",
    "view_personal",
]
