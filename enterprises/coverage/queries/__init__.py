"""Every read of coverage, split by noun: the figures, who should establish what, proposals."""

from .conditions import assigned, organized
from .figures import Figures, Place, by_chain, by_town, coverage
from .lists import below_three, group_counts, rows_behind, should_establish
from .proposals import decision, latest_run, open_by_town, proposals, running_run, suggested_name

__all__ = [
    "Figures", "Place", "assigned", "below_three", "by_chain", "by_town", "coverage", "decision", "group_counts",
    "latest_run", "open_by_town", "organized", "proposals", "rows_behind", "running_run",
    "should_establish", "suggested_name",
]  # fmt: skip
