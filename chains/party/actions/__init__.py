"""Every write of organisations: set up, corrected, merged, dissolved, guided, and looked at in full."""

from .guidance import create_guidance, update_guidance
from .life import dissolve, merge
from .locking import children_of, lock_organizations, lock_structure, require_move
from .organization import create_organization, set_up_organization, update_organization
from .personal import view_personal
from .reference import load_party_reference, save_reference_row
from .timeline import complete_timelines, note_event

__all__ = [
    "children_of",
    "complete_timelines",
    "create_guidance",
    "create_organization",
    "dissolve",
    "load_party_reference",
    "lock_organizations",
    "lock_structure",
    "merge",
    "note_event",
    "require_move",
    "save_reference_row",
    "set_up_organization",
    "update_guidance",
    "update_organization",
    "view_personal",
]
