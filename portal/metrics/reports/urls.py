"""Addresses of bulletins."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import FIGURES, NavItem, navigation

from . import api as api_views
from . import pages as views
from .policy import READERS

pages = [
    path("reports/", views.report_list, name="report-list"),
    path("reports/new/", views.report_issue, name="report-issue"),
    path("reports/<uuid:pk>/", views.report, name="report"),
    path("reports/<uuid:pk>/<slug:format>/", views.report_file, name="report-file"),
]

api = [
    path("reports", api_views.ReportListView.as_view(), name="reports"),
    path("reports/<uuid:pk>", api_views.ReportView.as_view(), name="report"),
    path("reports/<uuid:pk>/file", api_views.ReportFileView.as_view(), name="report-file"),
]

navigation.register(NavItem(_("工作简报"), "report-list", "report", roles=READERS, order=39, group=FIGURES))
