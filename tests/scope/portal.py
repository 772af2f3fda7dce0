"""Routes of the portal itself: figures, dashboards, accounts, audit, reference rows, sheets, messages."""

from datetime import date

from portal.accounts.models import User
from portal.imports.models import SheetExport, SheetImport
from portal.territory.models import District
from tests.factories.accounts import make_user
from tests.factories.booking import StationFactory
from tests.factories.bulletins import make_board, make_report
from tests.factories.chains import ChainFactory
from tests.factories.notices import DeliveryFactory, NoticeFactory
from tests.factories.territory import AreaFactory

from .world import (
    ADMIN,
    BUREAU,
    EVERYBODY,
    OVERSEERS,
    SEES_NEIGHBOUR,
    SEES_OWN,
    STAFF,
    Route,
    Verbs,
    World,
    of_district,
    of_each,
)  # fmt: skip

REPORT_READERS = BUREAU | {"leader"}
# Answered without a sign-in, or not by us: (route name or prefix).
PUBLIC = (
    "schema", "api-docs", "set_language", "api:auth-token", "service-catalogue", "service-page",
    "service-station-list", "service-station-page", "institution-list", "institution-page", "handbook",
    "handbook-entry", "element-lists", "element-list", "desk-display", "course-list", "course", "guide-list", "guide",
    "guide-file", "simplified-list", "simplified-item", "policies", "policy", "demand-by-link",
)  # fmt: skip
THIRD_PARTY = ("account_", "mfa_", "admin:")


def of_report(verbs: Verbs, *, sub_row: bool = False, **more: str) -> Route:
    """A route that names a bulletin of the district."""
    return of_district(
        verbs,
        lambda world, district: {"pk": make_report(district, world.person).pk, **more},
        sub_row=sub_row,
    )


def of_board(verbs: Verbs, body: dict | None = None) -> Route:
    """A route that names a board: the stations of the district see it too."""
    return of_district(
        verbs, lambda world, district: {"code": make_board(district, world.person).code}, body=body or {}
    )


def of_figure(verbs: Verbs) -> Route:
    """A route that names a figure: the same for everybody; its rows are tested in tests/portal/metrics/test_api.py."""
    return Route(verbs, own=lambda world: {"code": "instructors"})


def of_dashboard_of_chain() -> Route:
    return Route(
        {"get": OVERSEERS},
        own=lambda world: {"code": world.chain.code},
        foreign=lambda world: {"code": ChainFactory(district=world.foreign.district).code},
    )


def of_dashboard_of_town() -> Route:
    return of_each({"get": OVERSEERS}, lambda enterprise: {"code": enterprise.town.code})


def of_dashboard_of_station() -> Route:
    return of_each({"get": OVERSEERS}, lambda enterprise: {"code": StationFactory(town=enterprise.town).code})


def of_person(verb: str, **more) -> Route:
    return Route({verb: ADMIN}, own=lambda world: {"pk": world.person.pk, **more})


def of_history(verbs: Verbs) -> Route:
    return of_each(verbs, lambda enterprise: {"model": "enterprise", "key": enterprise.uscc})


def area_of(world: World):
    """An area of the station's town, made when it is first asked for."""
    return world.here.areas.first() or AreaFactory(town=world.here)


def of_import(verbs: Verbs, *, body: dict | None = None, sub_row: bool = False) -> Route:
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
    return of_district(
        {verb: BUREAU},
        lambda world, district: {"pk": DeliveryFactory(notice__district=district, failed=True).pk},
    )


ROUTES: dict[str, Route] = {
    # figures, bulletins and boards
    "metric-list": Route({"get": OVERSEERS}),
    "metric": of_figure({"get": OVERSEERS}),
    "metric-targets": Route({"get": BUREAU, "post": BUREAU}),
    "metric-runs": Route({"get": BUREAU}),
    "api:metrics": Route({"get": OVERSEERS}),
    "api:metric-series": of_figure({"get": OVERSEERS}),
    "api:metric-rows": of_figure({"get": OVERSEERS}),
    "report-list": Route({"get": REPORT_READERS}),
    "report-issue": Route({"get": BUREAU, "post": BUREAU}, body={"period": "2026-03"}),
    "report": of_report({"get": REPORT_READERS}),
    "report-file": of_report({"get": REPORT_READERS}, format="docx", sub_row=True),
    "api:reports": Route({"get": REPORT_READERS, "post": BUREAU}, body={"period": "2026-03"}),
    "api:report": of_report({"get": REPORT_READERS}),
    "api:report-file": of_report({"get": REPORT_READERS}),
    "pioneer-board-list": Route({"get": OVERSEERS}),
    "pioneer-board-create": Route({"get": BUREAU, "post": BUREAU}),
    "pioneer-board": of_board({"get": OVERSEERS}),
    "pioneer-board-edit": of_board({"get": BUREAU, "post": BUREAU}),
    "api:boards": Route({"get": OVERSEERS, "post": BUREAU}),
    "api:board": of_board({"get": OVERSEERS, "patch": BUREAU}, {"version": 1, "places": 3}),
    # dashboards
    "workbench": Route({"get": EVERYBODY}),
    "dashboards": Route({"get": OVERSEERS}),
    "dashboard-district": Route({"get": OVERSEERS}),
    "dashboard-chain": of_dashboard_of_chain(),
    "dashboard-purchases": of_dashboard_of_chain(),
    "dashboard-town": of_dashboard_of_town(),
    "dashboard-station": of_dashboard_of_station(),
    "dashboard-places": Route({"get": OVERSEERS}),
    "dashboard-workbook": Route({"get": OVERSEERS}),
    "dashboard-screen": Route({"get": OVERSEERS}),
    "dashboard-slide": Route({"get": OVERSEERS}),
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
    # sheets
    "import-list": Route({"get": STAFF}),
    "import-create": Route({"get": STAFF, "post": STAFF}),
    "import-template": Route({"get": STAFF}, own=lambda world: {"kind": "enterprises"}),
    "import-detail": of_import({"get": STAFF}),
    "import-commit": of_import({"post": STAFF}),
    "import-cancel": of_import({"post": STAFF}),
    "import-errors": of_import({"get": STAFF}, sub_row=True),
    "export-list": Route({"get": EVERYBODY}),
    "export-create": Route({"post": SEES_OWN}),
    "export-file": of_export("get"),
    "api:imports": Route({"get": STAFF, "post": STAFF}),
    "api:import-template": Route({"get": STAFF}, own=lambda world: {"kind": "enterprises"}),
    "api:import": of_import({"get": STAFF, "delete": STAFF}),
    "api:import-rows": of_import({"get": STAFF}),
    "api:import-errors": of_import({"get": STAFF}, sub_row=True),
    "api:import-commit": of_import({"post": STAFF}, body={"skip_invalid": False}),
    "api:exports": Route({"get": EVERYBODY, "post": SEES_OWN}),
    "api:export": of_export("get"),
    "api:export-file": of_export("get"),
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
}
