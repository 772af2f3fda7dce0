"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.pages import TABLES, NavItem, navigation

from . import api as views
from .pages import (
    export_create,
    export_file,
    export_list,
    import_cancel,
    import_commit,
    import_create,
    import_detail,
    import_errors,
    import_list,
    import_template,
)

pages = [
    path("imports/", import_list, name="import-list"),
    path("imports/new/", import_create, name="import-create"),
    path("imports/templates/<slug:kind>.xlsx", import_template, name="import-template"),
    path("imports/<uuid:pk>/", import_detail, name="import-detail"),
    path("imports/<uuid:pk>/commit/", import_commit, name="import-commit"),
    path("imports/<uuid:pk>/cancel/", import_cancel, name="import-cancel"),
    path("imports/<uuid:pk>/errors.xlsx", import_errors, name="import-errors"),
    path("exports/", export_list, name="export-list"),
    path("exports/new/", export_create, name="export-create"),
    path("exports/<uuid:pk>/file", export_file, name="export-file"),
]

api = [
    path("imports", views.ImportListView.as_view(), name="imports"),
    path("imports/templates/<slug:kind>.xlsx", views.TemplateView.as_view(), name="import-template"),
    path("imports/<uuid:pk>", views.ImportView.as_view(), name="import"),
    path("imports/<uuid:pk>/rows", views.ImportRowsView.as_view(), name="import-rows"),
    path("imports/<uuid:pk>/errors.xlsx", views.ImportErrorsView.as_view(), name="import-errors"),
    path("imports/<uuid:pk>/commit", views.ImportCommitView.as_view(), name="import-commit"),
    path("exports", views.ExportListView.as_view(), name="exports"),
    path("exports/<uuid:pk>", views.ExportView.as_view(), name="export"),
    path("exports/<uuid:pk>/file", views.ExportFileView.as_view(), name="export-file"),
]

navigation.register(
    NavItem(
        _("表格导入"),
        "import-list",
        "file-import",
        roles=frozenset({Role.ADMIN, Role.BUREAU, Role.STATION}),
        order=60,
        group=TABLES,
    ),
    NavItem(
        _("导出"),
        "export-list",
        "file-export",
        roles=frozenset({Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER, Role.ENTERPRISE}),
        order=62,
        group=TABLES,
    ),
)
