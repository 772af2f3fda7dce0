"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import FIGURES, NavItem, navigation
from portal.metrics.policy import READERS

from . import pages as views
from .api import ChainDashboardView, DistrictDashboardView, StationDashboardView, TownDashboardView

pages = [
    path("", views.workbench, name="workbench"),
    path("dashboards/", views.home, name="dashboards"),
    path("dashboards/district/", views.district, name="dashboard-district"),
    path("dashboards/chains/<slug:code>/", views.chain, name="dashboard-chain"),
    path("dashboards/chains/<slug:code>/purchases/", views.chain_purchases, name="dashboard-purchases"),
    path("dashboards/towns/<slug:code>/", views.town, name="dashboard-town"),
    path("dashboards/stations/<str:code>/", views.station, name="dashboard-station"),
    path("dashboards/places/", views.places, name="dashboard-places"),
    path("dashboards/workbook/", views.workbook, name="dashboard-workbook"),
    path("dashboards/screen/", views.screen, name="dashboard-screen"),
    path("dashboards/screen/slide/", views.slide, name="dashboard-slide"),
]

api = [
    path("dashboards/district", DistrictDashboardView.as_view(), name="dashboard-district"),
    path("dashboards/chains/<slug:code>", ChainDashboardView.as_view(), name="dashboard-chain"),
    path("dashboards/towns/<slug:code>", TownDashboardView.as_view(), name="dashboard-town"),
    path("dashboards/stations/<str:code>", StationDashboardView.as_view(), name="dashboard-station"),
]

navigation.register(
    NavItem(_("工作台"), "workbench", "home", order=10),
    NavItem(_("数据看板"), "dashboards", "chart-histogram", roles=READERS, order=15, group=FIGURES),
)
