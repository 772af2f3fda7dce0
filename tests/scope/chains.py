"""Routes of chains, of Party organisations and of their alliances."""

from enterprises.registry.models import Enterprise
from tests.factories.chains import GuidanceLinkFactory
from tests.factories.cobuilding import AllianceMemberFactory, make_alliance

from .world import (
    BUREAU,
    EVERYBODY,
    OVERSEERS,
    RECORDERS,
    SEES_OWN,
    STAFF,
    Route,
    Verbs,
    of_each,
    of_organization,
    organization_of,
)  # fmt: skip


def of_chain(verbs: Verbs, body: dict | None = None, *, sub_row: bool = False, **more) -> Route:
    return Route(
        verbs,
        own=lambda world: {"code": world.chain.code, **more},
        body=body or {"version": 1},
        sub_row=sub_row,
    )


def of_guidance(verbs: Verbs) -> Route:
    """A route that names a guidance link: the enterprise's organisation guides another one of its town."""
    return of_each(verbs, lambda enterprise: {"pk": guidance_by(enterprise).pk}, body={"version": 1})


def guidance_by(enterprise: Enterprise):
    """The link of the enterprise's organisation, made when it is first asked for."""
    guide = organization_of(enterprise)
    return guide.guiding.first() or GuidanceLinkFactory(guide=guide)


def place_in_alliance(enterprise: Enterprise):
    return enterprise.alliance_places.first() or AllianceMemberFactory(
        enterprise=enterprise, alliance=make_alliance(enterprise.district, town=enterprise.town)
    )


def of_alliance(verbs: Verbs, *, member: bool = False) -> Route:
    """A route that names the alliance that the enterprise belongs to, or its membership."""

    def address(enterprise: Enterprise) -> dict:
        place = place_in_alliance(enterprise)
        return {"pk": place.pk} if member else {"code": place.alliance.code}

    return of_each(verbs, address, body={"version": 1})


ROUTES: dict[str, Route] = {
    # chains: reference rows too
    "chain-list": Route({"get": EVERYBODY}),
    "chain": of_chain({"get": EVERYBODY}),
    "chain-create": Route({"get": BUREAU, "post": BUREAU}),
    "chain-edit": of_chain({"get": BUREAU, "post": BUREAU}),
    "chain-segments": of_chain({"get": BUREAU}),
    "segment-create": of_chain({"get": BUREAU, "post": BUREAU}),
    "segment-edit": of_chain({"get": BUREAU, "post": BUREAU}, sub_row=True, segment="none"),
    "segment-move": of_chain({"post": BUREAU}, sub_row=True, segment="none", move="up"),
    "chain-plan": of_chain({"get": EVERYBODY}),
    "chain-plan-edit": of_chain({"get": BUREAU, "post": BUREAU}),
    "milestone-create": of_chain({"get": BUREAU, "post": BUREAU}, sub_row=True),
    "milestone-edit": of_chain({"get": BUREAU, "post": BUREAU}, sub_row=True, pk=1),
    "milestone-remove": of_chain({"post": BUREAU}, sub_row=True, pk=1),
    "api:chains": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:chain": of_chain({"get": EVERYBODY, "patch": BUREAU}),
    "api:chain-segments": of_chain({"get": EVERYBODY, "post": BUREAU}, {"name": "环节", "stage": "upstream"}),
    "api:chain-segment": of_chain(
        {"get": EVERYBODY, "patch": BUREAU, "delete": BUREAU}, sub_row=True, segment="none"
    ),
    "api:chain-links": of_chain({"get": EVERYBODY, "post": BUREAU}),
    "api:chain-link": of_chain({"delete": BUREAU}, sub_row=True, source="none", target="none"),
    "api:chain-graph": of_chain({"get": EVERYBODY}),
    "api:chain-plan": of_chain({"get": EVERYBODY, "put": BUREAU}, sub_row=True),
    "api:chain-milestones": of_chain({"get": EVERYBODY, "post": BUREAU}, sub_row=True),
    "api:chain-milestone": of_chain({"patch": BUREAU, "delete": BUREAU}, sub_row=True, pk=1),
    # organisations: a station sees its towns', an enterprise user the one that its profile names
    "organization-list": Route({"get": EVERYBODY}),
    "organization-create": Route({"get": BUREAU, "post": BUREAU}),
    "organization": of_organization({"get": EVERYBODY}),
    "organization-edit": of_organization({"get": BUREAU, "post": BUREAU}),
    "organization-personal": of_organization({"post": RECORDERS}, {"field": "secretary_phone"}),
    "organization-tree": Route({"get": EVERYBODY}),
    "guidance-create": of_organization({"get": STAFF, "post": STAFF}),
    "guidance-edit": of_guidance({"get": STAFF, "post": STAFF}),
    "party-reference": Route({"get": BUREAU}),
    "party-reference-add": Route({"get": BUREAU, "post": BUREAU}, own=lambda world: {"what": "kinds"}),
    "party-reference-edit": Route(
        {"get": BUREAU, "post": BUREAU}, own=lambda world: {"what": "modes", "code": "missing"}, sub_row=True
    ),
    "api:party-organizations": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:party-organization": of_organization({"get": EVERYBODY, "patch": BUREAU}),
    "api:organization-timeline": of_organization({"get": EVERYBODY}),
    "api:organization-personal": of_organization({"post": RECORDERS}),
    "api:guidance-links": Route({"get": EVERYBODY, "post": STAFF}),
    "api:guidance-link": of_guidance({"get": OVERSEERS, "patch": STAFF}),
    "api:organization-kinds": Route({"get": EVERYBODY}),
    "api:establishment-modes": Route({"get": EVERYBODY}),
    # alliances: an enterprise user sees those that it belongs to
    "alliance-list": Route({"get": SEES_OWN}),
    "alliance": of_alliance({"get": SEES_OWN}),
    "alliance-edit": of_alliance({"get": BUREAU, "post": BUREAU}),
    "alliance-chair": of_alliance({"get": BUREAU, "post": BUREAU}),
    "api:alliances": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:alliance": of_alliance({"get": EVERYBODY, "patch": BUREAU}),
    "api:chair-terms": of_alliance({"get": EVERYBODY, "post": BUREAU}),
}
