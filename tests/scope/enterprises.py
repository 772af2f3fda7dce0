"""Routes of enterprises: coverage, register, surveys, agreements, joint meetings, outreach, activities."""

from enterprises.coverage.models import JointProposal
from enterprises.registry.models import Enterprise
from tests.factories.cobuilding import make_agreement
from tests.factories.coverage import enterprise_with, proposal_of
from tests.factories.meetings import MeetingFactory, TaskFactory
from tests.factories.outreach import (
    ActivityFactory,
    AssignmentFactory,
    InstructorFactory,
    LiaisonPointFactory,
)

from .chains import of_alliance, of_chain, place_in_alliance
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
    of_enterprise,
    of_organization,
    organization_of,
)  # fmt: skip


def of_proposal(verbs: Verbs, body: dict | None = None) -> Route:
    """A route that names a proposal for a joint branch, in the town of the enterprise."""
    return of_each(verbs, lambda enterprise: {"pk": proposal_with(enterprise).pk}, body=body or {})


def of_run(verbs: Verbs) -> Route:
    """A route that names a run of proposals: the district's stations see it too."""
    return Route(
        verbs,
        own=lambda world: {"pk": proposal_with(world.own).run_id},
        foreign=lambda world: {"pk": proposal_with(world.foreign).run_id},
    )


def proposal_with(enterprise: Enterprise) -> JointProposal:
    """An open proposal of the enterprise with another one of its town."""
    enterprise.profile.full_members = 2
    enterprise.profile.save()
    return proposal_of([enterprise, enterprise_with(2, town=enterprise.town)])


def of_agreement(verbs: Verbs, *, party: bool = False) -> Route:
    """A route that names an agreement of the enterprise with an organisation of its town, perhaps one of its parties."""

    def address(enterprise: Enterprise) -> dict:
        place = enterprise.agreement_parties.first()
        row = place.agreement if place else make_agreement(enterprise)
        return {"number": row.number} | ({"pk": row.parties.first().pk} if party else {})

    return of_each(verbs, address, body={"version": 1})


def of_alliance_meeting(verbs: Verbs, *, task: bool = False) -> Route:
    """A route that names a meeting of the enterprise's alliance, perhaps something that it resolved."""

    def address(enterprise: Enterprise) -> dict:
        alliance = place_in_alliance(enterprise).alliance
        row = alliance.alliance_meetings.first() or MeetingFactory(alliance=alliance)
        if not task:
            return {"number": row.number}
        return {"number": row.number, "pk": (row.tasks.first() or TaskFactory(meeting=row)).pk}

    return of_each(verbs, address, body={"version": 1})


def of_station_of_town(verbs: Verbs) -> Route:
    """A route that names the guidance station of a town."""
    return of_each(verbs, lambda enterprise: {"code": enterprise.town.code})


def of_instructor(verbs: Verbs, **how) -> Route:
    """A route that names an instructor: the one posted to the enterprise, from its own town."""
    return of_each(verbs, lambda enterprise: {"code": posting_to(enterprise).instructor.code}, **how)


def of_assignment(verbs: Verbs) -> Route:
    return of_each(verbs, lambda enterprise: {"pk": posting_to(enterprise).pk})


def posting_to(enterprise: Enterprise):
    """The enterprise's open posting, of an instructor of its town; made when it is first asked for."""
    posting = enterprise.assignments.filter(ended_on=None).first()
    return posting or AssignmentFactory(
        instructor=InstructorFactory(town=enterprise.town), enterprise=enterprise
    )


def of_point(verbs: Verbs) -> Route:
    """A route that names a liaison point."""
    return of_each(verbs, lambda enterprise: {"code": point_of(enterprise).code}, body={"version": 1})


def point_of(enterprise: Enterprise):
    return enterprise.liaison_points.first() or LiaisonPointFactory(enterprise=enterprise)


def of_activity(verbs: Verbs) -> Route:
    """A route that names an activity of the enterprise's own organisation."""
    return of_each(verbs, lambda enterprise: {"number": activity_of(enterprise).number}, body={"version": 1})


def activity_of(enterprise: Enterprise):
    organization = organization_of(enterprise)
    return organization.activities.first() or ActivityFactory(organization=organization)


