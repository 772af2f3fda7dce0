"""Routes of work orders and visits."""

from enterprises.registry.models import Enterprise
from portal.territory.models import District, Town
from services.visits.models import VisitCampaign, VisitProject
from tests.factories.visits import CampaignFactory, VisitFactory, VisitProjectFactory
from tests.factories.workorders import CallbackFactory, DemandFactory, MeetingFactory

from .world import (
    BUREAU,
    OVERSEERS,
    RECORDERS,
    SEES_OWN,
    STAFF,
    Route,
    Verbs,
    of_district,
    of_each,
)  # fmt: skip

HANDLERS = STAFF | {"department"}
DEMAND_READERS = HANDLERS | {"enterprise", "leader"}


def of_demand(verbs: Verbs, body: dict | None = None, **more) -> Route:
    """A route that names a demand of the station's town, of another town, of another district. A department sees it
    only with a part in it: tests/services/workorders/test_api.py."""
    return of_each(
        verbs,
        lambda enterprise: {"number": demand_of(enterprise).number, **more},
        body=body or {},
        sub_row="pk" in more or "other" in more,
    )


def demand_of(enterprise: Enterprise):
    return enterprise.demands.first() or DemandFactory(enterprise=enterprise)


def of_meeting(verbs: Verbs, body: dict | None = None, **more) -> Route:
    """A route that names a joint meeting of such a demand."""

    def address(enterprise: Enterprise) -> dict:
        demand = demand_of(enterprise)
        return {"number": (demand.meetings.first() or MeetingFactory(demand=demand)).number, **more}

    return of_each(verbs, address, body=body or {}, sub_row="pk" in more)


def of_callback(verb: str) -> Route:
    def address(enterprise: Enterprise) -> dict:
        demand = demand_of(enterprise)
        return {"pk": (demand.callbacks.first() or CallbackFactory(demand=demand)).pk}

    return of_each({verb: STAFF}, address, body={"outcome": "企业表示满意"})


def of_visit(verbs: Verbs) -> Route:
    """A route that names a visit to the enterprise."""

    def address(enterprise: Enterprise) -> dict:
        return {"number": (enterprise.visits.first() or VisitFactory(enterprise=enterprise)).number}

    return of_each(verbs, address, body={"version": 1})


def of_campaign(verbs: Verbs) -> Route:
    """A route that names a campaign, which all towns of the district read."""
    return of_district(
        verbs, lambda world, district: {"code": campaign_in(district).code}, body={"version": 1}
    )


def campaign_in(district: District) -> VisitCampaign:
    return VisitCampaign.objects.filter(district=district).first() or CampaignFactory(district=district)


def of_visit_project(verbs: Verbs) -> Route:
    """A route that names a project of a town."""
    return of_each(verbs, lambda enterprise: {"code": project_in(enterprise.town).code}, body={"version": 1})


def project_in(town: Town) -> VisitProject:
    return VisitProject.objects.filter(town=town).first() or VisitProjectFactory(town=town)


