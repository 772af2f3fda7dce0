"""Every write of imports and exports."""

from .check import run_check
from .commit import request_commit, run_commit
from .exports import request_export, run_export
from .uploads import cancel_import, forget_old, mark_failed, start_import

__all__ = [
    "cancel_import",
    "forget_old",
    "mark_failed",
    "request_commit",
    "request_export",
    "run_check",
    "run_commit",
    "run_export",
    "start_import",
]
