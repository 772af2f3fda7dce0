"""Addresses of boards."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import FIGURES, NavItem, navigation

from . import api as api_views
from . import pages as views
from .policy import READERS

pages = [
    path("boards/", views.board_list, name="pioneer-board-list"),
    path("boards/new/", views.board_create, name="pioneer-board-create"),
    path("boards/<slug:code>/", views.board, name="pioneer-board"),
    path("boards/<slug:code>/edit/", views.board_edit, name="pioneer-board-edit"),
]

api = [
    path("boards", api_views.BoardListView.as_view(), name="boards"),
    path("boards/<slug:code>", api_views.BoardView.as_view(), name="board"),
]

navigation.register(
    NavItem(_("先锋榜单"), "pioneer-board-list", "trophy", roles=READERS, order=40, group=FIGURES)
)
