"""Two districts with an enterprise each of three kinds, a user of each role, and how a route names its rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from chains.models import Chain, PartyOrganization
from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.territory.models import Department, District, Town
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory
from tests.factories.territory import DepartmentFactory, DistrictFactory, TownFactory

ADMIN = frozenset({"admin"})
BUREAU = ADMIN | {"bureau"}
STAFF = BUREAU | {"station"}
EVERYBODY = STAFF | {"department", "institution", "enterprise", "leader"}
OVERSEERS = STAFF | {"leader"}
RECORDERS = STAFF | {"enterprise"}
SEES_OWN = STAFF | {"enterprise", "leader"}  # departments and institutions have no enterprises
SEES_NEIGHBOUR = BUREAU | {"leader"}
SEES_FOREIGN = ADMIN

Verbs = dict[str, frozenset[str]]


@dataclass
class World:
    """Two districts; in ours two towns with an enterprise each; one user a role, and a person to administer."""

    district: District
    here: Town
    own: Enterprise
    neighbour: Enterprise
    foreign: Enterprise
    person: User
    chain: Chain
    department: Department
    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, SimpleCookie] = field(default_factory=dict)  # of those users, signed in


def make_world() -> World:
    district = DistrictFactory()
    here, there = TownFactory(district=district), TownFactory(district=district)
    own, neighbour, foreign = (
        EnterpriseFactory(town=here),
        EnterpriseFactory(town=there),
        EnterpriseFactory(town=TownFactory(district=DistrictFactory())),
    )
    for enterprise in (own, neighbour, foreign):
        PartyProfileFactory(enterprise=enterprise)
    chain = ChainFactory(district=district)
    department = DepartmentFactory(district=district)
    world = World(district, here, own, neighbour, foreign, make_user("station", town=here), chain, department)
    world.users = {
        "admin": make_user("admin"),
        "bureau": make_user("bureau", district=district),
        "leader": make_user("leader", district=district),
        "station": make_user("station", town=here),
        "department": make_user("department", district=district),
        "institution": make_user("institution", district=district),
        "enterprise": make_user("enterprise", enterprise=own, district=district),
    }
    return world


Address = Callable[[World], dict]


@dataclass(frozen=True)
class Route:
    """`verbs`: method → roles that may use it at all. `body` is sent with a POST, PUT or PATCH.

    Without `foreign` the address names no scoped row. `sub_row`: address or body name a further row that does not
    exist, so 404 is right for whoever may.
    """

    verbs: Verbs
    own: Address = lambda world: {}
    neighbour: Address | None = None
    foreign: Address | None = None
    body: dict = field(default_factory=dict)
    sub_row: bool = False


def of_each(verbs: Verbs, address: Callable[[Enterprise], dict], **how) -> Route:
    """A route that names a row of an enterprise: of ours, of the other town's, of the other district's."""
    return Route(
        verbs,
        own=lambda world: address(world.own),
        neighbour=lambda world: address(world.neighbour),
        foreign=lambda world: address(world.foreign),
        **how,
    )


def of_district(verbs: Verbs, address: Callable[[World, District], dict], **how) -> Route:
    """A route that names a row that the whole district reads, of ours or of the other one."""
    return Route(
        verbs,
        own=lambda world: address(world, world.district),
        foreign=lambda world: address(world, world.foreign.district),
        **how,
    )


def of_enterprise(verbs: Verbs, body: dict | None = None, *, sub_row: bool = False, **more: str) -> Route:
    """A route that names an enterprise by `uscc`."""
    return of_each(
        verbs, lambda enterprise: {"uscc": enterprise.uscc, **more}, body=body or {}, sub_row=sub_row
    )


def of_organization(verbs: Verbs, body: dict | None = None) -> Route:
    """A route that names a Party organisation, the one that the enterprise's profile points to."""
    return of_each(
        verbs, lambda enterprise: {"code": organization_of(enterprise).code}, body=body or {"version": 1}
    )


def organization_of(enterprise: Enterprise) -> PartyOrganization:
    """The enterprise's own organisation, made when it is first asked for."""
    profile = enterprise.profile
    if profile.organization is None:
        profile.organization = PartyOrganizationFactory(town=enterprise.town, district=enterprise.district)
        profile.organization_form = "alone"
        profile.save()
    return profile.organization
