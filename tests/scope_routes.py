"""The table behind `test_scope`: every route, who may use it with which verb, and how a foreign row is named.

A new route gets a line here. `own` names a row of the station's town, which bureau, leader, that station and that
enterprise user see. `neighbour` is a row of another town of the same district (hidden from station and enterprise
user), `foreign` one of another district (hidden from everybody but the administrator).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from http.cookies import SimpleCookie

from chains.models import Chain, PartyOrganization
from enterprises.coverage.models import JointProposal
from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.imports.models import SheetExport, SheetImport
from portal.territory.models import Department, District, Town
from services.booking.models import Booking
from services.visits.models import VisitCampaign, VisitProject
from tests.factories.accounts import make_user
from tests.factories.booking import (
    ClosureFactory,
    InstitutionFactory,
    ItemFactory,
    PatternFactory,
    SessionFactory,
    StationFactory,
    make_booking,
    make_follow_up,
)
from tests.factories.bulletins import make_board, make_report
from tests.factories.catalogues import CourseFactory, ProjectFactory, SimplifiedItemFactory, WorkGuideFactory
from tests.factories.chains import ChainFactory, GuidanceLinkFactory, PartyOrganizationFactory
from tests.factories.cobuilding import AllianceMemberFactory, make_agreement, make_alliance
from tests.factories.coverage import enterprise_with, proposal_of
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory
from tests.factories.ledger import CreditGrantFactory, DealFactory, PledgeFactory, PostingFactory
from tests.factories.meetings import MeetingFactory as AllianceMeetingFactory
from tests.factories.meetings import TaskFactory as AllianceTaskFactory
from tests.factories.notices import DeliveryFactory, NoticeFactory
from tests.factories.outreach import (
    ActivityFactory,
    AssignmentFactory,
    InstructorFactory,
    LiaisonPointFactory,
)
from tests.factories.policies import PolicyFactory
from tests.factories.services import HandbookEntryFactory
from tests.factories.territory import AreaFactory, DepartmentFactory, DistrictFactory, TownFactory
from tests.factories.visits import CampaignFactory, VisitFactory, VisitProjectFactory
from tests.factories.workorders import CallbackFactory, DemandFactory, MeetingFactory

ADMIN = frozenset({"admin"})
BUREAU = ADMIN | {"bureau"}
STAFF = BUREAU | {"station"}
EVERYBODY = STAFF | {"department", "institution", "enterprise", "leader"}
COVERAGE_READERS = STAFF | {"leader"}
REPORT_READERS = BUREAU | {"leader"}
EXPORTERS = STAFF | {"leader", "enterprise"}
SEES_OWN = STAFF | {"enterprise", "leader"}  # departments and institutions have no enterprises
RECORDERS = STAFF | {"enterprise"}
DESK = STAFF | {"institution"}
BOOKERS = STAFF | {"enterprise"}
HANDLERS = STAFF | {"department"}
DEMAND_READERS = HANDLERS | {"enterprise", "leader"}
STATION_READERS = STAFF | {"leader"}
FIGURE_READERS = STAFF | {"leader", "institution"}
SEES_NEIGHBOUR = BUREAU | {"leader"}
SEES_FOREIGN = ADMIN


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

    verbs: dict[str, frozenset[str]]
    own: Address = lambda world: {}
    neighbour: Address | None = None
    foreign: Address | None = None
    body: dict = field(default_factory=dict)
    sub_row: bool = False


def of_enterprise(
    verbs: dict[str, frozenset[str]], body: dict | None = None, *, sub_row: bool = False, **more: str
) -> Route:
    """A route that names an enterprise by `uscc`."""
    return Route(
        verbs,
        own=lambda world: {"uscc": world.own.uscc, **more},
        neighbour=lambda world: {"uscc": world.neighbour.uscc, **more},
        foreign=lambda world: {"uscc": world.foreign.uscc, **more},
        body=body or {},
        sub_row=sub_row,
    )


def of_chain(
    verbs: dict[str, frozenset[str]], body: dict | None = None, *, sub_row: bool = False, **more
) -> Route:
    return Route(
        verbs,
        own=lambda world: {"code": world.chain.code, **more},
        body=body or {"version": 1},
        sub_row=sub_row,
    )


def of_organization(verbs: dict[str, frozenset[str]], body: dict | None = None) -> Route:
    """A route that names a Party organisation, the one that the enterprise's profile points to."""
    return Route(
        verbs,
        own=lambda world: {"code": organization_of(world.own).code},
        neighbour=lambda world: {"code": organization_of(world.neighbour).code},
        foreign=lambda world: {"code": organization_of(world.foreign).code},
        body=body or {"version": 1},
    )


def organization_of(enterprise: Enterprise) -> PartyOrganization:
    """The enterprise's own organisation, made when it is first asked for."""
    profile = enterprise.profile
    if profile.organization is None:
        profile.organization = PartyOrganizationFactory(town=enterprise.town, district=enterprise.district)
        profile.organization_form = "alone"
        profile.save()
    return profile.organization


def of_guidance(verbs: dict[str, frozenset[str]]) -> Route:
    """A route that names a guidance link: the enterprise's organisation guides another one of its town."""
    return Route(
        verbs,
        own=lambda world: {"pk": guidance_by(world.own).pk},
        neighbour=lambda world: {"pk": guidance_by(world.neighbour).pk},
        foreign=lambda world: {"pk": guidance_by(world.foreign).pk},
        body={"version": 1},
    )


def guidance_by(enterprise: Enterprise):
    """The link of the enterprise's organisation, made when it is first asked for."""
    guide = organization_of(enterprise)
    return guide.guiding.first() or GuidanceLinkFactory(guide=guide)


def area_of(world: World):
    """An area of the station's town, made when it is first asked for."""
    return world.here.areas.first() or AreaFactory(town=world.here)


def of_proposal(verbs: dict[str, frozenset[str]], body: dict | None = None) -> Route:
    """A route that names a proposal for a joint branch, in the town of the enterprise."""
    return Route(
        verbs,
        own=lambda world: {"pk": proposal_with(world.own).pk},
        neighbour=lambda world: {"pk": proposal_with(world.neighbour).pk},
        foreign=lambda world: {"pk": proposal_with(world.foreign).pk},
        body=body or {},
    )


def of_run(verbs: dict[str, frozenset[str]]) -> Route:
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


def of_instructor(verbs: dict[str, frozenset[str]], **how) -> Route:
    """A route that names an instructor: the one posted to the enterprise, from its own town."""
    return Route(
        verbs,
        own=lambda world: {"code": posting_to(world.own).instructor.code},
        neighbour=lambda world: {"code": posting_to(world.neighbour).instructor.code},
        foreign=lambda world: {"code": posting_to(world.foreign).instructor.code},
        **how,
    )


