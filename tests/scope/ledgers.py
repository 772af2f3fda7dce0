"""Routes of the ledgers (credit, pledges, purchases, offers and needs) and of integration projects."""

from collections.abc import Callable

from enterprises.registry.models import Enterprise
from tests.factories.catalogues import ProjectFactory
from tests.factories.ledger import CreditGrantFactory, DealFactory, PledgeFactory, PostingFactory

from .world import EVERYBODY, RECORDERS, SEES_OWN, STAFF, Route, Verbs, of_each


def of_ledger(make: Callable[[Enterprise], object], verbs: Verbs, **more) -> Route:
    """A route that names a row of a ledger by its number, of the enterprise of each kind."""
    return of_each(
        verbs,
        lambda enterprise: {"number": make(enterprise).number, **more},
        body={"version": 1},
        sub_row="pk" in more,
    )


def deal_of(enterprise: Enterprise):
    return enterprise.purchases.first() or DealFactory(buyer=enterprise)


def credit_of(enterprise: Enterprise):
    return enterprise.credit_grants.first() or CreditGrantFactory(enterprise=enterprise)


def pledge_of(enterprise: Enterprise):
    return enterprise.pledges.first() or PledgeFactory(enterprise=enterprise)


def posting_of(enterprise: Enterprise):
    return enterprise.postings.first() or PostingFactory(enterprise=enterprise)


def of_posting(verbs: Verbs) -> Route:
    """A route that names an entry of the board, which the whole district reads."""
    return Route(
        verbs,
        own=lambda world: {"number": posting_of(world.own).number},
        foreign=lambda world: {"number": posting_of(world.foreign).number},
        body={"version": 1},
    )


def of_project(verbs: Verbs) -> Route:
    """A route that names an integration project, led by the enterprise in its town."""
    return of_each(verbs, lambda enterprise: {"number": project_of(enterprise).number}, body={"version": 1})


def project_of(enterprise: Enterprise):
    return enterprise.projects.first() or ProjectFactory(enterprise=enterprise)


ROUTES: dict[str, Route] = {
    # projects
    "project-list": Route({"get": SEES_OWN}),
    "project-create": Route({"get": STAFF, "post": STAFF}),
    "project": of_project({"get": SEES_OWN}),
    "project-edit": of_project({"get": STAFF, "post": STAFF}),
    "api:integration-projects": Route({"get": EVERYBODY, "post": STAFF}),
    "api:integration-project": of_project({"get": EVERYBODY, "patch": STAFF}),
    # ledgers: a deal is seen by both sides, a grant or pledge by its enterprise, the board by the whole district
    "deal-list": Route({"get": SEES_OWN}),
    "deal-create": Route({"get": RECORDERS, "post": RECORDERS}),
    "deal": of_ledger(deal_of, {"get": SEES_OWN}),
    "deal-edit": of_ledger(deal_of, {"get": RECORDERS, "post": RECORDERS}),
    "deal-attach": of_ledger(deal_of, {"post": RECORDERS}),
    "deal-attachment": of_ledger(deal_of, {"get": SEES_OWN}, pk=0),
    "deal-move": of_ledger(deal_of, {"get": RECORDERS, "post": RECORDERS}, move="cancel"),
    "board": Route({"get": SEES_OWN}),
    "posting-create": Route({"get": RECORDERS, "post": RECORDERS}),
    "posting": of_posting({"get": SEES_OWN}),
    "posting-edit": of_posting({"get": RECORDERS, "post": RECORDERS}),
    "posting-close": of_posting({"post": RECORDERS}),
    "credit-list": Route({"get": SEES_OWN | {"institution"}}),
    "credit-create": Route({"get": STAFF, "post": STAFF}),
    "credit": of_ledger(credit_of, {"get": SEES_OWN}),
    "credit-edit": of_ledger(credit_of, {"get": STAFF, "post": STAFF}),
    "credit-cancel": of_ledger(credit_of, {"get": STAFF, "post": STAFF}),
    "pledge-list": Route({"get": SEES_OWN | {"institution"}}),
    "pledge-create": Route({"get": STAFF, "post": STAFF}),
    "pledge": of_ledger(pledge_of, {"get": SEES_OWN}),
    "pledge-edit": of_ledger(pledge_of, {"get": STAFF, "post": STAFF}),
    "pledge-cancel": of_ledger(pledge_of, {"get": STAFF, "post": STAFF}),
    "api:credit-grants": Route({"get": EVERYBODY, "post": STAFF}),
    "api:credit-grant": of_ledger(credit_of, {"get": EVERYBODY, "patch": STAFF}),
    "api:credit-grant-cancel": of_ledger(credit_of, {"post": STAFF}),
    "api:pledges": Route({"get": EVERYBODY, "post": STAFF}),
    "api:pledge": of_ledger(pledge_of, {"get": EVERYBODY, "patch": STAFF}),
    "api:pledge-cancel": of_ledger(pledge_of, {"post": STAFF}),
    "api:procurement-deals": Route({"get": EVERYBODY, "post": RECORDERS}),
    "api:procurement-deal": of_ledger(deal_of, {"get": EVERYBODY, "patch": RECORDERS}),
    "api:procurement-deal-move": of_ledger(deal_of, {"post": RECORDERS}, move="cancel"),
    "api:procurement-deal-attachments": of_ledger(deal_of, {"get": EVERYBODY, "post": RECORDERS}),
    "api:procurement-deal-attachment": of_ledger(deal_of, {"get": EVERYBODY}, pk=0),
    "api:offers-and-needs": Route({"get": EVERYBODY, "post": RECORDERS}),
    "api:offer-or-need": of_posting({"get": EVERYBODY, "patch": RECORDERS}),
    "api:offer-or-need-close": of_posting({"post": RECORDERS}),
    "api:offer-or-need-matches": of_posting({"get": EVERYBODY}),
}