ROUTES: dict[str, Route] = {
    # a demand is seen by its town, its enterprise, the district and the departments that handle it
    "demands": Route({"get": DEMAND_READERS}),
    "demand-bulk-dispatch": Route({"post": STAFF}),
    "demand-filter-save": Route({"post": HANDLERS | {"leader"}}),
    "demand-filter-remove": Route({"post": HANDLERS | {"leader"}}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-tasks": Route({"get": HANDLERS | {"leader"}}),
    "demand-settings": Route({"get": OVERSEERS}),
    "demand-retention": Route({"get": BUREAU, "post": BUREAU}),
    "demand-replies": Route({"get": OVERSEERS}),
    "demand-reply-create": Route({"get": BUREAU, "post": BUREAU}),
    "demand-reply": Route({"get": BUREAU, "post": BUREAU}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-reply-remove": Route({"post": BUREAU}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-rule-trial": Route({"get": OVERSEERS}),
    "demand-rule-create": Route({"get": BUREAU, "post": BUREAU}),
    "demand-rule": Route({"get": BUREAU, "post": BUREAU}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-rule-remove": Route({"post": BUREAU}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-times": Route(
        {"get": BUREAU, "post": BUREAU}, own=lambda world: {"kind": "help", "urgency": "normal"}
    ),
    "demand-reminder-set": Route({"post": BUREAU}),
    "demand-reminder-remove": Route({"post": BUREAU}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-new": Route({"get": RECORDERS, "post": RECORDERS}),
    "demand-alike": Route({"get": RECORDERS}),
    "demand": of_demand({"get": DEMAND_READERS}),
    "demand-do": of_demand({"get": HANDLERS, "post": HANDLERS}, move="accept"),
    "demand-attach": of_demand({"post": RECORDERS | {"department"}}),
    "demand-attachment": of_demand({"get": DEMAND_READERS}, pk=1),
    "demand-note": of_demand({"post": HANDLERS}),
    "demand-link": of_demand({"post": HANDLERS}),
    "demand-unlink": of_demand({"post": HANDLERS}, other="GD20260105-999999"),
    "demand-personal": of_demand({"post": RECORDERS | {"department"}}, {"field": "contact_name"}),
    "demand-correct": of_demand({"get": STAFF, "post": STAFF}),
    "demand-callback": of_demand({"post": STAFF}),
    "demand-callback-close": of_demand({"post": STAFF}, pk=1),
    "demand-task": of_demand({"post": HANDLERS}, pk=1, end="finish"),
    "api:demand-callbacks": Route({"get": OVERSEERS}),
    "api:demand-callback-close": of_callback("post"),
    "api:demands": Route({"get": DEMAND_READERS, "post": RECORDERS}),
    "api:demand-bulk-dispatch": Route({"post": STAFF}),
    "api:demand-similar": Route({"get": DEMAND_READERS}),
    "api:demand": of_demand({"get": DEMAND_READERS, "patch": STAFF}),
    "api:demand-attachments": of_demand({"get": DEMAND_READERS, "post": RECORDERS | {"department"}}),
    "api:demand-attachment": of_demand({"get": DEMAND_READERS}, pk=1),
    "api:demand-callback": of_demand({"post": STAFF}),
    "api:demand-links": of_demand({"get": DEMAND_READERS, "post": HANDLERS}),
    "api:demand-link": of_demand({"delete": HANDLERS}, other="GD20260105-999999"),
    "api:demand-notes": of_demand({"get": HANDLERS, "post": HANDLERS}),
    "api:demand-personal": of_demand({"post": RECORDERS | {"department"}}),
    "api:demand-move": of_demand({"post": HANDLERS}, move="accept"),
    "api:joint-meetings": Route({"get": DEMAND_READERS}),
    "api:joint-meeting": of_meeting({"get": DEMAND_READERS}),
    "api:joint-meeting-resolution": of_meeting({"post": HANDLERS}, pk=1, end="finish"),
    # visits: an enterprise user sees those to its own; campaigns and projects are the bureau's; departments and
    # institutions never read any: findings reach a department as demands
    "visit-list": Route({"get": SEES_OWN}),
    "visit-start": Route({"get": STAFF}),
    "visit-record": Route({"get": STAFF, "post": STAFF}),
    "visit": of_visit({"get": SEES_OWN}),
    "visit-correct": of_visit({"get": STAFF, "post": STAFF}),
    "visit-campaign-list": Route({"get": OVERSEERS}),
    "visit-campaign-create": Route({"get": BUREAU, "post": BUREAU}),
    "visit-campaign": of_campaign({"get": OVERSEERS}),
    "visit-campaign-edit": of_campaign({"get": BUREAU, "post": BUREAU}),
    "visit-campaign-close": of_campaign({"post": BUREAU}),
    "visit-project-list": Route({"get": OVERSEERS}),
    "visit-project-create": Route({"get": BUREAU, "post": BUREAU}),
    "visit-project-edit": of_visit_project({"get": BUREAU, "post": BUREAU}),
    "api:visits": Route({"get": SEES_OWN, "post": STAFF}),
    "api:visit": of_visit({"get": SEES_OWN, "patch": STAFF}),
    "api:visit-campaigns": Route({"get": OVERSEERS, "post": BUREAU}),
    "api:visit-campaign": of_campaign({"get": OVERSEERS, "patch": BUREAU}),
    "api:visit-campaign-close": of_campaign({"post": BUREAU}),
    "api:visit-projects": Route({"get": OVERSEERS, "post": BUREAU}),
    "api:visit-project": of_visit_project({"get": OVERSEERS, "patch": BUREAU}),
}
