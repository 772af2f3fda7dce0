"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.pages import REFERENCE, NavItem, navigation

from .api import HistoryView, PersonalViewList
from .pages import history, personal_view_log

pages = [
    path("audit/history/<slug:model>/<str:key>/", history, name="audit-history"),
    path("audit/personal-views/", personal_view_log, name="audit-personal-views"),
]

api = [
    path("history/<slug:model>/<str:key>", HistoryView.as_view(), name="history"),
    path("personal-views", PersonalViewList.as_view(), name="personal-views"),
]

navigation.register(
    NavItem(
        _("查看记录"),
        "audit-personal-views",
        "eye-check",
        roles=frozenset({Role.ADMIN, Role.BUREAU}),
        order=85,
        group=REFERENCE,
    )
)
