"""Every read of outreach, split by noun: instructors with their load, postings, liaison points, guidance stations."""

from .instructors import (
    average_loads,
    choices,
    instructor_for,
    instructors,
    listed,
    own_instructors,
)
from .liaison import points, points_for, points_listed, visits_of
from .postings import assignable, open_assignments, postings_of, shown_assignments
from .stations import StationRow, committee_of, overview, station

__all__ = [
    "StationRow", "assignable", "average_loads", "choices", "committee_of", "instructor_for", "instructors",
    "listed", "open_assignments", "overview", "own_instructors", "points", "points_for", "points_listed", "postings_of",
    "shown_assignments", "station", "visits_of",
]  # fmt: skip
