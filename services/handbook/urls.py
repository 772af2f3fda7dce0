"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import NavItem, navigation

from . import pages as views

pages = [
    path("handbook/", views.handbook, name="handbook"),
    path("handbook/new/", views.entry_create, name="handbook-create"),
    path("handbook/<str:code>/", views.entry_page, name="handbook-entry"),
    path("handbook/<str:code>/edit/", views.entry_edit, name="handbook-edit"),
]

api: list = []

navigation.register(NavItem(_("质惠手册"), "handbook", "book-2", order=47, prefix="/handbook/"))