def of_assignment(verbs: dict[str, frozenset[str]]) -> Route:
    return Route(
        verbs,
        own=lambda world: {"pk": posting_to(world.own).pk},
        neighbour=lambda world: {"pk": posting_to(world.neighbour).pk},
        foreign=lambda world: {"pk": posting_to(world.foreign).pk},
    )


def posting_to(enterprise: Enterprise):
    """The enterprise's open posting, of an instructor of its town; made when it is first asked for."""
    posting = enterprise.assignments.filter(ended_on=None).first()
    return posting or AssignmentFactory(
        instructor=InstructorFactory(town=enterprise.town), enterprise=enterprise
    )


def of_point(verbs: dict[str, frozenset[str]]) -> Route:
    """A route that names a liaison point."""
    return Route(
        verbs,
        own=lambda world: {"code": point_of(world.own).code},
        neighbour=lambda world: {"code": point_of(world.neighbour).code},
        foreign=lambda world: {"code": point_of(world.foreign).code},
        body={"version": 1},
    )


def point_of(enterprise: Enterprise):
    return enterprise.liaison_points.first() or LiaisonPointFactory(enterprise=enterprise)


def of_agreement(verbs: dict[str, frozenset[str]], *, party: bool = False) -> Route:
    """A route that names an agreement of the enterprise with an organisation of its town, perhaps one of its parties."""

    def address(enterprise: Enterprise) -> dict:
        place = enterprise.agreement_parties.first()
        row = place.agreement if place else make_agreement(enterprise)
        return {"number": row.number} | ({"pk": row.parties.first().pk} if party else {})

    return Route(
        verbs,
        own=lambda world: address(world.own),
        neighbour=lambda world: address(world.neighbour),
        foreign=lambda world: address(world.foreign),
        body={"version": 1},
    )


def place_in_alliance(enterprise: Enterprise):
    return enterprise.alliance_places.first() or AllianceMemberFactory(
        enterprise=enterprise, alliance=make_alliance(enterprise.district, town=enterprise.town)
    )


def of_alliance_meeting(verbs: dict[str, frozenset[str]], *, task: bool = False) -> Route:
    """A route that names a meeting of the enterprise's alliance, perhaps something that it resolved."""

    def address(enterprise: Enterprise) -> dict:
        alliance = place_in_alliance(enterprise).alliance
        row = alliance.alliance_meetings.first() or AllianceMeetingFactory(alliance=alliance)
        if not task:
            return {"number": row.number}
        return {"number": row.number, "pk": (row.tasks.first() or AllianceTaskFactory(meeting=row)).pk}

    return Route(
        verbs,
        own=lambda world: address(world.own),
        neighbour=lambda world: address(world.neighbour),
        foreign=lambda world: address(world.foreign),
        body={"version": 1},
    )


def of_alliance(verbs: dict[str, frozenset[str]], *, member: bool = False) -> Route:
    """A route that names the alliance that the enterprise belongs to, or its membership."""

    def address(enterprise: Enterprise) -> dict:
        place = place_in_alliance(enterprise)
        return {"pk": place.pk} if member else {"code": place.alliance.code}

    return Route(
        verbs,
        own=lambda world: address(world.own),
        neighbour=lambda world: address(world.neighbour),
        foreign=lambda world: address(world.foreign),
        body={"version": 1},
    )


def of_activity(verbs: dict[str, frozenset[str]]) -> Route:
    """A route that names an activity of the enterprise's own organisation."""
    return Route(
        verbs,
        own=lambda world: {"number": activity_of(world.own).number},
        neighbour=lambda world: {"number": activity_of(world.neighbour).number},
        foreign=lambda world: {"number": activity_of(world.foreign).number},
        body={"version": 1},
    )


def activity_of(enterprise: Enterprise):
    organization = organization_of(enterprise)
    return organization.activities.first() or ActivityFactory(organization=organization)


def of_history(verbs: dict[str, frozenset[str]]) -> Route:
    return Route(
        verbs,
        own=lambda world: {"model": "enterprise", "key": world.own.uscc},
        neighbour=lambda world: {"model": "enterprise", "key": world.neighbour.uscc},
        foreign=lambda world: {"model": "enterprise", "key": world.foreign.uscc},
    )


def of_import(verbs: dict[str, frozenset[str]], *, body: dict | None = None, sub_row: bool = False) -> Route:
    """A route that names an upload: the station's own, another station's of the district, another district's."""
    return Route(
        verbs,
        own=lambda world: {"pk": import_by(world.users["station"], world.district).pk},
        neighbour=lambda world: {
            "pk": import_by(make_user("bureau", district=world.district), world.district).pk
        },
        foreign=lambda world: {"pk": import_by(None, world.foreign.district).pk},
        body=body or {},
        sub_row=sub_row,
    )


def import_by(user: User | None, district: District) -> SheetImport:
    """An upload that has been checked and waits for its commit."""
    return SheetImport.objects.create(
        kind="enterprises", filename="年报.xlsx", size=1, sha256="0" * 64, uploaded_by=user, district=district,
        towns=sorted(user.scope.towns) or None if user else None,
        status="ready", total=1, valid=1, created=1,
    )  # fmt: skip


def of_export(verb: str) -> Route:
    """A route that names an export. Only who asked for it has it: tests/portal/imports/test_export_scope.py."""
    return Route(
        {verb: EVERYBODY},
        own=lambda world: {"pk": export_by(world.users["station"]).pk},
        foreign=lambda world: {"pk": export_by(make_user("bureau", district=world.foreign.district)).pk},
        sub_row=True,
    )


def export_by(user: User) -> SheetExport:
    return SheetExport.objects.create(kind="enterprises", requested_by=user, scope=user.scope.fingerprint)


def of_booking(verbs: dict[str, frozenset[str]], body: dict | None = None, **more: str) -> Route:
    """A route that names a booking of the station's town, of another town, of another district."""
    return Route(
        verbs,
        own=lambda world: {"number": booking_of(world.own).number, **more},
        neighbour=lambda world: {"number": booking_of(world.neighbour).number, **more},
        foreign=lambda world: {"number": booking_of(world.foreign).number, **more},
        body=body or {},
    )


def booking_of(enterprise: Enterprise) -> Booking:
    """The enterprise's booking at a station of its town, made when it is first asked for."""
    known = enterprise.bookings.first()
    return known or make_booking(
        SessionFactory(station=StationFactory(town=enterprise.town), hours=72), enterprise=enterprise
    )


