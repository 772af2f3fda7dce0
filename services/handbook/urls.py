"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from . import pages as views

pages = [
    path("handbook/", views.handbook, name="handbook"),
    path("handbook/new/", views.entry_create, name="handbook-create"),
    path("handbook/<str:code>/", views.entry_page, name="handbook-entry"),
    path("handbook/<str:code>/edit/", views.entry_edit, name="handbook-edit"),
]

api: list = []
