"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import NavItem, navigation

from . import pages as views
from .api import ThreeListsView

pages = [
    path("three-lists/", views.choose, name="three-lists-choose"),
    path("three-lists/<slug:kind>/<str:code>/", views.lists, name="three-lists"),
    path("three-lists/<slug:kind>/<str:code>.xlsx", views.lists_file, name="three-lists-file"),
]

api = [path("three-lists/<slug:kind>/<str:code>", ThreeListsView.as_view(), name="three-lists")]

# Staff come here from the board of demands; the menu of an enterprise has few entries.
navigation.register(
    NavItem(
        _("三张清单"), "three-lists-choose", "list-details", frozenset({"enterprise"}), 18, "/three-lists/"
    ),
)