def of_ledger(make: Callable[[Enterprise], object], verbs: dict[str, frozenset[str]], **more) -> Route:
    """A route that names a row of a ledger by its number, of the enterprise of each kind."""
    body = more.pop("body", {"version": 1})
    return Route(
        verbs,
        own=lambda world: {"number": make(world.own).number, **more},
        neighbour=lambda world: {"number": make(world.neighbour).number, **more},
        foreign=lambda world: {"number": make(world.foreign).number, **more},
        body=body,
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


def of_posting(verbs: dict[str, frozenset[str]]) -> Route:
    """A route that names an entry of the board, which the whole district reads."""
    return Route(
        verbs,
        own=lambda world: {"number": posting_of(world.own).number},
        foreign=lambda world: {"number": posting_of(world.foreign).number},
        body={"version": 1},
    )


def of_visit(verbs: dict[str, frozenset[str]]) -> Route:
    """A route that names a visit to the enterprise."""
    return of_ledger(
        lambda enterprise: enterprise.visits.first() or VisitFactory(enterprise=enterprise), verbs
    )


def of_campaign(verbs: dict[str, frozenset[str]]) -> Route:
    """A route that names a campaign, which all towns of the district read."""
    return Route(
        verbs,
        own=lambda world: {"code": campaign_in(world.district).code},
        foreign=lambda world: {"code": campaign_in(world.foreign.district).code},
        body={"version": 1},
    )


def campaign_in(district: District) -> VisitCampaign:
    return VisitCampaign.objects.filter(district=district).first() or CampaignFactory(district=district)


def of_visit_project(verbs: dict[str, frozenset[str]]) -> Route:
    """A route that names a project of a town."""
    return Route(
        verbs,
        own=lambda world: {"code": project_in(world.own.town).code},
        neighbour=lambda world: {"code": project_in(world.neighbour.town).code},
        foreign=lambda world: {"code": project_in(world.foreign.town).code},
        body={"version": 1},
    )


def project_in(town: Town) -> VisitProject:
    return VisitProject.objects.filter(town=town).first() or VisitProjectFactory(town=town)


def of_policy(verbs: dict[str, frozenset[str]]) -> Route:
    """A route that names a policy of the district; everybody reads every one."""
    return Route(
        verbs,
        own=lambda world: {"code": PolicyFactory(department=world.department).code},
        body={"version": 1},
    )


def of_lists(verbs: dict[str, frozenset[str]]) -> Route:
    """The three lists of an enterprise; those of a town and a chain: tests/services/lists."""
    return Route(
        verbs,
        own=lambda world: {"kind": "enterprises", "code": world.own.uscc},
        neighbour=lambda world: {"kind": "enterprises", "code": world.neighbour.uscc},
        foreign=lambda world: {"kind": "enterprises", "code": world.foreign.uscc},
    )


def of_demand(verbs: dict[str, frozenset[str]], body: dict | None = None, **more) -> Route:
    """A route that names a demand of the station's town, of another town, of another district. A department sees it
    only with a part in it: tests/services/workorders/test_rights.py."""
    return Route(
        verbs,
        own=lambda world: {"number": demand_of(world.own).number, **more},
        neighbour=lambda world: {"number": demand_of(world.neighbour).number, **more},
        foreign=lambda world: {"number": demand_of(world.foreign).number, **more},
        body=body or {},
        sub_row="pk" in more or "other" in more,
    )


def demand_of(enterprise: Enterprise):
    return enterprise.demands.first() or DemandFactory(enterprise=enterprise)


def of_meeting(verbs: dict[str, frozenset[str]], body: dict | None = None, **more) -> Route:
    """A route that names a joint meeting of such a demand."""

    def row(enterprise: Enterprise) -> dict:
        demand = demand_of(enterprise)
        return {"number": (demand.meetings.first() or MeetingFactory(demand=demand)).number, **more}

    return Route(
        verbs,
        own=lambda world: row(world.own),
        neighbour=lambda world: row(world.neighbour),
        foreign=lambda world: row(world.foreign),
        body=body or {},
        sub_row="pk" in more,
    )


def of_callback(verb: str) -> Route:
    def row(enterprise: Enterprise) -> dict:
        demand = demand_of(enterprise)
        return {"pk": (demand.callbacks.first() or CallbackFactory(demand=demand)).pk}

    return Route(
        {verb: STAFF},
        own=lambda world: row(world.own),
        neighbour=lambda world: row(world.neighbour),
        foreign=lambda world: row(world.foreign),
        body={"outcome": "企业表示满意"},
    )


def of_session(verbs: dict[str, frozenset[str]]) -> Route:
    return Route(
        verbs,
        own=lambda world: {"pk": SessionFactory(station=StationFactory(town=world.here)).pk},
        body={"version": 1},
    )


def of_desk(verbs: dict[str, frozenset[str]], row: Callable[[Town], dict], body: dict | None = None) -> Route:
    """A route that names a row of the desk of the station's town, of another town, of another district."""
    return Route(
        verbs,
        own=lambda world: row(world.here),
        neighbour=lambda world: row(world.neighbour.town),
        foreign=lambda world: row(world.foreign.town),
        body=body or {},
    )


def desk_session(town: Town) -> dict:
    return {"pk": SessionFactory(station=StationFactory(town=town)).pk}


def desk_pattern(town: Town) -> dict:
    return {"pk": PatternFactory(station=StationFactory(town=town)).pk}


def desk_closure(town: Town) -> dict:
    return {"pk": ClosureFactory(station=StationFactory(town=town)).pk}


def desk_follow_up(town: Town) -> dict:
    booking = make_booking(SessionFactory(station=StationFactory(town=town)))
    return {"number": make_follow_up(booking).booking.number}


def of_station(verbs: dict[str, frozenset[str]], more: dict | None = None) -> Route:
    """Stations are public; `more` names a further row of the address that does not exist."""
    return Route(
        verbs,
        own=lambda world: {"code": StationFactory(town=world.here).code, **(more or {})},
        body={"version": 1},
        sub_row=bool(more),
    )


def of_item(verbs: dict[str, frozenset[str]]) -> Route:
    return Route(verbs, own=lambda world: {"code": ItemFactory().code}, body={"version": 1})


def of_institution(verbs: dict[str, frozenset[str]]) -> Route:
    return Route(
        verbs, own=lambda world: {"code": InstitutionFactory(town=world.here).code}, body={"version": 1}
    )


def of_course(verbs: dict[str, frozenset[str]]) -> Route:
    return Route(
        verbs, own=lambda world: {"code": CourseFactory(district=world.district).code}, body={"version": 1}
    )


def of_guide(verbs: dict[str, frozenset[str]]) -> Route:
    return Route(
        verbs, own=lambda world: {"code": WorkGuideFactory(district=world.district).code}, body={"version": 1}
    )


def of_simplified(verbs: dict[str, frozenset[str]]) -> Route:
    return Route(
        verbs,
        own=lambda world: {"code": SimplifiedItemFactory(department=world.department).code},
        body={"version": 1},
    )


def of_project(verbs: dict[str, frozenset[str]]) -> Route:
    """A route that names an integration project, led by the enterprise in its town."""
    return Route(
        verbs,
        own=lambda world: {"number": project_of(world.own).number},
        neighbour=lambda world: {"number": project_of(world.neighbour).number},
        foreign=lambda world: {"number": project_of(world.foreign).number},
        body={"version": 1},
    )


def project_of(enterprise: Enterprise):
    return enterprise.projects.first() or ProjectFactory(enterprise=enterprise)


def of_notice(verb: str) -> Route:
    """A route that names a message. Only its recipient has it: tests/portal/notices/test_inbox.py."""
    return Route(
        {verb: EVERYBODY},
        own=lambda world: {"pk": NoticeFactory(recipient=world.users["station"]).pk},
        foreign=lambda world: {"pk": NoticeFactory(recipient=world.person).pk},
        sub_row=True,
    )


def of_delivery(verb: str) -> Route:
    """A route that names a message on its way to somebody of the district, or of another one."""
    return Route(
        {verb: BUREAU},
        own=lambda world: {"pk": DeliveryFactory(notice__district=world.district, failed=True).pk},
        foreign=lambda world: {"pk": DeliveryFactory(notice__district=world.foreign.district).pk},
    )


def of_person(verb: str, **more) -> Route:
    return Route({verb: ADMIN}, own=lambda world: {"pk": world.person.pk, **more})


# Answered without a sign-in, or not by us: (route name or prefix).
PUBLIC = (
    "schema", "api-docs", "set_language", "api:auth-token", "service-catalogue", "service-page",
    "service-station-list", "service-station-page", "institution-list", "institution-page", "handbook",
    "handbook-entry", "element-lists", "element-list", "desk-display", "course-list", "course", "guide-list", "guide",
    "guide-file", "simplified-list", "simplified-item", "policies", "policy", "demand-by-link",
)  # fmt: skip
THIRD_PARTY = ("account_", "mfa_", "admin:")


def of_report(verbs: dict[str, frozenset[str]], *, sub_row: bool = False, **more: str) -> Route:
    """A route that names a bulletin of the district."""
    return Route(
        verbs,
        own=lambda world: {"pk": make_report(world.district, world.person).pk, **more},
        foreign=lambda world: {"pk": make_report(world.foreign.district, world.person).pk, **more},
        sub_row=sub_row,
    )


def of_board(verbs: dict[str, frozenset[str]], body: dict | None = None) -> Route:
    """A route that names a board: the stations of the district see it too."""
    return Route(
        verbs,
        own=lambda world: {"code": make_board(world.district, world.person).code},
        foreign=lambda world: {"code": make_board(world.foreign.district, world.person).code},
        body=body or {},
    )


def of_figure(verbs: dict[str, frozenset[str]]) -> Route:
    """A route that names a figure: the same for everybody; its rows are tested in tests/portal/metrics/test_api.py."""
    return Route(verbs, own=lambda world: {"code": "instructors"})


def of_dashboard_of_chain() -> Route:
    return Route(
        {"get": COVERAGE_READERS},
        own=lambda world: {"code": world.chain.code},
        foreign=lambda world: {"code": ChainFactory(district=world.foreign.district).code},
    )


def of_dashboard_of_town() -> Route:
    return Route(
        {"get": COVERAGE_READERS},
        own=lambda world: {"code": world.here.code},
        neighbour=lambda world: {"code": world.neighbour.town.code},
        foreign=lambda world: {"code": world.foreign.town.code},
    )


def of_dashboard_of_station() -> Route:
    return Route(
        {"get": COVERAGE_READERS},
        own=lambda world: {"code": StationFactory(town=world.here).code},
        neighbour=lambda world: {"code": StationFactory(town=world.neighbour.town).code},
        foreign=lambda world: {"code": StationFactory(town=world.foreign.town).code},
    )


ROUTES: dict[str, Route] = {
    "metric-list": Route({"get": COVERAGE_READERS}),
    "metric": of_figure({"get": COVERAGE_READERS}),
    "metric-targets": Route({"get": BUREAU, "post": BUREAU}),
    "metric-runs": Route({"get": BUREAU}),
    "api:metrics": Route({"get": COVERAGE_READERS}),
    "api:metric-series": of_figure({"get": COVERAGE_READERS}),
    "api:metric-rows": of_figure({"get": COVERAGE_READERS}),
    "report-list": Route({"get": REPORT_READERS}),
    "report-issue": Route({"get": BUREAU, "post": BUREAU}, body={"period": "2026-03"}),
    "report": of_report({"get": REPORT_READERS}),
    "report-file": of_report({"get": REPORT_READERS}, format="docx", sub_row=True),
    "api:reports": Route({"get": REPORT_READERS, "post": BUREAU}, body={"period": "2026-03"}),
    "api:report": of_report({"get": REPORT_READERS}),
    "api:report-file": of_report({"get": REPORT_READERS}),
    "pioneer-board-list": Route({"get": COVERAGE_READERS}),
    "pioneer-board-create": Route({"get": BUREAU, "post": BUREAU}),
    "pioneer-board": of_board({"get": COVERAGE_READERS}),
    "pioneer-board-edit": of_board({"get": BUREAU, "post": BUREAU}),
    "api:boards": Route({"get": COVERAGE_READERS, "post": BUREAU}),
    "api:board": of_board({"get": COVERAGE_READERS, "patch": BUREAU}, {"version": 1, "places": 3}),
    # dashboards
    "workbench": Route({"get": EVERYBODY}),
    "dashboards": Route({"get": COVERAGE_READERS}),
    "dashboard-district": Route({"get": COVERAGE_READERS}),
    "dashboard-chain": of_dashboard_of_chain(),
    "dashboard-purchases": of_dashboard_of_chain(),
    "dashboard-town": of_dashboard_of_town(),
    "dashboard-station": of_dashboard_of_station(),
    "dashboard-places": Route({"get": COVERAGE_READERS}),
    "dashboard-workbook": Route({"get": COVERAGE_READERS}),
    "dashboard-screen": Route({"get": COVERAGE_READERS}),
    "dashboard-slide": Route({"get": COVERAGE_READERS}),
    "api:dashboard-district": Route({"get": SEES_NEIGHBOUR}),
    "api:dashboard-chain": of_dashboard_of_chain(),
    "api:dashboard-town": of_dashboard_of_town(),
    "api:dashboard-station": of_dashboard_of_station(),
    # accounts
    "api:me": Route({"get": EVERYBODY}),
    "account-security": Route({"get": EVERYBODY}),
    "account-token-end": Route({"post": frozenset()}, own=lambda world: {"key": "0" * 15}),
    "user-list": Route({"get": ADMIN}),
    "user-create": Route({"get": ADMIN, "post": ADMIN}),
    "user-detail": of_person("get"),
    "user-rename": of_person("post"),
    "user-password": of_person("post"),
    "role-grant": of_person("post"),
    "role-revoke": Route(
        {"post": ADMIN},
        own=lambda world: {"pk": world.person.pk, "membership": world.person.memberships.get().pk},
    ),
    "user-move": of_person("post", move="unlock"),
    # audit
    "audit-history": of_history({"get": BUREAU}),
    "audit-personal-views": Route({"get": BUREAU}),
    "api:history": of_history({"get": BUREAU}),
    "api:personal-views": Route({"get": BUREAU}),
    # territory: reference rows are the same for everybody who signed in
    "town-list": Route({"get": EVERYBODY}),
    "area-list": Route({"get": EVERYBODY}),
    "area-create": Route({"get": BUREAU, "post": BUREAU}),
    "area-edit": Route({"get": BUREAU, "post": BUREAU}, own=lambda world: {"code": area_of(world).code}),
    "work-calendar": Route({"get": EVERYBODY}),
    "calendar-change": Route({"post": BUREAU}),
    "calendar-reset": Route({"post": BUREAU}, sub_row=True),
    "api:towns": Route({"get": EVERYBODY}),
    "api:town": Route({"get": EVERYBODY}, own=lambda world: {"code": world.here.code}),
    "api:departments": Route({"get": EVERYBODY}),
    "api:department": Route({"get": EVERYBODY}, own=lambda world: {"code": world.department.code}),
    "api:service-elements": Route({"get": EVERYBODY}),
    "api:service-element": Route({"get": EVERYBODY}, own=lambda world: {"code": "none"}, sub_row=True),
    "api:areas": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:area": Route(
        {"get": EVERYBODY, "patch": BUREAU},
        own=lambda world: {"code": area_of(world).code},
        body={"version": 1},
    ),
    "api:calendar": Route({"get": EVERYBODY}),
    "api:calendar-day": Route(
        {"put": BUREAU, "delete": BUREAU},
        own=lambda world: {"day": date(2026, 10, 8)},
        sub_row=True,
        body={"is_working": False, "reason": "台风停工"},
    ),
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
    "chain-place": of_chain({"get": STAFF}),
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
    "organization-personal": of_organization({"post": STAFF | {"enterprise"}}, {"field": "secretary_phone"}),
    "organization-tree": Route({"get": EVERYBODY}),
    "organization-matrix": Route({"get": EVERYBODY}),
    "matrix-enterprises": Route({"get": EVERYBODY}),
    "organization-covered": Route({"get": EVERYBODY}),
    "organization-enterprises": of_organization({"get": EVERYBODY}),
    "organization-dissolve": of_organization({"get": BUREAU, "post": BUREAU}),
    "organization-merge": of_organization({"get": BUREAU, "post": BUREAU}),
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
    "api:organization-personal": of_organization({"post": STAFF | {"enterprise"}}),
    "api:party-organization-dissolve": of_organization({"post": BUREAU}),
    "api:party-organization-merge": of_organization({"post": BUREAU}),
    # alliances and agreements: an enterprise user sees those that it belongs to
    "alliance-list": Route({"get": SEES_OWN}),
    "alliance": of_alliance({"get": SEES_OWN}),
    "alliance-edit": of_alliance({"get": BUREAU, "post": BUREAU}),
    "alliance-chair": of_alliance({"get": BUREAU, "post": BUREAU}),
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
    "api:alliances": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:alliance": of_alliance({"get": EVERYBODY, "patch": BUREAU}),
    "api:chair-terms": of_alliance({"get": EVERYBODY, "post": BUREAU}),
    "api:alliance-members": of_alliance({"get": EVERYBODY, "post": STAFF}),
    "api:alliance-leave": of_alliance({"post": STAFF}, member=True),
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
    "api:agreements": Route({"get": EVERYBODY, "post": STAFF}),
    "api:agreement": of_agreement({"get": EVERYBODY, "patch": STAFF}),
    "api:agreement-end": of_agreement({"post": STAFF}),
    "api:agreement-renew": of_agreement({"post": STAFF}),
    "api:agreement-parties": of_agreement({"post": STAFF}),
    "api:agreement-withdraw": of_agreement({"post": STAFF}, party=True),
    "api:guidance-links": Route({"get": EVERYBODY, "post": STAFF}),
    "api:guidance-link": of_guidance({"get": STAFF | {"leader"}, "patch": STAFF}),
    "api:organization-kinds": Route({"get": EVERYBODY}),
    "api:establishment-modes": Route({"get": EVERYBODY}),
    # coverage: read by staff and leaders; a station counts its towns
    "coverage": Route({"get": COVERAGE_READERS}),
    "coverage-rows": Route({"get": COVERAGE_READERS}),
    "should-establish": Route({"get": COVERAGE_READERS}),
    "coverage-review": Route({"get": COVERAGE_READERS}),
    "proposal-list": Route({"get": COVERAGE_READERS}),
    "proposal-start": Route({"post": BUREAU}),
    "proposal": of_proposal({"get": COVERAGE_READERS}),
    "proposal-accept": of_proposal({"post": STAFF}),
    "proposal-decline": of_proposal({"post": STAFF}),
    "api:coverage": Route({"get": COVERAGE_READERS}),
    "api:coverage-towns": Route({"get": COVERAGE_READERS}),
    "api:coverage-chains": Route({"get": COVERAGE_READERS}),
    "api:should-establish": Route({"get": COVERAGE_READERS}),
    "api:proposals": Route({"get": COVERAGE_READERS, "post": BUREAU}),
    "api:proposal-run": of_run({"get": COVERAGE_READERS}),
    "api:proposal": of_proposal({"get": COVERAGE_READERS}),
    "api:proposal-accept": of_proposal({"post": STAFF}),
    "api:proposal-decline": of_proposal({"post": STAFF}, {"reason": "企业即将搬迁"}),
    # enterprises
    "import-list": Route({"get": STAFF}),
    "import-create": Route({"get": STAFF, "post": STAFF}),
    "import-template": Route({"get": STAFF}, own=lambda world: {"kind": "enterprises"}),
    "import-detail": of_import({"get": STAFF}),
    "import-commit": of_import({"post": STAFF}),
    "import-cancel": of_import({"post": STAFF}),
    "import-errors": of_import({"get": STAFF}, sub_row=True),
    "export-list": Route({"get": EVERYBODY}),
    "export-create": Route({"post": EXPORTERS}),
    "export-file": of_export("get"),
    "api:imports": Route({"get": STAFF, "post": STAFF}),
    "api:import-template": Route({"get": STAFF}, own=lambda world: {"kind": "enterprises"}),
    "api:import": of_import({"get": STAFF, "delete": STAFF}),
    "api:import-rows": of_import({"get": STAFF}),
    "api:import-errors": of_import({"get": STAFF}, sub_row=True),
    "api:import-commit": of_import({"post": STAFF}, body={"skip_invalid": False}),
    "api:exports": Route({"get": EVERYBODY, "post": EXPORTERS}),
    "api:export": of_export("get"),
    "api:export-file": of_export("get"),
    "enterprise-list": Route({"get": EVERYBODY}),
    "enterprise-create": Route({"get": STAFF, "post": STAFF}),
    "enterprise-edit": of_enterprise({"get": STAFF, "post": STAFF}),
    "enterprise-places": of_enterprise({"get": STAFF, "post": STAFF}),
    "enterprise-leave-chain": of_enterprise({"get": STAFF, "post": STAFF}, sub_row=True, chain="none"),
    "api:enterprise-places": of_enterprise({"get": EVERYBODY, "post": STAFF}),
    "api:enterprise-place": of_enterprise({"patch": STAFF, "delete": STAFF}, sub_row=True, chain="none"),
    "enterprise-figures": of_enterprise({"get": STAFF, "post": STAFF}),
    "survey-worklist": Route({"get": STAFF}),
    "enterprise-portrait": of_enterprise({"get": EVERYBODY}),
    "enterprise-survey": of_enterprise({"get": STAFF | {"enterprise"}, "post": STAFF | {"enterprise"}}),
    "enterprise-surveys": of_enterprise({"get": EVERYBODY}),
    "enterprise-changes": of_enterprise({"get": EVERYBODY}),
    "enterprise-personal": of_enterprise({"post": STAFF | {"enterprise"}}),
    "api:enterprises": Route({"get": EVERYBODY, "post": STAFF}),
    "api:enterprise": of_enterprise({"get": EVERYBODY, "patch": STAFF}, {"version": 1}),
    "api:enterprise-figures": of_enterprise({"get": EVERYBODY, "post": STAFF}),
    "api:enterprise-portrait": of_enterprise({"get": EVERYBODY}),
    "api:enterprise-surveys": of_enterprise({"get": EVERYBODY, "post": STAFF | {"enterprise"}}),
    "api:enterprise-personal": of_enterprise({"post": STAFF | {"enterprise"}}),
    # stations, catalogue, institutions: reference rows, kept by the bureau
    "service-item-create": Route({"get": BUREAU, "post": BUREAU}),
    "service-item-edit": of_item({"get": BUREAU, "post": BUREAU}),
    "institution-create": Route({"get": BUREAU, "post": BUREAU}),
    "institution-edit": of_institution({"get": BUREAU, "post": BUREAU}),
    "service-station-edit": of_station({"get": BUREAU, "post": BUREAU}),
    "service-station-team": of_station({"get": STAFF}, {}),
    "service-station-member-add": of_station({"get": BUREAU, "post": BUREAU}),
    "service-station-member": of_station({"get": BUREAU, "post": BUREAU}, {"member": "none"}),
    "service-station-member-personal": of_station({"post": STAFF}, {"member": "none"}),
    "service-station-leaves": of_station({"get": STAFF, "post": STAFF}, {"member": "none"}),
    "service-station-leave-remove": of_station({"post": STAFF}, {"member": "none", "leave": 0}),
    "service-station-elements": of_station({"get": BUREAU, "post": BUREAU}),
    "service-station-element": of_station({"get": BUREAU, "post": BUREAU}, {"entry": 0}),
    "service-station-element-remove": of_station({"post": BUREAU}, {"entry": 0}),
    "element-lists-file": Route({"get": STAFF | {"leader"}}),
    "element-list-file": Route(
        {"get": STAFF | {"leader"}}, own=lambda world: {"town": world.here.code}, body={}
    ),
    "handbook-create": Route({"get": BUREAU, "post": BUREAU}),
    "handbook-edit": Route(
        {"get": BUREAU, "post": BUREAU}, own=lambda world: {"code": HandbookEntryFactory().code}
    ),
    "course-create": Route({"get": BUREAU, "post": BUREAU}),
    "course-edit": of_course({"get": BUREAU, "post": BUREAU}),
    "guide-create": Route({"get": BUREAU, "post": BUREAU}),
    "guide-edit": of_guide({"get": BUREAU, "post": BUREAU}),
    "guide-attach": of_guide({"post": BUREAU}),
    "simplified-create": Route({"get": BUREAU, "post": BUREAU}),
    "simplified-edit": of_simplified({"get": BUREAU, "post": BUREAU}),
    "api:courses": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:course": of_course({"get": EVERYBODY, "patch": BUREAU}),
    "api:work-guides": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:work-guide": of_guide({"get": EVERYBODY, "patch": BUREAU}),
    "api:simplified-items": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:simplified-item": of_simplified({"get": EVERYBODY, "patch": BUREAU}),
    "api:service-stations": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:service-station": of_station({"get": EVERYBODY, "patch": BUREAU}),
    "api:service-items": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:service-item": of_item({"get": EVERYBODY, "patch": BUREAU}),
    "api:institutions": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:institution": of_institution({"get": EVERYBODY, "patch": BUREAU}),
    # notices: the own inbox; what could not be delivered is looked after by the bureau
    "notice-list": Route({"get": EVERYBODY}),
    "notice-read-all": Route({"post": EVERYBODY}),
    "notice-preference": Route({"get": EVERYBODY, "post": EVERYBODY}),
    "notice-open": of_notice("post"),
    "notice-read": of_notice("post"),
    "undelivered-list": Route({"get": BUREAU}),
    "delivery-retry": of_delivery("post"),
    "api:notices": Route({"get": EVERYBODY}),
    "api:notices-read-all": Route({"post": EVERYBODY}),
    "api:notice-read": of_notice("post"),
    "api:notice-preference": Route({"get": EVERYBODY, "patch": EVERYBODY}),
    "api:deliveries": Route({"get": BUREAU}),
    "api:delivery-retry": of_delivery("post"),
    # work orders: a demand is seen by its town, its enterprise, the district and the departments that handle it
    "demands": Route({"get": DEMAND_READERS}),
    "demand-bulk-dispatch": Route({"post": STAFF}),
    "demand-filter-save": Route({"post": HANDLERS | {"leader"}}),
    "demand-filter-remove": Route({"post": HANDLERS | {"leader"}}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-tasks": Route({"get": HANDLERS | {"leader"}}),
    "demand-settings": Route({"get": STAFF | {"leader"}}),
    "demand-retention": Route({"get": BUREAU, "post": BUREAU}),
    "demand-replies": Route({"get": STAFF | {"leader"}}),
    "demand-reply-create": Route({"get": BUREAU, "post": BUREAU}),
    "demand-reply": Route({"get": BUREAU, "post": BUREAU}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-reply-remove": Route({"post": BUREAU}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-rule-trial": Route({"get": STAFF | {"leader"}}),
    "demand-rule-create": Route({"get": BUREAU, "post": BUREAU}),
    "demand-rule": Route({"get": BUREAU, "post": BUREAU}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-rule-remove": Route({"post": BUREAU}, own=lambda world: {"pk": 1}, sub_row=True),
    "demand-times": Route(
        {"get": BUREAU, "post": BUREAU}, own=lambda world: {"kind": "help", "urgency": "normal"}
    ),
    "demand-reminder-set": Route({"post": BUREAU}),
    "demand-reminder-remove": Route({"post": BUREAU}, own=lambda world: {"pk": 1}, sub_row=True),
    "policy-create": Route({"get": BUREAU, "post": BUREAU}),
    "policy-edit": of_policy({"get": BUREAU, "post": BUREAU}),
    "api:policies": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:policy": of_policy({"get": EVERYBODY, "patch": BUREAU}),
    "api:enterprise-policies": of_enterprise({"get": EVERYBODY}),
    "three-lists-choose": Route({"get": STAFF | {"leader", "enterprise"}}),
    "three-lists": of_lists({"get": STAFF | {"leader", "enterprise"}}),
    "three-lists-file": of_lists({"get": STAFF | {"leader", "enterprise"}}),
    "api:three-lists": of_lists({"get": EVERYBODY}),
    "demand-new": Route({"get": BOOKERS, "post": BOOKERS}),
    "demand-alike": Route({"get": BOOKERS}),
    "demand": of_demand({"get": DEMAND_READERS}),
    "demand-do": of_demand({"get": HANDLERS, "post": HANDLERS}, move="accept"),
    "demand-attach": of_demand({"post": BOOKERS | {"department"}}),
    "demand-attachment": of_demand({"get": DEMAND_READERS}, pk=1),
    "demand-note": of_demand({"post": HANDLERS}),
    "demand-link": of_demand({"post": HANDLERS}),
    "demand-unlink": of_demand({"post": HANDLERS}, other="GD20260105-999999"),
    "demand-personal": of_demand({"post": BOOKERS | {"department"}}, {"field": "contact_name"}),
    "demand-correct": of_demand({"get": STAFF, "post": STAFF}),
    "demand-callback": of_demand({"post": STAFF}),
    "demand-callback-close": of_demand({"post": STAFF}, pk=1),
    "demand-task": of_demand({"post": HANDLERS}, pk=1, end="finish"),
    "api:demand-callbacks": Route({"get": STAFF | {"leader"}}),
    "api:demand-callback-close": of_callback("post"),
    "api:demands": Route({"get": EVERYBODY, "post": BOOKERS}),
    "api:demand-bulk-dispatch": Route({"post": STAFF}),
    "api:demand-similar": Route({"get": EVERYBODY}),
    "api:demand": of_demand({"get": EVERYBODY, "patch": STAFF}),
    "api:demand-attachments": of_demand({"get": EVERYBODY, "post": BOOKERS | {"department"}}),
    "api:demand-attachment": of_demand({"get": EVERYBODY}, pk=1),
    "api:demand-callback": of_demand({"post": STAFF}),
    "api:demand-links": of_demand({"get": EVERYBODY, "post": HANDLERS}),
    "api:demand-link": of_demand({"delete": HANDLERS}, other="GD20260105-999999"),
    "api:demand-notes": of_demand({"get": HANDLERS, "post": HANDLERS}),
    "api:demand-personal": of_demand({"post": BOOKERS | {"department"}}),
    "api:demand-move": of_demand({"post": HANDLERS}, move="accept"),
    "api:joint-meetings": Route({"get": EVERYBODY}),
    "api:joint-meeting": of_meeting({"get": EVERYBODY}),
    "api:joint-meeting-resolution": of_meeting({"post": HANDLERS}, pk=1, end="finish"),
    # booking: sessions are public, a booking is seen by its station, its enterprise and the district
    "session-comparison": Route({"get": FIGURE_READERS}),
    "booking-rows": Route({"get": FIGURE_READERS}),
    "session-rows": Route({"get": FIGURE_READERS}),
    "booking-list": Route({"get": EVERYBODY}),
    "booking-start": Route({"get": EVERYBODY}),
    "booking-form": Route({"get": BOOKERS, "post": BOOKERS}),
    "booking-page": of_booking({"get": EVERYBODY}),
    "booking-done": of_booking({"get": EVERYBODY}),
    "booking-ics": of_booking({"get": EVERYBODY}),
    "booking-personal": of_booking({"post": BOOKERS}, {"field": "contact_phone", "reason": "核对来访"}),
    "booking-reschedule": of_booking({"get": BOOKERS, "post": BOOKERS}),
    "booking-do": of_booking({"post": BOOKERS}, move="cancel"),
    "desk": Route({"get": DESK}),
    "desk-check-in": Route({"post": DESK}, body={"code": "123456"}),
    "desk-call-next": Route({"post": DESK}),
    "desk-move": of_booking({"post": DESK}, {"move": "confirm"}),
    "desk-week": Route({"get": DESK}),
    "desk-session-create": Route({"get": STAFF, "post": STAFF}),
    "desk-session": of_desk({"get": DESK}, desk_session),
    "desk-session-capacity": of_desk({"post": STAFF}, desk_session),
    "desk-session-delete": of_desk({"post": STAFF}, desk_session),
    "desk-book": of_desk({"get": STAFF}, desk_session),
    "desk-walk-in": of_desk({"get": STAFF, "post": STAFF}, desk_session),
    "desk-patterns": Route({"get": STAFF}),
    "desk-pattern-create": Route({"get": STAFF, "post": STAFF}),
    "desk-pattern-end": of_desk({"post": STAFF}, desk_pattern, {"version": 1}),
    "desk-closures": Route({"get": DESK}),
    "desk-closure-create": Route({"get": DESK, "post": DESK}),
    "desk-closure": of_desk({"get": DESK}, desk_closure),
    "desk-closure-reopen": of_desk({"post": DESK}, desk_closure),
    "desk-follow-ups": Route({"get": DESK}),
    "desk-follow-up-close": of_desk({"post": DESK}, desk_follow_up, {"outcome": "已电话致歉"}),
    "api:sessions": Route({"get": EVERYBODY, "post": STAFF}),
    "api:session": of_session({"get": EVERYBODY, "patch": STAFF, "delete": STAFF}),
    "api:bookings": Route({"get": EVERYBODY, "post": STAFF | {"enterprise"}}),
    "api:booking": of_booking({"get": EVERYBODY}),
    "api:booking-calendar": of_booking({"get": EVERYBODY}),
    "api:booking-personal": of_booking({"post": STAFF | {"enterprise"}}),
    "api:booking-move": of_booking({"post": STAFF | {"enterprise"}}, move="cancel"),
    # outreach: an enterprise user sees the instructors posted to it and its own liaison point
    "station-list": Route({"get": STATION_READERS}),
    "station-own": Route({"get": frozenset({"station"})}),
    "station": Route(
        {"get": STATION_READERS},
        own=lambda world: {"code": world.here.code},
        neighbour=lambda world: {"code": world.neighbour.town.code},
        foreign=lambda world: {"code": world.foreign.town.code},
    ),
    "instructor-list": Route({"get": STATION_READERS}),
    "instructor-create": Route({"get": STAFF, "post": STAFF}),
    "instructor": of_instructor({"get": STATION_READERS}),
    "instructor-edit": of_instructor({"get": STAFF, "post": STAFF}),
    "instructor-retire": of_instructor({"get": STAFF, "post": STAFF}),
    "instructor-assign": of_instructor({"get": STAFF, "post": STAFF}),
    "instructor-hand-over": of_instructor({"get": STAFF, "post": STAFF}),
    "instructor-personal": of_instructor({"post": STAFF | {"enterprise"}}, body={"field": "phone"}),
    "assignment-end": of_assignment({"get": STAFF, "post": STAFF}),
    "liaison-point-list": Route({"get": STATION_READERS}),
    "liaison-point-create": Route({"get": STAFF, "post": STAFF}),
    "liaison-point": of_point({"get": STATION_READERS | {"enterprise"}}),
    "liaison-point-edit": of_point({"get": STAFF, "post": STAFF}),
    "liaison-point-visit": of_point({"get": STAFF, "post": STAFF}),
    "liaison-point-release": of_point({"get": STAFF, "post": STAFF}),
    "liaison-point-personal": of_point({"post": STAFF | {"enterprise"}}),
    "api:instructors": Route({"get": EVERYBODY, "post": STAFF}),
    "api:instructor": of_instructor({"get": EVERYBODY, "patch": STAFF}),
    "api:instructor-retire": of_instructor({"post": STAFF}),
    "api:instructor-hand-over": of_instructor({"post": STAFF}),
    "api:instructor-assignments": of_instructor({"get": EVERYBODY, "post": STAFF}),
    "api:instructor-personal": of_instructor({"post": STAFF | {"enterprise"}}),
    "api:assignment": of_assignment({"get": EVERYBODY, "patch": STAFF}),
    "api:liaison-points": Route({"get": EVERYBODY, "post": STAFF}),
    "api:liaison-point": of_point({"get": EVERYBODY, "patch": STAFF}),
    "api:liaison-point-visits": of_point({"get": EVERYBODY, "post": STAFF}),
    "api:liaison-point-release": of_point({"post": STAFF}),
    "api:liaison-point-personal": of_point({"post": STAFF | {"enterprise"}}),
    # activities: an enterprise user records for the organisation that its enterprise has alone
    "activity-list": Route({"get": EVERYBODY}),
    "activity-create": Route({"get": RECORDERS, "post": RECORDERS}),
    "activity": of_activity({"get": EVERYBODY}),
    "activity-edit": of_activity({"get": RECORDERS, "post": RECORDERS}),
    "activity-cancel": of_activity({"post": RECORDERS}),
    "api:activities": Route({"get": EVERYBODY, "post": RECORDERS}),
    "api:activity": of_activity({"get": EVERYBODY, "patch": RECORDERS}),
    # ledgers: a deal is seen by both sides, a grant or pledge by its enterprise, the board by the whole district
    "project-list": Route({"get": RECORDERS | {"leader"}}),
    "project-create": Route({"get": STAFF, "post": STAFF}),
    "project": of_project({"get": SEES_OWN}),
    "project-edit": of_project({"get": STAFF, "post": STAFF}),
    "api:integration-projects": Route({"get": EVERYBODY, "post": STAFF}),
    "api:integration-project": of_project({"get": EVERYBODY, "patch": STAFF}),
    "deal-list": Route({"get": RECORDERS | {"leader"}}),
    "deal-create": Route({"get": RECORDERS, "post": RECORDERS}),
    "deal": of_ledger(deal_of, {"get": SEES_OWN}),
    "deal-edit": of_ledger(deal_of, {"get": RECORDERS, "post": RECORDERS}),
    "deal-attach": of_ledger(deal_of, {"post": RECORDERS}),
    "deal-attachment": of_ledger(deal_of, {"get": SEES_OWN}, pk=0),
    "deal-move": of_ledger(deal_of, {"get": RECORDERS, "post": RECORDERS}, move="cancel"),
    "board": Route({"get": RECORDERS | {"leader"}}),
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
    # visits: an enterprise user sees those to its own; campaigns and projects are the bureau's; departments and
    # institutions never read any: findings reach a department as demands
    "visit-list": Route({"get": COVERAGE_READERS | {"enterprise"}}),
    "visit-start": Route({"get": STAFF}),
    "visit-record": Route({"get": STAFF, "post": STAFF}),
    "visit": of_visit({"get": SEES_OWN}),
    "visit-correct": of_visit({"get": STAFF, "post": STAFF}),
    "visit-campaign-list": Route({"get": COVERAGE_READERS}),
    "visit-campaign-create": Route({"get": BUREAU, "post": BUREAU}),
    "visit-campaign": of_campaign({"get": COVERAGE_READERS}),
    "visit-campaign-edit": of_campaign({"get": BUREAU, "post": BUREAU}),
    "visit-campaign-close": of_campaign({"post": BUREAU}),
    "visit-project-list": Route({"get": COVERAGE_READERS}),
    "visit-project-create": Route({"get": BUREAU, "post": BUREAU}),
    "visit-project-edit": of_visit_project({"get": BUREAU, "post": BUREAU}),
    "api:visits": Route({"get": SEES_OWN, "post": STAFF}),
    "api:visit": of_visit({"get": SEES_OWN, "patch": STAFF}),
    "api:visit-campaigns": Route({"get": COVERAGE_READERS, "post": BUREAU}),
    "api:visit-campaign": of_campaign({"get": COVERAGE_READERS, "patch": BUREAU}),
    "api:visit-campaign-close": of_campaign({"post": BUREAU}),
    "api:visit-projects": Route({"get": COVERAGE_READERS, "post": BUREAU}),
    "api:visit-project": of_visit_project({"get": COVERAGE_READERS, "patch": BUREAU}),
}
