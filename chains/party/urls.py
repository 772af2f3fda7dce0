"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import ORGANISATIONS, REFERENCE, NavItem, navigation

from .api.guidance import GuidanceListView, GuidanceView
from .api.organizations import OrganizationListView, OrganizationPersonalView, OrganizationView, TimelineView
from .api.reference import KindListView, ModeListView
from .pages import guidance, organizations, reference, tree

pages = [
    path("organizations/", organizations.organization_list, name="organization-list"),
    path("organizations/new/", organizations.organization_create, name="organization-create"),
    path("organizations/tree/", tree.organization_tree, name="organization-tree"),
    path("organizations/guidance/<int:pk>/", guidance.guidance_edit, name="guidance-edit"),
    path("organizations/reference/", reference.reference_list, name="party-reference"),
    re_path(
        r"^organizations/reference/(?P<what>kinds|modes)/add/$",
        reference.reference_edit,
        name="party-reference-add",
    ),
    re_path(
        r"^organizations/reference/(?P<what>kinds|modes)/(?P<code>[a-z][a-z0-9_]*)/$",
        reference.reference_edit,
        name="party-reference-edit",
    ),
    path("organizations/<str:code>/", organizations.organization, name="organization"),
    path("organizations/<str:code>/edit/", organizations.organization_edit, name="organization-edit"),
    path("organizations/<str:code>/guidance/", guidance.guidance_create, name="guidance-create"),
    path(
        "organizations/<str:code>/personal/",
        organizations.organization_personal,
        name="organization-personal",
    ),
]

api = [
    path("party-organizations", OrganizationListView.as_view(), name="party-organizations"),
    path("party-organizations/<str:code>", OrganizationView.as_view(), name="party-organization"),
    path("party-organizations/<str:code>/timeline", TimelineView.as_view(), name="organization-timeline"),
    path(
        "party-organizations/<str:code>/personal",
        OrganizationPersonalView.as_view(),
        name="organization-personal",
    ),
    path("guidance-links", GuidanceListView.as_view(), name="guidance-links"),
    path("guidance-links/<int:pk>", GuidanceView.as_view(), name="guidance-link"),
    path("organization-kinds", KindListView.as_view(), name="organization-kinds"),
    path("establishment-modes", ModeListView.as_view(), name="establishment-modes"),
]

navigation.register(
    NavItem(_("党组织"), "organization-list", "flag", order=42, group=ORGANISATIONS),
    NavItem(
        _("类别与组建方式"),
        "party-reference",
        "list-details",
        roles=frozenset({"admin", "bureau"}),
        order=84,
        group=REFERENCE,
    ),
)
