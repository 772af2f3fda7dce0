"""Everything that people do to the register; one function each."""

from .enterprise import create_enterprise, update_enterprise
from .figures import record_figure
from .places import leave_chain, place_on_chain, set_honours, set_places

__all__ = [
    "create_enterprise",
    "leave_chain",
    "place_on_chain",
    "record_figure",
    "set_honours",
    "set_places",
    "update_enterprise",
]
