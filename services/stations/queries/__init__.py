"""Every read of stations, catalogue, institutions and lists. They are public, the people of a team are not.

catalogue:    items(user, filters), near_items(user, text), item_for(user, code), conditions_of(item),
              unmet_conditions(item, enterprise), facts_of(enterprise), condition_names()
institutions: institutions(user, filters), institution_for(user, code)
stations:     stations(user, filters), station_for(user, code), nearest_stations(town, item=None), openings(stations),
              tiles(stations), roles_of(station), week_of(station), items_at(station), team(user, station),
              leaves_of(member)
lists:        element_list(user, town), element_lists(user, district), lists_by_town(district)
"""

from .catalogue import (
    condition_names,
    conditions_of,
    facts_of,
    item_for,
    items,
    near_items,
    unmet_conditions,
)
from .institutions import institution_for, institutions
from .lists import TownList, element_list, element_lists, lists_by_town
from .stations import (
    items_at,
    leaves_of,
    nearest_stations,
    openings,
    roles_of,
    station_for,
    stations,
    team,
    tiles,
    week_of,
)

__all__ = [
    "TownList",
    "condition_names",
    "conditions_of",
    "element_list",
    "element_lists",
    "facts_of",
    "institution_for",
    "institutions",
    "item_for",
    "items",
    "items_at",
    "leaves_of",
    "lists_by_town",
    "near_items",
    "nearest_stations",
    "openings",
    "roles_of",
    "station_for",
    "stations",
    "team",
    "tiles",
    "unmet_conditions",
    "week_of",
]
