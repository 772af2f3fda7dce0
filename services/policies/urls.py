"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import ALL_ROLES, REFERENCE, NavItem, navigation

from . import pages as views
from .api import EnterprisePoliciesView, PolicyListView, PolicyView

pages = [
    path("policies/", views.library, name="policies"),
    path("policies/new/", views.policy_create, name="policy-create"),
    path("policies/<str:code>/", views.policy_page, name="policy"),
    path("policies/<str:code>/edit/", views.policy_edit, name="policy-edit"),
]

api = [
    path("policies", PolicyListView.as_view(), name="policies"),
    path("policies/<str:code>", PolicyView.as_view(), name="policy"),
    path("enterprises/<str:uscc>/policies", EnterprisePoliciesView.as_view(), name="enterprise-policies"),
]

navigation.register(
    NavItem(_("政策资源"), "policies", "book", frozenset({"enterprise"}), 16),
    NavItem(_("政策资源库"), "policies", "book", ALL_ROLES - {"enterprise"}, 58, group=REFERENCE),
)
