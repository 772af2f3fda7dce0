"""Every write of stations, the catalogue, institutions and element lists. All but loading is the bureau's.

catalogue:    create_item, update_item, load_catalogue
institutions: create_institution, update_institution
lists:        add_entry, update_entry, remove_entry, load_element_lists
stations:     create_station, update_station
team:         add_member, update_member, view_member; add_leave, remove_leave (the station's too)
"""

from .catalogue import create_item, load_catalogue, update_item
from .institutions import create_institution, update_institution
from .leaves import add_leave, remove_leave
from .lists import add_entry, load_element_lists, remove_entry, update_entry
from .stations import create_station, update_station
from .team import add_member, update_member, view_member

__all__ = [
    "add_entry",
    "add_leave",
    "add_member",
    "create_institution",
    "create_item",
    "create_station",
    "load_catalogue",
    "load_element_lists",
    "remove_entry",
    "remove_leave",
    "update_entry",
    "update_institution",
    "update_item",
    "update_member",
    "update_station",
    "view_member",
]