ROUTES: dict[str, Route] = {
    # register
    "chain-place": of_chain({"get": STAFF}),
    "enterprise-list": Route({"get": EVERYBODY}),
    "enterprise-create": Route({"get": STAFF, "post": STAFF}),
    "enterprise-edit": of_enterprise({"get": STAFF, "post": STAFF}),
    "enterprise-places": of_enterprise({"get": STAFF, "post": STAFF}),
    "enterprise-leave-chain": of_enterprise({"get": STAFF, "post": STAFF}, sub_row=True, chain="none"),
    "api:enterprise-places": of_enterprise({"get": EVERYBODY, "post": STAFF}),
    "api:enterprise-place": of_enterprise({"patch": STAFF, "delete": STAFF}, sub_row=True, chain="none"),
    "enterprise-figures": of_enterprise({"get": STAFF, "post": STAFF}),
    "api:enterprises": Route({"get": EVERYBODY, "post": STAFF}),
    "api:enterprise": of_enterprise({"get": EVERYBODY, "patch": STAFF}, {"version": 1}),
    "api:enterprise-figures": of_enterprise({"get": EVERYBODY, "post": STAFF}),
    # organisations with what they cover
    "organization-matrix": Route({"get": EVERYBODY}),
    "matrix-enterprises": Route({"get": EVERYBODY}),
    "organization-covered": Route({"get": EVERYBODY}),
    "organization-enterprises": of_organization({"get": EVERYBODY}),
    "organization-dissolve": of_organization({"get": BUREAU, "post": BUREAU}),
    "organization-merge": of_organization({"get": BUREAU, "post": BUREAU}),
    "api:party-organization-dissolve": of_organization({"post": BUREAU}),
    "api:party-organization-merge": of_organization({"post": BUREAU}),
    # agreements and members: an enterprise user sees those that it belongs to
    "alliance-members": of_alliance({"get": SEES_OWN}),
    "alliance-join": of_alliance({"get": STAFF, "post": STAFF}),
    "alliance-leave": of_alliance({"get": STAFF, "post": STAFF}, member=True),
    "agreement-list": Route({"get": SEES_OWN}),
    "agreement-create": Route({"get": STAFF, "post": STAFF}),
    "organization-agreements": of_organization({"get": SEES_OWN}),
    "agreement": of_agreement({"get": SEES_OWN}),
    "agreement-edit": of_agreement({"get": STAFF, "post": STAFF}),
    "agreement-end": of_agreement({"get": STAFF, "post": STAFF}),
    "agreement-renew": of_agreement({"get": STAFF, "post": STAFF}),
    "agreement-join": of_agreement({"get": STAFF, "post": STAFF}),
    "agreement-withdraw": of_agreement({"get": STAFF, "post": STAFF}, party=True),
    "api:alliance-members": of_alliance({"get": EVERYBODY, "post": STAFF}),
    "api:alliance-leave": of_alliance({"post": STAFF}, member=True),
    "api:agreements": Route({"get": EVERYBODY, "post": STAFF}),
    "api:agreement": of_agreement({"get": EVERYBODY, "patch": STAFF}),
    "api:agreement-end": of_agreement({"post": STAFF}),
    "api:agreement-renew": of_agreement({"post": STAFF}),
    "api:agreement-parties": of_agreement({"post": STAFF}),
    "api:agreement-withdraw": of_agreement({"post": STAFF}, party=True),
    # joint meetings of alliances
    "alliance-meetings": of_alliance({"get": SEES_OWN}),
    "alliance-meeting-create": of_alliance({"get": STAFF, "post": STAFF}),
    "alliance-meeting": of_alliance_meeting({"get": SEES_OWN}),
    "alliance-meeting-edit": of_alliance_meeting({"get": STAFF, "post": STAFF}),
    "alliance-meeting-cancel": of_alliance_meeting({"get": STAFF, "post": STAFF}),
    "alliance-task-create": of_alliance_meeting({"get": STAFF, "post": STAFF}),
    "alliance-task-done": of_alliance_meeting({"get": STAFF, "post": STAFF}, task=True),
    "api:alliance-meetings": Route({"get": EVERYBODY, "post": STAFF}),
    "api:alliance-meeting": of_alliance_meeting({"get": EVERYBODY, "patch": STAFF}),
    "api:alliance-meeting-cancel": of_alliance_meeting({"post": STAFF}),
    "api:alliance-task-create": of_alliance_meeting({"post": STAFF}),
    "api:alliance-task-done": of_alliance_meeting({"post": STAFF}, task=True),
    # coverage: read by staff and leaders; a station counts its towns
    "coverage": Route({"get": OVERSEERS}),
    "coverage-rows": Route({"get": OVERSEERS}),
    "should-establish": Route({"get": OVERSEERS}),
    "coverage-review": Route({"get": OVERSEERS}),
    "proposal-list": Route({"get": OVERSEERS}),
    "proposal-start": Route({"post": BUREAU}),
    "proposal": of_proposal({"get": OVERSEERS}),
    "proposal-accept": of_proposal({"post": STAFF}),
    "proposal-decline": of_proposal({"post": STAFF}),
    "api:coverage": Route({"get": OVERSEERS}),
    "api:coverage-towns": Route({"get": OVERSEERS}),
    "api:coverage-chains": Route({"get": OVERSEERS}),
    "api:should-establish": Route({"get": OVERSEERS}),
    "api:proposals": Route({"get": OVERSEERS, "post": BUREAU}),
    "api:proposal-run": of_run({"get": OVERSEERS}),
    "api:proposal": of_proposal({"get": OVERSEERS}),
    "api:proposal-accept": of_proposal({"post": STAFF}),
    "api:proposal-decline": of_proposal({"post": STAFF}, {"reason": "企业即将搬迁"}),
    # surveys and portrait
    "survey-worklist": Route({"get": STAFF}),
    "enterprise-portrait": of_enterprise({"get": EVERYBODY}),
    "enterprise-survey": of_enterprise({"get": RECORDERS, "post": RECORDERS}),
    "enterprise-surveys": of_enterprise({"get": EVERYBODY}),
    "enterprise-changes": of_enterprise({"get": EVERYBODY}),
    "enterprise-personal": of_enterprise({"post": RECORDERS}),
    "api:enterprise-portrait": of_enterprise({"get": EVERYBODY}),
    "api:enterprise-surveys": of_enterprise({"get": EVERYBODY, "post": RECORDERS}),
    "api:enterprise-personal": of_enterprise({"post": RECORDERS}),
    # outreach: an enterprise user sees the instructors posted to it and its own liaison point
    "station-list": Route({"get": OVERSEERS}),
    "station-own": Route({"get": frozenset({"station"})}),
    "station": of_station_of_town({"get": OVERSEERS}),
    "instructor-list": Route({"get": OVERSEERS}),
    "instructor-create": Route({"get": STAFF, "post": STAFF}),
    "instructor": of_instructor({"get": OVERSEERS}),
    "instructor-edit": of_instructor({"get": STAFF, "post": STAFF}),
    "instructor-retire": of_instructor({"get": STAFF, "post": STAFF}),
    "instructor-assign": of_instructor({"get": STAFF, "post": STAFF}),
    "instructor-hand-over": of_instructor({"get": STAFF, "post": STAFF}),
    "instructor-personal": of_instructor({"post": RECORDERS}, body={"field": "phone"}),
    "assignment-end": of_assignment({"get": STAFF, "post": STAFF}),
    "liaison-point-list": Route({"get": OVERSEERS}),
    "liaison-point-create": Route({"get": STAFF, "post": STAFF}),
    "liaison-point": of_point({"get": SEES_OWN}),
    "liaison-point-edit": of_point({"get": STAFF, "post": STAFF}),
    "liaison-point-visit": of_point({"get": STAFF, "post": STAFF}),
    "liaison-point-release": of_point({"get": STAFF, "post": STAFF}),
    "liaison-point-personal": of_point({"post": RECORDERS}),
    "api:instructors": Route({"get": EVERYBODY, "post": STAFF}),
    "api:instructor": of_instructor({"get": EVERYBODY, "patch": STAFF}),
    "api:instructor-retire": of_instructor({"post": STAFF}),
    "api:instructor-hand-over": of_instructor({"post": STAFF}),
    "api:instructor-assignments": of_instructor({"get": EVERYBODY, "post": STAFF}),
    "api:instructor-personal": of_instructor({"post": RECORDERS}),
    "api:assignment": of_assignment({"get": EVERYBODY, "patch": STAFF}),
    "api:liaison-points": Route({"get": EVERYBODY, "post": STAFF}),
    "api:liaison-point": of_point({"get": EVERYBODY, "patch": STAFF}),
    "api:liaison-point-visits": of_point({"get": EVERYBODY, "post": STAFF}),
    "api:liaison-point-release": of_point({"post": STAFF}),
    "api:liaison-point-personal": of_point({"post": RECORDERS}),
    # activities: an enterprise user records for the organisation that its enterprise has alone
    "activity-list": Route({"get": EVERYBODY}),
    "activity-create": Route({"get": RECORDERS, "post": RECORDERS}),
    "activity": of_activity({"get": EVERYBODY}),
    "activity-edit": of_activity({"get": RECORDERS, "post": RECORDERS}),
    "activity-cancel": of_activity({"post": RECORDERS}),
    "api:activities": Route({"get": EVERYBODY, "post": RECORDERS}),
    "api:activity": of_activity({"get": EVERYBODY, "patch": RECORDERS}),
}
