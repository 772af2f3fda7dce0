"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from . import pages as views
from .api import GuideListView, GuideView

pages = [
    path("guides/", views.guide_list, name="guide-list"),
    path("guides/new/", views.guide_create, name="guide-create"),
    path("guides/<str:code>/", views.guide_page, name="guide"),
    path("guides/<str:code>/edit/", views.guide_edit, name="guide-edit"),
    path("guides/<str:code>/attachments/", views.guide_attach, name="guide-attach"),
    path("guides/<str:code>/attachments/<int:pk>/", views.guide_file, name="guide-file"),
]

api = [
    path("work-guides", GuideListView.as_view(), name="work-guides"),
    path("work-guides/<str:code>", GuideView.as_view(), name="work-guide"),
]
