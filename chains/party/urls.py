"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import NavItem, navigation

from . import pages as views
from .api import KindListView, ModeListView, OrganizationListView, OrganizationView

pages = [
    path("organizations/", views.organization_list, name="organization-list"),
    path("organizations/reference/", views.reference_list, name="party-reference"),
    re_path(
        r"^organizations/reference/(?P<what>kinds|modes)/add/$",
        views.reference_edit,
        name="party-reference-add",
    ),
    re_path(
        r"^organizations/reference/(?P<what>kinds|modes)/(?P<code>[a-z][a-z0-9_]*)/$",
        views.reference_edit,
        name="party-reference-edit",
    ),
    path("organizations/<str:code>/", views.organization, name="organization"),
]

api = [
    path("party-organizations", OrganizationListView.as_view(), name="party-organizations"),
    path("party-organizations/<str:code>", OrganizationView.as_view(), name="party-organization"),
    path("organization-kinds", KindListView.as_view(), name="organization-kinds"),
    path("establishment-modes", ModeListView.as_view(), name="establishment-modes"),
]

navigation.register(
    NavItem(_("党组织"), "organization-list", "flag", order=42),
    NavItem(
        _("类别与组建方式"), "party-reference", "list-details", roles=frozenset({"admin", "bureau"}), order=84
    ),
)
