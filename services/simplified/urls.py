"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from . import pages as views
from .api import SimplifiedListView, SimplifiedView

pages = [
    path("simplified-items/", views.simplified_list, name="simplified-list"),
    path("simplified-items/new/", views.simplified_create, name="simplified-create"),
    path("simplified-items/<str:code>/", views.simplified_page, name="simplified-item"),
    path("simplified-items/<str:code>/edit/", views.simplified_edit, name="simplified-edit"),
]

api = [
    path("simplified-items", SimplifiedListView.as_view(), name="simplified-items"),
    path("simplified-items/<str:code>", SimplifiedView.as_view(), name="simplified-item"),
]
