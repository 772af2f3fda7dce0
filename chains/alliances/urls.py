"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.pages import ORGANISATIONS, NavItem, navigation

from . import pages as views
from .api import AllianceListView, AllianceView, ChairTermListView

pages = [
    path("alliances/", views.alliance_list, name="alliance-list"),
    path("alliances/<str:code>/", views.alliance, name="alliance"),
    path("alliances/<str:code>/edit/", views.alliance_edit, name="alliance-edit"),
    path("alliances/<str:code>/chair/", views.alliance_chair, name="alliance-chair"),
]

api = [
    path("alliances", AllianceListView.as_view(), name="alliances"),
    path("alliances/<str:code>", AllianceView.as_view(), name="alliance"),
    path("alliances/<str:code>/chair-terms", ChairTermListView.as_view(), name="chair-terms"),
]

navigation.register(
    NavItem(
        _("联盟与共建"),
        "alliance-list",
        "heart-handshake",
        roles=frozenset({Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER}),
        order=43,
        prefix=("/alliances/", "/agreements/", "/alliance-members/", "/alliance-meetings/"),
        group=ORGANISATIONS,
    )
)
