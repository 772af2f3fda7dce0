"""Addresses of this feature: `pages` at the root, `api` below /api/v1/. Stands before chains.party in portal/urls.py."""

from django.urls import path

from . import pages as views
from .api import DissolveView, MergeView

pages = [
    path("organizations/matrix/", views.organization_matrix, name="organization-matrix"),
    path("organizations/matrix/enterprises/", views.matrix_enterprises, name="matrix-enterprises"),
    path("organizations/enterprises/", views.covered_enterprises, name="organization-covered"),
    path(
        "organizations/<str:code>/enterprises/",
        views.organization_enterprises,
        name="organization-enterprises",
    ),
    path("organizations/<str:code>/dissolve/", views.organization_dissolve, name="organization-dissolve"),
    path("organizations/<str:code>/merge/", views.organization_merge, name="organization-merge"),
]

api = [
    path(
        "party-organizations/<str:code>/dissolve", DissolveView.as_view(), name="party-organization-dissolve"
    ),
    path("party-organizations/<str:code>/merge", MergeView.as_view(), name="party-organization-merge"),
]
