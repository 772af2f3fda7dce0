"""Demands, their course, meetings and papers as pages and programs read them, and what of them is shown to whom."""

from .course import note_of
from .demands import accepted, demand_detail, demand_row, moved_row, similar_rows
from .meetings import meeting_row, resolution_row
from .papers import attachment_rows, callback_row, link_row, note_row, note_rows
from .words import local

__all__ = [
    "accepted",
    "attachment_rows",
    "callback_row",
    "demand_detail",
    "demand_row",
    "link_row",
    "local",
    "meeting_row",
    "moved_row",
    "note_of",
    "note_row",
    "note_rows",
    "resolution_row",
    "similar_rows",
]
