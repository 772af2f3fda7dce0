"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import NavItem, navigation

from .api.institutions import InstitutionListView, InstitutionView
from .api.items import ItemListView, ItemView
from .api.stations import StationListView, StationView
from .pages import editing, people, public

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
    path("service-stations/<str:code>/elements/", people.elements, name="service-station-elements"),
    path(
        "service-stations/<str:code>/elements/<int:entry>/",
        people.element_edit,
        name="service-station-element",
    ),
    path(
        "service-stations/<str:code>/elements/<int:entry>/remove/",
        people.element_remove,
        name="service-station-element-remove",
    ),
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

navigation.register(
    NavItem(_("服务事项"), "service-catalogue", "certificate", order=44, prefix="/services/"),
    NavItem(_("服务站"), "service-station-list", "map-pin", order=45, prefix="/service-stations/"),
    NavItem(_("技术机构"), "institution-list", "microscope", order=46, prefix="/institutions/"),
)
