"""Every write of outreach: instructors, their postings, handing over, liaison points with their visits."""

from .assignments import Posted, assign, end_assignment
from .hand_over import HandedOver, Move, hand_over
from .instructors import create_instructor, retire_instructor, update_instructor, view_personal
from .liaison import record_visit, release_point, take_in, update_point, view_leader

__all__ = [
    "HandedOver",
    "Move",
    "Posted",
    "assign",
    "create_instructor",
    "end_assignment",
    "hand_over",
    "record_visit",
    "release_point",
    "retire_instructor",
    "take_in",
    "update_instructor",
    "update_point",
    "view_leader",
    "view_personal",
]
