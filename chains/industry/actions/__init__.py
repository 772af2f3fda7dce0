"""Everything that people do to the industry map; one function each."""

from .chain import create_chain, update_chain
from .plan import add_milestone, remove_milestone, save_plan, update_milestone
from .segments import (
    add_segment,
    close_segment,
    connect,
    disconnect,
    lay_out_segments,
    move_segment,
    remove_segment,
    reopen_segment,
    update_segment,
)

__all__ = [
    "add_milestone",
    "add_segment",
    "close_segment",
    "connect",
    "create_chain",
    "disconnect",
    "lay_out_segments",
    "move_segment",
    "remove_milestone",
    "remove_segment",
    "reopen_segment",
    "save_plan",
    "update_chain",
    "update_milestone",
    "update_segment",
]
