"""Every write of the figures: keys of what is out of date, counting, targets."""

from .dirty import mark_dirty, mark_exactly, marking, promised_by
from .running import check_all, drain, recount_all
from .targets import set_targets

__all__ = [
    "check_all",
    "drain",
    "mark_dirty",
    "mark_exactly",
    "marking",
    "promised_by",
    "recount_all",
    "set_targets",
]
