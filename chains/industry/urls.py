"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import NavItem, navigation

from . import pages as views
from .api import ChainListView, ChainView, SegmentListView

pages = [
    path("chains/", views.chain_list, name="chain-list"),
    path("chains/<str:code>/", views.chain_page, name="chain"),
    path("chains/<str:code>/edit/", views.chain_edit, name="chain-edit"),
]

api = [
    path("chains", ChainListView.as_view(), name="chains"),
    path("chains/<str:code>", ChainView.as_view(), name="chain"),
    path("chains/<str:code>/segments", SegmentListView.as_view(), name="chain-segments"),
]

navigation.register(NavItem(_("产业链"), "chain-list", "hierarchy-3", order=40))
