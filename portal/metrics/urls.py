"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import REFERENCE, NavItem, navigation

from . import pages as views
from .api import views as api_views
from .policy import READERS

pages = [
    path("metrics/", views.metric_list, name="metric-list"),
    path("metrics/targets/", views.targets, name="metric-targets"),
    path("metrics/runs/", views.runs, name="metric-runs"),
    path("metrics/<slug:code>/", views.metric_detail, name="metric"),
]

api = [
    path("metrics", api_views.MetricListView.as_view(), name="metrics"),
    path("metrics/<slug:code>/series", api_views.SeriesView.as_view(), name="metric-series"),
    path("metrics/<slug:code>/rows", api_views.RowsView.as_view(), name="metric-rows"),
]

navigation.register(
    NavItem(_("指标口径"), "metric-list", "ruler-measure", roles=READERS, order=79, group=REFERENCE)
)
