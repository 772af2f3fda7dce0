"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import ALL_ROLES, SERVICES, NavItem, navigation

from .api.institutions import InstitutionListView, InstitutionView
from .api.items import ItemListView, ItemView
from .api.stations import StationListView, StationView
from .pages import editing, leaves, lists, people, public

pages = [
    path("services/", public.catalogue, name="service-catalogue"),
    path("services/new/", editing.item_create, name="service-item-create"),
    path("services/<str:code>/", public.item_page, name="service-page"),
    path("services/<str:code>/edit/", editing.item_edit, name="service-item-edit"),
    path("service-stations/", public.station_list, name="service-station-list"),
    path("service-stations/<str:code>/", public.station_page, name="service-station-page"),
    path("service-stations/<str:code>/edit/", editing.station_edit, name="service-station-edit"),
    path("service-stations/<str:code>/team/", people.team, name="service-station-team"),
    path("service-stations/<str:code>/team/new/", people.member_add, name="service-station-member-add"),
    path("service-stations/<str:code>/team/<str:member>/", people.member_edit, name="service-station-member"),
    path(
        "service-stations/<str:code>/team/<str:member>/personal/",
        people.member_personal,
        name="service-station-member-personal",
    ),
    path(
        "service-stations/<str:code>/team/<str:member>/leaves/", leaves.leaves, name="service-station-leaves"
    ),
    path(
        "service-stations/<str:code>/team/<str:member>/leaves/<int:leave>/remove/",
        leaves.leave_remove,
        name="service-station-leave-remove",
    ),
    path("service-stations/<str:code>/elements/", lists.elements, name="service-station-elements"),
    path(
        "service-stations/<str:code>/elements/<int:entry>/",
        lists.element_edit,
        name="service-station-element",
    ),
    path(
        "service-stations/<str:code>/elements/<int:entry>/remove/",
        lists.element_remove,
        name="service-station-element-remove",
    ),
    path("element-lists/", lists.element_lists, name="element-lists"),
    path("element-lists/all.xlsx", lists.element_lists_file, name="element-lists-file"),
    path("element-lists/<str:town>/", lists.element_list, name="element-list"),
    path("element-lists/<str:town>.xlsx", lists.element_list_file, name="element-list-file"),
    path("institutions/", public.institution_list, name="institution-list"),
    path("institutions/new/", editing.institution_create, name="institution-create"),
    path("institutions/<str:code>/", public.institution_page, name="institution-page"),
    path("institutions/<str:code>/edit/", editing.institution_edit, name="institution-edit"),
]

api = [
    path("service-stations", StationListView.as_view(), name="service-stations"),
    path("service-stations/<str:code>", StationView.as_view(), name="service-station"),
    path("service-items", ItemListView.as_view(), name="service-items"),
    path("service-items/<str:code>", ItemView.as_view(), name="service-item"),
    path("institutions", InstitutionListView.as_view(), name="institutions"),
    path("institutions/<str:code>", InstitutionView.as_view(), name="institution"),
]

PLACES = (
    "/service-stations/", "/institutions/", "/element-lists/", "/handbook/", "/courses/", "/guides/",
    "/simplified-items/",
)  # fmt: skip
navigation.register(
    NavItem(_("预约服务"), "service-catalogue", "calendar-plus", frozenset({"enterprise"}), 12, PLACES),
    NavItem(
        _("一站式服务"), "service-catalogue", "certificate", ALL_ROLES - {"enterprise"}, 50, PLACES, SERVICES
    ),
)
