"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import NavItem, navigation

from . import pages as views
from .api import MeView, TokenView
from .scope import Role

pages = [
    path("security/", views.security, name="account-security"),
    path("security/tokens/<slug:key>/end/", views.end_own_token, name="account-token-end"),
    path("users/", views.user_list, name="user-list"),
    path("users/new/", views.user_create, name="user-create"),
    path("users/<int:pk>/", views.user_detail, name="user-detail"),
    path("users/<int:pk>/name/", views.user_rename, name="user-rename"),
    path("users/<int:pk>/password/", views.user_password, name="user-password"),
    path("users/<int:pk>/roles/", views.role_grant, name="role-grant"),
    path("users/<int:pk>/roles/<int:membership>/revoke/", views.role_revoke, name="role-revoke"),
    re_path(rf"^users/(?P<pk>[0-9]+)/(?P<move>{'|'.join(views.MOVES)})/$", views.user_move, name="user-move"),
]

api = [
    path("auth/token", TokenView.as_view(), name="auth-token"),
    path("me", MeView.as_view(), name="me"),
]

navigation.register(NavItem(_("用户与角色"), "user-list", "users", roles=frozenset({Role.ADMIN}), order=18))
