"""Every write of coverage: runs that work out proposals, and what becomes of a proposal."""

from .decisions import accept_proposal, decline_proposal
from .runs import fill_run, start_run, work_out

__all__ = ["accept_proposal", "decline_proposal", "fill_run", "start_run", "work_out"]
