"""The table behind `test_scope`: every route, who may use it with which verb, and how a foreign row is named.

A new route gets a line in its package's file. `own` names a row of the station's town, which bureau, leader, that station
and that enterprise user see. `neighbour` is a row of another town of the same district (hidden from station and
enterprise user), `foreign` one of another district (hidden from everybody but the administrator).
"""

from . import booking, chains, enterprises, ledgers, portal, services, workorders
from .portal import PUBLIC, THIRD_PARTY
from .world import EVERYBODY, SEES_FOREIGN, SEES_NEIGHBOUR, SEES_OWN, Route, World, make_world

__all__ = [
    "EVERYBODY", "PUBLIC", "ROUTES", "SEES_FOREIGN", "SEES_NEIGHBOUR", "SEES_OWN", "THIRD_PARTY", "Route", "World",
    "make_world",
]  # fmt: skip

ROUTES: dict[str, Route] = {
    **portal.ROUTES,
    **chains.ROUTES,
    **enterprises.ROUTES,
    **ledgers.ROUTES,
    **services.ROUTES,
    **booking.ROUTES,
    **workorders.ROUTES,
}
