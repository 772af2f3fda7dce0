"""Routes of service stations, their catalogues, policies and the three lists."""

from tests.factories.booking import InstitutionFactory, ItemFactory, StationFactory
from tests.factories.catalogues import CourseFactory, SimplifiedItemFactory, WorkGuideFactory
from tests.factories.policies import PolicyFactory
from tests.factories.services import HandbookEntryFactory

from .world import BUREAU, EVERYBODY, OVERSEERS, SEES_OWN, STAFF, Route, Verbs, of_each, of_enterprise


def of_station(verbs: Verbs, more: dict | None = None) -> Route:
    """Stations are public; `more` names a further row of the address that does not exist."""
    return Route(
        verbs,
        own=lambda world: {"code": StationFactory(town=world.here).code, **(more or {})},
        body={"version": 1},
        sub_row=bool(more),
    )


def of_item(verbs: Verbs) -> Route:
    return Route(verbs, own=lambda world: {"code": ItemFactory().code}, body={"version": 1})


def of_institution(verbs: Verbs) -> Route:
    return Route(
        verbs, own=lambda world: {"code": InstitutionFactory(town=world.here).code}, body={"version": 1}
    )


def of_course(verbs: Verbs) -> Route:
    return Route(
        verbs, own=lambda world: {"code": CourseFactory(district=world.district).code}, body={"version": 1}
    )


def of_guide(verbs: Verbs) -> Route:
    return Route(
        verbs, own=lambda world: {"code": WorkGuideFactory(district=world.district).code}, body={"version": 1}
    )


def of_simplified(verbs: Verbs) -> Route:
    return Route(
        verbs,
        own=lambda world: {"code": SimplifiedItemFactory(department=world.department).code},
        body={"version": 1},
    )


def of_policy(verbs: Verbs) -> Route:
    """A route that names a policy of the district; everybody reads every one."""
    return Route(
        verbs,
        own=lambda world: {"code": PolicyFactory(department=world.department).code},
        body={"version": 1},
    )


def of_lists(verbs: Verbs) -> Route:
    """The three lists of an enterprise; those of a town and a chain: tests/services/lists."""
    return of_each(verbs, lambda enterprise: {"kind": "enterprises", "code": enterprise.uscc})


ROUTES: dict[str, Route] = {
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
    "element-lists-file": Route({"get": OVERSEERS}),
    "element-list-file": Route({"get": OVERSEERS}, own=lambda world: {"town": world.here.code}, body={}),
    "api:service-stations": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:service-station": of_station({"get": EVERYBODY, "patch": BUREAU}),
    "api:service-items": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:service-item": of_item({"get": EVERYBODY, "patch": BUREAU}),
    "api:institutions": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:institution": of_institution({"get": EVERYBODY, "patch": BUREAU}),
    # handbook
    "handbook-create": Route({"get": BUREAU, "post": BUREAU}),
    "handbook-edit": Route(
        {"get": BUREAU, "post": BUREAU}, own=lambda world: {"code": HandbookEntryFactory().code}
    ),
    # courses
    "course-create": Route({"get": BUREAU, "post": BUREAU}),
    "course-edit": of_course({"get": BUREAU, "post": BUREAU}),
    "api:courses": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:course": of_course({"get": EVERYBODY, "patch": BUREAU}),
    # work guides
    "guide-create": Route({"get": BUREAU, "post": BUREAU}),
    "guide-edit": of_guide({"get": BUREAU, "post": BUREAU}),
    "guide-attach": of_guide({"post": BUREAU}),
    "api:work-guides": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:work-guide": of_guide({"get": EVERYBODY, "patch": BUREAU}),
    # simplified items
    "simplified-create": Route({"get": BUREAU, "post": BUREAU}),
    "simplified-edit": of_simplified({"get": BUREAU, "post": BUREAU}),
    "api:simplified-items": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:simplified-item": of_simplified({"get": EVERYBODY, "patch": BUREAU}),
    # policies
    "policy-create": Route({"get": BUREAU, "post": BUREAU}),
    "policy-edit": of_policy({"get": BUREAU, "post": BUREAU}),
    "api:policies": Route({"get": EVERYBODY, "post": BUREAU}),
    "api:policy": of_policy({"get": EVERYBODY, "patch": BUREAU}),
    "api:enterprise-policies": of_enterprise({"get": EVERYBODY}),
    # three lists
    "three-lists-choose": Route({"get": SEES_OWN}),
    "three-lists": of_lists({"get": SEES_OWN}),
    "three-lists-file": of_lists({"get": SEES_OWN}),
    "api:three-lists": of_lists({"get": EVERYBODY}),
}
